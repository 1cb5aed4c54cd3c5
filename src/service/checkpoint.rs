//! Making a checkpoint: noting every head that is new, and signing what was noted.
//!
//! Cases go on meanwhile: reads are short, heads are noted a thousand at a time between two commits of answers, and no moment need be
//! the same for all cases, because each head that is noted was one.

use std::time::Duration;

use jiff::Timestamp;

use crate::case::checkpoint::{Checkpoint, Signed, Tree};
use crate::case::ids::Hash;

use super::ports::checkpoints::{Checkpoints, Run, Signer, Turn};
use super::ports::{Clock, Ids, StoreError};

/// How many cases are looked at in one read.
const LOOKED_AT: u32 = 5000;

/// How many heads are noted in one transaction.
const NOTED: usize = 1000;

/// What came of making a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It is kept.
    Kept(Signed),
    /// Somebody else began to make it later, and goes on.
    Lost,
}

/// Makes the next checkpoint.
///
/// # Errors
/// [`StoreError`] if it is not kept. What was noted until then is taken up by the next one.
pub async fn make(
    checkpoints: &dyn Checkpoints,
    clock: &dyn Clock,
    ids: &dyn Ids,
    signer: &dyn Signer,
) -> Result<Made, StoreError> {
    let mut run = Run([0; 16]);
    ids.fill(&mut run.0);
    let (number, previous) = match checkpoints.begin_checkpoint(run).await? {
        None => (1, Hash::NONE),
        Some(last) => (last.checkpoint.number + 1, last.checkpoint.hash()),
    };
    let Some(cases) = note_new(checkpoints, run, number).await? else {
        return Ok(Made::Lost);
    };
    let tree = tree(checkpoints, number).await?;
    let checkpoint = Checkpoint {
        number,
        made_at: clock.now(),
        cases,
        leaves: tree.leaves(),
        root: tree.root(),
        previous,
        key_id: signer.key_id().to_owned(),
    };
    let signature = signer.sign(&checkpoint.text());
    let signed = Signed {
        checkpoint,
        signature,
    };
    Ok(match checkpoints.keep_checkpoint(run, &signed).await? {
        Turn::Mine => Made::Kept(signed),
        Turn::Lost => Made::Lost,
    })
}

/// Whether the last checkpoint is as old as `every`, by the clock of this node. Of several nodes, the first finds it so.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub async fn is_due(
    checkpoints: &dyn Checkpoints,
    now: Timestamp,
    every: Duration,
) -> Result<bool, StoreError> {
    let last = checkpoints.last_checkpoint().await?;
    Ok(last.is_none_or(|last| {
        let age = now.duration_since(last.checkpoint.made_at);
        // One that was made in the future, by a clock that has since stepped back, is no reason to wait for ever.
        age.is_negative() || age.unsigned_abs() >= every
    }))
}

/// Notes all new heads; gives the number of all cases, or `None` if it is no longer this run's turn.
async fn note_new(
    checkpoints: &dyn Checkpoints,
    run: Run,
    number: u64,
) -> Result<Option<u64>, StoreError> {
    let (mut cases, mut after) = (0, None);
    loop {
        let page = checkpoints.unnoted(after, LOOKED_AT).await?;
        let Some(last) = page.last else {
            return Ok(Some(cases));
        };
        after = Some(last);
        cases += page.cases;
        for leaves in page.heads.chunks(NOTED) {
            if checkpoints.note(run, number, leaves.to_vec()).await? == Turn::Lost {
                return Ok(None);
            }
        }
    }
}

/// The tree over all that is noted in one checkpoint, by whoever was at it.
async fn tree(checkpoints: &dyn Checkpoints, number: u64) -> Result<Tree, StoreError> {
    let (mut tree, mut after) = (Tree::default(), None);
    loop {
        let page = checkpoints.noted(number, after, LOOKED_AT).await?;
        let Some(last) = page.last() else {
            return Ok(tree);
        };
        after = Some(*last);
        page.iter().for_each(|leaf| tree.push(leaf));
    }
}
