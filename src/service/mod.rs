//! The use cases, and the ports they need.
//!
//! - [`ports`]: what the use cases need of the world. Adapters implement them elsewhere.
//! - [`releases`]: publishing a content, and finding the one that a contact is pinned to.
//! - [`triage`]: a case from its start to its outcome. [`walk`]: the same questions with nothing stored.
//! - [`credentials`]: machine clients and their tokens. [`rights`]: who may do what. [`limits`]: how often. [`carry_on`]: going on with
//!   a case elsewhere, by one of the [`codes`]. [`staff`]: who acts by way of a host system.
//! - [`notes`]: holds and corrections on a record. [`endings`]: when its time is over. [`export`]: everything that it holds.
//! - [`master_keys`]: that they are the right ones, and that a record goes over to a new one.
//! - [`routing`]: the services that fit what a case came to; [`directory`]: the one that is kept beside the record.
//! - [`compose`]: whole cases made in memory, for generated ones.
//! - [`replay`]: a case done again, to show what happened in it. [`impact`]: what a draft would make of the cases of the record.
//! - [`inbox`]: what people said that authors are to read.
//! - [`person`]: who the person of a case is. [`history`]: what is known of their earlier contacts, in all cases.
//! - [`proofs`]: what was proven of a release.
//! - [`speech`]: in whose words a text is shown.
//! - [`checkpoint`]: signing what the heads of all cases are. [`verify`]: whether every case is as it was recorded.
//! - [`rebuild`]: computing every [`projection`] again from the events.
//!
//! A use case has one shape: load or "not there", decide in the pure parts, record once at the end.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::case::event::{Actor, Channel};
use crate::case::ids::{Hash, ProviderId};
use crate::walk::Moment;

use at_hand::AtHand;
use carry_on::CODE_MINUTES;
use credentials::Credentials;
use limits::{Flow, TooMany};
use ports::attempts::Attempts;
use ports::carry_on::CarryOn;
use ports::directory::Directory;
use ports::heads::Heads;
use ports::proofs::Proofs;
use ports::{Clock, Database, Digester, Endings, Ids, Inbox, People, Sealer, Store};
use releases::{Policy, Releases};
use rights::Scopes;

pub mod access;
mod alone;
mod at_hand;
pub mod carry_on;
mod change;
pub mod checkpoint;
pub mod codes;
pub mod compose;
pub mod credentials;
pub mod directory;
pub mod endings;
pub mod export;
pub mod guarded;
pub mod history;
pub mod idempotency;
pub mod impact;
pub mod inbox;
pub mod limits;
pub mod master_keys;
pub mod notes;
pub mod person;
pub mod ports;
pub mod projection;
pub mod proofs;
pub mod rebuild;
mod record;
pub mod releases;
pub mod replay;
pub mod rights;
pub mod routing;
pub mod speech;
pub mod staff;
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
    carry_on: Arc<dyn CarryOn>,
    attempts: Arc<dyn Attempts>,
    credentials: Credentials,
    code_lasts: SignedDuration,
    starts: Starts,
    directory: Arc<dyn Directory>,
    directory_patience: Duration,
    proofs: Arc<dyn Proofs>,
}

/// How many cases may be started on this node.
struct Starts {
    of_a_client: Flow,
    from_a_source: Flow,
    tokens: Flow,
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
    /// What the client was given, on the API. Elsewhere the role alone decides, and this is none.
    pub scopes: Scopes,
}

impl Caller {
    /// A member of the public on the pages.
    pub fn visitor() -> Self {
        Caller {
            provider: ProviderId::default(),
            channel: Channel::Public,
            actor: Actor::Visitor,
            scopes: Scopes::NONE,
        }
    }

    /// Whoever keeps the records of this provider, at the command line.
    pub fn operator(provider: ProviderId, name: String) -> Self {
        Caller {
            provider,
            channel: Channel::Desk,
            actor: Actor::Operator(name),
            scopes: Scopes::NONE,
        }
    }

    /// Whoever runs a command beside the database and its keys, without saying who they are.
    pub fn at_command_line() -> Self {
        Caller::operator(ProviderId::default(), "command line".to_owned())
    }

    /// A machine client.
    pub fn client(provider: ProviderId, id: &str, scopes: Scopes) -> Self {
        Caller {
            provider,
            channel: Channel::Api,
            actor: Actor::Client(id.to_owned()),
            scopes,
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
            credentials: Credentials::new(
                database.clients,
                database.attempts.clone(),
                clock.clone(),
                ids.clone(),
            ),
            carry_on: database.carry_on,
            attempts: database.attempts,
            code_lasts: SignedDuration::from_mins(i64::from(CODE_MINUTES)),
            starts: Starts {
                of_a_client: Flow::of(0),
                from_a_source: Flow::of(0),
                tokens: Flow::of(0),
            },
            endings: database.endings,
            directory: database.directory,
            directory_patience: DIRECTORY_PATIENCE,
            proofs: database.proofs,
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

    /// The same, with other credentials.
    pub fn with_credentials(self, credentials: Credentials) -> Self {
        Service {
            credentials,
            ..self
        }
    }

    /// The same, where a client may start so many cases a minute, and somebody at one address so many, and ask for so many tokens. 0 is
    /// no limit.
    pub fn limited(self, starts_of_a_client: u32, starts_from_a_source: u32, tokens: u32) -> Self {
        Service {
            starts: Starts {
                of_a_client: Flow::of(starts_of_a_client),
                from_a_source: Flow::of(starts_from_a_source),
                tokens: Flow::of(tokens),
            },
            ..self
        }
    }

    /// Machine clients and their tokens.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Whether a case may be started now: by a client, or by a visitor at an address.
    ///
    /// # Errors
    /// [`TooMany`]. Nothing but a start asks this: a case under way is never held back.
    pub fn admit_start(&self, caller: &Caller, source: Option<Hash>) -> Result<(), TooMany> {
        let (provider, now) = (caller.provider.0.as_bytes(), self.now());
        match (&caller.actor, source) {
            (Actor::Client(id) | Actor::Handler(id) | Actor::Clinician(id), _) => {
                // Staff are named `client/staff`: the client is meant.
                let client = id.split('/').next().unwrap_or_default();
                let who = Hash::of([provider, b"/", client.as_bytes()].concat());
                self.starts.of_a_client.admit(who, now)
            }
            (Actor::Visitor, Some(source)) => self.starts.from_a_source.admit(source, now),
            (Actor::Visitor | Actor::Service | Actor::Operator(_), _) => Ok(()),
        }
    }

    /// Whether somebody at an address may ask for a token now.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn admit_token(&self, source: Hash) -> Result<(), TooMany> {
        self.starts.tokens.admit(source, self.now())
    }

    /// A keyed digest of what could be found by trying.
    pub fn digest(&self, purpose: &str, parts: &[&[u8]]) -> Hash {
        self.digester.keyed(purpose, parts)
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
