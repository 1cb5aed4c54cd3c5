//! Why a case stands where it does, and what would change it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::pathway::Content;
use crate::pathway::content::{FactId, Given, Kind, LineId};
use crate::service::speech::Speech;
use crate::walk::explain::{FlagState, Operand};
use crate::walk::{Answer, Change, Explanation, Reached};

use super::reply::{NeedReply, ReleaseReply, ResultReply};
use super::screen::NextReply;

/// Where the facts lead.
#[derive(Debug, Serialize, ToSchema)]
pub struct WalkReply {
    /// What everything here was made from.
    pub release: ReleaseReply,
    /// The most urgent so far; at the end, the result. Absent while nothing is true.
    pub result: Option<ResultReply>,
    /// What comes next.
    pub next: NextReply,
    /// Why, and what would change it.
    pub explanation: WhyReply,
}

/// What a case comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeReply {
    /// Where the case stands.
    pub state: super::reply::CaseReply,
    /// Why, and what would change it. This is about the present facts; what is held from earlier stands in `grounds` of the case.
    pub explanation: WhyReply,
}

/// Why a case stands where it does, and what would change it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhyReply {
    /// The lines that decide the result.
    pub decided_by: Vec<ReasonReply>,
    /// Lines that are true and less urgent.
    pub also_true: Vec<ReasonReply>,
    /// Parallel needs.
    pub needs: Vec<NeedReply>,
    /// Red flags that apply.
    pub red_flags: Vec<RedFlagReply>,
    /// More urgent lines that what was said has ruled out, most urgent first.
    pub ruled_out: Vec<ReasonReply>,
    /// Single answers that would raise the result, worst first.
    pub would_change: Vec<ChangeReply>,
    /// Care advice.
    pub advice: Vec<AdviceReply>,
    /// Questions that were answered and no longer apply; confirm or change them.
    pub no_longer_apply: Vec<String>,
    /// Questions that were said one way and implied another; read as not sure.
    pub conflicts: Vec<String>,
    /// How many answers are not sure, refused or timed out.
    pub not_sure: usize,
    /// How many answers are none of these.
    pub none_fit: usize,
    /// The most urgent disposition that an open question could still bring.
    pub could_reach: Option<String>,
    /// The content has a fault that this case met; the result went to the more urgent side.
    pub defect: bool,
}

/// A line, and what it rests on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonReply {
    /// `line`, `none_fit`, `early_exit` or `nothing_true`.
    pub kind: &'static str,
    /// What it reaches.
    pub disposition: String,
    /// One sentence the caller may hear.
    pub because: Option<String>,
    /// Where it stands: file and line.
    pub place: Option<String>,
    /// Sources.
    pub evidence: Vec<String>,
    /// What it rests on.
    pub answers: Vec<AnsweredReply>,
}

/// A question and what was said of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnsweredReply {
    /// The question.
    pub question: String,
    /// What was asked.
    pub say: String,
    /// What was said.
    #[schema(value_type = super::request::AnswerBody)]
    pub answer: Answer,
    /// What was said, as shown on the screen; absent where the answer speaks for itself.
    pub shown: Option<String>,
}

impl AnsweredReply {
    /// A question and what was said of it, in the words of `speech`.
    pub fn of(content: &Content, fact: FactId, answer: &Answer, speech: &Speech) -> Self {
        let question = content.fact(fact);
        let option = |word: &str| match &question.kind {
            Kind::OneOf { options, .. } => options
                .iter()
                .find(|choice| choice.id == word)
                .map(|choice| speech.say(&choice.text)),
            _ => None,
        };
        AnsweredReply {
            question: question.id.clone(),
            say: speech.say(&question.wording),
            shown: if let Answer::Word(word) = answer {
                option(word)
            } else {
                None
            },
            answer: answer.clone(),
        }
    }
}

/// A red flag.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedFlagReply {
    /// The question.
    pub question: String,
    /// `present`, `excluded`, `unsure`, `not_asked` or `answered`.
    pub state: &'static str,
}

/// A different answer, and what it would reach.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeReply {
    /// The question.
    pub question: String,
    /// What was asked.
    pub say: String,
    /// The other answer.
    #[schema(value_type = super::request::AnswerBody)]
    pub to: Answer,
    /// As shown on the screen.
    pub shown: Option<String>,
    /// What would be reached at once.
    pub disposition: String,
}

/// An item of care advice.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdviceReply {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Lines that hold for this patient.
    pub lines: Vec<String>,
}

/// The words in which a content is shown.
struct Shown<'a> {
    content: &'a Content,
    speech: &'a Speech,
}

