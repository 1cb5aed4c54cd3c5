//! Going on with a case by phone or on another device: a short code, and a second thing that the person gave when it was made.
//!
//! The code is short enough to be read out and long enough not to be guessed in the few attempts that there are. It says nothing by
//! itself: only together with the second thing does it find its case, because the record knows a keyed digest of both and nothing else.

use jiff::{SignedDuration, Timestamp};

use crate::case::Commit;
use crate::case::event::{Body, Channel, Provenance};
use crate::case::ids::{CaseId, Hash, ProviderId};

use super::access::{Access, Secret};
use super::codes::{Code, SecondThing};
use super::idempotency::{Asked, request};
use super::limits::{TooMany, Window, whole_seconds};
use super::ports::StoreError;
use super::ports::carry_on::KeptCode;
use super::rights::Right;
use super::triage::{Started, TriageError};
use super::view::View;
use super::{Caller, Service};

/// How long a code is good, unless it is set otherwise: long enough to travel home or to wait for a call, shorter than a case stays on
/// a device.
pub const CODE_MINUTES: u32 = 240;

/// So many tries on one code a day, right or wrong.
const TRIES_OF_A_CODE: Window = Window {
    kind: "code",
    seconds: 86_400,
    most: 5,
};

/// So many tries from one address an hour, right or wrong: a ward may share one.
const TRIES_FROM_A_SOURCE: Window = Window {
    kind: "code_source",
    seconds: 3600,
    most: 30,
};

/// So many codes of one case an hour.
const CODES_OF_A_CASE: Window = Window {
    kind: "code_made",
    seconds: 3600,
    most: 10,
};

/// A code that was made.
#[derive(Debug)]
pub struct MadeCode {
    /// What to show; it cannot be shown again.
    pub code: Code,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// The last event of the case now.
    pub seq: u64,
}

/// Why nobody goes on with a case by a code.
#[derive(Debug, thiserror::Error)]
pub enum CarryOnError {
    /// The code is wrong, was used, has expired, was tried too often, or the second thing is not the one that was given. Which of
    /// them is not said.
    #[error("this code and what was given with it open no case")]
    Refused,
    /// Too many tries from one address, or codes of one case.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// From the case.
    #[error(transparent)]
    Triage(#[from] TriageError),
}

impl From<StoreError> for CarryOnError {
    fn from(error: StoreError) -> Self {
        CarryOnError::Triage(error.into())
    }
}

impl Service {
    /// Makes a code for a case, in the place of any other that it has.
    ///
    /// # Errors
    /// [`CarryOnError`] if none was made.
    pub async fn make_code(
        &self,
        caller: &Caller,
        access: &Access,
        second: &SecondThing,
    ) -> Result<MadeCode, CarryOnError> {
        caller.may(Right::Triage).map_err(TriageError::from)?;
        // Whoever has no secret of the case makes no code for it.
        self.open(access).await?;
        let subject = self.digest("code made", &[access.case.0.as_bytes()]);
        self.tried(CODES_OF_A_CASE, &access.provider, subject)
            .await?;
        let made_at = whole_seconds(self.now());
        let expires_at = made_at.saturating_add(self.code_lasts).unwrap_or(made_at);
        let code = loop {
            let mut random = [0; 5];
            self.ids().fill(&mut random);
            let code = Code::of(random);
            let kept = KeptCode {
                provider: access.provider.clone(),
                case: access.case,
                proof: self.proof(&access.provider, &code, second),
                made_at,
                expires_at,
            };
            // Another case has one of the same digest once in a great while.
            if self.carry_on.keep_code(&kept).await? {
                break code;
            }
        };
        let view = self
            .change(
                access,
                &Asked::default(),
                request("make code", &()),
                None,
                |case, release| {
                    let mut commit = self.go_on(caller, case, release)?;
                    commit.note(Provenance::Asked, Body::CarryOnCodeMade);
                    Ok(commit)
                },
            )
            .await?;
        Ok(MadeCode {
            code,
            expires_at,
            seq: view.case.seq,
        })
    }

