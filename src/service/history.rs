//! What is known of a person's earlier contacts, in all cases of all channels and providers of the record.
//!
//! It is looked up when a contact begins and whenever the person becomes known by something new, in one second at most. A look-up
//! that fails reads as not sure, never as none, and holds up nobody; so does a case that cannot be read, and the others are read all
//! the same. Of another case only its times, complaints and what it ended
//! in are read: what it holds sealed is never opened.

use std::time::Duration;

use jiff::Timestamp;

use crate::case::chain::Link;
use crate::case::event::{Actor, Channel, Event, Provenance};
use crate::case::ids::{CaseId, ProviderId};
use crate::case::past::{Direction, PastContact, direction, earlier_since};
use crate::case::person::feature::features;
use crate::case::person::{Because, Key, Likeness, Match, compare};
use crate::case::state::ReplayError;
use crate::case::{Case, Commit, Drafted, Elsewhere};

use super::access::Access;
use super::idempotency::{Asked, request};
use super::ports::{MatchKey, Sought, StoreError};
use super::rights::Right;
use super::triage::TriageError;
use super::{Caller, Service};

/// The longest that a look-up may take.
const AT_MOST: Duration = Duration::from_secs(1);

/// The most cases that are compared, and the most that are read: as many as the facts can count.
const COMPARED: u32 = 100;
const READ: usize = 20;

/// Another case that may be the same person's.
#[derive(Debug, Clone)]
pub(super) struct Matched {
    pub(super) case: Case,
    pub(super) found: Match,
    pub(super) shared: Vec<Key>,
}

/// What a look-up found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The cases, the surest first.
    pub(super) matched: Vec<Matched>,
    /// How sure each is that could not be read.
    unread: Vec<Likeness>,
}

/// Why a look-up failed. It says nothing of whom it was about.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookUpError {
    #[error("it took longer than {AT_MOST:?}")]
    TooSlow,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("case {0} cannot be replayed")]
    Case(CaseId),
}

/// Earlier contacts in other cases, the latest first.
#[derive(Debug, Clone)]
pub struct History {
    /// The last event of the asking case: the look-up itself is on its record.
    pub seq: u64,
    /// From when on.
    pub since: Timestamp,
    /// What was found.
    pub contacts: Vec<EarlierContact>,
    /// Call-backs that were missed, of the asking case too.
    pub missed_call_backs: u32,
    /// Cases that may be the same person's and cannot be read: there may be more than is told here.
    pub unread: u32,
}

/// A contact of another case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierContact {
    /// Which case.
    pub case: CaseId,
    /// Whose.
    pub provider: ProviderId,
    /// How sure it is that it is the same person's.
    pub likeness: Likeness,
    /// Why.
    pub because: Because,
    /// When it began.
    pub began: Timestamp,
    /// By what way.
    pub channel: Channel,
    /// It ended before its walk.
    pub left_early: bool,
    /// The complaints of its case.
    pub complaints: Vec<String>,
    /// What it ended in, if it did.
    pub disposition: Option<String>,
    /// How that stands to the contact before it.
    pub direction: Direction,
}

impl Service {
    /// The digests of everything by which the person of a case can be found now.
    pub(super) fn keys(&self, case: &Case) -> Vec<Key> {
        let mut keys: Vec<Key> = features(case)
            .iter()
            .map(|feature| Key {
                kind: feature.kind,
                digest: self.digester.digest(feature),
            })
            .collect();
        keys.sort_unstable();
        keys
    }

    /// The digests to be written with these events: all of them, at the last event that told something of the person, began a contact or
    /// recorded a missed call back, so that the case is found by its latest time.
    pub(super) fn match_keys(&self, case: &Case, drafted: &[Drafted]) -> Vec<MatchKey> {
        let Some(last) = drafted.iter().rev().find(|drafted| drafted.tells_who()) else {
            return Vec::new();
        };
        let keys = self.keys(case).into_iter();
        keys.map(|key| MatchKey {
            seq: last.event.seq,
            kind: key.kind.code(),
            digest: key.digest,
        })
        .collect()
    }

