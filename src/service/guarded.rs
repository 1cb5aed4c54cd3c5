//! What is done to a case beside answering: a number to ring back on, releasing grounds, cancelling a start. Each is guarded by a right.

use std::str::FromStr;

use serde::Serialize;

use crate::case::ground::{GroundId, ReleaseReason};
use crate::case::state::StartState;

use super::access::Access;
use super::idempotency::{Asked, request};
use super::rights::Right;
use super::triage::TriageError;
use super::view::View;
use super::{Caller, Service};

/// A number on which the caller can be rung back: `+` and 7 to 15 digits, or the digits alone.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CallbackNumber(String);

impl std::fmt::Debug for CallbackNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallbackNumber(…)")
    }
}

/// A text that is no phone number. It is not repeated: it may be one with a slip in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a call-back number has 7 to 15 digits, with a `+` before them or not; spaces, hyphens and brackets may stand between them"
)]
pub struct NotAPhoneNumber;

impl FromStr for CallbackNumber {
    type Err = NotAPhoneNumber;

    fn from_str(text: &str) -> Result<Self, NotAPhoneNumber> {
        let text = text.trim();
        let (plus, rest) = match text.strip_prefix('+') {
            Some(rest) => ("+", rest),
            None => ("", text),
        };
        if !rest
            .chars()
            .all(|letter| letter.is_ascii_digit() || " -()".contains(letter))
        {
            return Err(NotAPhoneNumber);
        }
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        if !(7..=15).contains(&digits.len()) {
            return Err(NotAPhoneNumber);
        }
        Ok(CallbackNumber(format!("{plus}{digits}")))
    }
}

/// Grounds to release, and what is held in their place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseGrounds {
    /// Which.
    pub grounds: Vec<GroundId>,
    /// Earlier judgements that this one takes the place of, by the number of their event.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub judgements: Vec<u64>,
    /// Why.
    pub reason: ReleaseReason,
    /// The clinician's own disposition.
    pub disposition: String,
}

/// Why a start was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The caller wants it no more.
    CallerCancelled,
    /// It was asked for by mistake.
    MadeByMistake,
    /// The service that was asked said so.
    CancelledByService,
}

impl CancelReason {
    fn code(self) -> &'static str {
        match self {
            CancelReason::CallerCancelled => "caller_cancelled",
            CancelReason::MadeByMistake => "made_by_mistake",
            CancelReason::CancelledByService => "cancelled_by_service",
        }
    }
}

impl Service {
    /// Keeps a number to ring back on, sealed. On the desk, what waited for one starts; a machine client starts nothing.
    ///
    /// # Errors
    /// [`TriageError`] if it was not kept.
    pub async fn give_callback_number(
        &self,
        caller: &Caller,
        access: &Access,
        number: &CallbackNumber,
        asked: &Asked,
    ) -> Result<View, TriageError> {
        caller.may(Right::GiveCallbackNumber)?;
        // A number has few digits: with the secret of the case beside it, its hash tells nobody which.
        let request = request("callback number", &(access.secret.reveal(), number));
        self.change(access, asked, request, None, |case, release| {
            let mut commit = self.go_on(caller, case, release)?;
            commit.callback_number(number.0.clone())?;
            Ok(commit)
        })
        .await
    }

    /// Releases grounds, with the clinician's own disposition in their place.
    ///
    /// # Errors
    /// [`TriageError`] if nothing was released.
    pub async fn release_grounds(
        &self,
        caller: &Caller,
        access: &Access,
        release: &ReleaseGrounds,
        asked: &Asked,
    ) -> Result<View, TriageError> {
        caller.may(Right::ReleaseGrounds)?;
        let request = request("release grounds", release);
        self.change(access, asked, request, None, |case, content| {
            let mut commit = self.go_on(caller, case, content)?;
            let grounds = release.grounds.clone();
            let judgements = release.judgements.clone();
            commit.release(grounds, judgements, release.reason, &release.disposition)?;
            Ok(commit)
        })
        .await
    }

    /// Records that a person confirmed the cancellation of a start.
    ///
    /// # Errors
    /// [`TriageError`] if nothing was recorded.
    pub async fn cancel_start(
        &self,
        caller: &Caller,
        access: &Access,
        service: &str,
        reason: CancelReason,
        asked: &Asked,
    ) -> Result<View, TriageError> {
        caller.may(Right::CancelStart)?;
        let request = request("cancel start", &(service, reason));
        self.change(access, asked, request, None, |case, release| {
            let mut starts = case.starts.iter().rev();
            let start = starts
                .find(|kept| {
                    kept.start.key.service == service && kept.state != StartState::Cancelled
                })
                .ok_or_else(|| TriageError::NoSuchStart(service.to_owned()))?;
            let key = start.start.key.clone();
            let mut commit = self.go_on(caller, case, release)?;
            commit.cancelled(key, reason.code().to_owned());
            Ok(commit)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        let read = |text: &str| text.parse::<CallbackNumber>().map(|number| number.0);
        for text in ["07700 900123", " 07700-900123 ", "(07700) 900 123"] {
            assert_eq!(read(text).as_deref(), Ok("07700900123"), "{text}");
        }
        assert_eq!(read("+44 7700 900123").as_deref(), Ok("+447700900123"));
        for text in [
            "",
            "999",
            "07700 90O123",
            "1234567890123456",
            "++447700900123",
        ] {
            assert_eq!(read(text), Err(NotAPhoneNumber), "{text}");
        }
    }
}