    /// Goes on with the case of a code: on the public pages in the same contact, anywhere else in a new one. The secrets that opened it
    /// before go on to do so; this one is another.
    ///
    /// `source` is a keyed digest of where it came from.
    ///
    /// # Errors
    /// [`CarryOnError`]; whichever of the two things was wrong, the answer and the steps to it are the same.
    pub async fn carry_on(
        &self,
        caller: &Caller,
        code: &str,
        second: &SecondThing,
        source: Hash,
    ) -> Result<Started, CarryOnError> {
        caller.may(Right::CarryOn).map_err(TriageError::from)?;
        let provider = &caller.provider;
        self.tried(TRIES_FROM_A_SOURCE, provider, source).await?;
        // What is no code is tried as one that nobody has.
        let code = code.parse().unwrap_or(Code::NOBODYS);
        let subject = self.digest("code tried", &[provider.0.as_bytes(), code.signs()]);
        let is_dead = match self.tried(TRIES_OF_A_CODE, provider, subject).await {
            Ok(()) => false,
            Err(CarryOnError::TooMany(_)) => true,
            Err(error) => return Err(error),
        };
        let proof = if is_dead {
            Hash::NONE
        } else {
            self.proof(provider, &code, second)
        };
        let secret = Secret::fresh(self.ids());
        let at = whole_seconds(self.now());
        let case = self
            .carry_on
            .redeem(provider, proof, secret.hash(), at)
            .await?
            .ok_or(CarryOnError::Refused)?;
        let mut met = 0;
        loop {
            match self.carried_on(caller, case, &secret).await {
                // Somebody answered on the other device at the same moment.
                Err(TriageError::Conflict { .. }) if met < 3 => met += 1,
                view => {
                    return Ok(Started {
                        secret,
                        view: view?,
                    });
                }
            }
        }
    }

    /// The case as whoever redeemed its code finds it, with that on the record.
    async fn carried_on(
        &self,
        caller: &Caller,
        case: CaseId,
        secret: &Secret,
    ) -> Result<View, TriageError> {
        let access = Access {
            provider: caller.provider.clone(),
            case,
            secret: secret.clone(),
        };
        let asked = Asked::default();
        let request = request("carry on", &());
        if caller.channel == Channel::Public {
            return self
                .change(&access, &asked, request, None, |case, release| {
                    let mut commit = self.go_on(caller, case, release)?;
                    commit.note(Provenance::Asked, Body::CarriedOn);
                    Ok(commit)
                })
                .await;
        }
        let release = self.releases().active(&caller.provider).await?;
        self.change(&access, &asked, request, Some(release), |case, release| {
            let begin = self.begin(caller, release);
            let mut commit = Commit::resume(case.case, begin, self.stamp(caller))?;
            commit.note(Provenance::Asked, Body::CarriedOn);
            Ok(commit)
        })
        .await
    }

    /// Counts an attempt for all nodes.
    async fn tried(
        &self,
        window: Window,
        provider: &ProviderId,
        subject: Hash,
    ) -> Result<(), CarryOnError> {
        let now = self.now();
        let attempt = window.of(provider.clone(), subject, now);
        let tried = self.attempts.count(&attempt).await?;
        Ok(window.admits(tried, &attempt, now)?)
    }

    fn proof(&self, provider: &ProviderId, code: &Code, second: &SecondThing) -> Hash {
        let second = second.text();
        self.digest(
            "carry on",
            &[provider.0.as_bytes(), code.signs(), second.as_bytes()],
        )
    }

    /// The same, with codes that are good for so many minutes.
    pub fn with_codes_for(self, minutes: u32) -> Self {
        Service {
            code_lasts: SignedDuration::from_mins(i64::from(minutes)),
            ..self
        }
    }
}
