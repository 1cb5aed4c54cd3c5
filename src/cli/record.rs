//! The record that the settings name, opened with the keys that open it: one way for every command.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::clock::{SystemClock, SystemIds};
use crate::config::Config;
use crate::service::credentials::Credentials;
use crate::service::ports::{Clock as _, Database, Digester as _};
use crate::service::{Service, master_keys};
use crate::store;
use crate::store::key_ring::KeyFile;
use crate::store::people::MatchingKey;
use crate::store::seal::CaseSealer;

/// A record, with the keys that open it.
pub(super) struct Record {
    /// The ports of its database.
    pub(super) database: Database,
    /// The file of master keys.
    pub(super) keys: Arc<KeyFile>,
    /// What seals under them.
    pub(super) sealer: Arc<CaseSealer>,
    /// What finds people again.
    pub(super) matching: Arc<MatchingKey>,
}

impl Record {
    /// Opens it; refuses keys that are not those of this record.
    pub(super) async fn open(config: &Config) -> anyhow::Result<Self> {
        let database = store::open(&config.database)
            .await
            .context("the record cannot be opened")?;
        let opened = Record::of(database.clone(), &config.master_key, &config.matching_key).await;
        if opened.is_err() {
            database.store.close().await;
        }
        opened
    }

    /// A database that is open, with the keys in these files; each is made where it is missing and nothing needs it yet.
    pub(super) async fn of(
        database: Database,
        master_key: &Path,
        matching_key: &Path,
    ) -> anyhow::Result<Self> {
        let ids = Arc::new(SystemIds);
        let keys = if master_key.exists() {
            KeyFile::open(master_key, ids.clone())?
        } else if is_sealed(&database).await? {
            bail!(
                "there is no master key file `{}`, and the record is sealed: put its file there. A new key would open nothing of it",
                master_key.display()
            );
        } else {
            KeyFile::make(master_key, ids.clone(), SystemClock.now())?
        };
        let keys = Arc::new(keys);
        let sealer = Arc::new(CaseSealer::under(keys.clone(), ids.clone()));
        master_keys::prove(
            keys.as_ref(),
            sealer.as_ref(),
            database.case_keys.as_ref(),
            SystemClock.now(),
        )
        .await?;
        if !matching_key.exists() && database.people.known_matching_key().await?.is_some() {
            bail!(
                "there is no matching key file `{}`, and the record has a matching key: put its file there. By a new one nobody would be found again",
                matching_key.display()
            );
        }
        let matching = Arc::new(MatchingKey::from_file(matching_key, ids.as_ref())?);
        if database.people.matching_key(matching.check()).await? != matching.check() {
            bail!(
                "the matching key in `{}` is not the one of this record: nobody would be found again; every node needs the same file",
                matching_key.display()
            );
        }
        Ok(Record {
            database,
            keys,
            sealer,
            matching,
        })
    }

    /// The use cases over it.
    pub(super) fn service(&self, config: &Config) -> Service {
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
        let limits = config.limits;
        let credentials = Credentials::new(
            self.database.clients.clone(),
            self.database.attempts.clone(),
            clock.clone(),
            ids.clone(),
        );
        Service::new(
            self.database.clone(),
            clock,
            ids,
            self.sealer.clone(),
            self.matching.clone(),
        )
        .running(config.releases)
        .with_at_hand(config.cases_at_hand)
        .with_credentials(credentials.lasting(config.token_seconds))
        .with_codes_for(config.carry_on_minutes)
        .limited(limits.client_starts, limits.public_starts, limits.tokens)
    }
}

/// Whether the record holds anything that a master key wrapped.
async fn is_sealed(database: &Database) -> anyhow::Result<bool> {
    let keys = &database.case_keys;
    let is_known = !keys.master_keys().await?.is_empty();
    Ok(is_known || !keys.case_keys(None, None, 1).await?.is_empty())
}