impl WhyReply {
    /// Of an explanation, in the words of `speech`.
    pub fn of(content: &Content, why: &Explanation, speech: &Speech) -> Self {
        let shown = Shown { content, speech };
        let reasons = |reasons: &[crate::walk::explain::Reason]| {
            reasons
                .iter()
                .map(|reason| {
                    shown.reason(
                        reason.reached,
                        content.disposition(reason.disposition).id.clone(),
                        &reason.operands,
                    )
                })
                .collect()
        };
        let id = |fact: FactId| content.fact(fact).id.clone();
        WhyReply {
            decided_by: reasons(&why.decided_by),
            also_true: reasons(&why.also_true),
            needs: why.needs.iter().map(|need| shown.need(need)).collect(),
            red_flags: why
                .red_flags
                .iter()
                .map(|flag| RedFlagReply {
                    question: id(flag.fact),
                    state: flag_state(flag.state),
                })
                .collect(),
            ruled_out: why
                .ruled_out
                .iter()
                .map(|out| {
                    shown.reason(
                        Reached::Line(out.line),
                        content.disposition(out.disposition).id.clone(),
                        &out.operands,
                    )
                })
                .collect(),
            would_change: why
                .would_change
                .iter()
                .map(|change| shown.change(change))
                .collect(),
            advice: why
                .advice
                .iter()
                .map(|advice| shown.advice(advice))
                .collect(),
            no_longer_apply: why.no_longer_apply.iter().map(|fact| id(*fact)).collect(),
            conflicts: why
                .conflicts
                .iter()
                .map(|conflict| id(conflict.said.fact))
                .collect(),
            not_sure: why.not_sure,
            none_fit: why.none_fit,
            could_reach: why
                .position
                .could_reach
                .map(|could| content.disposition(could).id.clone()),
            defect: why.position.defect,
        }
    }
}

fn flag_state(state: FlagState) -> &'static str {
    match state {
        FlagState::Present => "present",
        FlagState::Excluded => "excluded",
        FlagState::Unsure => "unsure",
        FlagState::NotAsked => "not_asked",
        FlagState::Answered => "answered",
    }
}

impl Shown<'_> {
    fn reason(&self, reached: Reached, disposition: String, operands: &[Operand]) -> ReasonReply {
        let (kind, line) = match reached {
            Reached::Line(line) => ("line", Some(line)),
            Reached::NoneFit => ("none_fit", None),
            Reached::EarlyExit => ("early_exit", None),
            Reached::NothingTrue => ("nothing_true", None),
        };
        let line = line.map(|line: LineId| self.content.line(line));
        ReasonReply {
            kind,
            disposition,
            because: line
                .and_then(|line| line.because.as_ref())
                .map(|text| self.speech.say(text)),
            place: line.map(|line| format!("{}:{}", line.place.file, line.place.line)),
            evidence: line.map(|line| line.evidence.clone()).unwrap_or_default(),
            answers: operands
                .iter()
                .map(|operand| {
                    AnsweredReply::of(self.content, operand.fact, &operand.said, self.speech)
                })
                .collect(),
        }
    }

    fn need(&self, reason: &crate::walk::explain::NeedReason) -> NeedReply {
        let need = self.content.need(reason.need);
        NeedReply {
            id: need.id.clone(),
            title: self.speech.say(&need.title),
            say: self.speech.say(&need.say),
        }
    }

    fn change(&self, change: &Change) -> ChangeReply {
        let question = self.content.fact(change.fact);
        let answer = given(self.content, change.fact, change.to);
        let said = AnsweredReply::of(self.content, change.fact, &answer, self.speech);
        ChangeReply {
            question: question.id.clone(),
            say: said.say,
            shown: said.shown,
            to: answer,
            disposition: self.content.disposition(change.disposition).id.clone(),
        }
    }

    fn advice(&self, shown: &crate::walk::explain::AdviceShown) -> AdviceReply {
        let item = self.content.advice_item(shown.item);
        let lines = shown
            .lines
            .iter()
            .filter_map(|place| item.lines.get(*place));
        AdviceReply {
            id: item.id.clone(),
            title: self.speech.say(&item.title),
            lines: lines.map(|line| self.speech.say(&line.text)).collect(),
        }
    }
}

/// A value of a fact, as an answer that a client could give.
fn given(content: &Content, fact: FactId, to: Given) -> Answer {
    let word = |word: Option<&String>| Answer::Word(word.cloned().unwrap_or_default());
    match (to, &content.fact(fact).kind) {
        (Given::Option(place), Kind::OneOf { options, .. }) => {
            word(options.get(usize::from(place)).map(|choice| &choice.id))
        }
        (Given::Row(place), Kind::Pick(table)) => Answer::Rows(
            content
                .table(*table)
                .rows
                .get(usize::from(place))
                .map(|row| row.id.clone())
                .into_iter()
                .collect(),
        ),
        (Given::Number(steps), kind) => {
            let scale = if let Kind::Number(number) = kind {
                number.scale
            } else {
                0
            };
            #[expect(
                clippy::cast_precision_loss,
                reason = "values of a question are small; this one is shown, not reckoned with"
            )]
            Answer::Number(steps as f64 / 10_f64.powi(i32::try_from(scale).unwrap_or_default()))
        }
        _ => word(None),
    }
}
