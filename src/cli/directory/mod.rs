//! `nhs111 directory`: imports a directory of services, shows which is searched, and searches it as the service does.

mod find;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use super::{complain, say, serve};
use crate::case::ids::{Hash, ProviderId};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::directory::Listing;
use crate::directory::read::{self, Fault, Places};
use crate::directory::takes::Taken;
use crate::service::directory::{Imported, NewDirectory, import};
use crate::service::ports::directory::Edition;
use crate::service::ports::{Clock as _, Database};
use crate::service::releases::{Release, Releases};
use crate::store;

use find::{Find, find};

/// More faults than these are counted and not printed.
const MOST_FAULTS: usize = 100;

/// A larger file is no directory of services, in bytes.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// What is asked of the directory of services.
#[derive(Debug, clap::Subcommand)]
pub enum Asked {
    /// Put the services of a CSV file in the place of those there are. A file with faults changes nothing.
    Import(Box<Import>),
    /// Search as the service does, with the reasons.
    Find(Box<Find>),
    /// Say which directory is searched.
    Show(Box<serve::Flags>),
}

/// What to import.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The CSV file of the services (docs/operators/directory.md).
    services: PathBuf,
    /// A CSV file that says where postcodes are.
    #[arg(long)]
    postcodes: Option<PathBuf>,
    /// Where the directory came from [default: the name of the file].
    #[arg(long)]
    source: Option<String>,
    /// Only read and check; nothing is imported.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    settings: serve::Flags,
}

/// Runs what was asked for.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    match asked {
        Asked::Import(asked) => runtime.block_on(import_files(*asked)),
        Asked::Find(asked) => runtime.block_on(find(*asked)),
        Asked::Show(flags) => runtime.block_on(show(*flags)),
    }
}

async fn open(config: &Config) -> anyhow::Result<Database> {
    store::open(&config.database)
        .await
        .context("the record cannot be opened")
}

/// Exit code 1 if the files have faults.
async fn import_files(asked: Import) -> anyhow::Result<ExitCode> {
    let Some(new) = read_files(&asked)? else {
        return Ok(ExitCode::from(1));
    };
    let config = serve::settings(asked.settings)?;
    let database = open(&config).await?;
    let provider = ProviderId::default();
    let release = Releases::new(database.store.clone(), config.releases)
        .active(&provider)
        .await;
    if let Ok(release) = release {
        warn_of_unknown(&new.services, &release);
    }
    let (services, places) = (new.services.len(), new.places.len());
    let imported = if asked.dry_run {
        say(&format!(
            "{services} services and {places} places without a fault; nothing was imported."
        ));
        Ok(())
    } else {
        import(
            database.listings.as_ref(),
            &provider,
            &new,
            SystemClock.now(),
        )
        .await
        .map(|imported| match imported {
            Imported::Done(edition) => say(&format!("Imported: {}", told(&edition))),
            Imported::Unchanged(edition) => {
                say(&format!("Imported already: {}", told(&edition)));
            }
        })
        .context("nothing was imported; what was searched before still is")
    };
    database.store.close().await;
    imported.map(|()| ExitCode::SUCCESS)
}

/// The directory of the files, or `None` where they have faults, which are then printed.
fn read_files(asked: &Import) -> anyhow::Result<Option<NewDirectory>> {
    let text = read_text(&asked.services)?;
    let postcodes = asked.postcodes.as_deref().map(read_text).transpose()?;
    let mut faults: Vec<(&Path, Vec<Fault>)> = Vec::new();
    let places = match (&postcodes, &asked.postcodes) {
        (Some(text), Some(path)) => read::places(text).unwrap_or_else(|found| {
            faults.push((path, found));
            Places::new()
        }),
        _ => Places::new(),
    };
    // Without the postcodes every service would lack its place: their faults are mended first.
    let services = if faults.is_empty() {
        read::services(&text, &places).unwrap_or_else(|found| {
            faults.push((&asked.services, found));
            Vec::new()
        })
    } else {
        Vec::new()
    };
    let all = faults
        .iter()
        .flat_map(|(path, found)| found.iter().map(move |fault| (path, fault)));
    for (path, fault) in all.clone().take(MOST_FAULTS) {
        complain(&format!("{}:{fault}", path.display()));
    }
    let count = all.count();
    if count > 0 {
        complain(&format!(
            "{count} faults; nothing was imported, and what was searched before still is"
        ));
        return Ok(None);
    }
    if services.is_empty() {
        bail!(
            "`{}` holds no services; nothing was imported",
            asked.services.display()
        );
    }
    let file = asked
        .services
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let parts = [
        text.as_bytes(),
        b"\0",
        postcodes.as_deref().unwrap_or_default().as_bytes(),
    ];
    Ok(Some(NewDirectory {
        name: Hash::of(parts.concat()),
        source: asked.source.clone().or(file).unwrap_or_default(),
        services,
        places,
    }))
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    let told = || format!("`{}` cannot be read", path.display());
    let size = std::fs::metadata(path).with_context(told)?.len();
    if size > MOST_BYTES {
        bail!("`{}` is larger than {MOST_BYTES} bytes", path.display());
    }
    let bytes = std::fs::read(path).with_context(told)?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..good).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        anyhow::anyhow!(
            "{}:{line}: is not UTF-8; save the file as `CSV UTF-8`",
            path.display()
        )
    })
}

/// A misspelt kind of service is never offered, and nobody would see why.
fn warn_of_unknown(services: &[Listing], release: &Release) {
    let content = &release.content;
    let takes_known = |taken: &Taken| {
        content.dispositions.iter().any(|disposition| match taken {
            Taken::Code(code) => disposition.dx.as_ref() == Some(code),
            Taken::Family { family, .. } => disposition.family == *family,
        })
    };
    let is_complaint = |family: &str| {
        content
            .pathways
            .iter()
            .any(|pathway| pathway.family == family)
    };
    for listing in services {
        for taken in listing.takes.iter().filter(|taken| !takes_known(taken)) {
            complain(&format!(
                "warning: `{}` takes `{taken}`, which no disposition of the active release is",
                listing.id
            ));
        }
        for family in listing
            .complaints
            .iter()
            .filter(|family| !is_complaint(family))
        {
            complain(&format!(
                "warning: `{}` is for `{family}`, which is no complaint of the active release",
                listing.id
            ));
        }
    }
}

async fn show(flags: serve::Flags) -> anyhow::Result<ExitCode> {
    let config = serve::settings(flags)?;
    let database = open(&config).await?;
    let edition = database.listings.edition(&ProviderId::default()).await;
    database.store.close().await;
    match edition? {
        Some(edition) => say(&told(&edition)),
        None => say("No directory was imported; pages and replies show the national ways to help."),
    }
    Ok(ExitCode::SUCCESS)
}

fn told(edition: &Edition) -> String {
    let name: String = edition.name.to_string().chars().take(12).collect();
    format!(
        "{} services and {} places from {}, edition {name}, {}",
        edition.services, edition.places, edition.source, edition.imported_at
    )
}
