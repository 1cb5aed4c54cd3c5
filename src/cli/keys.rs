//! `nhs111 keys list|add|rotate|retire`: the master keys of the record, which wrap the keys of its cases.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use clap::Subcommand;
use serde_json::json;

use super::record::Record;
use super::{say, serve};
use crate::clock::{SystemClock, SystemIds};
use crate::service::master_keys::{know_current, rewrap_all};
use crate::service::ports::{Clock as _, MasterKeyId, Wrapped};
use crate::store::key_ring::HeldKeys;
use crate::store::seal::MasterKey;

/// What is asked of the master keys.
#[derive(Debug, Subcommand)]
pub enum Asked {
    /// The master keys, and how many keys of cases are wrapped under each.
    List {
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// Put a new key into the file that only opens as yet: where nodes have copies of the file, copy it to all, then `rotate`.
    Add {
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// Go over to a new master key and wrap every key of a case under it, while nodes serve. Broken off, it goes on when called again.
    Rotate {
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// Take a master key out of the file for good. Refused while anything is wrapped under it.
    Retire {
        /// Its name, as `list` shows it.
        id: MasterKeyId,
        #[command(flatten)]
        settings: serve::Flags,
    },
}

/// Exit code 1 where a key cannot be retired, or keys of cases could not be wrapped anew.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let settings = match &asked {
        Asked::List { settings, .. }
        | Asked::Add { settings }
        | Asked::Rotate { settings }
        | Asked::Retire { settings, .. } => settings.clone(),
    };
    let config = serve::settings(settings)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let record = Record::open(&config).await?;
        let answered = match asked {
            Asked::List { json, .. } => list(&record, json).await,
            Asked::Add { .. } => add(&record),
            Asked::Rotate { .. } => rotate(&record).await,
            Asked::Retire { id, .. } => retire(&record, id).await,
        };
        record.database.store.close().await;
        answered
    })
}

async fn list(record: &Record, as_json: bool) -> anyhow::Result<ExitCode> {
    let ring = record.keys.ring()?;
    let wrapped = record.database.case_keys.wrapped().await?;
    let cases = |under| cases(&wrapped, under);
    let unnamed = cases(None);
    if as_json {
        let keys: Vec<_> = ring
            .list()
            .map(|(id, made)| {
                json!({ "id": id.to_string(), "made": made, "current": id == ring.current(), "cases": cases(Some(id)) })
            })
            .collect();
        let keys = json!({ "keys": keys, "cases_under_no_name": unnamed });
        say(&serde_json::to_string_pretty(&keys)?);
        return Ok(ExitCode::SUCCESS);
    }
    for (id, made) in ring.list() {
        let made = made.map_or_else(|| "-".to_owned(), |made| made.to_string());
        let current = if id == ring.current() { "current" } else { "" };
        let line = format!("{id}  {made}  {} cases  {current}", cases(Some(id)));
        say(line.trim_end());
    }
    if unnamed > 0 {
        say(&format!(
            "{unnamed} cases were wrapped before master keys had names; `nhs111 keys rotate` wraps them anew"
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn add(record: &Record) -> anyhow::Result<ExitCode> {
    let mut ring = record.keys.ring()?;
    if let Some(next) = ring.next() {
        bail!(
            "{next} was added before and is not current yet; `nhs111 keys rotate` goes over to it"
        );
    }
    let next = ring.add(MasterKey::fresh(&SystemIds), SystemClock.now());
    record.keys.replace(&ring)?;
    say(&format!(
        "{next} is in the file and opens; nothing is wrapped under it yet. Copy the file to every node, then `nhs111 keys rotate`"
    ));
    Ok(ExitCode::SUCCESS)
}

async fn rotate(record: &Record) -> anyhow::Result<ExitCode> {
    let mut ring = record.keys.ring()?;
    let case_keys = record.database.case_keys.as_ref();
    let is_unfinished = (case_keys.wrapped().await?.iter())
        .any(|wrapped| wrapped.under.is_some_and(|under| under != ring.current()));
    let next = match ring.next() {
        Some(next) => Some(next),
        None if is_unfinished => None,
        None => {
            let next = ring.add(MasterKey::fresh(&SystemIds), SystemClock.now());
            record.keys.replace(&ring)?;
            Some(next)
        }
    };
    match next {
        None => say(&format!(
            "going on with the rotation to {}; call this again to begin another",
            ring.current()
        )),
        Some(next) => {
            // In the file first, then known to the record, then current: broken off anywhere, the record and the file still fit.
            ring.make_current(next);
            let held = HeldKeys {
                ring: ring.clone(),
                ids: Arc::new(SystemIds),
            };
            know_current(&held, case_keys, SystemClock.now()).await?;
            record.keys.replace(&ring)?;
            say(&format!("{next} is the current master key"));
        }
    }
    let rotated = rewrap_all(record.keys.as_ref(), record.sealer.as_ref(), case_keys).await?;
    say(&format!(
        "{} keys of cases were wrapped under it, {} could not be opened",
        rotated.wrapped, rotated.left
    ));
    Ok(ExitCode::from(u8::from(rotated.left > 0)))
}

async fn retire(record: &Record, id: MasterKeyId) -> anyhow::Result<ExitCode> {
    let mut ring = record.keys.ring()?;
    if id == ring.current() {
        say(&format!(
            "{id} is the current master key; `nhs111 keys rotate` first"
        ));
        return Ok(ExitCode::from(1));
    }
    let wrapped = record.database.case_keys.wrapped().await?;
    let unnamed = cases(&wrapped, None);
    if unnamed > 0 {
        say(&format!(
            "{unnamed} cases were wrapped before master keys had names, perhaps under {id}; `nhs111 keys rotate` first"
        ));
        return Ok(ExitCode::from(1));
    }
    if !record.database.case_keys.forget_master_key(id).await? {
        say(&format!(
            "{} cases are wrapped under {id}; `nhs111 keys rotate` first",
            cases(&wrapped, Some(id))
        ));
        return Ok(ExitCode::from(1));
    }
    ring.remove(id);
    record.keys.replace(&ring)?;
    say(&format!(
        "{id} is retired: nothing of this record is wrapped under it. Take it out of every copy of the file; a backup from before the rotation opens with it alone"
    ));
    Ok(ExitCode::SUCCESS)
}

fn cases(wrapped: &[Wrapped], under: Option<MasterKeyId>) -> u64 {
    let found = wrapped.iter().find(|wrapped| wrapped.under == under);
    found.map_or(0, |wrapped| wrapped.cases)
}
