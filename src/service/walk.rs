//! The same questions with nothing stored: everything comes with the request, nothing is kept of it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::pathway::content::{DispositionId, FactSource};
use crate::pathway::text::Voice;
use crate::walk::{Answer, Explanation, FactError, Facts, Reached, UnknownComplaint, explain};

use super::releases::{PinError, Release};
use super::speech::Speech;
use super::{Caller, Service};

/// Everything that is known.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The hash of the release to walk on; the active one, unless said.
    pub release: Option<String>,
    /// When the contact began; now, unless said.
    pub as_of: Option<Timestamp>,
    /// Families chosen, in order.
    pub complaints: Vec<String>,
    /// What was said, in order: party, age and sex too.
    pub said: Vec<(String, Answer)>,
    /// What the service of whoever asks knows of the person. A fact left out reads as "nothing to look up".
    pub system: Vec<(String, Answer)>,
    /// The last contact ended before its walk.
    pub ended_early: bool,
}

/// Where it leads.
#[derive(Debug)]
pub struct Walked {
    /// The release it was walked on.
    pub release: Arc<Release>,
    /// What was said.
    pub facts: Facts,
    /// Where it stands, and why.
    pub explanation: Explanation,
    /// Whether a complaint was chosen.
    pub has_complaint: bool,
    /// In whose words texts are shown.
    pub speech: Speech,
}

impl Walked {
    /// What it comes to so far; `None` while nothing is true.
    pub fn result(&self) -> Option<DispositionId> {
        let position = &self.explanation.position;
        let nothing_yet = position.reached == Some(Reached::NothingTrue) && !self.has_complaint;
        position.disposition.filter(|_| !nothing_yet)
    }

    /// Whether nothing more can be asked until a complaint is chosen. In an emergency it need not be.
    pub fn needs_complaint(&self) -> bool {
        let is_emergency = self
            .result()
            .is_some_and(|result| self.release.content.disposition(result).emergency);
        !self.has_complaint && !is_emergency
    }
}

/// Why it leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// This service has no such release, or may not run it.
    #[error("there is no release `{0}` that can be walked on here")]
    UnknownRelease(String),
    /// The release has no such complaint.
    #[error("there is no complaint `{}`", .0.family)]
    UnknownComplaint(UnknownComplaint),
    /// It cannot be said.
    #[error("`{name}`: {error}")]
    Fact {
        /// As given.
        name: String,
        /// Why.
        error: FactError,
    },
    /// A system fact among what was said, or the reverse.
    #[error("`{name}` is not {}", if *.is_system { "the caller's to say; give it as a system fact" } else { "a system fact" })]
    WrongPlace {
        /// As given.
        name: String,
        /// Whether it is a system fact.
        is_system: bool,
    },
    /// There is no release to triage on.
    #[error(transparent)]
    Release(#[from] PinError),
}

impl Service {
    /// Where the facts lead; nothing is stored.
    ///
    /// # Errors
    /// [`WalkError`] if something of it is not in the active release.
    pub async fn walk(
        &self,
        caller: &Caller,
        known: &Known,
        voice: Voice,
    ) -> Result<Walked, WalkError> {
        let release = match &known.release {
            Some(hash) => self.named(hash).await?,
            None => self.releases.active_or_last(&caller.provider).await?,
        };
        let content = &release.content;
        let moment = self.moment(known.as_of.unwrap_or_else(|| self.clock.now()));
        let families: Vec<&str> = known.complaints.iter().map(String::as_str).collect();
        let plan = content
            .plan(&families, known.ended_early)
            .map_err(WalkError::UnknownComplaint)?;
        let mut facts = Facts::new(content);
        let told = known
            .system
            .iter()
            .map(|told| (told, true))
            .chain(known.said.iter().map(|told| (told, false)));
        for ((name, answer), given_as_system) in told {
            let fact = content.fact_named(name).map(|fact| content.fact(fact));
            let is_system = fact.map(|fact| matches!(fact.source, FactSource::System { .. }));
            if is_system.is_some_and(|is_system| is_system != given_as_system) {
                return Err(WalkError::WrongPlace {
                    name: name.clone(),
                    is_system: !given_as_system,
                });
            }
            facts
                .tell(content, name, answer, moment)
                .map_err(|error| WalkError::Fact {
                    name: name.clone(),
                    error,
                })?;
        }
        let explanation = explain(content, &plan, &facts);
        let speech = Speech::of(content, &facts, voice, moment.today);
        Ok(Walked {
            has_complaint: !plan.pathways().is_empty(),
            facts,
            explanation,
            speech,
            release,
        })
    }

    /// The release of this hash, if it may run here.
    async fn named(&self, hash: &str) -> Result<Arc<Release>, WalkError> {
        let unknown = || WalkError::UnknownRelease(hash.to_owned());
        let hash = hash.parse().map_err(|_| unknown())?;
        match self.releases.allowed(hash).await {
            Err(PinError::Missing(_) | PinError::NotApproved(_)) => Err(unknown()),
            release => Ok(release?),
        }
    }
}
