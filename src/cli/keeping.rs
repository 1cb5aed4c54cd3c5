//! What whoever keeps the records does with them: hold, correct, hand out, end, and keep ended after a restore.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Subcommand;

use super::record::Record;
use super::{say, serve};
use crate::case::ids::{CaseId, ProviderId};
use crate::config::Config;
use crate::http::render::{FIRST_LOCALE, Pages};
use crate::service::endings::Run;
use crate::service::ports::Tombstone;
use crate::service::{Caller, Service};

/// Who does it, to whose records.
#[derive(Debug, Clone, clap::Args)]
pub struct By {
    /// Who does this, as it is to stand in the record: a staff number, not a name.
    #[arg(long)]
    by: String,
    /// Whose records.
    #[arg(long, default_value = "default")]
    provider: String,
    #[command(flatten)]
    settings: serve::Flags,
}

/// What is asked of the holds.
#[derive(Debug, Subcommand)]
pub enum Hold {
    /// The record is wanted as evidence: it is not ended, whatever its age.
    Place(OneHold),
    /// It is no longer wanted.
    Lift(OneHold),
}

/// One hold.
#[derive(Debug, Clone, clap::Args)]
pub struct OneHold {
    /// The case.
    case: CaseId,
    /// A file that says why; it is kept sealed.
    #[arg(long)]
    reason_file: PathBuf,
    #[command(flatten)]
    by: By,
}

/// A correction.
#[derive(Debug, Clone, clap::Args)]
pub struct Rectify {
    /// The case.
    case: CaseId,
    /// The event that is wrong, by its number.
    #[arg(long)]
    event: u64,
    /// The part of it: `answer`, or `number` of a number to ring back on.
    #[arg(long)]
    field: String,
    /// A file that says what is right; it is kept sealed.
    #[arg(long)]
    right_file: PathBuf,
    #[command(flatten)]
    by: By,
}

/// What is handed out.
#[derive(Debug, Clone, clap::Args)]
#[command(group(clap::ArgGroup::new("format").required(true)))]
pub struct ExportCase {
    /// The cases.
    #[arg(required = true)]
    cases: Vec<CaseId>,
    /// Write it as JSON to this file, which must not be there yet.
    #[arg(long, value_name = "FILE", group = "format")]
    json: Option<PathBuf>,
    /// Write it as a page to read to this file, which must not be there yet.
    #[arg(long, value_name = "FILE", group = "format")]
    html: Option<PathBuf>,
    #[command(flatten)]
    by: By,
}

/// The end of records.
#[derive(Debug, Clone, clap::Args)]
pub struct Retain {
    /// Count what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
    /// Who does this, as it is to stand in the record.
    #[arg(long, default_value = "retention")]
    by: String,
    #[command(flatten)]
    settings: serve::Flags,
}

/// One record that ends by decision.
#[derive(Debug, Clone, clap::Args)]
pub struct End {
    /// The case.
    case: CaseId,
    /// It cannot be undone: say that it is meant.
    #[arg(long, required = true)]
    for_ever: bool,
    #[command(flatten)]
    by: By,
}

