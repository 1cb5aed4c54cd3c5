//! `nhs111 restore`: puts a backup in the place of the record, once it is known to be whole and the right key is there.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::backup::manifest::{Manifest, kind};
use super::record::Record;
use super::{keeping, say, serve, verify_log};
use crate::case::ids::{CaseId, Hash};
use crate::clock::SystemIds;
use crate::config::Config;
use crate::service::ports::clients::KnownClient;
use crate::service::ports::{Database, Digester as _, Sealer as _, Store, Tombstone};
use crate::store::backup::{Use, facts, newest_schema, use_of};
use crate::store::key_ring::KeyFile;
use crate::store::people::MatchingKey;
use crate::store::postgres::PostgresUrl;
use crate::store::seal::CaseSealer;
use crate::store::signing::TrustedKeys;
use crate::store::{self, DatabaseUrl, postgres, sqlite};

/// Of so many cases it is tried whether their keys open.
const TRIED: u32 = 1000;

/// What is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct Asked {
    /// The backup, with its manifest beside it.
    from: PathBuf,
    /// Put it in the place of a record that has cases. On SQLite the file that was there is kept beside it.
    #[arg(long)]
    replace: bool,
    /// What was destroyed since the backup, so that it is destroyed again.
    #[arg(long, value_name = "FILE")]
    tombstones: Option<PathBuf>,
    /// The matching key of the backup is lost: take the one in `matching_key`, made if there is none. Nobody is found until `nhs111 rebuild`.
    #[arg(long)]
    new_matching_key: bool,
    /// Trust the public key in this file of PEM when checkpoints are verified; without any, the public half of `signing_key`.
    #[arg(long = "public-key", value_name = "FILE")]
    public_keys: Vec<PathBuf>,
    #[command(flatten)]
    settings: serve::Flags,
}

/// What is restored, and all that is needed for it.
struct Restore {
    config: Config,
    asked: Asked,
    tombstones: Option<Vec<Tombstone>>,
    trusted: TrustedKeys,
}

/// Exit code 0 once the record is in place and verified, 1 if it is not as it was recorded.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let config = serve::settings(asked.settings.clone())?;
    let manifest = Manifest::of(&asked.from)?;
    fits(&config, &manifest)?;
    if !asked.new_matching_key {
        finds_people(&config.matching_key, manifest.matching_key)?;
    }
    // All that can be refused is, before anything is written.
    let tombstones = asked.tombstones.as_deref().map(keeping::tombstones_in);
    let restore = Restore {
        trusted: verify_log::trusted(&config, &asked.public_keys)?,
        tombstones: tombstones.transpose()?,
        config,
        asked,
    };
    tokio::runtime::Runtime::new()?.block_on(async {
        restore.may_replace().await?;
        let is_whole = match &restore.config.database {
            DatabaseUrl::Sqlite(path) => restore.on_sqlite(path).await?,
            DatabaseUrl::Postgres(url) => restore.on_postgres(url).await?,
        };
        if is_whole {
            say(&format!(
                "The record is that of {}; answers after it are not there.",
                manifest.made_at
            ));
        }
        Ok(ExitCode::from(u8::from(!is_whole)))
    })
}

/// Whether this program, with the keys that it has, can do anything with the backup.
fn fits(config: &Config, manifest: &Manifest) -> anyhow::Result<()> {
    if manifest.database != kind(&config.database) {
        bail!(
            "the backup is of {}, and `database_url` names {}",
            manifest.database,
            kind(&config.database)
        );
    }
    if manifest.schema > newest_schema() {
        bail!(
            "the backup has tables of version {}, and this program knows {}: take the program that made it, or a later one",
            manifest.schema,
            newest_schema()
        );
    }
    if !config.master_key.exists() {
        bail!(
            "there is no master key file `{}`; the backup needs the key {}",
            config.master_key.display(),
            manifest.master_keys.join(", ")
        );
    }
    let ring = KeyFile::open(&config.master_key, Arc::new(SystemIds))?.ring()?;
    let held: Vec<String> = ring.list().map(|(id, _)| id.to_string()).collect();
    let missing: Vec<&str> = (manifest.master_keys.iter().map(String::as_str))
        .filter(|id| !held.iter().any(|held| held == id))
        .collect();
    if !missing.is_empty() {
        bail!(
            "`{}` holds the master key {}, and the backup needs {}: without it what is sealed would not open",
            config.master_key.display(),
            held.join(", "),
            missing.join(", ")
        );
    }
    Ok(())
}

