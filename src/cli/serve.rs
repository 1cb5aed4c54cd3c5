//! `nhs111 serve`: settings, record, pathways, listener; and the way back down.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::{complain, folder::read_folder, say};
use crate::case::ids::ProviderId;
use crate::clock::{SystemClock, SystemIds};
use crate::config::{self, Config, Layer};
use crate::http::render::Pages;
use crate::http::{self, App};
use crate::pathway::{self, Severity};
use crate::service::Service;
use crate::service::master_keys;
use crate::service::ports::{Clock as _, Database};
use crate::service::releases::{Policy, PublishError, Release};
use crate::store::key_ring::KeyFile;
use crate::store::seal::CaseSealer;
use crate::{store, telemetry};

/// Settings on the command line; each stands above the environment (`NHS111_…`) and the file.
#[derive(Debug, Clone, clap::Args)]
pub struct Flags {
    /// A YAML file of settings, named as the flags with `_`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:8111].
    #[arg(long)]
    listen: Option<String>,
    /// Where the record is kept [default: sqlite://data/nhs111.db].
    #[arg(long)]
    database_url: Option<String>,
    /// The folder of pathways to run as an example, or `none` for the release that the record has [default: pathways].
    #[arg(long)]
    pathways: Option<String>,
    /// The file of the master key, made where missing [default: data/master.key].
    #[arg(long)]
    master_key: Option<String>,
    /// What is logged [default: info].
    #[arg(long)]
    log: Option<String>,
    /// How long running requests may take to finish at the end, in seconds [default: 20].
    #[arg(long)]
    shutdown_seconds: Option<String>,
    /// Which releases may run: `example` or `approved` [default: example].
    #[arg(long)]
    releases: Option<String>,
}

/// The settings, or every fault of them at once.
pub fn settings(flags: Flags) -> anyhow::Result<Config> {
    let mut faults = Vec::new();
    let mut layers = Vec::new();
    if let Some(path) = &flags.config {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the settings `{}` cannot be read", path.display()))?;
        match Layer::of_file(path, &text) {
            Ok(layer) => layers.push(layer),
            Err(found) => faults.extend(found),
        }
    }
    layers.push(config::environment());
    layers.push(Layer::of_flags([
        ("listen", flags.listen),
        ("database_url", flags.database_url),
        ("pathways", flags.pathways),
        ("master_key", flags.master_key),
        ("log", flags.log),
        ("shutdown_seconds", flags.shutdown_seconds),
        ("releases", flags.releases),
    ]));
    match Config::of(&layers) {
        Ok(config) if faults.is_empty() => return Ok(config),
        Ok(_) => {}
        Err(found) => faults.extend(found),
    }
    faults.iter().for_each(|fault| complain(&fault.to_string()));
    bail!("{} of the settings cannot be used", faults.len())
}

/// Serves until it is told to stop.
pub fn run(flags: Flags) -> anyhow::Result<ExitCode> {
    let config = settings(flags)?;
    telemetry::log(&config.log)?;
    tokio::runtime::Runtime::new()?.block_on(serve(config))
}

async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    let metrics = telemetry::metrics();
    let service = Arc::new(service(&config).await?);
    if !published(&service, &config).await? {
        service.close().await;
        return Ok(ExitCode::from(1));
    }
    allowed(&service).await?;
    service
        .ready(&ProviderId::default())
        .await
        .context("there is nothing to triage on")?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    say(&format!("Public pages   http://{address}/"));
    say(&format!(
        "JSON API       http://{address}/api/v1/openapi.json"
    ));
    say("Example content, not clinically approved: not for the care of patients.");
    tracing::info!(address = %address, "listening");
    serve_on(
        listener,
        App {
            service: service.clone(),
            metrics,
            pages: Arc::new(Pages::new()?),
        },
        &config,
    )
    .await?;
    service.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// The use cases, over the ports that the settings name.
async fn service(config: &Config) -> anyhow::Result<Service> {
    Ok(Record::open(config).await?.service(config))
}

/// A record, with the master keys that open it.
pub(super) struct Record {
    /// The ports of its database.
    pub(super) database: Database,
    /// The file of master keys.
    pub(super) keys: Arc<KeyFile>,
    /// What seals under them.
    pub(super) sealer: Arc<CaseSealer>,
}

impl Record {
    /// Opens it; refuses master keys that are not those of this record.
    pub(super) async fn open(config: &Config) -> anyhow::Result<Self> {
        let database = store::open(&config.database)
            .await
            .context("the record cannot be opened")?;
        let opened = Record::with_keys(config, database.clone()).await;
        if opened.is_err() {
            database.store.close().await;
        }
        opened
    }

