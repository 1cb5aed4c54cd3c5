//! The use cases, and the ports they need.
//!
//! - [`ports`]: what the use cases need of the world. Adapters implement them elsewhere.
//! - [`releases`]: publishing a content, and finding the one that a contact is pinned to.
//! - [`triage`]: a case from its start to its outcome. [`walk`]: the same questions with nothing stored.
//! - [`notes`]: holds and corrections on a record. [`endings`]: when its time is over. [`export`]: everything that it holds.
//! - [`master_keys`]: that they are the right ones, and that a record goes over to a new one.
//! - [`speech`]: in whose words a text is shown.
//!
//! A use case has one shape: load or "not there", decide in the pure parts, record once at the end.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::case::event::{Actor, Channel};
use crate::case::ids::ProviderId;
use crate::walk::Moment;

use ports::{Clock, Database, Endings, Ids, Sealer, Store};
use releases::{Policy, Releases};

pub mod access;
mod alone;
mod change;
pub mod endings;
pub mod export;
pub mod guarded;
pub mod idempotency;
pub mod master_keys;
pub mod notes;
pub mod ports;
mod record;
pub mod releases;
pub mod rights;
pub mod speech;
pub mod triage;
pub mod view;
pub mod walk;

/// The use cases, with what they need of the world.
pub struct Service {
    pub(crate) store: Arc<dyn Store>,
    endings: Arc<dyn Endings>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    sealer: Arc<dyn Sealer>,
    releases: Releases,
    london: TimeZone,
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
    ) -> Self {
        Service {
            releases: Releases::new(database.store.clone(), Policy::default()),
            store: database.store,
            endings: database.endings,
            clock,
            ids,
            sealer,
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
