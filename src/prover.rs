//! Proves a content on all cores, within a time for each question; a pathway that did not change since the last time keeps its proof.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::cores::on_all_cores;
use crate::pathway::Content;
use crate::pathway::content::PathwayId;
use crate::pathway::digest::digest;
use crate::pathway::encode::Limit;
use crate::proof::promises::Disagreement;
use crate::proof::report::PathwayProof;
use crate::proof::{Report, library, pathway};

/// For each question asked of the solver, where nobody says otherwise. The hardest of today's content take a few hundredths of a second.
pub const SECONDS: u64 = 10;

/// So long for each question.
pub fn limit(each: Duration) -> Limit {
    let began = Instant::now();
    Limit {
        now: Arc::new(move || began.elapsed()),
        each,
    }
}

/// What is known of the content proven last.
pub struct Prover {
    limit: Limit,
    threads: Option<usize>,
    known: Mutex<HashMap<String, PathwayProof>>,
}

impl Prover {
    /// Nothing known yet; each question is given so much time.
    pub fn new(each: Duration) -> Self {
        Prover::with(limit(each))
    }

    /// The same with a clock of its own.
    pub fn with(limit: Limit) -> Self {
        Prover {
            limit,
            threads: None,
            known: Mutex::default(),
        }
    }

    /// The same on so many threads, at least one; without it there is one for each core.
    #[must_use]
    pub fn on(self, threads: usize) -> Self {
        Prover {
            threads: Some(threads.max(1)),
            ..self
        }
    }

    /// Proves a content, pathway by pathway, on all cores. A proof that the time cut short is tried again the next time.
    ///
    /// # Errors
    /// [`Disagreement`] if an example does not come out in the running walk as the solver says.
    pub fn prove(&self, content: &Content) -> Result<Report, Disagreement> {
        let last = std::mem::take(&mut *self.known.lock().unwrap_or_else(PoisonError::into_inner));
        let pathways: Vec<PathwayId> = (0u16..)
            .map(PathwayId)
            .take(content.pathways.len())
            .collect();
        let done = on_all_cores(self.threads, &pathways, |pathway| {
            match last.get(&digest(content, *pathway)) {
                Some(proof) => Ok((proof.clone(), false)),
                None => Ok((pathway::prove(content, *pathway, &self.limit)?, true)),
            }
        })?;
        let proven_now = done.iter().filter(|(_, now)| *now).count();
        let proofs: Vec<PathwayProof> = done.into_iter().map(|(proof, _)| proof).collect();
        let report = library::report(content, &proofs, proven_now, &self.limit);
        let whole = proofs
            .into_iter()
            .filter(PathwayProof::is_whole)
            .map(|proof| (proof.digest.clone(), proof));
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = whole.collect();
        Ok(report)
    }
}
