//! Small random libraries of pathways, as YAML text, and random answers: the same seed, the same library.
//!
//! Every statement of the language, every kind of fact and every form of rule can come up. A library may leave lines undecided: that
//! is a finding of the checker, and what the walk does then is part of its meaning.

mod answers;
mod asked;
mod catalogue;
mod library;
mod pathway;
mod questions;
pub mod rules;
mod statements;
mod tiny;

pub use answers::{NOW, TODAY, known_answer};
pub use asked::{With, asked, asking};
pub use library::library;
pub use tiny::tiny;

/// SplitMix64: a fixed, portable sequence for each seed (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A sequence.
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678_9ABC_DEF0)
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// A number from `from` to `to`, both included.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(usize::try_from(to - from + 1).unwrap_or(1)) as i64
    }

    /// True once in `n`.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of them.
    pub fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}
