//! Between the record and the pure parts: opening a stored case, and sealing, chaining and recording a commit.

use crate::case::chain::{self, Head, Link};
use crate::case::commit::requested_start;
use crate::case::event::{Event, Mark, Personal};
use crate::case::ids::{CaseId, Hash};
use crate::case::{Case, Drafted};

use super::Service;
use super::access::Access;
use super::inbox;
use super::ports::{
    Append, Appended, NewErrand, Opening, Remember, StoreError, StoredCase, Summary, WrappedKey,
};
use super::triage::TriageError;
use super::view::View;

/// A case as it was found, and what is needed to go on with it.
pub(super) struct Opened {
    pub(super) case: Case,
    pub(super) secret: Hash,
    pub(super) head: Head,
    pub(super) key: Option<WrappedKey>,
    /// Its chain verifies.
    pub(super) is_as_recorded: bool,
    pub(super) links: Vec<(Event, Option<Personal>)>,
    /// The events that have a sealed part.
    sealed: Vec<u64>,
}

impl Opened {
    /// Its events in order, with the personal part of each where it opens.
    pub(super) fn events(&self) -> &[(Event, Option<Personal>)] {
        &self.links
    }

    /// Whether an event has a sealed part.
    pub(super) fn is_sealed(&self, seq: u64) -> bool {
        self.sealed.contains(&seq)
    }

    /// The case as it was when `seq` was its last event.
    pub(super) fn at(&self, seq: u64) -> Result<Case, TriageError> {
        let then = self.links.iter().filter(|(event, _)| event.seq <= seq);
        Ok(Case::replay(
            then.map(|(event, personal)| (event, personal.as_ref())),
        )?)
    }
}

/// What is recorded with the events of a commit.
pub(super) struct With {
    pub(super) opening: Option<Opening>,
    pub(super) remember: Option<Remember>,
}

impl Service {
    /// The case, for whoever has a secret of it; everybody else learns nothing.
    pub(super) async fn open(&self, access: &Access) -> Result<Opened, TriageError> {
        let stored = self.store.case(&access.provider, access.case).await?;
        let is_first = stored
            .as_ref()
            .is_some_and(|stored| access.secret.opens(stored.secret));
        // Asked whether there is such a case or not: a wrong secret and no case take the same steps.
        let opens = is_first || self.is_carried_on(access).await?;
        let stored = stored.filter(|_| opens).ok_or(TriageError::NotFound)?;
        let opened = self.opened(access.case, stored)?;
        if opened.key.is_none() || opened.case.is_destroyed {
            return Err(TriageError::Destroyed);
        }
        Ok(opened)
    }

    /// Whether the secret is one that a code of the case was redeemed for.
    async fn is_carried_on(&self, access: &Access) -> Result<bool, StoreError> {
        let secret = access.secret.hash();
        self.carry_on
            .opens(&access.provider, access.case, secret)
            .await
    }

    pub(super) fn opened(&self, id: CaseId, stored: StoredCase) -> Result<Opened, TriageError> {
        // A broken chain is found, and said; it must not keep anybody from help.
        let fault = match chain::verify(&stored.links) {
            Ok(head) if head == stored.head => None,
            Ok(head) => Some(format!("it ends with event {}", head.seq)),
            Err(broken) => Some(broken.to_string()),
        };
        let is_as_recorded = fault.is_none();
        if let Some(fault) = fault {
            metrics::counter!("nhs111_case_chain_broken_total").increment(1);
            tracing::error!(case = %id, events = stored.head.seq, fault, "the chain of a case is broken: its record was changed outside this program");
        }
        let read = |link: &Link| {
            let event = Event::read(&link.text).map_err(|source| {
                metrics::counter!("nhs111_case_events_unreadable_total").increment(1);
                TriageError::Event {
                    case: id,
                    seq: link.seq,
                    source,
                }
            })?;
            Ok((event, self.personal(id, stored.key.as_ref(), link)))
        };
        let links: Vec<_> = stored
            .links
            .iter()
            .map(read)
            .collect::<Result<_, TriageError>>()?;
        let case = Case::replay(
            links
                .iter()
                .map(|(event, personal)| (event, personal.as_ref())),
        )?;
        Ok(Opened {
            case,
            secret: stored.secret,
            head: stored.head,
            key: stored.key,
            is_as_recorded,
            sealed: (stored.links.iter().filter(|link| link.sealed.is_some()))
                .map(|link| link.seq)
                .collect(),
            links,
        })
    }

