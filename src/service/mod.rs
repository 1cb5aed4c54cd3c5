//! The use cases, and the ports they need.
//!
//! - [`ports`]: what the use cases need of the world. Adapters implement them elsewhere.
//! - [`releases`]: publishing a content, and finding the one that a contact is pinned to.
//! - [`triage`]: a case from its start to its outcome. [`walk`]: the same questions with nothing stored.
//! - [`notes`]: holds and corrections on a record. [`endings`]: when its time is over. [`export`]: everything that it holds.
//! - [`master_keys`]: that they are the right ones, and that a record goes over to a new one.
//! - [`routing`]: the services that fit what a case came to; [`directory`]: the one that is kept beside the record.
//! - [`compose`]: whole cases made in memory, for generated ones.
//! - [`replay`]: a case done again, to show what happened in it.
//! - [`inbox`]: what people said that authors are to read.
//! - [`person`]: who the person of a case is. [`history`]: what is known of their earlier contacts, in all cases.
//! - [`speech`]: in whose words a text is shown.
//! - [`checkpoint`]: signing what the heads of all cases are. [`verify`]: whether every case is as it was recorded.
//! - [`rebuild`]: computing every [`projection`] again from the events.
//!
//! A use case has one shape: load or "not there", decide in the pure parts, record once at the end.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::case::event::{Actor, Channel};
use crate::case::ids::ProviderId;
use crate::walk::Moment;

use at_hand::AtHand;
use ports::directory::Directory;
use ports::heads::Heads;
use ports::{Clock, Database, Digester, Endings, Ids, Inbox, People, Sealer, Store};
use releases::{Policy, Releases};

pub mod access;
mod alone;
mod at_hand;
mod change;
pub mod checkpoint;
pub mod compose;
pub mod directory;
pub mod endings;
pub mod export;
pub mod guarded;
pub mod history;
pub mod idempotency;
pub mod inbox;
pub mod master_keys;
pub mod notes;
pub mod person;
pub mod ports;
pub mod projection;
pub mod rebuild;
mod record;
pub mod releases;
pub mod replay;
pub mod rights;
pub mod routing;
pub mod speech;
pub mod triage;
pub mod verify;
pub mod view;
pub mod walk;

/// How long a search of the directory may take. After that the national ways to help are shown without it.
const DIRECTORY_PATIENCE: Duration = Duration::from_secs(1);
/// So many cases are at hand unless it is said otherwise.
pub const CASES_AT_HAND: usize = 4096;

/// The use cases, with what they need of the world.
pub struct Service {
    pub(crate) store: Arc<dyn Store>,
    endings: Arc<dyn Endings>,
    inbox: Arc<dyn Inbox>,
    heads: Arc<dyn Heads>,
    at_hand: AtHand,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    sealer: Arc<dyn Sealer>,
    people: Arc<dyn People>,
    digester: Arc<dyn Digester>,
    releases: Releases,
    london: TimeZone,
    directory: Arc<dyn Directory>,
    directory_patience: Duration,
}

/// Who calls, for whom, by what way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The organisation.
    pub provider: ProviderId,
    /// The way.
    pub channel: Channel,
    /// Who.
    pub actor: Actor,
}

impl Caller {
    /// A member of the public on the pages.
    pub fn visitor() -> Self {
        Caller {
            provider: ProviderId::default(),
            channel: Channel::Public,
            actor: Actor::Visitor,
        }
    }

    /// Whoever keeps the records of this provider, at the command line.
    pub fn operator(provider: ProviderId, name: String) -> Self {
        Caller {
            provider,
            channel: Channel::Desk,
            actor: Actor::Operator(name),
        }
    }

    /// Whoever runs a command beside the database and its keys, without saying who they are.
    pub fn at_command_line() -> Self {
        Caller::operator(ProviderId::default(), "command line".to_owned())
    }

    /// A machine client. Until clients have credentials of their own, there is one.
    pub fn client() -> Self {
        Caller {
            provider: ProviderId::default(),
            channel: Channel::Api,
            actor: Actor::Client("anonymous".to_owned()),
        }
    }
}

/// The time of Europe/London: the rule of the United Kingdom since 1996, written out so that no time zone files need to be there.
#[expect(
    clippy::expect_used,
    reason = "INVARIANT: the text is a valid time zone rule; a test reads it"
)]
pub fn london() -> TimeZone {
    TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").expect("a time zone rule")
}

impl Service {
    /// The use cases over these ports; examples may run.
    pub fn new(
        database: Database,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        sealer: Arc<dyn Sealer>,
        digester: Arc<dyn Digester>,
    ) -> Self {
        Service {
            releases: Releases::new(database.store.clone(), Policy::default()),
            store: database.store,
            endings: database.endings,
            directory: database.directory,
            directory_patience: DIRECTORY_PATIENCE,
            inbox: database.inbox,
            heads: database.heads,
            at_hand: AtHand::of(CASES_AT_HAND),
            clock,
            ids,
            sealer,
            people: database.people,
            digester,
            london: london(),
        }
    }

    /// The same, where only the releases that this policy allows may run.
    pub fn running(self, policy: Policy) -> Self {
        Service {
            releases: Releases::new(self.store.clone(), policy),
            ..self
        }
    }

    /// The same, where a search of the directory may take so long; one second unless set.
    pub fn patient_for(self, directory_patience: Duration) -> Self {
        Service {
            directory_patience,
            ..self
        }
    }

    /// The same, with so many cases at hand that need not be read again; with none, every case is read each time.
    pub fn with_at_hand(self, cases: usize) -> Self {
        Service {
            at_hand: AtHand::of(cases),
            ..self
        }
    }

    /// The releases: publishing, and the one that is active.
    pub fn releases(&self) -> &Releases {
        &self.releases
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Random numbers.
    pub fn ids(&self) -> &dyn Ids {
        self.ids.as_ref()
    }

    /// Whether the record can be read and there is a release to triage on.
    ///
    /// # Errors
    /// The [`releases::PinError`] that says what is missing.
    pub async fn ready(&self, provider: &ProviderId) -> Result<(), releases::PinError> {
        self.store.ready().await?;
        self.releases.active(provider).await.map(|_| ())
    }

    /// The active release, and every activation, the latest first.
    ///
    /// # Errors
    /// [`releases::PinError`] if there is none.
    pub async fn list_releases(
        &self,
        provider: &ProviderId,
    ) -> Result<(Arc<releases::Release>, Vec<ports::Activation>), releases::PinError> {
        Ok((
            self.releases.active(provider).await?,
            self.releases.activations(provider).await?,
        ))
    }

    /// Records what is still waiting, then stops.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// A time as the clocks of Europe/London show it.
    pub fn london(&self, at: Timestamp) -> DateTime {
        self.london.to_datetime(at)
    }

    /// The date in Europe/London.
    pub fn today(&self) -> Date {
        self.london(self.now()).date()
    }

    /// A moment as the walk reckons: the date is that of Europe/London.
    fn moment(&self, contact_began: Timestamp) -> Moment {
        Moment {
            contact_began,
            today: self.london.to_datetime(contact_began).date(),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_date_is_that_of_london() {
        let london = super::london();
        let date = |text: &str| london.to_datetime(text.parse().unwrap()).date().to_string();
        assert_eq!(date("2026-07-01T23:30:00Z"), "2026-07-02");
        assert_eq!(date("2026-12-01T23:30:00Z"), "2026-12-01");
        assert_eq!(date("2026-03-29T00:59:59Z"), "2026-03-29");
    }
}
