//! `nhs111 serve`: settings, record, pathways, listener; and the way back down.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::proofs;
use super::record::Record;
use super::{complain, folder::read_folder, say};
use crate::case::checkpoint::Signed;
use crate::case::ids::ProviderId;
use crate::clock::{SystemClock, SystemIds};
use crate::config::{self, Config, Layer};
use crate::http::render::Pages;
use crate::http::source::Front;
use crate::http::{self, App};
use crate::pathway::{self, Severity};
use crate::service::Service;
use crate::service::checkpoint::{self, Made};
use crate::service::ports::Clock as _;
use crate::service::ports::checkpoints::Checkpoints;
use crate::service::releases::{Policy, PublishError, Release};
use crate::store::signing::SigningKey;
use crate::telemetry;

/// Settings on the command line; each stands above the environment (`NHS111_…`) and the file.
#[derive(Debug, Clone, Default, clap::Args)]
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
    /// The file of the key that signs checkpoints, made where missing [default: `signing.key` beside the master key].
    #[arg(long)]
    signing_key: Option<String>,
    /// How often a checkpoint is made, in minutes; 0 for never [default: 60].
    #[arg(long)]
    checkpoint_minutes: Option<String>,
    /// The file of the key under which people are found again, made where missing [default: matching.key beside the master key].
    #[arg(long)]
    matching_key: Option<String>,
    /// How often to look for a release that is not proven yet, in seconds, 0 for never [default: 60].
    #[arg(long)]
    prove_seconds: Option<String>,
    /// What is logged [default: info].
    #[arg(long)]
    log: Option<String>,
    /// How long running requests may take to finish at the end, in seconds [default: 20].
    #[arg(long)]
    shutdown_seconds: Option<String>,
    /// Which releases may run: `example` or `approved` [default: example].
    #[arg(long)]
    releases: Option<String>,
    /// The header in which the proxy in front names who asked it, or `none` [default: none].
    #[arg(long)]
    source_header: Option<String>,
    /// How long an access token is good, in seconds [default: 600].
    #[arg(long)]
    token_seconds: Option<String>,
    /// How long a code to carry a case on is good, in minutes [default: 240].
    #[arg(long)]
    carry_on_minutes: Option<String>,
    /// Cases that one machine client may start in a minute, 0 for no limit [default: 1200].
    #[arg(long)]
    client_starts_per_minute: Option<String>,
    /// Cases that visitors at one address may start in a minute, 0 for no limit [default: 60].
    #[arg(long)]
    public_starts_per_minute: Option<String>,
    /// Tokens that may be asked for from one address in a minute, 0 for no limit [default: 60].
    #[arg(long)]
    tokens_per_minute: Option<String>,
    /// How many cases are kept at hand, so that they need not be read again; 0 reads every case each time [default: 4096].
    #[arg(long)]
    cases_at_hand: Option<String>,
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
        ("signing_key", flags.signing_key),
        ("checkpoint_minutes", flags.checkpoint_minutes),
        ("prove_seconds", flags.prove_seconds),
        ("matching_key", flags.matching_key),
        ("log", flags.log),
        ("shutdown_seconds", flags.shutdown_seconds),
        ("releases", flags.releases),
        ("source_header", flags.source_header),
        ("token_seconds", flags.token_seconds),
        ("carry_on_minutes", flags.carry_on_minutes),
        ("client_starts_per_minute", flags.client_starts_per_minute),
        ("public_starts_per_minute", flags.public_starts_per_minute),
        ("tokens_per_minute", flags.tokens_per_minute),
        ("cases_at_hand", flags.cases_at_hand),
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
    let record = Record::open(&config).await?;
    let service = Arc::new(record.service(&config));
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
    let checkpoints = checkpoints(&config, record.database.checkpoints)?;
    let proofs = proofs::start(service.clone(), config.prove_every);
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
    // A checkpoint that is being made is taken up by the next; a release that is being proven is proven after the next start.
    for beside in [checkpoints, proofs].into_iter().flatten() {
        beside.abort();
    }
    service.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Makes checkpoints as often as the settings say, until it is stopped.
fn checkpoints(
    config: &Config,
    kept: Arc<dyn Checkpoints>,
) -> anyhow::Result<Option<tokio::task::JoinHandle<()>>> {
    let Some(every) = config.checkpoint_every else {
        return Ok(None);
    };
    let ids = SystemIds;
    let key = SigningKey::from_file(&config.signing_key, &ids)?;
    // Nodes look oftener than they make one: the first that finds it due makes it for all.
    let mut look = tokio::time::interval((every / 10).max(Duration::from_secs(1)));
    Ok(Some(tokio::spawn(async move {
        loop {
            look.tick().await;
            if let Err(error) = checkpoint_if_due(kept.as_ref(), &key, every).await {
                metrics::counter!("nhs111_checkpoints_failed_total").increment(1);
                tracing::error!(error = format!("{error:#}"), "no checkpoint could be made");
            }
        }
    })))
}

async fn checkpoint_if_due(
    kept: &dyn Checkpoints,
    key: &SigningKey,
    every: Duration,
) -> anyhow::Result<()> {
    if !checkpoint::is_due(kept, SystemClock.now(), every).await? {
        return Ok(());
    }
    if let Made::Kept(Signed { checkpoint, .. }) =
        checkpoint::make(kept, &SystemClock, &SystemIds, key).await?
    {
        metrics::counter!("nhs111_checkpoints_total").increment(1);
        tracing::info!(
            number = checkpoint.number,
            leaves = checkpoint.leaves,
            cases = checkpoint.cases,
            "a checkpoint was signed"
        );
    }
    Ok(())
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
            // A folder that is given at the start is for every organisation that this process serves.
            for provider in service.credentials().providers().await? {
                service
                    .releases()
                    .activate(&provider.id, &published.release, service.now())
                    .await?;
            }
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
    let front = Front {
        source_header: config
            .source_header
            .as_deref()
            .map(str::parse)
            .transpose()?,
    };
    let router = http::router_behind(app, front);
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, router).with_graceful_shutdown(until(stopped));
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
