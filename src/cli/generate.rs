//! `nhs111 generate`: made-up people and cases from a seed, as JSON or into a record.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::record::Record;
use super::{complain, folder::read_folder, say};
use crate::case::event::{Event, Mark as CaseMark};
use crate::case::ids::ProviderId;
use crate::clock::SystemIds;
use crate::generate::{Generator, Made, Plan};
use crate::service::ports::{Database, Ids, MasterKeys, Sealer};
use crate::service::releases::{Policy, PublishError, Releases};
use crate::store::key_ring::{HeldKeys, KeyRing};
use crate::store::people::MatchingKey;
use crate::store::seal::{CaseSealer, MasterKey};
use crate::store::{self, DatabaseUrl};

/// How many cases of a worker wait to be taken.
const AHEAD: usize = 64;
/// How many cases are on their way into the record.
const ON_THE_WAY: usize = 512;

/// What to make, and where to.
#[derive(Debug, clap::Args)]
pub struct Flags {
    /// How many cases.
    #[arg(long)]
    cases: u64,
    /// The same seed gives the same cases.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Into this record, which the service may be using.
    #[arg(
        long,
        value_name = "URL",
        conflicts_with = "json",
        required_unless_present = "json"
    )]
    into: Option<DatabaseUrl>,
    /// The file of the master key of that record.
    #[arg(long, default_value = "data/master.key")]
    master_key: PathBuf,
    /// Print them instead, a line a case.
    #[arg(long)]
    json: bool,
    /// The folder of pathways; for a record, `none` is the release that is active there.
    #[arg(long, default_value = "pathways")]
    pathways: PathBuf,
    /// The day on which the first of them begin.
    #[arg(long, default_value = "2026-01-05")]
    from: Date,
    /// Over so many days.
    #[arg(long, default_value_t = 7)]
    days: u32,
    /// What they are for. Real ones ask for ambulances: only ever into a record that nothing delivers from.
    #[arg(long, default_value = "test")]
    mark: Mark,
}

/// What cases are for, as it is said on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Mark {
    Test,
    Practice,
    Real,
}

impl From<Mark> for CaseMark {
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::Test => CaseMark::Test,
            Mark::Practice => CaseMark::Practice,
            Mark::Real => CaseMark::Real,
        }
    }
}

/// Makes them; exit code 1 if the pathways have faults.
pub fn run(flags: Flags) -> anyhow::Result<ExitCode> {
    tokio::runtime::Runtime::new()?.block_on(async {
        match &flags.into {
            Some(url) => {
                let database = store::open(url)
                    .await
                    .context("the record cannot be opened")?;
                let matching = flags.master_key.with_file_name("matching.key");
                let made = match Record::of(database.clone(), &flags.master_key, &matching).await {
                    Ok(record) => {
                        make(&flags, database.clone(), record.keys, record.matching).await
                    }
                    Err(error) => Err(error),
                };
                database.store.close().await;
                made
            }
            None => {
                let place = Throwaway::new("generate").await?;
                let (keys, matching) = Throwaway::keys();
                let made = make(&flags, place.database.clone(), keys, matching).await;
                place.database.store.close().await;
                made
            }
        }
    })
}

/// A record in a folder of its own, in which only a release is kept. The folder goes with it, whatever comes between.
pub(super) struct Throwaway {
    /// The ports of its database.
    pub(super) database: Database,
    _folder: Folder,
}

impl Throwaway {
    /// A new one; `name` says in the list of files whose it is.
    pub(super) async fn new(name: &str) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("nhs111-{name}-{}", std::process::id()));
        let url = DatabaseUrl::Sqlite(folder.join("record.db"));
        // Before anything is in it: whoever is interrupted while it is opened leaves nothing behind either.
        let folder = Folder(folder);
        let database = store::open(&url)
            .await
            .context("no folder for the release")?;
        Ok(Throwaway {
            database,
            _folder: folder,
        })
    }

    /// Keys that everybody knows: nothing that is made under them is anybody's.
    pub(super) fn keys() -> (Arc<dyn MasterKeys>, Arc<MatchingKey>) {
        let held = HeldKeys {
            ring: KeyRing::of(MasterKey::new([0; 32])),
            ids: Arc::new(SystemIds),
        };
        (Arc::new(held), Arc::new(MatchingKey::new([0; 32])))
    }
}