    async fn with_keys(config: &Config, database: Database) -> anyhow::Result<Self> {
        let ids = Arc::new(SystemIds);
        let path = &config.master_key;
        let keys = if path.exists() {
            KeyFile::open(path, ids.clone())?
        } else if is_sealed(&database).await? {
            bail!(
                "there is no master key file `{}`, and the record is sealed: put its file there. A new key would open nothing of it",
                path.display()
            );
        } else {
            KeyFile::make(path, ids.clone(), SystemClock.now())?
        };
        let keys = Arc::new(keys);
        let sealer = Arc::new(CaseSealer::under(keys.clone(), ids));
        master_keys::prove(
            keys.as_ref(),
            sealer.as_ref(),
            database.case_keys.as_ref(),
            SystemClock.now(),
        )
        .await?;
        Ok(Record {
            database,
            keys,
            sealer,
        })
    }

    /// The use cases over it.
    pub(super) fn service(self, config: &Config) -> Service {
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
        Service::new(self.database, clock, ids, self.sealer).running(config.releases)
    }
}

/// Whether the record holds anything that a master key wrapped.
async fn is_sealed(database: &Database) -> anyhow::Result<bool> {
    let keys = &database.case_keys;
    let is_known = !keys.master_keys().await?.is_empty();
    Ok(is_known || !keys.case_keys(None, None, 1).await?.is_empty())
}

/// Stops where the active release may not be served; every reason is printed.
async fn allowed(service: &Service) -> anyhow::Result<()> {
    let refusals = service
        .releases()
        .refusals(&ProviderId::default(), service.today())
        .await
        .context("there is nothing to triage on")?;
    refusals
        .iter()
        .for_each(|refusal| complain(&refusal.to_string()));
    if !refusals.is_empty() {
        bail!("the active release may not be served");
    }
    Ok(())
}

/// Says of an example which of its sources should have been read again.
fn warn_of_expired(service: &Service, release: &Release) {
    let expired = pathway::expired(&release.content, service.today(), Severity::Warning);
    for finding in expired {
        tracing::warn!(code = finding.code, file = %finding.span.file, line = finding.span.line, "{}", finding.message);
    }
}

/// Publishes the folder as an example. `false` if it has faults; they are printed, and what was active before still is.
async fn published(service: &Service, config: &Config) -> anyhow::Result<bool> {
    let Some(folder) = &config.pathways else {
        return Ok(true);
    };
    if config.releases == Policy::Approved {
        bail!(
            "`releases` is set to `approved`, and a folder can only make an example; set `pathways` to `none`"
        );
    }
    let files = read_folder(folder)?;
    match service
        .releases()
        .publish_example(&ProviderId::default(), files, service.now())
        .await
    {
        Ok(published) => {
            let (hash, warnings) = (published.release.hash, published.warnings.len());
            tracing::info!(release = %hash, warnings, folder = %folder.display(), "the folder is active as an example");
            warn_of_expired(service, &published.release);
            Ok(true)
        }
        Err(PublishError::Refused(findings)) => {
            findings
                .iter()
                .for_each(|finding| complain(&finding.to_string()));
            tracing::error!(findings = findings.len(), folder = %folder.display(), "the folder was refused; what was active before still is");
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Serves until a signal to stop; a hang-up publishes the folder again.
async fn serve_on(listener: TcpListener, app: App, config: &Config) -> anyhow::Result<()> {
    let service = app.service.clone();
    let (stop, stopped) = watch::channel(false);
    let server = axum::serve(listener, http::router(app)).with_graceful_shutdown(until(stopped));
    let serving = tokio::spawn(server.into_future());
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let mut hang_up = signal(SignalKind::hangup())?;
    while !told_to_stop(&mut terminate, &mut interrupt, &mut hang_up).await {
        // A bad folder leaves what is running untouched.
        if let Err(error) = published(&service, config).await {
            tracing::error!(
                error = format!("{error:#}"),
                "the folder could not be published; what was active before still is"
            );
        }
    }
    tracing::info!("stopping: no new connections, running requests may finish");
    // Nobody listens any more only if serving has ended.
    let _ = stop.send(true);
    match tokio::time::timeout(config.shutdown, serving).await {
        Ok(ended) => Ok(ended??),
        Err(_) => {
            tracing::warn!("some requests did not finish in time; what they had sent is recorded");
            Ok(())
        }
    }
}

/// `true` at a signal to stop, `false` at a hang-up.
async fn told_to_stop(
    terminate: &mut Signal,
    interrupt: &mut Signal,
    hang_up: &mut Signal,
) -> bool {
    tokio::select! {
        _ = terminate.recv() => true,
        _ = interrupt.recv() => true,
        _ = hang_up.recv() => false,
    }
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // A sender that is gone means the same.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
