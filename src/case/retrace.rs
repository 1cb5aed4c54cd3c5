//! A record proven by doing it again.
//!
//! What people did is done once more, each act on the case as it was recorded up to it and on the release of its contact; what
//! follows from it must be what was recorded. Nothing is recorded by it and nothing starts: the events that come of it are
//! compared and dropped.

use jiff::Timestamp;

use super::commit::{Commit, Stamp};
use super::consequence;
use super::event::{Body, Event, Personal, Provenance};
use super::ids::Hash;
use super::planned::Planned;
use super::state::{Case, ReplayError};
use crate::walk::{Moment, UnknownComplaint};

/// The first shape whose starts follow the present rules.
const STARTS_SINCE: u16 = 2;

/// An act whose consequences are not those that were recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The event of the act.
    pub seq: u64,
    /// What was recorded after it.
    pub recorded: Vec<Body>,
    /// What follows from it when it is done again.
    pub again: Vec<Body>,
}

/// A record that cannot be done again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RetraceError {
    /// It is no case.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A contact was triaged on a release that is not at hand.
    #[error("release {0} is not at hand")]
    NoRelease(Hash),
    /// A release has no such complaint.
    #[error("there is no complaint `{}`", .0.family)]
    Complaint(UnknownComplaint),
}

/// Every act of a case whose consequences are not those that were recorded, in order; none if the record is what it says.
///
/// `release` gives the content of a release, `moment` reckons the start of a contact. Each event comes with its personal part:
/// where that is gone, the walk is another one, and a difference says so.
///
/// # Errors
/// [`RetraceError`] if the events are no case, or a release is not at hand.
pub fn retrace<'a>(
    events: &[(Event, Option<Personal>)],
    release: impl Fn(Hash) -> Option<&'a Planned>,
    moment: impl Fn(Timestamp) -> Moment,
) -> Result<Vec<Difference>, RetraceError> {
    let mut rest = events;
    let mut case: Option<Case> = None;
    let mut differences = Vec::new();
    while let Some(((event, personal), after)) = rest.split_first() {
        let count = after
            .iter()
            .take_while(|(event, _)| is_consequence(&event.body))
            .count();
        let (consequences, next) = after.split_at(count);
        if let Some(case) = &case {
            let hash = match &event.body {
                Body::ContactBegan { release, .. } => Some(*release),
                _ => case.contact().map(|contact| contact.release),
            };
            let hash = hash.ok_or(ReplayError::NotOpened)?;
            let began = match &event.body {
                Body::ContactBegan { .. } => event.at,
                _ => case.contact().map_or(event.at, |contact| contact.began),
            };
            let stamp = Stamp {
                at: event.at,
                actor: event.actor.clone(),
            };
            let commit = Commit::go_on(
                case.clone(),
                release(hash).ok_or(RetraceError::NoRelease(hash))?,
                moment(began),
                stamp,
            );
            // What was recorded after it says that it was not one with the next.
            let follows = follows(
                event,
                next.first().map(|(next, _)| next).filter(|_| count == 0),
            );
            let again = again(commit, event, personal.as_ref(), follows)
                .map_err(RetraceError::Complaint)?;
            let compared = |body: &Body| event.schema >= STARTS_SINCE || !is_start(body);
            let again: Vec<Body> = again.into_iter().filter(compared).collect();
            let recorded: Vec<Body> = consequences
                .iter()
                .map(|(event, _)| event.body.clone())
                .filter(compared)
                .collect();
            if again != recorded {
                differences.push(Difference {
                    seq: event.seq,
                    recorded,
                    again,
                });
            }
        }
        let (done, _) = rest.split_at(count + 1);
        for (event, personal) in done {
            match &mut case {
                None => case = Some(Case::open(event)?),
                Some(case) => case.apply(event, personal.as_ref())?,
            }
        }
        rest = next;
    }
    case.map(|_| differences)
        .ok_or(RetraceError::Replay(ReplayError::NotOpened))
}

/// What follows from an act on the case as it was before it.
fn again(
    mut commit: Commit<'_>,
    event: &Event,
    personal: Option<&Personal>,
    follows: bool,
) -> Result<Vec<Body>, UnknownComplaint> {
    let replaced = match &event.body {
        Body::Answered { fact, .. } if event.provenance != Provenance::Inferred => {
            commit.own_earlier(fact)
        }
        _ => Vec::new(),
    };
    let seq = commit.record(event.provenance, event.body.clone(), personal.cloned());
    commit.withdraw_grounds(&replaced, seq);
    if event.body == Body::CallbackNumberGiven {
        consequence::confirm(&mut commit);
    }
    if follows {
        commit.follow()?;
    }
    let (_, drafted) = commit.finish();
    Ok(drafted
        .into_iter()
        .skip(1)
        .map(|drafted| drafted.event.body)
        .collect())
}

/// Whether everything that is true after an act is recorded with it: some acts have no consequences, others are one with the next.
fn follows(event: &Event, next: Option<&Event>) -> bool {
    let stated = |event: &Event| {
        matches!(event.body, Body::Answered { .. }) && event.provenance == Provenance::Inferred
    };
    let goes_on = next
        .is_some_and(|next| next.at == event.at && (stated(next) || next.body == Body::LeftEarly));
    match &event.body {
        Body::Opened { .. }
        | Body::GroundsReleased { .. }
        | Body::StartCancelled { .. }
        | Body::FeedbackGiven { .. }
        | Body::IdentityGiven { .. }
        | Body::HistoryConsulted { .. }
        | Body::CallBackMissed { .. }
        | Body::Linked { .. }
        | Body::Unlinked { .. }
        | Body::PlaceGiven
        | Body::ServicesOffered { .. }
        | Body::ServiceChosen { .. }
        | Body::CarryOnCodeMade
        | Body::CarriedOn
        | Body::HoldPlaced
        | Body::HoldLifted
        | Body::Rectified { .. }
        | Body::Exported { .. }
        | Body::Destroyed { .. } => false,
        // A case that opens has nothing yet; a case that goes on has its facts.
        Body::ContactBegan { .. } => event.contact > 1,
        Body::Answered { .. } if stated(event) => !goes_on,
        _ => true,
    }
}

fn is_consequence(body: &Body) -> bool {
    match body {
        Body::Held { .. }
        | Body::GroundsWithdrawn { .. }
        | Body::StartRequested(_)
        | Body::StartPending(_)
        | Body::StartUpgraded(_)
        | Body::Advised { .. } => true,
        Body::Opened { .. }
        | Body::ContactBegan { .. }
        | Body::ComplaintChosen { .. }
        | Body::ComplaintRemoved { .. }
        | Body::Answered { .. }
        | Body::Withdrawn { .. }
        | Body::LeftEarly
        | Body::CallbackNumberGiven
        | Body::GroundsReleased { .. }
        | Body::StartCancelled { .. }
        | Body::FeedbackGiven { .. }
        | Body::IdentityGiven { .. }
        | Body::HistoryConsulted { .. }
        | Body::CallBackMissed { .. }
        | Body::Linked { .. }
        | Body::Unlinked { .. }
        | Body::PlaceGiven
        | Body::ServicesOffered { .. }
        | Body::ServiceChosen { .. }
        | Body::CarryOnCodeMade
        | Body::CarriedOn
        | Body::HoldPlaced
        | Body::HoldLifted
        | Body::Rectified { .. }
        | Body::Exported { .. }
        | Body::Destroyed { .. } => false,
    }
}

fn is_start(body: &Body) -> bool {
    matches!(
        body,
        Body::StartRequested(_) | Body::StartPending(_) | Body::StartUpgraded(_)
    )
}
