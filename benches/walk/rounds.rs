//! Interleaved rounds: each contender once a round, so that a busy machine is busy for all of them.

use std::time::Instant;

/// The median time of each contender, in nanoseconds.
pub fn rounds<const N: usize>(count: usize, mut contenders: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut times = vec![Vec::new(); N];
    for round in 0..=count {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let start = now();
            contender();
            let taken = start.elapsed().as_nanos() as f64;
            // The first round warms caches and is not counted.
            if round > 0 || count == 1 {
                times.push(taken);
            }
        }
    }
    std::array::from_fn(|contender| {
        let times = &mut times[contender];
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}

fn now() -> Instant {
    Instant::now()
}
