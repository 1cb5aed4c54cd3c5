//! What a case tells of its contacts to whoever looks back at them: when, by what way, what each ended in. No words, no names.

use jiff::Timestamp;

use super::event::Channel;
use super::ground::{Holds, Standing, Urgency};
use super::state::Case;

/// How far back contacts count as earlier ones of the same trouble, in hours.
///
/// Of adults 96 hours are asked for, of children 24. The longer time is taken for everybody: it finds no fewer contacts, and none of them lowers.
pub const EARLIER_HOURS: i64 = 96;

/// A contact, looked back at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastContact {
    /// From 1.
    pub number: u32,
    /// When it began.
    pub began: Timestamp,
    /// By what way.
    pub channel: Channel,
    /// It ended before its walk.
    pub left_early: bool,
    /// The most urgent that the case held by its end, with how urgent it was; `None` while nothing was.
    pub ended_in: Option<(String, Urgency)>,
}

/// How a contact stands to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// There is none before it, or one of the two ended in nothing.
    Unknown,
    /// It ended in something more urgent.
    Worse,
    /// It ended in the same.
    Same,
    /// It ended in something less urgent.
    Better,
}

/// The time from which contacts count, seen from a contact that began at `began`.
pub fn earlier_since(began: Timestamp) -> Timestamp {
    began
        .checked_sub(jiff::SignedDuration::from_hours(EARLIER_HOURS))
        .unwrap_or(Timestamp::MIN)
}

/// How one contact stands to another before it.
pub fn direction(before: Option<&PastContact>, now: &PastContact) -> Direction {
    let urgency = |contact: &PastContact| contact.ended_in.as_ref().map(|(_, urgency)| *urgency);
    match before.and_then(urgency).zip(urgency(now)) {
        None => Direction::Unknown,
        // The smaller, the more urgent.
        Some((before, now)) if now < before => Direction::Worse,
        Some((before, now)) if now == before => Direction::Same,
        Some(_) => Direction::Better,
    }
}

impl Case {
    /// Its contacts, in order.
    pub fn past(&self) -> Vec<PastContact> {
        let last = self.contacts.len();
        let held_by = |number: u32| {
            let held = self
                .grounds
                .iter()
                .filter(move |kept| kept.contact <= number && kept.standing == Standing::Holds);
            held.filter_map(|kept| match &kept.ground.holds {
                Holds::Disposition { id, urgency } => Some((id.clone(), *urgency)),
                Holds::Need { .. } => None,
            })
        };
        self.contacts
            .iter()
            .zip(1..)
            .map(|(contact, place)| {
                // What a clinician put in the place of released grounds is where the last contact ended.
                let judged = self
                    .judgements
                    .iter()
                    .filter(|judged| judged.standing == Standing::Holds)
                    .filter(|_| place == last)
                    .map(|judged| (judged.disposition.clone(), judged.urgency));
                PastContact {
                    number: contact.number,
                    began: contact.began,
                    channel: contact.channel,
                    left_early: contact.left_early.is_some(),
                    ended_in: held_by(contact.number)
                        .chain(judged)
                        .min_by_key(|(_, urgency)| *urgency),
                }
            })
            .collect()
    }

    /// How many of its contacts began from `since` on, the one called `besides` left out.
    pub fn contacts_since(&self, since: Timestamp, besides: Option<u32>) -> u32 {
        let counted = self
            .contacts
            .iter()
            .filter(|contact| contact.began >= since && Some(contact.number) != besides);
        u32::try_from(counted.count()).unwrap_or(u32::MAX)
    }

    /// How many call-backs were missed from `since` on.
    pub fn missed_since(&self, since: Timestamp) -> u32 {
        let missed = self.missed.iter().filter(|at| **at >= since);
        u32::try_from(missed.count()).unwrap_or(u32::MAX)
    }
}
