//! Promises proven, each with an example where one is broken. Pure.
//!
//! What is asked of the solver is the typed form that the walk executes, not a model of it. Every example is walked by the running walk
//! before it is shown: one that does not come out as the solver says is a fault of the prover, and says so.
//!
//! - [`mod@promises`]: never below, never above, always asked (G7 of the guarantees).
//! - [`mod@order`]: worse never lowers (G8).
//! - [`mod@suggest`]: the worked cases that a content lacks.
//! - [`example`]: a patient and what was said, as the walk takes it.

#[cfg(test)]
mod brute_force;
pub mod example;
pub mod order;
pub mod promises;
pub mod suggest;

pub use example::{Replay, Walked};
pub use order::order;
pub use promises::{Claim, Verdict, promises};
pub use suggest::suggest;