    /// States what is known of earlier contacts, where something was recorded after which that has to be looked up.
    pub(super) async fn look_back(&self, commit: &mut Commit<'_>) -> Result<(), TriageError> {
        if !commit.has_to_look_back() {
            return Ok(());
        }
        let elsewhere = self.elsewhere(commit.case(), commit.actor()).await;
        Ok(commit.look_back(&elsewhere)?)
    }

    async fn elsewhere(&self, case: &Case, actor: &Actor) -> Elsewhere {
        let found = match self.matched(case).await {
            Ok(None) => return Elsewhere::NothingToLookUp,
            Ok(Some(found)) => found,
            Err(error) => {
                count("failed");
                tracing::error!(case = %case.id, error.message = %error, "earlier contacts could not be looked up; they read as not sure");
                return Elsewhere::Failed;
            }
        };
        let since = since(case);
        // A visitor proves nothing of who they are. A number or an address alone must not tell them whether somebody asked for help.
        let counts =
            |likeness: Likeness| *actor != Actor::Visitor || likeness != Likeness::NumberOrAddress;
        let matched = found.matched.iter();
        let counted: Vec<&Matched> = matched
            .filter(|matched| counts(matched.found.likeness))
            .collect();
        let unread = found.unread.iter().filter(|likeness| counts(**likeness));
        let unread = number(unread.count());
        count(match (unread, counted.len()) {
            (0, 0) => "none",
            (0, _) => "found",
            _ => "failed",
        });
        let sum = |of: fn(&Case, Timestamp) -> u32| {
            let each = counted.iter().map(|matched| of(&matched.case, since));
            each.fold(0, u32::saturating_add)
        };
        Elsewhere::Found {
            contacts: sum(|case, since| case.contacts_since(since, None)),
            missed_call_backs: sum(Case::missed_since),
            cases: number(counted.len()),
            providers: providers(counted.iter().map(|matched| &matched.case)),
            unread,
        }
    }

    /// Other cases that may be the same person's; `None` if there is nothing by which to look.
    pub(super) async fn matched(&self, case: &Case) -> Result<Option<Found>, LookUpError> {
        let keys = self.keys(case);
        let is_linked = case.links.iter().any(|link| link.is_linked);
        if !is_linked && !keys.iter().any(|key| key.kind.finds()) {
            return Ok(None);
        }
        tokio::time::timeout(AT_MOST, self.match_with(case, keys))
            .await
            .map_err(|_| LookUpError::TooSlow)?
            .map(Some)
    }