/// Whether the file of the matching key holds the one that the backup needs. One that needs none takes any, or none.
fn finds_people(matching_key: &Path, needed: Option<Hash>) -> anyhow::Result<()> {
    let Some(needed) = needed else {
        return Ok(());
    };
    match MatchingKey::if_there(matching_key)? {
        None => bail!(
            "there is no matching key file `{}`, and the backup needs the one of its record: by a new one nobody would be found again. If it is lost for good: `--new-matching-key`",
            matching_key.display()
        ),
        Some(held) if held.check() != needed => bail!(
            "the matching key in `{}` is not the one that the backup needs: nobody would be found again. If that is lost for good: `--new-matching-key`",
            matching_key.display()
        ),
        Some(_) => Ok(()),
    }
}

impl Restore {
    async fn may_replace(&self) -> anyhow::Result<()> {
        let database = &self.config.database;
        let unread = "the record that is there cannot be read";
        if use_of(database).await.context(unread)? == Use::Somebody {
            bail!(
                "somebody has the record open: stop every service that runs on it, and end every session"
            );
        }
        let there = facts(database).await.context(unread)?;
        if there.cases > 0 && !self.asked.replace {
            bail!(
                "the {} record that is there has {} cases; `--replace` puts the backup in its place",
                kind(database),
                there.cases
            );
        }
        Ok(())
    }

    /// The file is made whole and verified beside the record, and takes its place at one stroke.
    async fn on_sqlite(&self, record: &Path) -> anyhow::Result<bool> {
        let mut beside = record.as_os_str().to_owned();
        beside.push(".restoring");
        let beside = PathBuf::from(beside);
        if let Some(folder) = record.parent() {
            std::fs::create_dir_all(folder)?;
        }
        for ending in ["", "-wal", "-shm"] {
            let mut left = beside.as_os_str().to_owned();
            left.push(ending);
            match std::fs::remove_file(&left) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                _ => {}
            }
        }
        sqlite::make_private(&beside)?;
        let mut from = std::fs::File::open(&self.asked.from)?;
        let mut to = std::fs::File::options().write(true).open(&beside)?;
        std::io::copy(&mut from, &mut to)?;
        to.sync_all()?;
        sqlite::file::check(&beside).await?;
        if !self.is_right(&DatabaseUrl::Sqlite(beside.clone())).await? {
            say(&format!(
                "The record that was there is untouched; what was restored is `{}`.",
                beside.display()
            ));
            return Ok(false);
        }
        let kept = sqlite::file::put_in_place(&beside, record)?;
        if let Some(kept) = kept {
            say(&format!(
                "The record that was there is `{}`.",
                kept.display()
            ));
        }
        Ok(true)
    }

    /// The tables are replaced in one transaction, once the keys are known to open what the backup holds, and verified after it.
    async fn on_postgres(&self, url: &PostgresUrl) -> anyhow::Result<bool> {
        self.opens_backup().await?;
        postgres::dump::restore(url, &self.asked.from).await?;
        let is_right = self.is_right(&self.config.database).await.context(
            "the backup has taken the place of the record, and what was there before is gone; nothing may be served from it until this is mended",
        )?;
        if !is_right {
            say(
                "The backup has taken the place of the record all the same; what was there before is gone.",
            );
        }
        Ok(is_right)
    }

    /// That the keys open what the backup holds, whatever its manifest says. Nothing is written.
    async fn opens_backup(&self) -> anyhow::Result<()> {
        let sealer = sealer(&self.config)?;
        let mut closed = None;
        postgres::dump::case_keys(&self.asked.from, |case, key| {
            if sealer.seal(&key, case, 0, b"").is_err() {
                closed = Some(case);
            }
            closed.is_none()
        })
        .await?;
        if let Some(case) = closed {
            bail!(does_not_open(&self.config, case));
        }
        if self.asked.new_matching_key {
            return Ok(());
        }
        let needed = postgres::dump::matching_key(&self.asked.from).await?;
        finds_people(&self.config.matching_key, needed)
    }

    /// Whether every case is as it was recorded, and opens.
    async fn is_right(&self, url: &DatabaseUrl) -> anyhow::Result<bool> {
        let database = store::open(url)
            .await
            .context("what was restored cannot be opened")?;
        let checked = self.check(&database).await;
        database.store.close().await;
        checked
    }

    /// What was destroyed since the backup is destroyed again before anything is served from it.
    async fn check(&self, database: &Database) -> anyhow::Result<bool> {
        let config = &self.config;
        keys_open(config, database.store.as_ref()).await?;
        if self.asked.new_matching_key {
            self.takes_a_new_matching_key(database).await?;
        } else {
            // A manifest of an earlier program says nothing of it.
            let needed = database.people.known_matching_key().await?;
            finds_people(&config.matching_key, needed)?;
        }
        if let Some(tombstones) = &self.tombstones {
            let record =
                Record::of(database.clone(), &config.master_key, &config.matching_key).await?;
            let service = record.service(config);
            keeping::apply_tombstones(&service, tombstones, "restore").await?;
        }
        let_in_nobody(database).await?;
        verify_log::check(database, &self.trusted, Vec::new(), false).await
    }

    /// The digests that nobody can make any more go with the key that made them.
    async fn takes_a_new_matching_key(&self, database: &Database) -> anyhow::Result<()> {
        let config = &self.config;
        database.people.forget_matching_key().await?;
        Record::of(database.clone(), &config.master_key, &config.matching_key).await?;
        say(&format!(
            "The matching key of the record is now the one in `{}`. Earlier contacts are missed until `nhs111 rebuild` has found the people again; pairs that were unlinked match again.",
            config.matching_key.display()
        ));
        Ok(())
    }
}

