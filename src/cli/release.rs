//! `nhs111 release list|show`: what was released, and what a release holds.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::json;

use super::{say, serve};
use crate::case::ids::{Hash, ProviderId};
use crate::pathway::canonical;
use crate::service::ports::Store;
use crate::store;

/// What is asked of the releases.
#[derive(Debug, Subcommand)]
pub enum Asked {
    /// Every release that was made active, the latest first.
    List {
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// One release: its files, or one of them.
    Show {
        /// Its hash, or how it begins.
        hash: String,
        /// Print this file in canonical form.
        #[arg(long)]
        file: Option<String>,
        #[command(flatten)]
        settings: serve::Flags,
    },
}

/// Answers; exit code 1 if there is no such release or file.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let settings = match &asked {
        Asked::List { settings, .. } | Asked::Show { settings, .. } => settings.clone(),
    };
    let config = serve::settings(settings)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = store::open(&config.database)
            .await
            .context("the record cannot be opened")?
            .store;
        let answered = match asked {
            Asked::List { json, .. } => list(store.as_ref(), json).await,
            Asked::Show { hash, file, .. } => show(store.as_ref(), &hash, file.as_deref()).await,
        };
        store.close().await;
        answered
    })
}

async fn list(store: &dyn Store, as_json: bool) -> anyhow::Result<ExitCode> {
    let activations = store.releases(&ProviderId::default()).await?;
    if as_json {
        let rows: Vec<_> = activations.iter().map(|activation| json!({ "hash": activation.hash.to_string(), "activated_at": activation.at, "approval": "example" })).collect();
        say(&serde_json::to_string_pretty(&rows)?);
    } else {
        activations.iter().for_each(|activation| {
            say(&format!("{}  {}  example", activation.hash, activation.at))
        });
    }
    Ok(ExitCode::SUCCESS)
}

/// The files of the one release whose hash begins so, in canonical form.
pub(super) async fn files(
    store: &dyn Store,
    begins: &str,
) -> anyhow::Result<(Hash, Vec<(String, String)>)> {
    let activations = store.releases(&ProviderId::default()).await?;
    let mut found: Vec<Hash> = activations
        .iter()
        .map(|activation| activation.hash)
        .filter(|hash| hash.to_string().starts_with(begins))
        .collect();
    found.sort_unstable();
    found.dedup();
    let [hash] = found.as_slice() else {
        bail!(
            "{} releases begin with `{begins}`; see `nhs111 release list`",
            found.len()
        );
    };
    let Some(release) = store.release(*hash).await? else {
        bail!("the release {hash} is not in the record")
    };
    let files = canonical::files(&release.canonical, &hash.to_string())?;
    Ok((*hash, files))
}

async fn show(store: &dyn Store, begins: &str, file: Option<&str>) -> anyhow::Result<ExitCode> {
    let (hash, files) = files(store, begins).await?;
    match file {
        Some(name) => match files.iter().find(|(known, _)| known == name) {
            Some((_, text)) => say(text),
            None => bail!("the release has no file `{name}`"),
        },
        None => {
            say(&format!(
                "{hash}  example, not clinically approved  {} files",
                files.len()
            ));
            files.iter().for_each(|(name, _)| say(&format!("  {name}")));
        }
    }
    Ok(ExitCode::SUCCESS)
}
