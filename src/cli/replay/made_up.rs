//! Cases of the seeded generator, walked on one content and again on a draft.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use tokio::task::JoinSet;

use crate::case::Planned;
use crate::case::impact::Tally;
use crate::cli::generate::{Throwaway, published};
use crate::cli::record::Record;
use crate::config::Config;
use crate::generate::{Generator, Plan};
use crate::service::ports::{Database, Digester, Ids, MasterKeys, Sealer};
use crate::store::seal::CaseSealer;
use crate::walk::Scratch;

/// What becomes of the cases of this seed; `None` if the folder that they are walked on has faults, which are printed then.
pub(super) async fn tally(
    config: &Config,
    draft: &Arc<Planned>,
    cases: u64,
    seed: u64,
) -> anyhow::Result<Option<Tally>> {
    let plan = Plan::of_seed(seed);
    let generators = match &config.pathways {
        Some(folder) => {
            let place = Throwaway::new("replay").await?;
            if !published(folder, &place.database, plan.from).await? {
                return Ok(None);
            }
            let (keys, matching) = Throwaway::keys();
            let made = generators(&place.database, keys, matching, plan).await;
            place.database.store.close().await;
            made?
        }
        None => {
            let record = Record::open(config).await?;
            // Nothing that is made up is recorded, so it is not sealed under the keys of the record either.
            let (keys, matching) = Throwaway::keys();
            let made = generators(&record.database, keys, matching, plan).await;
            record.database.store.close().await;
            made?
        }
    };
    let stop = Stop::default();
    let each = generators.len();
    let mut making = JoinSet::new();
    for (generator, first) in generators.into_iter().zip(0_u64..) {
        let numbers = (first..cases).step_by(each);
        let (draft, stop) = (draft.clone(), stop.0.clone());
        making.spawn_blocking(move || walked(generator, numbers, &draft, &stop));
    }
    let mut tally = Tally::default();
    while let Some(made) = making.join_next().await {
        tally.merge(made??);
    }
    Ok(Some(tally))
}

/// Tells those who make cases to stop when nobody waits for them any more.
#[derive(Default)]
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// One for each processor. They read the release, and need the record no longer after that.
async fn generators(
    database: &Database,
    keys: Arc<dyn MasterKeys>,
    matching: Arc<dyn Digester>,
    plan: Plan,
) -> anyhow::Result<Vec<Generator>> {
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    let mut generators = Vec::with_capacity(at_once);
    for _ in 0..at_once {
        let keys = keys.clone();
        let sealer =
            |ids: Arc<dyn Ids>| -> Arc<dyn Sealer> { Arc::new(CaseSealer::under(keys, ids)) };
        generators.push(Generator::new(database.clone(), sealer, matching.clone(), plan).await?);
    }
    Ok(generators)
}

fn walked(
    mut generator: Generator,
    numbers: impl Iterator<Item = u64>,
    draft: &Planned,
    stop: &AtomicBool,
) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let mut scratch = Scratch::new();
    let release = generator.release().clone();
    for number in numbers {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let made = generator
            .case(number)
            .with_context(|| format!("made-up case {number}"))?;
        let case = &made.composed.view.case;
        let service = generator.service();
        tally.add(service.walked_on(case, &release.content, draft, &mut scratch)?);
    }
    Ok(tally)
}