/// What is asked of the tombstones.
#[derive(Debug, Subcommand)]
pub enum Tombstones {
    /// Write them to a file, one a line, to be kept apart from the backups.
    Export {
        /// The file; it is replaced.
        file: PathBuf,
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// Destroy again what was destroyed before a restore. Twice is as once.
    Apply {
        /// The file.
        file: PathBuf,
        /// Who does this, as it is to stand in the record.
        #[arg(long, default_value = "restore")]
        by: String,
        #[command(flatten)]
        settings: serve::Flags,
    },
}

/// `nhs111 hold place|lift`.
pub fn hold(asked: Hold) -> anyhow::Result<ExitCode> {
    let (Hold::Place(one) | Hold::Lift(one)) = &asked;
    let why = text(&one.reason_file)?;
    with(&one.by, async |service, caller| {
        match asked {
            Hold::Place(_) => service.place_hold(caller, one.case, &why).await?,
            Hold::Lift(_) => service.lift_hold(caller, one.case, &why).await?,
        }
        say("It stands in the record.");
        Ok(ExitCode::SUCCESS)
    })
}

/// `nhs111 rectify`.
pub fn rectify(asked: &Rectify) -> anyhow::Result<ExitCode> {
    let right = text(&asked.right_file)?;
    with(&asked.by, async |service, caller| {
        service
            .rectify(caller, asked.case, asked.event, &asked.field, &right)
            .await?;
        say("It stands in the record, beside what was recorded before.");
        Ok(ExitCode::SUCCESS)
    })
}

/// `nhs111 export-case`.
pub fn export_case(asked: &ExportCase) -> anyhow::Result<ExitCode> {
    let (format, path) = match (&asked.json, &asked.html) {
        (Some(path), _) => ("json", path),
        (None, Some(path)) => ("html", path),
        (None, None) => bail!("say where to: `--json FILE` or `--html FILE`"),
    };
    // Made first: what cannot be handed out is not said to have been.
    let mut file = private(path, NewFile::MustBeNew)?;
    with(&asked.by, async |service, caller| {
        let export = service.export(caller, &asked.cases, format).await?;
        let whole = match format {
            "json" => serde_json::to_string_pretty(&export)?,
            _ => Pages::new()?.try_page(FIRST_LOCALE, "record/export.html", (), &export)?,
        };
        file.write_all(whole.as_bytes())?;
        file.sync_all()?;
        say(&format!(
            "{} cases; it stands in the record of each that they were handed out. Destroy the file when it is no longer needed.",
            export.cases.len()
        ));
        Ok(ExitCode::SUCCESS)
    })
}

/// `nhs111 retain`.
pub fn retain(asked: &Retain) -> anyhow::Result<ExitCode> {
    let config = serve::settings(asked.settings.clone())?;
    let caller = Caller::operator(ProviderId::default(), asked.by.clone());
    let run = if asked.dry_run {
        Run::Dry
    } else {
        Run::Earnest
    };
    on(&config, async |service| {
        let retained = service.retain(&caller, &config.retention, run).await?;
        if asked.json {
            say(&serde_json::to_string_pretty(&retained)?);
        } else {
            let ended = if asked.dry_run {
                "would be ended"
            } else {
                "ended"
            };
            say(&format!(
                "{} old cases: {} {ended}, {} kept, {} on hold, {} busy, {} unreadable; {} keys of requests and {} errands taken away",
                retained.looked_at,
                retained.ended,
                retained.kept,
                retained.on_hold,
                retained.busy,
                retained.unreadable,
                retained.requests,
                retained.errands
            ));
        }
        Ok(ExitCode::from(u8::from(retained.unreadable > 0)))
    })
}

/// `nhs111 end-case`.
pub fn end(asked: &End) -> anyhow::Result<ExitCode> {
    with(&asked.by, async |service, caller| {
        service.end_record(caller, asked.case).await?;
        say("The record has ended: what was sealed in it can never be opened again.");
        Ok(ExitCode::SUCCESS)
    })
}

/// `nhs111 tombstones export|apply`.
pub fn tombstones(asked: &Tombstones) -> anyhow::Result<ExitCode> {
    match asked {
        Tombstones::Export { file, settings } => {
            let config = serve::settings(settings.clone())?;
            on(&config, async |service| {
                export_tombstones(service, file).await
            })
        }
        Tombstones::Apply { file, by, settings } => {
            let config = serve::settings(settings.clone())?;
            let tombstones = tombstones_in(file)?;
            on(&config, async |service| {
                apply_tombstones(service, &tombstones, by).await?;
                Ok(ExitCode::SUCCESS)
            })
        }
    }
}

async fn export_tombstones(service: &Service, path: &Path) -> anyhow::Result<ExitCode> {
    let beside = path.with_extension("new");
    let mut file = private(&beside, NewFile::MayReplace)?;
    let (mut count, mut after) = (0_usize, None);
    loop {
        let page = service.tombstones(after).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.case);
        count += page.len();
        for tombstone in &page {
            writeln!(file, "{}", serde_json::to_string(tombstone)?)?;
        }
    }
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    say(&format!("{count} tombstones"));
    Ok(ExitCode::SUCCESS)
}

/// The tombstones that a file lists, one a line.
pub(super) fn tombstones_in(path: &Path) -> anyhow::Result<Vec<Tombstone>> {
    let listed = text(path)?;
    let read = |(at, line): (usize, &str)| {
        serde_json::from_str::<Tombstone>(line)
            .with_context(|| format!("`{}`, line {}, is no tombstone", path.display(), at + 1))
    };
    let lines = listed.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(read)
        .collect()
}

/// Destroys again, in a record that was restored, what a list of tombstones names.
pub(super) async fn apply_tombstones(
    service: &Service,
    tombstones: &[Tombstone],
    by: &str,
) -> anyhow::Result<()> {
    let caller = Caller::operator(ProviderId::default(), by.to_owned());
    service.apply_tombstones(&caller, tombstones).await?;
    say(&format!("{} tombstones applied", tombstones.len()));
    Ok(())
}

/// Works on the records of a provider in somebody's name.
fn with(
    by: &By,
    work: impl AsyncFnOnce(&Service, &Caller) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let config = serve::settings(by.settings.clone())?;
    let caller = Caller::operator(ProviderId(by.provider.clone()), by.by.clone());
    on(&config, async |service| work(service, &caller).await)
}

/// Works on the record that the settings name.
fn on(
    config: &Config,
    work: impl AsyncFnOnce(&Service) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    crate::telemetry::log(&config.log)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let service = Record::open(config).await?.service(config);
        let done = work(&service).await;
        service.close().await;
        done
    })
}

fn text(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("`{}` cannot be read", path.display()))
}

/// Whether a file may be there already.
enum NewFile {
    MustBeNew,
    MayReplace,
}

/// A file that its owner alone can read.
fn private(path: &Path, new: NewFile) -> anyhow::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    match new {
        NewFile::MustBeNew => options.create_new(true),
        NewFile::MayReplace => options.create(true).truncate(true),
    };
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .with_context(|| format!("`{}` cannot be made", path.display()))
}
