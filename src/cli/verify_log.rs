//! `nhs111 verify-log`: every case of the record is as it was recorded.
//!
//! Checked are the chain of each case, the head recorded beside it, every checkpoint in the record, and those that are given as files.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::checkpoint::given;
use super::{complain, say, serve};
use crate::config::Config;
use crate::service::ports::Database;
use crate::service::verify::{Finding, Given, Verified, verify};
use crate::store;
use crate::store::signing::{SigningKey, TrustedKeys};

/// What is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct Asked {
    /// Check against checkpoints that were exported to this file too, and the heads in FILE.leaves if they are there.
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<PathBuf>,
    /// Trust the public key in this file of PEM. Without any, the public half of `signing_key` is trusted.
    #[arg(long = "public-key", value_name = "FILE")]
    public_keys: Vec<PathBuf>,
    /// Print what was found as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: serve::Flags,
}

/// Prints what is broken; exit code 1 if anything is.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let config = serve::settings(asked.settings)?;
    let trusted = trusted(&config, &asked.public_keys)?;
    let files = asked
        .checkpoints
        .iter()
        .map(|path| given(path))
        .collect::<anyhow::Result<Vec<_>>>()?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let database = store::open(&config.database)
            .await
            .context("the record cannot be opened")?;
        let verified = check(&database, &trusted, files, asked.json).await;
        database.store.close().await;
        Ok(ExitCode::from(u8::from(!verified?)))
    })
}

/// The keys under which a checkpoint may be signed.
pub(super) fn trusted(config: &Config, files: &[PathBuf]) -> anyhow::Result<TrustedKeys> {
    let mut trusted = TrustedKeys::default();
    for path in files {
        trusted.trust_file(path)?;
    }
    if files.is_empty()
        && let Some(key) = SigningKey::if_there(&config.signing_key)?
    {
        trusted.trust(&key);
    }
    Ok(trusted)
}

/// Prints what is broken, as it is found, and how much was checked. `true` if nothing is broken.
pub(super) async fn check(
    database: &Database,
    trusted: &TrustedKeys,
    files: Vec<Given>,
    as_json: bool,
) -> anyhow::Result<bool> {
    if trusted.is_empty() && database.checkpoints.last_checkpoint().await?.is_some() {
        complain(
            "no key is trusted: give the public key of the checkpoints by `--public-key FILE`, or their private key by `signing_key`",
        );
    }
    let (mut broken, mut found) = (0_u64, Vec::new());
    let mut tell = |finding: Finding| {
        broken += 1;
        if as_json {
            found.push(as_value(&finding));
        } else {
            say(&sentence(&finding));
        }
    };
    let (store, kept) = (database.store.as_ref(), database.checkpoints.as_ref());
    let Verified {
        cases,
        events,
        checkpoints,
    } = verify(store, kept, trusted, files, &mut tell).await?;
    if as_json {
        let found = json!({ "cases": cases, "events": events, "checkpoints": checkpoints, "broken": found });
        say(&serde_json::to_string_pretty(&found)?);
    } else {
        say(&format!(
            "{cases} cases, {events} events, {checkpoints} checkpoints, {broken} broken"
        ));
    }
    Ok(broken == 0)
}

fn sentence(finding: &Finding) -> String {
    match finding {
        Finding::Case(case, fault) => format!("case {case}: {fault}"),
        Finding::Checkpoint(number, fault) => format!("checkpoint {number}: {fault}"),
        Finding::File(name, line) => format!("{name}.leaves: line {line} is no head of a case"),
    }
}

fn as_value(finding: &Finding) -> Value {
    let code = finding.code();
    match finding {
        Finding::Case(case, fault) => {
            json!({ "case": case.to_string(), "code": code, "fault": fault.to_string() })
        }
        Finding::Checkpoint(number, fault) => {
            json!({ "checkpoint": number, "code": code, "fault": fault.to_string() })
        }
        Finding::File(name, line) => json!({ "file": name, "line": line, "code": code }),
    }
}
