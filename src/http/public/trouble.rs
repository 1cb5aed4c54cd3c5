//! What can go wrong for a visitor, and what they then see.

use axum::response::{IntoResponse, Response};

use crate::case::answer::AnswerError;
use crate::service::limits::TooMany;
use crate::service::ports::StoreError;
use crate::service::triage::TriageError;

use super::outcome;
use super::reply::Shown;

/// What went wrong.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// Not wrong: the case stands elsewhere.
    Elsewhere(String),
    /// This device has no case, or not any more.
    NoCase,
    /// There is no such page.
    NotFound,
    /// A form that is not ours.
    Refused,
    /// Too many people at once.
    Busy {
        /// What was said is an emergency, recorded or not.
        emergency: bool,
    },
    /// Too much from one address in too short a time.
    Limited(TooMany),
    /// A fault of ours.
    Failed {
        /// What was said is an emergency, recorded or not.
        emergency: bool,
    },
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        Shown(Err(self)).into_response()
    }
}

impl From<TooMany> for Trouble {
    fn from(wait: TooMany) -> Self {
        Trouble::Limited(wait)
    }
}

impl From<TriageError> for Trouble {
    fn from(error: TriageError) -> Self {
        match error {
            TriageError::NotFound | TriageError::Destroyed => Trouble::NoCase,
            // Somebody was faster, or this is a resend: what stands is shown, and nothing was changed.
            TriageError::Conflict { .. } | TriageError::KeyReused => {
                Trouble::Elsewhere("/questions?notice=moved-on".to_owned())
            }
            TriageError::Answer(AnswerError::AlreadyAnswered { .. }) => {
                Trouble::Elsewhere("/questions?notice=moved-on".to_owned())
            }
            TriageError::Answer(
                AnswerError::NotAsked { .. }
                | AnswerError::NotAnswered { .. }
                | AnswerError::NotListed { .. },
            ) => Trouble::Elsewhere("/questions?notice=not-asked".to_owned()),
            TriageError::ContactEnded => Trouble::Elsewhere("/outcome".to_owned()),
            TriageError::NotRecorded { source, view } => {
                of_store(&source, outcome::emergency(&view).is_some())
            }
            TriageError::Store(source) => of_store(&source, false),
            error => {
                tracing::error!(error.message = %error, "a public page failed");
                Trouble::Failed { emergency: false }
            }
        }
    }
}

fn of_store(error: &StoreError, emergency: bool) -> Trouble {
    tracing::error!(error.message = %error, "the record failed under a public page");
    match error {
        StoreError::Busy(_) => Trouble::Busy { emergency },
        _ => Trouble::Failed { emergency },
    }
}

impl Trouble {
    /// The same trouble, where what was said is an emergency by itself.
    pub fn or_emergency(self, is_emergency: bool) -> Self {
        match self {
            Trouble::Busy { emergency } => Trouble::Busy {
                emergency: emergency || is_emergency,
            },
            Trouble::Failed { emergency } => Trouble::Failed {
                emergency: emergency || is_emergency,
            },
            other => other,
        }
    }
}