/// A folder that is removed with whatever is in it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // A database that was given up may write a last file while this goes on.
        for _ in 0..100 {
            match std::fs::remove_dir_all(&self.0) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Ok(()) | Err(_) => return,
            }
        }
        complain(&format!(
            "the folder `{}` was left behind: remove it",
            self.0.display()
        ));
    }
}

async fn make(
    flags: &Flags,
    database: Database,
    master: Arc<dyn MasterKeys>,
    matching: Arc<MatchingKey>,
) -> anyhow::Result<ExitCode> {
    let plan = Plan {
        seed: flags.seed,
        from: flags.from.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp(),
        days: flags.days,
        mark: flags.mark.into(),
    };
    if flags.pathways.as_os_str() != "none"
        && !published(&flags.pathways, &database, plan.from).await?
    {
        return Ok(ExitCode::from(1));
    }
    let workers = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let mut made = Vec::new();
    let mut recorder = None;
    for worker in 0..workers {
        let master = master.clone();
        let sealer = move |ids: Arc<dyn Ids>| -> Arc<dyn Sealer> {
            Arc::new(CaseSealer::under(master, ids))
        };
        let mut generator =
            Generator::new(database.clone(), sealer.clone(), matching.clone(), plan).await?;
        if recorder.is_none() {
            recorder = Some(Arc::new(
                Generator::new(database.clone(), sealer, matching.clone(), plan).await?,
            ));
        }
        let (give, take) = mpsc::channel(AHEAD);
        made.push(take);
        let cases = flags.cases;
        // Nobody takes any more only if something went wrong, which is said there.
        std::thread::spawn(move || {
            let mut numbers = (worker..cases).step_by(usize::try_from(workers).unwrap_or(1));
            numbers.all(|number| give.blocking_send(generator.case(number)).is_ok())
        });
    }
    let mut recording: JoinSet<anyhow::Result<bool>> = JoinSet::new();
    let mut known = 0_u64;
    let mut take = async |recorded: Option<
        Result<anyhow::Result<bool>, tokio::task::JoinError>,
    >|
           -> anyhow::Result<()> {
        if let Some(recorded) = recorded {
            known += u64::from(!recorded??);
        }
        Ok(())
    };
    for number in 0..flags.cases {
        let worker = usize::try_from(number % workers)?;
        let Some(next) = made.get_mut(worker) else {
            break;
        };
        let Some(case) = next.recv().await else {
            bail!("a worker stopped")
        };
        let case = case.with_context(|| format!("case {number} of seed {}", flags.seed))?;
        if flags.json {
            say(&line(&case)?);
            continue;
        }
        if recording.len() >= ON_THE_WAY {
            take(recording.join_next().await).await?;
        }
        if let Some(recorder) = recorder.clone() {
            recording
                .spawn(async move { Ok(recorder.service().record_composed(case.composed).await?) });
        }
    }
    while !recording.is_empty() {
        take(recording.join_next().await).await?;
    }
    if !flags.json {
        say(&format!(
            "{} cases made, {known} of them there already",
            flags.cases
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// Publishes the folder as an example. `false` if it has faults; they are printed.
pub(super) async fn published(
    pathways: &Path,
    database: &Database,
    at: Timestamp,
) -> anyhow::Result<bool> {
    let releases = Releases::new(database.store.clone(), Policy::default());
    let files = read_folder(pathways)?;
    match releases
        .publish_example(&ProviderId::default(), files, at)
        .await
    {
        Ok(_) => Ok(true),
        Err(PublishError::Refused(findings)) => {
            findings
                .iter()
                .for_each(|finding| complain(&finding.to_string()));
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

fn line(made: &Made) -> anyhow::Result<String> {
    let events: Vec<serde_json::Value> = made
        .composed
        .events
        .iter()
        .map(|drafted| {
            let event: &Event = &drafted.event;
            json!({ "event": event, "personal": drafted.personal })
        })
        .collect();
    let view = &made.composed.view;
    let held = view.held.as_ref().map(|held| &held.disposition);
    Ok(serde_json::to_string(&json!({
        "number": made.number, "person": made.person, "case": view.case.id.to_string(), "mark": view.case.mark, "holds": held,
        "ended": view.is_ended(), "events": events,
    }))?)
}