/// Ends what lets somebody in for a time, since it may have been used up or ended after the backup. What lets in for good comes back with
/// the record: clients that were disabled and secrets that were ended since then. Only an operator knows which, so the clients are named.
async fn let_in_nobody(database: &Database) -> anyhow::Result<()> {
    let tokens = database.clients.end_tokens().await?;
    let codes = database.carry_on.end_codes().await?;
    say(&format!(
        "Ended: {tokens} access tokens, {codes} codes to carry a case on. Clients ask for another token, people for another code."
    ));
    let clients = database.clients.clients().await?;
    let active = |client: &&KnownClient| client.disabled_at.is_none();
    for client in clients.iter().filter(active) {
        say(&format!(
            "{} may call again, for {}, with each secret that it had when the backup was made",
            client.id, client.provider
        ));
    }
    if clients.iter().any(|client| active(&client)) {
        say(
            "Whoever was disabled since then: `nhs111 clients disable`. Whose secret was ended since then: `nhs111 clients rotate --at-once`.",
        );
    }
    Ok(())
}

/// That the keys of cases open under the master key that is there.
async fn keys_open(config: &Config, store: &dyn Store) -> anyhow::Result<()> {
    let sealer = sealer(config)?;
    for (provider, case) in store.cases_after(None, TRIED).await? {
        // One that cannot be read is named by `verify-log`.
        let Ok(Some(stored)) = store.case(&provider, case).await else {
            continue;
        };
        if let Some(key) = stored.key
            && sealer.seal(&key, case, 0, b"").is_err()
        {
            bail!(does_not_open(config, case));
        }
    }
    Ok(())
}

fn sealer(config: &Config) -> anyhow::Result<CaseSealer> {
    let ids = Arc::new(SystemIds);
    let keys = Arc::new(KeyFile::open(&config.master_key, ids.clone())?);
    Ok(CaseSealer::under(keys, ids))
}

fn does_not_open(config: &Config, case: CaseId) -> String {
    format!(
        "the key of case {case} does not open under the master keys in `{}`",
        config.master_key.display()
    )
}
