//! What comes next, with all that a client needs to show it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::pathway::Content;
use crate::pathway::content::{Asked, Checklist, FactId, Guide, Kind};
use crate::service::speech::Speech;
use crate::service::view::View;
use crate::service::walk::Walked;
use crate::walk::Next;

/// What comes next.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum NextReply {
    /// Choose a complaint: nothing more can be asked without one.
    ChooseComplaint,
    /// Who the patient is.
    Patient(ScreenReply),
    /// A question, a group of questions or a checklist.
    Ask(ScreenReply),
    /// The result is certain; this is asked for whoever receives the case.
    Keep(ScreenReply),
    /// What to do and say meanwhile.
    Guide(GuideReply),
    /// Nothing more: the result stands.
    Outcome,
    /// The contact ended before its walk; begin another.
    Ended,
}

/// A screen.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScreenReply {
    /// Set for a checklist: answer it by its id.
    pub checklist: Option<ChecklistReply>,
    /// Questions that may be answered together.
    pub questions: Vec<QuestionReply>,
}

/// A screen over several yes/no questions.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChecklistReply {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub say: String,
    /// Why it is asked.
    pub why: Option<String>,
    /// How to check, examples.
    pub help: Option<String>,
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionReply {
    /// Its id.
    pub id: String,
    /// What to ask.
    pub say: String,
    /// Why it is asked.
    pub why: Option<String>,
    /// How to check, examples.
    pub help: Option<String>,
    /// Approved other ways of asking.
    pub rephrase: Vec<String>,
    /// It is a red flag.
    pub red_flag: bool,
    /// How it is answered.
    pub answer: AnswerKind,
}

/// How a question is answered. "Not sure" always can be: `{"not_sure": true}`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AnswerKind {
    /// `yes` or `no`.
    YesNo {
        /// As shown.
        options: Vec<OptionReply>,
    },
    /// One of the options; or none of them: `{"none_fit": "the caller's words"}`.
    OneOf {
        /// In the order of the screen.
        options: Vec<OptionReply>,
    },
    /// A number in bounds. One beyond a bound is kept as said and read as the bound.
    Number {
        /// A word.
        unit: String,
        /// Lowest.
        from: f64,
        /// Highest.
        to: f64,
        /// Between two answers.
        step: f64,
    },
    /// An instant in the past: `{"at": …}`.
    Ago {
        /// The unit it is asked in, in minutes.
        unit_minutes: i64,
        /// The bound, in minutes.
        to: i64,
    },
    /// An instant that something is due at: `{"at": …}`.
    Due {
        /// The unit it is asked in, in minutes.
        unit_minutes: i64,
        /// The earliest, in minutes from now.
        from: i64,
        /// The latest, in minutes from now.
        to: i64,
    },
    /// Any number of rows, at least one: `["bleach"]`.
    Pick {
        /// In order.
        rows: Vec<OptionReply>,
    },
    /// `{"age": "20 months"}`, `{"birth_date": …}` or `{"not_told": true}`.
    Age,
    /// Words, for people.
    Text,
}

/// Something that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct OptionReply {
    /// Its id.
    pub id: String,
    /// As shown.
    pub text: String,
}

/// What to do and say meanwhile.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuideReply {
    /// Its id; answer it with one of its exits: `{"exit": …}`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What is said.
    pub say: Option<String>,
    /// In order.
    pub steps: Vec<String>,
    /// In seconds.
    pub timer_seconds: Option<u32>,
    /// The answers that end it.
    pub exits: Vec<OptionReply>,
}

impl NextReply {
    /// Of a case.
    pub fn of_view(view: &View, speech: &Speech) -> Self {
        if view
            .case
            .contact()
            .is_some_and(|contact| contact.left_early.is_some())
        {
            return NextReply::Ended;
        }
        let needs_complaint = view.needs_complaint();
        Self::of(
            &view.release.content,
            &view.present.position.next,
            needs_complaint,
            speech,
        )
    }

    /// Of a walk that stores nothing.
    pub fn of_walked(walked: &Walked) -> Self {
        Self::of(
            &walked.release.content,
            &walked.explanation.position.next,
            walked.needs_complaint(),
            &walked.speech,
        )
    }

