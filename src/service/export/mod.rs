//! Everything that is held on cases, for the person whom they are about, or a court.
//!
//! The shape is documented in `docs/operators/privacy.md` and has a version of its own. What was asked and advised stands in the
//! words of the release on which it was asked, however long ago. Each event is there as it was recorded as well, so nothing that is
//! held is left out because this program has no words for it.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::case::event::Body;
use crate::case::ids::CaseId;

use super::notes::{Note, NoteError};
use super::rights::Right;
use super::{Caller, Service};

mod read;

/// The version of the shape.
pub const VERSION: u32 = 1;

/// Everything that is held on some cases.
#[derive(Debug, Serialize)]
pub struct Export {
    /// Always `nhs111-export`.
    pub format: &'static str,
    /// [`VERSION`].
    pub version: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: Person,
    /// In the order in which they were asked for.
    pub cases: Vec<ExportedCase>,
}

/// Who did something.
#[derive(Debug, Serialize)]
pub struct Person {
    /// `visitor`, `client`, `handler`, `clinician`, `service` or `operator`.
    pub role: String,
    /// Which one, where the record says so.
    pub id: Option<String>,
}

/// Everything that is held on a case.
#[derive(Debug, Serialize)]
pub struct ExportedCase {
    /// Which.
    pub case: CaseId,
    /// Whose.
    pub provider: String,
    /// `real`, `practice` or `test`.
    pub mark: Value,
    /// The record is as it was recorded: its chain verifies.
    pub is_as_recorded: bool,
    /// It is wanted as evidence.
    pub on_hold: bool,
    /// Calls and visits, in order.
    pub contacts: Vec<ExportedContact>,
}

/// A call or a visit.
#[derive(Debug, Serialize)]
pub struct ExportedContact {
    /// From 1.
    pub number: u32,
    /// `desk`, `public` or `api`.
    pub channel: Value,
    /// When it began.
    pub began: Timestamp,
    /// The hash of the release on which it was triaged.
    pub release: String,
    /// Whether that release could be read; if not, there are ids in the place of words.
    pub in_its_words: bool,
    /// What happened, in order.
    pub events: Vec<ExportedEvent>,
}

/// Something that happened.
#[derive(Debug, Serialize)]
pub struct ExportedEvent {
    /// Its place in the case.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Person,
    /// `asked`, `volunteered`, `carried_over` or `inferred`.
    pub how: Value,
    /// What kind of event it is.
    pub kind: &'static str,
    /// What it is about, in words: the question as it was put, the complaint, the dispositions held.
    pub about: Vec<String>,
    /// What was said.
    pub said: Option<Said>,
    /// What was advised.
    pub advised: Option<Advised>,
    /// What was put right later, in order.
    pub corrected: Vec<Correction>,
    /// The event as it was recorded.
    pub recorded: Value,
    /// The part of it that is kept sealed; absent where there is none.
    pub personal: Option<Value>,
    /// It has a sealed part, and that does not open.
    pub unreadable: bool,
}

/// What was said.
#[derive(Debug, Serialize)]
pub struct Said {
    /// The kind of answer.
    pub kind: &'static str,
    /// In words; absent where the kind says it all.
    pub text: Option<String>,
}

/// What was advised.
#[derive(Debug, Serialize)]
pub struct Advised {
    /// The disposition.
    pub disposition: String,
    /// What to do, in a sentence.
    pub headline: Option<String>,
    /// What to do meanwhile.
    pub steps: Vec<String>,
    /// When to ask for help again.
    pub worsening: Vec<String>,
    /// Care advice, each item its heading and lines.
    pub advice: Vec<(String, Vec<String>)>,
}

/// What was put right.
#[derive(Debug, Serialize)]
pub struct Correction {
    /// The event that says so.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Person,
    /// The part that was wrong.
    pub field: String,
    /// What is right; absent where it does not open.
    pub right: Option<String>,
}

impl Service {
    /// Everything that is held on these cases. That it was handed out is noted on each, and stands in what is handed out.
    ///
    /// # Errors
    /// [`NoteError`] if one of them cannot be read, or the note was not taken; nothing is then handed out.
    pub async fn export(
        &self,
        caller: &Caller,
        cases: &[CaseId],
        format: &str,
    ) -> Result<Export, NoteError> {
        caller.may(Right::KeepRecords)?;
        let mut exported = Vec::with_capacity(cases.len());
        for case in cases {
            self.note(caller, *case, |_| {
                Ok(Note {
                    body: Body::Exported {
                        format: format.to_owned(),
                    },
                    personal: None,
                })
            })
            .await?;
            let opened = self.kept(&caller.provider, *case).await?;
            exported.push(self.exported(&opened).await?);
        }
        Ok(Export {
            format: "nhs111-export",
            version: VERSION,
            made_at: self.now(),
            made_by: read::person(&caller.actor),
            cases: exported,
        })
    }
}
