//! `nhs111 backup`: a copy of the record in one file while the service runs, with what is said of it beside. Keys are never in it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::{say, serve};
use crate::clock::{SystemClock, SystemIds};
use crate::config::Config;
use crate::service::ports::Clock as _;
use crate::store::key_ring::KeyFile;
use crate::store::{DatabaseUrl, backup};

pub mod manifest;

use manifest::{Manifest, beside, kind, measure};

/// What is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct Asked {
    /// The file to make, or a folder in which it gets a name by the time. A file that is there is never replaced.
    to: PathBuf,
    #[command(flatten)]
    settings: serve::Flags,
}

/// Exit code 0 once the copy and its manifest are on disk.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let config = serve::settings(asked.settings)?;
    let made_at = SystemClock.now();
    let path = if asked.to.is_dir() {
        let ending = match config.database {
            DatabaseUrl::Sqlite(_) => "db",
            DatabaseUrl::Postgres(_) => "dump",
        };
        asked.to.join(format!(
            "nhs111-{}.{ending}",
            made_at.strftime("%Y%m%dT%H%M%SZ")
        ))
    } else {
        asked.to
    };
    if path.exists() || beside(&path).exists() {
        bail!(
            "`{}` is there already; a backup replaces nothing",
            path.display()
        );
    }
    let manifest = tokio::runtime::Runtime::new()?.block_on(make(&config, &path, made_at))?;
    say(&format!(
        "{}: {} bytes, {} cases or more, up to checkpoint {}; it needs the master key {} and the matching key of this record, which are not in it",
        path.display(),
        manifest.bytes,
        manifest.cases_at_least,
        manifest.checkpoint_at_least,
        manifest.master_keys.join(", ")
    ));
    Ok(ExitCode::SUCCESS)
}

/// Under another name until it is whole, so that whatever has the name of a backup is one.
async fn make(config: &Config, path: &Path, made_at: jiff::Timestamp) -> anyhow::Result<Manifest> {
    if !config.master_key.exists() {
        bail!(
            "there is no master key file `{}`, so nobody could say which key the backup needs",
            config.master_key.display()
        );
    }
    let ring = KeyFile::open(&config.master_key, Arc::new(SystemIds))?.ring()?;
    let facts = backup::facts(&config.database)
        .await
        .context("the record cannot be read")?;
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).context(format!("`{}` cannot be removed", part.display()));
        }
        _ => {}
    }
    backup::copy(&config.database, &part)
        .await
        .context("the record cannot be copied")?;
    let (bytes, sha256) = measure(&part)?;
    let manifest = Manifest {
        nhs111_backup: 1,
        made_at,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        database: kind(&config.database).to_owned(),
        bytes,
        sha256,
        schema: facts.schema,
        cases_at_least: facts.cases,
        checkpoint_at_least: facts.checkpoint,
        // One that was added and never made current wrapped nothing yet.
        master_keys: (ring.list().map(|(id, _)| id))
            .filter(|id| Some(*id) != ring.next())
            .map(|id| id.to_string())
            .collect(),
        matching_key: facts.matching_key,
    };
    let mut file = std::fs::File::options()
        .write(true)
        .create_new(true)
        .open(beside(path))?;
    serde_json::to_writer_pretty(&mut file, &manifest)?;
    writeln!(file)?;
    file.sync_all()?;
    std::fs::rename(&part, path)?;
    backup::durable(path)?;
    Ok(manifest)
}
