//! `nhs111 replay DRAFT`: what a draft would make of the cases of the record, or of made-up ones.
//!
//! Only counts are printed, at the very end: whatever stops it before, nothing is half written, and nothing of it is recorded.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use jiff::SignedDuration;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::record::Record;
use super::{check, folder::read_folder, generate, say, serve};
use crate::case::Planned;
use crate::case::event::Mark;
use crate::case::impact::Tally;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::pathway::canonical::canonical;
use crate::pathway::{self, Severity};
use crate::service::Caller;
use crate::service::impact::{Which, impact};
use crate::service::ports::Clock as _;

mod made_up;
mod print;

/// What is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct Asked {
    /// The folder of the draft.
    draft: PathBuf,
    /// The cases of the record that were opened in so many days up to now.
    #[arg(long, default_value_t = 28, conflicts_with = "made_up")]
    days: u32,
    /// What those cases are for; others are left out.
    #[arg(long, default_value = "real", conflicts_with = "made_up")]
    mark: generate::Mark,
    /// So many made-up cases in their place: those that `generate` makes, walked on the folder `--pathways`, or for `none` on the active
    /// release of the record.
    #[arg(long, value_name = "CASES")]
    made_up: Option<u64>,
    /// The same seed gives the same made-up cases.
    #[arg(long, default_value_t = 1, requires = "made_up")]
    seed: u64,
    /// Give up after so long, with exit code 2 and no result.
    #[arg(long, value_name = "SECONDS")]
    time_limit: Option<u64>,
    /// Exit code 1 if a case goes there.
    #[arg(long, value_enum)]
    fail_on: Option<FailOn>,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: serve::Flags,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    /// Any case goes down.
    Down,
}

/// Where the cases come from.
#[derive(Debug, Clone, Copy)]
enum Source {
    Record { days: u32, mark: Mark },
    MadeUp { cases: u64, seed: u64 },
}

/// A draft that checks.
struct Draft {
    /// The hash that it would be released under.
    hash: String,
    content: Arc<Planned>,
}

/// Prints what becomes of the cases; exit code 1 if the draft does not check, or by `--fail-on`.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let config = serve::settings(asked.settings.clone())?;
    let runtime = tokio::runtime::Runtime::new()?;
    let done = runtime.block_on(within(asked.time_limit, replay(&asked, &config)));
    // What was given up is not waited for.
    runtime.shutdown_background();
    done
}

/// Does it, unless its time is over or somebody wants it to stop.
async fn within(
    seconds: Option<u64>,
    work: impl Future<Output = anyhow::Result<ExitCode>>,
) -> anyhow::Result<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let is_over = async {
        match seconds {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    // In this order: with no time at all, nothing is done at all.
    tokio::select! {
        biased;
        _ = interrupt.recv() => bail!("stopped before the end: there is no result, and nothing was written"),
        _ = terminate.recv() => bail!("stopped before the end: there is no result, and nothing was written"),
        () = is_over => bail!(
            "it takes longer than the {} seconds of `--time-limit`: there is no result, and nothing was written. Take fewer days or cases, or more time",
            seconds.unwrap_or_default()
        ),
        done = work => done,
    }
}

async fn replay(asked: &Asked, config: &Config) -> anyhow::Result<ExitCode> {
    let (dir, as_json) = (asked.draft.clone(), asked.json);
    let checked = tokio::task::spawn_blocking(move || checked(&dir, as_json)).await?;
    let Some(draft) = checked? else {
        return Ok(ExitCode::from(1));
    };
    let source = match asked.made_up {
        Some(cases) => Source::MadeUp {
            cases,
            seed: asked.seed,
        },
        None => Source::Record {
            days: asked.days,
            mark: asked.mark.into(),
        },
    };
    let tally = match source {
        Source::Record { days, mark } => recorded(config, &draft.content, days, mark).await?,
        Source::MadeUp { cases, seed } => {
            let tally = made_up::tally(config, &draft.content, cases, seed).await?;
            match tally {
                Some(tally) => tally,
                None => return Ok(ExitCode::from(1)),
            }
        }
    };
    if as_json {
        say(&serde_json::to_string_pretty(&print::json(
            &draft.hash,
            source,
            &tally,
        ))?);
    } else {
        say(&print::text(&draft.hash, source, &tally));
    }
    let has_failed = match asked.fail_on {
        Some(FailOn::Down) => tally.whole.down > 0,
        None => false,
    };
    Ok(ExitCode::from(u8::from(has_failed)))
}

/// The draft, if `check` finds no error in it; otherwise its errors are printed.
fn checked(dir: &Path, as_json: bool) -> anyhow::Result<Option<Draft>> {
    let files = read_folder(dir)?;
    let (content, errors) = match pathway::read(&files) {
        Ok(checked) => {
            let found = pathway::errors(&checked.content);
            (Some(checked.content), found)
        }
        Err(mut found) => {
            found.retain(|finding| finding.severity == Severity::Error);
            (None, found)
        }
    };
    match content.filter(|_| errors.is_empty()) {
        Some(content) => Ok(Some(Draft {
            hash: canonical(&files).hash,
            content: Arc::new(Planned::new(content)),
        })),
        None if as_json => {
            say(&serde_json::to_string_pretty(&json!({ "errors": errors }))?);
            Ok(None)
        }
        None => {
            errors
                .iter()
                .for_each(|finding| say(&check::shown(finding, &files)));
            say("the draft does not check, so nothing was walked again");
            Ok(None)
        }
    }
}

/// What becomes of the cases of the record.
async fn recorded(
    config: &Config,
    draft: &Arc<Planned>,
    days: u32,
    mark: Mark,
) -> anyhow::Result<Tally> {
    if !config.master_key.exists() {
        bail!(
            "there is no master key file `{}`, and without it no date of birth can be read",
            config.master_key.display()
        );
    }
    let since = SystemClock
        .now()
        .checked_sub(SignedDuration::from_hours(i64::from(days) * 24))
        .context("so many days ago there was no calendar; say fewer `--days`")?;
    let record = Record::open(config).await?;
    let service = Arc::new(record.service(config));
    let walks = record.database.walks.as_ref();
    let which = Which { since, mark };
    let tally = impact(&service, walks, &Caller::at_command_line(), draft, which).await;
    service.close().await;
    Ok(tally?)
}
