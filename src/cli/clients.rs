//! `nhs111 clients add|list|rotate|disable`: who may use the API. A secret is printed once and can be found nowhere else.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;

use super::{say, serve};
use crate::case::ids::ProviderId;
use crate::clock::{SystemClock, SystemIds};
use crate::service::access::Secret;
use crate::service::credentials::Credentials;
use crate::service::rights::{Scope, Scopes};
use crate::store;

/// What is asked of the clients.
#[derive(Debug, Subcommand)]
pub enum Asked {
    /// Add a client and print its secret.
    Add {
        /// Its name: 3 to 64 of a to z, 0 to 9 and `-`.
        id: String,
        /// What it is, for people.
        #[arg(long)]
        title: String,
        /// What it may do; may be given several times.
        #[arg(long = "scope", required = true, value_name = "SCOPE")]
        scopes: Vec<Scope>,
        /// The organisation it acts for.
        #[arg(long, default_value = "default")]
        provider: String,
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// Every client, with its organisation and scopes.
    List {
        /// Only those of this organisation.
        #[arg(long)]
        provider: Option<String>,
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// Print another secret for a client. The one before it goes on to work until the next time.
    Rotate {
        /// Its name.
        id: String,
        /// End every other secret at once.
        #[arg(long)]
        at_once: bool,
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// Let a client in no more. Its tokens end at once, on other nodes within 30 seconds.
    Disable {
        /// Its name.
        id: String,
        #[command(flatten)]
        settings: serve::Flags,
    },
}

/// Does what is asked.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let settings = match &asked {
        Asked::Add { settings, .. }
        | Asked::List { settings, .. }
        | Asked::Rotate { settings, .. }
        | Asked::Disable { settings, .. } => settings.clone(),
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
        let done = answer(&credentials, asked).await;
        store.close().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}

async fn answer(credentials: &Credentials, asked: Asked) -> anyhow::Result<()> {
    match asked {
        Asked::Add {
            id,
            title,
            scopes,
            provider,
            json,
            ..
        } => {
            let scopes = scopes.into_iter().fold(Scopes::NONE, Scopes::with);
            let provider = ProviderId(provider);
            let secret = credentials.add(&provider, &id, &title, scopes).await?;
            show(&id, &secret, json)
        }
        Asked::List { provider, json, .. } => {
            list(credentials, provider.map(ProviderId), json).await
        }
        Asked::Rotate {
            id, at_once, json, ..
        } => {
            let secret = credentials.rotate(&id, u32::from(!at_once)).await?;
            show(&id, &secret, json)
        }
        Asked::Disable { id, .. } => {
            credentials.disable(&id).await?;
            say(&format!("{id} is let in no more"));
            Ok(())
        }
    }
}

fn show(id: &str, secret: &Secret, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let shown = json!({"client_id": id, "client_secret": secret.reveal()});
        say(&serde_json::to_string(&shown)?);
    } else {
        say(&format!("client id      {id}"));
        say(&format!("client secret  {}", secret.reveal()));
        say("Keep the secret where secrets are kept: it is not shown again.");
    }
    Ok(())
}

async fn list(
    credentials: &Credentials,
    provider: Option<ProviderId>,
    as_json: bool,
) -> anyhow::Result<()> {
    let mut clients = credentials.clients().await?;
    clients.retain(|client| {
        provider
            .as_ref()
            .is_none_or(|wanted| client.provider == *wanted)
    });
    if as_json {
        let rows: Vec<_> = clients
            .iter()
            .map(|client| {
                json!({
                    "client_id": client.id, "provider": client.provider, "title": client.title, "scopes": client.scopes.to_string(),
                    "created_at": client.created_at, "disabled_at": client.disabled_at,
                })
            })
            .collect();
        say(&serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    for client in clients {
        let state = if client.disabled_at.is_some() {
            "disabled"
        } else {
            "active"
        };
        say(&format!(
            "{}  {}  {state}  {}  ({})",
            client.id, client.provider, client.scopes, client.title
        ));
    }
    Ok(())
}