    /// What was sealed; `None` once the key was destroyed. What stays in the clear is then read, which is never less urgent.
    fn personal(&self, id: CaseId, key: Option<&WrappedKey>, link: &Link) -> Option<Personal> {
        let (key, sealed) = (key?, link.sealed.as_ref()?);
        let opened = self.sealer.open(key, id, link.seq, sealed);
        let opened = opened.inspect_err(|error| tracing::error!(case = %id, seq = link.seq, error = %error, "a sealed part does not open"));
        serde_json::from_slice(&opened.ok()?).ok()
    }

    /// Seals, chains and records; the reply may leave once this returns. Gives the head as it is if the record took it.
    pub(super) async fn record(
        &self,
        view: &View,
        head: Head,
        key: &WrappedKey,
        drafted: Vec<Drafted>,
        with: With,
    ) -> Result<(Appended, Head), TriageError> {
        let Some(append) = self.appending(view, head, key, &drafted, with)? else {
            return Ok((Appended::Done, head));
        };
        let after = append.links.last().map_or(head, Link::head);
        Ok((self.store.append(append).await?, after))
    }

    /// Sealed, chained and ready to be recorded; `None` where nothing was done.
    pub(super) fn appending(
        &self,
        view: &View,
        head: Head,
        key: &WrappedKey,
        drafted: &[Drafted],
        with: With,
    ) -> Result<Option<Append>, TriageError> {
        let case = &view.case;
        let (mut links, mut errands, mut after) =
            (Vec::with_capacity(drafted.len()), Vec::new(), head);
        let mut inbox = Vec::new();
        for Drafted { event, personal } in drafted {
            let sealed = personal
                .as_ref()
                .map(|personal| self.seal(case.id, key, event.seq, personal))
                .transpose()?;
            inbox.extend(inbox::item(event, sealed.is_some()));
            let link = chain::link(after, event, sealed);
            after = link.head();
            links.push(link);
            errands.extend(errand(case, event));
        }
        let Some(last) = drafted.last() else {
            return Ok(None);
        };
        let append = Append {
            provider: case.provider.clone(),
            case: case.id,
            after: head,
            opened: with.opening,
            links,
            at: last.event.at,
            errands,
            remember: with.remember,
            match_keys: self.match_keys(case, drafted),
            inbox,
            summary: summary(view).ok_or_else(|| StoreError::Unreadable {
                what: format!("case {}, which has no contact", case.id),
            })?,
        };
        Ok(Some(append))
    }

    pub(super) fn seal(
        &self,
        case: CaseId,
        key: &WrappedKey,
        seq: u64,
        personal: &Personal,
    ) -> Result<Vec<u8>, TriageError> {
        let plain = serde_json::to_vec(personal).map_err(|_| StoreError::Unreadable {
            what: format!("a personal part of case {case}"),
        })?;
        Ok(self.sealer.seal(key, case, seq, &plain)?)
    }
}

/// What must happen outside because of an event. Practice and test start nothing.
fn errand(case: &Case, event: &Event) -> Option<NewErrand> {
    let start = requested_start(event).filter(|_| case.mark == Mark::Real)?;
    // The receiver's staff reads the case itself; the errand names it and says nothing of the person.
    let payload = serde_json::json!({"service": start.key.service, "disposition": start.disposition, "seq": event.seq});
    Some(NewErrand {
        seq: event.seq,
        kind: "start",
        key: start.key.name(case.id),
        payload: payload.to_string(),
    })
}

pub(super) fn summary(view: &View) -> Option<Summary> {
    let contact = view.case.contact()?;
    Some(Summary {
        contacts: contact.number,
        channel: contact.channel,
        release: contact.release,
        disposition: view.held.as_ref().map(|held| held.disposition.clone()),
        ended: view.is_ended(),
    })
}
