//! `nhs111 providers add|list`: the organisations that are served. Every case, client and release that is active belongs to one.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;

use super::{say, serve};
use crate::case::ids::ProviderId;
use crate::clock::{SystemClock, SystemIds};
use crate::service::credentials::Credentials;
use crate::service::ports::{Clock as _, Store};
use crate::store;

/// What is asked of the organisations.
#[derive(Debug, Subcommand)]
pub enum Asked {
    /// Add an organisation. It begins on the release that is active for the default one.
    Add {
        /// Its name: 3 to 64 of a to z, 0 to 9 and `-`.
        id: String,
        /// As people call it.
        #[arg(long)]
        title: String,
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// Every organisation.
    List {
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: serve::Flags,
    },
}

/// Does what is asked.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let settings = match &asked {
        Asked::Add { settings, .. } | Asked::List { settings, .. } => settings.clone(),
    };
    let config = serve::settings(settings)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let database = store::open(&config.database)
            .await
            .context("the record cannot be opened")?;
        let store = database.store.clone();
        let credentials = Credentials::new(
            database.clients,
            database.attempts,
            Arc::new(SystemClock),
            Arc::new(SystemIds),
        );
        let done = match asked {
            Asked::Add { id, title, .. } => add(&credentials, store.as_ref(), &id, &title).await,
            Asked::List { json, .. } => list(&credentials, json).await,
        };
        store.close().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}

async fn add(
    credentials: &Credentials,
    store: &dyn Store,
    id: &str,
    title: &str,
) -> anyhow::Result<()> {
    let provider = credentials.add_provider(id, title).await?;
    if let Some(release) = store.active_release(&ProviderId::default()).await? {
        store
            .activate(&provider, release, SystemClock.now())
            .await?;
    }
    say(&format!("{provider} is served"));
    Ok(())
}

async fn list(credentials: &Credentials, as_json: bool) -> anyhow::Result<()> {
    let providers = credentials.providers().await?;
    if as_json {
        let rows: Vec<_> = providers
            .iter()
            .map(|provider| json!({"provider": provider.id, "title": provider.title}))
            .collect();
        say(&serde_json::to_string_pretty(&rows)?);
    } else {
        for provider in providers {
            say(&format!("{}  {}", provider.id, provider.title));
        }
    }
    Ok(())
}