    async fn match_with(&self, case: &Case, keys: Vec<Key>) -> Result<Found, LookUpError> {
        let sought = Sought {
            keys,
            since: since(case),
            mark: case.mark,
            besides: case.id,
            limit: COMPARED,
        };
        let seen = self.people.seen(&sought).await?;
        let mut found: Vec<(CaseId, ProviderId, Match, Vec<Key>)> = Vec::new();
        for link in case.links.iter().filter(|link| link.is_linked) {
            let linked = Match {
                likeness: Likeness::Certain,
                because: Because::Linked,
            };
            found.push((link.other, link.provider.clone(), linked, Vec::new()));
        }
        for seen in seen {
            if found.iter().any(|(known, ..)| *known == seen.case) {
                continue;
            }
            let apart = case.links.iter().find(|link| link.other == seen.case);
            let apart = apart.map_or(&[][..], |link| &link.apart);
            let counts = |key: &&Key| !apart.contains(key);
            let mine: Vec<Key> = sought.keys.iter().filter(counts).copied().collect();
            let Some(verdict) = compare(&mine, &seen.keys) else {
                continue;
            };
            let shared = mine.into_iter().filter(|key| seen.keys.contains(key));
            found.push((seen.case, seen.provider, verdict, shared.collect()));
        }
        // Stable: within one likeness, those that share more come first, as they were found.
        found.sort_by_key(|(_, _, verdict, _)| verdict.likeness);
        found.truncate(READ);
        let mut read = Found::default();
        for (id, provider, verdict, shared) in found {
            match self.bare(&provider, id).await {
                Ok(Some(other)) if other.mark == case.mark => read.matched.push(Matched {
                    case: other,
                    found: verdict,
                    shared,
                }),
                Ok(_) => {}
                // The fault of that case alone: the others still tell of the person.
                Err(
                    error @ (LookUpError::Case(_)
                    | LookUpError::Store(StoreError::Unreadable { .. })),
                ) => {
                    tracing::error!(case = %id, looked_at_by = %case.id, error.message = %error, "a case with earlier contacts cannot be read; what it holds reads as not sure");
                    read.unread.push(verdict.likeness);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    /// A case of whatever provider, without anything that it holds sealed.
    async fn bare(&self, provider: &ProviderId, id: CaseId) -> Result<Option<Case>, LookUpError> {
        let Some(stored) = self.store.case(provider, id).await? else {
            return Ok(None);
        };
        let read = |link: &Link| Event::read(&link.text).map_err(|_| LookUpError::Case(id));
        let events: Vec<Event> = stored.links.iter().map(read).collect::<Result<_, _>>()?;
        Case::replay(events.iter().map(|event| (event, None)))
            .map(Some)
            .map_err(|_| LookUpError::Case(id))
    }

    /// Earlier contacts in other cases. That somebody looked is on the record of the case before it is answered.
    ///
    /// # Errors
    /// [`TriageError`] if it is not this caller's to read, cannot be looked up, or cannot be recorded.
    pub async fn history(&self, caller: &Caller, access: &Access) -> Result<History, TriageError> {
        caller.may(Right::ReadHistory)?;
        let opened = self.open(access).await?;
        let case = opened.case;
        let found = self.matched(&case).await?.unwrap_or_default();
        let (cases, providers) = (
            number(found.matched.len()),
            providers(found.matched.iter().map(|matched| &matched.case)),
        );
        let view = self
            .change(
                access,
                &Asked::default(),
                request("history", &()),
                None,
                |case, release| {
                    let mut commit = self.go_on(caller, case, release)?;
                    commit.consulted(cases, providers.clone(), Provenance::Asked);
                    Ok(commit)
                },
            )
            .await?;
        let since = since(&case);
        let missed = found
            .matched
            .iter()
            .map(|matched| matched.case.missed_since(since))
            .fold(case.missed_since(since), u32::saturating_add);
        Ok(History {
            seq: view.case.seq,
            since,
            contacts: contacts(&found.matched, since),
            missed_call_backs: missed,
            unread: number(found.unread.len()),
        })
    }
}

/// In order of time over all cases, so that each is held against the one before it; then the latest first.
fn contacts(found: &[Matched], since: Timestamp) -> Vec<EarlierContact> {
    let mut past: Vec<(&Matched, PastContact)> = found
        .iter()
        .flat_map(|matched| {
            matched
                .case
                .past()
                .into_iter()
                .map(move |past| (matched, past))
        })
        .collect();
    past.sort_by_key(|(_, past)| past.began);
    let mut before = None;
    let mut contacts = Vec::with_capacity(past.len());
    for (Matched { case, found, .. }, contact) in past {
        let toward = direction(before.as_ref(), &contact);
        if contact.began >= since {
            contacts.push(EarlierContact {
                case: case.id,
                provider: case.provider.clone(),
                likeness: found.likeness,
                because: found.because,
                began: contact.began,
                channel: contact.channel,
                left_early: contact.left_early,
                complaints: case.walked().map(|chosen| chosen.family.clone()).collect(),
                disposition: contact.ended_in.clone().map(|(id, _)| id),
                direction: toward,
            });
        }
        before = Some(contact);
    }
    contacts.reverse();
    contacts
}

/// From when on contacts count, for the present one.
fn since(case: &Case) -> Timestamp {
    let began = case.contact().map(|contact| contact.began);
    began.map_or(Timestamp::MAX, earlier_since)
}

fn providers<'a>(cases: impl Iterator<Item = &'a Case>) -> Vec<ProviderId> {
    let mut providers: Vec<ProviderId> = cases.map(|case| case.provider.clone()).collect();
    providers.sort();
    providers.dedup();
    providers
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn count(result: &'static str) {
    metrics::counter!("nhs111_history_look_ups_total", "result" => result).increment(1);
}

impl From<LookUpError> for TriageError {
    fn from(error: LookUpError) -> Self {
        match error {
            LookUpError::TooSlow => TriageError::LookUpTooSlow,
            LookUpError::Store(error) => TriageError::Store(error),
            LookUpError::Case(_) => TriageError::Replay(ReplayError::NotOpened),
        }
    }
}