    fn of(content: &Content, next: &Next, needs_complaint: bool, speech: &Speech) -> Self {
        let screen =
            |asked: &Asked, shown: &[FactId]| ScreenReply::of(content, *asked, shown, speech);
        match next {
            Next::Patient { asked, shown } => NextReply::Patient(screen(asked, shown)),
            Next::Ask { asked, shown } => NextReply::Ask(screen(asked, shown)),
            Next::Keep { asked, shown } => NextReply::Keep(screen(asked, shown)),
            Next::Guide(guide) => NextReply::Guide(GuideReply::of(content.guide(*guide), speech)),
            Next::End if needs_complaint => NextReply::ChooseComplaint,
            Next::End => NextReply::Outcome,
        }
    }
}

impl ScreenReply {
    fn of(content: &Content, asked: Asked, shown: &[FactId], speech: &Speech) -> Self {
        let checklist = match asked {
            Asked::Checklist(id) => Some(ChecklistReply::of(content.checklist(id), speech)),
            Asked::Question(_) => None,
        };
        ScreenReply {
            checklist,
            questions: shown
                .iter()
                .map(|fact| QuestionReply::of(content, *fact, speech))
                .collect(),
        }
    }
}

impl ChecklistReply {
    fn of(checklist: &Checklist, speech: &Speech) -> Self {
        ChecklistReply {
            id: checklist.id.clone(),
            say: speech.say(&checklist.wording),
            why: checklist.why.as_ref().map(|text| speech.say(text)),
            help: checklist.help.as_ref().map(|text| speech.say(text)),
        }
    }
}

impl QuestionReply {
    fn of(content: &Content, id: FactId, speech: &Speech) -> Self {
        let fact = content.fact(id);
        QuestionReply {
            id: fact.id.clone(),
            say: speech.say(&fact.wording),
            why: fact.why.as_ref().map(|text| speech.say(text)),
            help: fact.help.as_ref().map(|text| speech.say(text)),
            rephrase: fact.rephrase.iter().map(|text| speech.say(text)).collect(),
            red_flag: fact.red_flag,
            answer: AnswerKind::of(content, &fact.kind, speech),
        }
    }
}

impl AnswerKind {
    fn of(content: &Content, kind: &Kind, speech: &Speech) -> Self {
        match kind {
            Kind::OneOf { options, yes_no } => {
                let options = options
                    .iter()
                    .map(|choice| OptionReply {
                        id: choice.id.clone(),
                        text: speech.say(&choice.text),
                    })
                    .collect();
                if *yes_no {
                    AnswerKind::YesNo { options }
                } else {
                    AnswerKind::OneOf { options }
                }
            }
            Kind::Number(number) => {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "bounds of a question are small; they are shown, not reckoned with"
                )]
                let shown = |value: i64| {
                    value as f64 / 10_f64.powi(i32::try_from(number.scale).unwrap_or_default())
                };
                AnswerKind::Number {
                    unit: number.unit.clone(),
                    from: shown(number.from),
                    to: shown(number.to),
                    step: shown(number.step),
                }
            }
            Kind::Ago { unit_minutes, to } => AnswerKind::Ago {
                unit_minutes: *unit_minutes,
                to: *to,
            },
            Kind::Due {
                unit_minutes,
                from,
                to,
            } => AnswerKind::Due {
                unit_minutes: *unit_minutes,
                from: *from,
                to: *to,
            },
            Kind::Pick(table) => {
                let rows = &content.table(*table).rows;
                AnswerKind::Pick {
                    rows: rows
                        .iter()
                        .map(|row| OptionReply {
                            id: row.id.clone(),
                            text: speech.say(&row.text),
                        })
                        .collect(),
                }
            }
            Kind::Age => AnswerKind::Age,
            Kind::Text => AnswerKind::Text,
        }
    }
}

impl GuideReply {
    fn of(guide: &Guide, speech: &Speech) -> Self {
        GuideReply {
            id: guide.id.clone(),
            title: speech.say(&guide.title),
            say: guide.say.as_ref().map(|text| speech.say(text)),
            steps: guide.steps.iter().map(|step| speech.say(step)).collect(),
            timer_seconds: guide.timer_seconds,
            exits: guide
                .exits
                .iter()
                .map(|exit| OptionReply {
                    id: exit.id.clone(),
                    text: speech.say(&exit.text),
                })
                .collect(),
        }
    }
}
