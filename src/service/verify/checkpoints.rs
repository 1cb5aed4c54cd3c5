//! The checkpoints of the record and those kept elsewhere: each as it was signed, each following the one before it, each over the heads
//! that are noted for it.

use std::collections::BTreeMap;
use std::iter::Peekable;

use crate::case::checkpoint::{Checkpoint, Leaf, Signed, Tree};
use crate::case::ids::{CaseId, Hash};
use crate::service::ports::StoreError;
use crate::service::ports::checkpoints::{Checkpoints, Verdict, Verifier};

use super::{CheckpointFault, Finding, Given};

/// How many checkpoints are read at a time.
const PAGE: u32 = 500;

/// A checkpoint, and the tree over what is noted for it as it is met.
type Growing = BTreeMap<u64, (Checkpoint, Tree)>;

type Lines = Peekable<Box<dyn Iterator<Item = Result<(u64, Leaf), usize>> + Send>>;

/// All checkpoints that are looked at.
pub(super) struct Chain {
    kept: Growing,
    files: Vec<File>,
    checked: u64,
}

/// Checkpoints that were kept elsewhere.
struct File {
    name: String,
    checkpoints: Growing,
    lines: Option<Lines>,
}

impl Chain {
    /// Reads the checkpoints of the record, and tells what is wrong with them and with those kept elsewhere.
    pub(super) async fn read(
        kept: &dyn Checkpoints,
        trusted: &dyn Verifier,
        given: Vec<Given>,
        tell: &mut (dyn FnMut(Finding) + Send),
    ) -> Result<Self, StoreError> {
        let mut chain = Chain {
            kept: Growing::new(),
            files: Vec::new(),
            checked: 0,
        };
        let (mut number, mut hash) = (0, Hash::NONE);
        loop {
            let page = kept.checkpoints_after(number, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for signed in page {
                let checkpoint = &signed.checkpoint;
                for missing in number + 1..checkpoint.number {
                    tell(Finding::Checkpoint(missing, CheckpointFault::Missing));
                }
                let fault = match signature(trusted, &signed) {
                    // One that was taken away is told already; what comes after it cannot follow.
                    None if checkpoint.number == number + 1 && checkpoint.previous != hash => {
                        Some(CheckpointFault::Unchained)
                    }
                    fault => fault,
                };
                if let Some(fault) = fault {
                    tell(Finding::Checkpoint(checkpoint.number, fault));
                }
                (number, hash) = (checkpoint.number, checkpoint.hash());
                chain.checked += 1;
                chain
                    .kept
                    .insert(number, (signed.checkpoint, Tree::default()));
            }
        }
        for given in given {
            chain.give(trusted, given, tell);
        }
        Ok(chain)
    }

    fn give(
        &mut self,
        trusted: &dyn Verifier,
        given: Given,
        tell: &mut (dyn FnMut(Finding) + Send),
    ) {
        let mut file = File {
            name: given.name,
            checkpoints: Growing::new(),
            lines: given.leaves.map(Iterator::peekable),
        };
        for signed in given.checkpoints {
            let number = signed.checkpoint.number;
            self.checked += 1;
            let fault = match signature(trusted, &signed) {
                Some(CheckpointFault::Changed) => {
                    // Nothing that it says can be relied on.
                    let fault = CheckpointFault::FileChanged(file.name.clone());
                    tell(Finding::Checkpoint(number, fault));
                    continue;
                }
                Some(fault) => Some(fault),
                None => match self.kept.get(&number) {
                    None => Some(CheckpointFault::Unknown(file.name.clone())),
                    Some((kept, _)) if *kept != signed.checkpoint => {
                        Some(CheckpointFault::Other(file.name.clone()))
                    }
                    Some(_) => None,
                },
            };
            if let Some(fault) = fault {
                tell(Finding::Checkpoint(number, fault));
            }
            file.checkpoints
                .insert(number, (signed.checkpoint, Tree::default()));
        }
        self.files.push(file);
    }

    /// How many were looked at.
    pub(super) fn checked(&self) -> u64 {
        self.checked
    }

    /// The case of the next head that was kept elsewhere. A line that cannot be read is told and left out.
    pub(super) fn peek(&mut self, tell: &mut (dyn FnMut(Finding) + Send)) -> Option<CaseId> {
        let next = |file: &mut File| {
            let lines = file.lines.as_mut()?;
            while let Some(Err(line)) = lines.next_if(Result::is_err) {
                tell(Finding::File(file.name.clone(), line));
            }
            match lines.peek() {
                Some(Ok((_, leaf))) => Some(leaf.case),
                _ => None,
            }
        };
        self.files.iter_mut().filter_map(next).min()
    }

    /// A head that the record notes.
    pub(super) fn noted(&mut self, number: u64, leaf: &Leaf) {
        // What no checkpoint has yet is being noted now.
        if let Some((_, tree)) = self.kept.get_mut(&number) {
            tree.push(leaf);
        }
    }

    /// The heads of a case that were kept elsewhere.
    pub(super) fn take(
        &mut self,
        case: CaseId,
        noted: &mut Vec<(u64, Leaf)>,
        tell: &mut (dyn FnMut(Finding) + Send),
    ) {
        while self.peek(tell) == Some(case) {
            for file in &mut self.files {
                let of_case = |line: &Result<(u64, Leaf), usize>| matches!(line, Ok((_, leaf)) if leaf.case == case);
                while let Some(Ok((number, leaf))) =
                    file.lines.as_mut().and_then(|lines| lines.next_if(of_case))
                {
                    // A head of a checkpoint that the file does not hold was signed by nobody.
                    match file.checkpoints.get_mut(&number) {
                        Some((_, tree)) => {
                            tree.push(&leaf);
                            noted.push((number, leaf));
                        }
                        None => tell(Finding::Checkpoint(
                            number,
                            CheckpointFault::FileHeads(file.name.clone()),
                        )),
                    }
                }
            }
        }
    }

    /// Tells of every checkpoint that is not over the heads that were met.
    pub(super) fn finish(self, tell: &mut (dyn FnMut(Finding) + Send)) {
        for (number, (checkpoint, tree)) in self.kept {
            if !is_over(&checkpoint, &tree) {
                let fault = CheckpointFault::Heads {
                    noted: tree.leaves(),
                    signed: checkpoint.leaves,
                };
                tell(Finding::Checkpoint(number, fault));
            }
        }
        for file in self.files.into_iter().filter(|file| file.lines.is_some()) {
            for (number, (checkpoint, tree)) in file.checkpoints {
                if !is_over(&checkpoint, &tree) {
                    let fault = CheckpointFault::FileHeads(file.name.clone());
                    tell(Finding::Checkpoint(number, fault));
                }
            }
        }
    }
}

fn signature(trusted: &dyn Verifier, signed: &Signed) -> Option<CheckpointFault> {
    let checkpoint = &signed.checkpoint;
    match trusted.verify(&checkpoint.key_id, &checkpoint.text(), &signed.signature) {
        Verdict::Good => None,
        Verdict::Bad => Some(CheckpointFault::Changed),
        Verdict::UnknownKey => Some(CheckpointFault::UnknownKey(checkpoint.key_id.clone())),
    }
}

fn is_over(checkpoint: &Checkpoint, tree: &Tree) -> bool {
    checkpoint.leaves == tree.leaves() && checkpoint.root == tree.root()
}
