//! What clients send.
#![expect(
    unused_qualifications,
    reason = "the macro that describes the types writes whole paths"
)]

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type,
};
use utoipa::{PartialSchema, ToSchema};

use crate::case::answer::{Occasion, Others, Said, What};
use crate::case::event::Mark;
use crate::case::ground::{GroundId, ReleaseReason};
use crate::http::error::Error;
use crate::pathway::text::Voice;
use crate::service::guarded::{CancelReason, ReleaseGrounds};
use crate::service::triage::StartCase;
use crate::service::walk::Known;
use crate::walk::Answer;

use super::who::PersonBody;

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

/// Who the patient is. What is left out is asked.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Patient {
    /// Whether the person who answers is the patient: `first` or `third`.
    party: Option<String>,
    /// With its unit: `20 months`; or `not told`.
    #[schema(example = "58 years")]
    age: Option<String>,
    /// In place of the age.
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<Date>,
    /// `female`, `male`, or `not told`.
    sex: Option<String>,
}

const NOT_TOLD: &str = "not told";

impl Patient {
    fn told(self) -> impl Iterator<Item = (String, Answer)> {
        let word = |word: String| {
            if word == NOT_TOLD {
                Answer::NotTold
            } else {
                Answer::Word(word)
            }
        };
        let age = |age: String| {
            if age == NOT_TOLD {
                Answer::NotTold
            } else {
                Answer::Age(age)
            }
        };
        let told = [
            ("party", self.party.map(word)),
            // Of two ages the date is the exact one.
            (
                "age",
                self.birth_date.map(Answer::BirthDate).or(self.age.map(age)),
            ),
            ("sex", self.sex.map(word)),
        ];
        told.into_iter()
            .filter_map(|(name, answer)| Some((name.to_owned(), answer?)))
    }
}

/// Start a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartRequest {
    /// Complaints chosen so far (`GET /api/v1/complaints`); more can be chosen later.
    #[serde(default)]
    complaints: Vec<String>,
    /// Who the patient is.
    #[serde(default)]
    patient: Patient,
    /// What was said before anything was asked.
    #[serde(default)]
    volunteered: Told,
    /// `practice` and `test` cases are excluded from every queue, message and figure.
    #[serde(default)]
    mark: MarkBody,
    /// Who the person is, as far as that is known: sealed, and looked for in earlier contacts.
    #[serde(default)]
    person: PersonBody,
}

/// What a case is for.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkBody {
    /// A person who needs help.
    #[default]
    Real,
    /// Somebody learning.
    Practice,
    /// A test of the service.
    Test,
}

impl TryFrom<StartRequest> for StartCase {
    type Error = Error;

    fn try_from(request: StartRequest) -> Result<Self, Error> {
        let known = request.patient.told().chain(request.volunteered.0);
        Ok(StartCase {
            complaints: request.complaints,
            known: known
                .map(|(name, answer)| Said {
                    name,
                    what: What::Answer(answer),
                })
                .collect(),
            mark: match request.mark {
                MarkBody::Real => Mark::Real,
                MarkBody::Practice => Mark::Practice,
                MarkBody::Test => Mark::Test,
            },
            person: request.person.read()?,
        })
    }
}

/// Choose complaints.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintsRequest {
    /// Their ids (`GET /api/v1/complaints`).
    pub complaints: Vec<String>,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// Something that needs nothing but to be asked for.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlainRequest {
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// Give a number to ring back on.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallbackNumberRequest {
    /// 7 to 15 digits, with `+` before them or not; spaces, hyphens and brackets may stand between them.
    pub number: String,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// Release grounds.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRequest {
    /// Their ids, from `grounds` of the case.
    grounds: Vec<u32>,
    /// Earlier judgements that this one takes the place of: their `seq`, from `judgements` of the case. One that is not named goes on
    /// to count.
    #[serde(default)]
    judgements: Vec<u64>,
    /// Why.
    reason: ReleaseReasonBody,
    /// The clinician's own disposition, held in their place.
    disposition: String,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// Why grounds are released.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseReasonBody {
    /// The clinician assessed the patient and came to another view.
    Assessed,
    /// The answer was recorded by mistake.
    RecordedByMistake,
    /// It was so, and is no longer.
    Resolved,
    /// A care plan says otherwise.
    CarePlan,
}

