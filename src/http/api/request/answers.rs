//! Answers as clients send them, alone and with their occasion.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type,
};
use utoipa::{PartialSchema, ToSchema};

use crate::case::answer::{Occasion, Others, Said, What};
use crate::walk::Answer;

/// An answer: `"yes"`, the id of an option, a number, row ids of a table, or an object with one key.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct AnswerBody(pub Answer);

impl PartialSchema for AnswerBody {
    fn schema() -> RefOr<Schema> {
        let one = |key: &str, kind: Type| {
            ObjectBuilder::new()
                .property(key, ObjectBuilder::new().schema_type(kind))
                .required(key)
        };
        let mut answer = OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::String))
            .item(ObjectBuilder::new().schema_type(Type::Number))
            .item(ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::String)));
        for key in ["at", "birth_date", "age", "none_fit", "exit"] {
            answer = answer.item(one(key, Type::String));
        }
        for key in ["not_told", "not_sure", "refused", "timed_out", "unknown"] {
            answer = answer.item(one(key, Type::Boolean));
        }
        answer
            .description(Some(
                "`\"yes\"`, `\"no\"`, the id of an option or words; a number in the unit of its question; ids of table rows; \
                 or one of the objects. \"Not sure\" is never a \"no\": it is at least as urgent as every option.",
            ))
            .into()
    }
}

impl ToSchema for AnswerBody {}

/// Answers by the names of their questions, in the order in which they were given.
#[derive(Debug, Clone, Default)]
pub struct Told(pub Vec<(String, Answer)>);

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Told;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("answers by the names of their questions")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Told, A::Error> {
                let mut told: Vec<(String, Answer)> = Vec::new();
                while let Some((name, answer)) = map.next_entry::<String, Answer>()? {
                    if told.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom(format!("`{name}` stands there twice")));
                    }
                    told.push((name, answer));
                }
                Ok(Told(told))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

impl PartialSchema for Told {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .description(Some("Answers by the names of their questions."))
            .additional_properties(Some(AdditionalProperties::RefOr(AnswerBody::schema())))
            .into()
    }
}

impl ToSchema for Told {}

/// Answer, volunteer or change.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswersRequest {
    /// On what occasion.
    #[serde(default)]
    how: How,
    /// What was said, in order; each is an event of its own.
    answers: Vec<AnswerItem>,
    /// Only show what would become of the case; nothing is recorded.
    #[serde(default)]
    pub preview: bool,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// On what occasion something was said.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It is asked now.
    #[default]
    Answer,
    /// It was said before it was asked.
    Volunteer,
    /// It replaces what was said before.
    Change,
}

/// Something said of one question, guide or checklist: exactly one of `answer`, `ticked` (or `others`) and `take_back`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, try_from = "AnswerParts")]
pub struct AnswerItem {
    question: String,
    what: WhatBody,
}

impl PartialSchema for AnswerItem {
    fn schema() -> RefOr<Schema> {
        AnswerParts::schema()
    }
}

impl ToSchema for AnswerItem {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((AnswerBody::name().into_owned(), AnswerBody::schema()));
        schemas.push((OthersBody::name().into_owned(), OthersBody::schema()));
    }
}

#[derive(Debug, Clone)]
enum WhatBody {
    Answer(AnswerBody),
    Ticked(Vec<String>, Option<OthersBody>),
    TakenBack,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerParts {
    /// The id of the question, guide or checklist.
    question: String,
    /// The answer; of a guide, `{"exit": …}`.
    answer: Option<AnswerBody>,
    /// Of a checklist: the members that apply.
    ticked: Option<Vec<String>>,
    /// Of a checklist: what of the others on the screen. Unset, they stay unanswered.
    others: Option<OthersBody>,
    /// The answer is taken back: the question is unanswered again.
    #[serde(default)]
    take_back: bool,
}

/// What of the members of a checklist that were not ticked.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OthersBody {
    /// "None of these", "nothing else".
    No,
    /// Not sure: they are asked one by one.
    NotSure,
}

impl TryFrom<AnswerParts> for AnswerItem {
    type Error = &'static str;

    fn try_from(parts: AnswerParts) -> Result<Self, Self::Error> {
        let what = match (parts.answer, parts.ticked, parts.others, parts.take_back) {
            (Some(answer), None, None, false) => WhatBody::Answer(answer),
            (None, None, None, true) => WhatBody::TakenBack,
            (None, None, None, false) => {
                return Err("one of `answer`, `ticked`, `others` and `take_back` must be there");
            }
            (None, ticked, others, false) => WhatBody::Ticked(ticked.unwrap_or_default(), others),
            _ => {
                return Err(
                    "only one of `answer`, `ticked` (with `others`) and `take_back` can be there",
                );
            }
        };
        Ok(AnswerItem {
            question: parts.question,
            what,
        })
    }
}

impl AnswersRequest {
    /// The occasion, and what was said.
    pub fn said(self) -> (Occasion, Vec<Said>) {
        let occasion = match self.how {
            How::Answer => Occasion::Asked,
            How::Volunteer => Occasion::Volunteered,
            How::Change => Occasion::Changed,
        };
        (occasion, self.answers.into_iter().map(Said::from).collect())
    }
}

impl From<AnswerItem> for Said {
    fn from(item: AnswerItem) -> Self {
        let what = match item.what {
            WhatBody::Answer(answer) => What::Answer(answer.0),
            WhatBody::TakenBack => What::TakenBack,
            WhatBody::Ticked(ticked, others) => {
                let others = others.map(|others| match others {
                    OthersBody::No => Others::No,
                    OthersBody::NotSure => Others::NotSure,
                });
                What::Ticked { ticked, others }
            }
        };
        Said {
            name: item.question,
            what,
        }
    }
}
