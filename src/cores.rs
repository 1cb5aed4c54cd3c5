//! Work that falls into pieces, on all cores.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Does the work on each piece, one at a time to whoever is free (they may differ in size by far), and gives the results in their order.
///
/// On so many threads; without a number there is one for each core.
///
/// # Errors
/// That of the first piece that fails; pieces after it may not have been begun.
pub fn on_all_cores<P: Sync, T: Send, E: Send>(
    threads: Option<usize>,
    pieces: &[P],
    work: impl Fn(&P) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.unwrap_or_else(cores).min(pieces.len());
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(place) else {
                return done;
            };
            let result = work(piece);
            if result.is_err() {
                next.store(pieces.len(), Ordering::Relaxed);
            }
            done.push((place, result));
        }
    };
    let mut done: Vec<(usize, Result<T, E>)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().map(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => resume_unwind(panic),
        });
        joined.flatten().collect()
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_in_their_order_whoever_did_them() {
        let pieces: Vec<usize> = (0..20).collect();
        let expected: Vec<usize> = pieces.iter().map(|piece| piece * piece).collect();
        for threads in [None, Some(1), Some(3), Some(50)] {
            let done = on_all_cores(threads, &pieces, |piece| Ok::<_, ()>(piece * piece));
            assert_eq!(done.as_ref(), Ok(&expected));
        }
        let nothing: [usize; 0] = [];
        let done = on_all_cores(None, &nothing, |piece| Ok::<_, ()>(*piece));
        assert_eq!(done, Ok(Vec::new()));
    }

    #[test]
    fn the_first_that_fails_is_told() {
        let pieces: Vec<usize> = (0..20).collect();
        let fails = |piece: &usize| if *piece >= 5 { Err(*piece) } else { Ok(()) };
        for threads in [1, 4] {
            assert_eq!(on_all_cores(Some(threads), &pieces, fails), Err(5));
        }
    }
}