impl From<ReleaseRequest> for ReleaseGrounds {
    fn from(request: ReleaseRequest) -> Self {
        ReleaseGrounds {
            grounds: request.grounds.into_iter().map(GroundId).collect(),
            judgements: request.judgements,
            reason: match request.reason {
                ReleaseReasonBody::Assessed => ReleaseReason::Assessed,
                ReleaseReasonBody::RecordedByMistake => ReleaseReason::RecordedByMistake,
                ReleaseReasonBody::Resolved => ReleaseReason::Resolved,
                ReleaseReasonBody::CarePlan => ReleaseReason::CarePlan,
            },
            disposition: request.disposition,
        }
    }
}

/// Record that a start was cancelled.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// The kind of service, from `starts` of the case.
    pub service: String,
    /// Why.
    pub reason: CancelReasonBody,
    /// The `seq` of the case as last seen; if it has moved on, nothing is changed and the reply is 409.
    pub after: Option<u64>,
}

/// Why a start was cancelled.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelReasonBody {
    /// The caller wants it no more.
    CallerCancelled,
    /// It was asked for by mistake.
    MadeByMistake,
    /// The service that was asked said so.
    CancelledByService,
}

impl From<CancelReasonBody> for CancelReason {
    fn from(reason: CancelReasonBody) -> Self {
        match reason {
            CancelReasonBody::CallerCancelled => CancelReason::CallerCancelled,
            CancelReasonBody::MadeByMistake => CancelReason::MadeByMistake,
            CancelReasonBody::CancelledByService => CancelReason::CancelledByService,
        }
    }
}

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

/// Walk without storing anything.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WalkRequest {
    /// The hash of the release to walk on; the active one, unless given.
    release: Option<String>,
    /// When the contact began; now, unless given.
    #[schema(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
    /// Complaints chosen, in order.
    #[serde(default)]
    complaints: Vec<String>,
    /// Who the patient is.
    #[serde(default)]
    patient: Patient,
    /// What was said, in order.
    #[serde(default)]
    facts: Told,
    /// What your service knows of the person (earlier contacts, the record). What is left out reads as nothing to look up;
    /// a look-up that failed is `{"unknown": true}`.
    #[serde(default)]
    system: Told,
    /// The last contact ended before its walk.
    #[serde(default)]
    ended_early: bool,
    /// In whose words texts are.
    #[serde(default)]
    pub voice: VoiceBody,
}

impl From<WalkRequest> for Known {
    fn from(request: WalkRequest) -> Self {
        Known {
            release: request.release,
            as_of: request.as_of,
            complaints: request.complaints,
            said: request.patient.told().chain(request.facts.0).collect(),
            system: request.system.0,
            ended_early: request.ended_early,
        }
    }
}

/// In whose words texts are.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoiceBody {
    /// A member of the public reads them.
    #[default]
    Public,
    /// A call handler reads them out.
    Handler,
    /// For a health professional who rings about a patient.
    Professional,
    /// For somebody who is with the patient and looks.
    Observer,
}

impl From<VoiceBody> for Voice {
    fn from(voice: VoiceBody) -> Self {
        match voice {
            VoiceBody::Public => Voice::Public,
            VoiceBody::Handler => Voice::Handler,
            VoiceBody::Professional => Voice::Professional,
            VoiceBody::Observer => Voice::Observer,
        }
    }
}

/// What may stand behind the question mark.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InVoice {
    /// In whose words texts are: `public`, `handler`, `professional` or `observer`.
    #[serde(default)]
    #[param(inline)]
    pub voice: VoiceBody,
}
