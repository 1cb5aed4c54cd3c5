//! Wording: one logic, many voices.

use serde::{Deserialize, Serialize};

/// Who is being spoken to, and about whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// A member of the public reads it.
    Public,
    /// A call handler reads it out.
    Handler,
    /// A health professional who rings about a patient.
    Professional,
    /// Somebody who is with the patient and looks.
    Observer,
}

/// Whether the person who answers is the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The patient answers.
    First,
    /// Somebody else answers for the patient.
    Third,
}

/// What a patient is called who has no name here and is no child. The placeholder never takes a verb, so it is never "they".
pub const UNNAMED: &str = "them";

/// A whole sentence in the variants that differ; `say` stands in for all that are absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Text {
    /// To the person, in the public voice.
    pub say: String,
    /// About `{patient}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub third: Option<String>,
    /// What the call handler reads out to the patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// What the call handler reads out to somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler_third: Option<String>,
    /// To a health professional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub professional: Option<String>,
    /// To somebody who is with the patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observer: Option<String>,
}

impl Text {
    /// A text with one wording for everybody.
    pub fn plain(say: impl Into<String>) -> Self {
        Text {
            say: say.into(),
            ..Text::default()
        }
    }

    /// The wording for a voice and party, with `{patient}` replaced by `patient` ("your baby", "your child", a first name, [`UNNAMED`]).
    pub fn wording(&self, voice: Voice, party: Party, patient: &str) -> String {
        let written = self.variant(voice, party);
        match written.strip_prefix("{patient}:") {
            // "Them: is there pain?" is nobody's English.
            Some(rest) if patient == UNNAMED => format!("About {UNNAMED}:{rest}"),
            _ => written.to_owned(),
        }
        .replace("{patient}", patient)
    }

    fn variant(&self, voice: Voice, party: Party) -> &str {
        let third = || self.third.as_deref().unwrap_or(&self.say);
        let own = match (voice, party) {
            (Voice::Public, Party::First) => None,
            (Voice::Public, Party::Third) => self.third.as_deref(),
            (Voice::Handler, Party::First) => self.handler.as_deref(),
            (Voice::Handler, Party::Third) => self.handler_third.as_deref(),
            (Voice::Professional, _) => self.professional.as_deref(),
            (Voice::Observer, _) => self.observer.as_deref(),
        };
        own.unwrap_or_else(|| match (voice, party) {
            (Voice::Professional | Voice::Observer, _) | (_, Party::Third) => third(),
            _ => &self.say,
        })
    }
}
