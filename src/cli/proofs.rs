//! The service proves the releases that it serves, one after another, when nothing else needs the processor.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::sync::oneshot;

use crate::case::ids::Hash;
use crate::clock::SystemClock;
use crate::proof::kept::Kept;
use crate::prover::{Prover, SECONDS};
use crate::service::Service;
use crate::service::ports::Clock as _;
use crate::service::ports::proofs::StoredProof;
use crate::service::releases::Release;

/// The version that a report names.
pub(super) const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Looks so often for a release without a report, and proves it, until it is stopped. `None` never does.
pub(super) fn start(
    service: Arc<Service>,
    every: Option<Duration>,
) -> Option<tokio::task::JoinHandle<()>> {
    let every = every?;
    Some(tokio::spawn(async move {
        // A release that this program cannot prove is not tried again until the next start.
        let mut given_up = HashSet::new();
        loop {
            // First of all the service serves.
            tokio::time::sleep(every).await;
            if let Err(error) = prove_missing(&service, &mut given_up).await {
                metrics::counter!("nhs111_proofs_failed_total").increment(1);
                tracing::error!(error = format!("{error:#}"), "no release could be proven");
            }
        }
    }))
}

/// Proves every release on which contacts begin and of which nothing was proven yet, but those of which it was given up.
///
/// # Errors
/// The first that cannot be read, proven or kept. One that cannot be proven is given up.
pub async fn prove_missing(service: &Service, given_up: &mut HashSet<Hash>) -> anyhow::Result<()> {
    for hash in service.without_proof().await? {
        if given_up.contains(&hash) {
            continue;
        }
        let release = service.releases().pinned(hash).await?;
        let proven = beside(release).await;
        let proof = match proven {
            Ok(proof) => proof,
            Err(error) => {
                given_up.insert(hash);
                return Err(error);
            }
        };
        service.keep_proof(&proof).await?;
        metrics::counter!("nhs111_proofs_total").increment(1);
        tracing::info!(release = %hash, "what was proven of the release is kept");
    }
    Ok(())
}

/// On one thread that yields to every other. It belongs to no runtime: whoever stops the service does not wait for it, and what it found by
/// then is gone, for a report is written whole or not at all.
async fn beside(release: Arc<Release>) -> anyhow::Result<StoredProof> {
    let (done, told) = oneshot::channel();
    std::thread::Builder::new()
        .name("proof".to_owned())
        .spawn(move || {
            // Of one thread on Linux; where it cannot be had, the proof takes its share.
            let _ = rustix::process::setpriority_process(None, 19);
            let prover = Prover::new(Duration::from_secs(SECONDS)).on(1);
            let began = Instant::now();
            let proven = prover.prove(&release.content);
            let report = proven.map(|report| {
                let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                Kept::new(report, PROGRAM, SystemClock.now(), took, SECONDS)
            });
            drop(done.send(report.map(|kept| stored(release.hash, &kept))));
        })
        .context("no thread to prove on")?;
    let proven = told.await.context("the proof broke off")?;
    proven.context("nothing that was proven of the release may be relied upon")
}

/// As the record keeps it.
pub(super) fn stored(hash: Hash, kept: &Kept) -> StoredProof {
    StoredProof {
        hash,
        made_at: kept.made_at,
        report: kept.written(),
    }
}
