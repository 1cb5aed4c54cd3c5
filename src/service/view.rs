//! What a use case gives back: a case as it now stands, with the release it is read against.

use std::sync::Arc;

use crate::case::{Case, Held, Present};
use crate::pathway::content::DispositionId;
use crate::pathway::text::Voice;
use crate::walk::{Explanation, Moment, Next, Reached, explain};

use super::releases::Release;
use super::speech::Speech;

/// A case as it stands.
#[derive(Debug, Clone)]
pub struct View {
    /// The case.
    pub case: Arc<Case>,
    /// The release of its present contact.
    pub release: Arc<Release>,
    /// Where it stands in it.
    pub present: Arc<Present>,
    /// What the case holds; `None` while nothing is true.
    pub held: Option<Held>,
    /// When its present contact began, as the walk reckons.
    pub moment: Moment,
}

impl View {
    /// Whether nothing more can be asked until a complaint is chosen. In an emergency it need not be.
    pub fn needs_complaint(&self) -> bool {
        let is_emergency = self
            .result()
            .is_some_and(|result| self.release.content.disposition(result).emergency);
        self.present.plan.pathways().is_empty() && !is_emergency
    }

    /// Whether the walk has come to its end, or the contact ended before it.
    pub fn is_ended(&self) -> bool {
        let left = self
            .case
            .contact()
            .is_some_and(|contact| contact.left_early.is_some());
        left || (self.present.position.next == Next::End && !self.needs_complaint())
    }

    /// What the case comes to: the more urgent of what it holds and what the present facts come to.
    ///
    /// `None` while nothing is true. A disposition that this release no longer has is not here; [`View::held`] names it.
    pub fn result(&self) -> Option<DispositionId> {
        let held = self
            .held
            .as_ref()
            .and_then(|held| self.release.content.disposition_named(&held.disposition));
        let position = &self.present.position;
        let nothing_yet = position.reached == Some(Reached::NothingTrue)
            && self.present.plan.pathways().is_empty();
        let present = position.disposition.filter(|_| !nothing_yet);
        match (held, present) {
            (Some(held), Some(present)) => Some(held.min(present)),
            (held, present) => held.or(present),
        }
    }

    /// Why it stands there, and what would change it.
    pub fn explanation(&self) -> Explanation {
        explain(
            &self.release.content,
            &self.present.plan,
            &self.present.facts,
        )
    }

    /// In whose words its texts are shown.
    pub fn speech(&self, voice: Voice) -> Speech {
        Speech::of(
            &self.release.content,
            &self.present.facts,
            voice,
            self.moment.today,
        )
    }
}

/// What a change would do.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The case as it stands.
    pub before: View,
    /// The case as it would stand.
    pub after: View,
}
