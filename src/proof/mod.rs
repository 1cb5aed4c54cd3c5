//! Promises proven, each with an example where one is broken. Pure.
//!
//! What is asked of the solver is the typed form that the walk executes, not a model of it. Every example is walked by the running walk
//! before it is shown: one that does not come out as the solver says is a fault of the prover, and says so.
//!
//! - [`guarantee`]: the guarantees G1 to G13, each in a plain sentence.
//! - [`mod@pathway`]: all of them in one pathway; [`library`]: in a content.
//! - [`mod@promises`]: never below, never above, always asked (G7).
//! - [`mod@order`]: worse never lowers (G8); [`stand_in`]: not sure is safe (G9).
//! - [`length`]: how many questions, and how many before an emergency (G4, G12); [`waiting`]: what keeps an emergency waiting (G11).
//! - [`mod@difference`]: what an edit changes, and for whom; [`mod@asked`]: which questions somebody is asked: the walk as gates.
//! - [`mod@suggest`]: the worked cases that a content lacks.
//! - [`example`]: a patient and what was said, as the walk takes it; [`steps`]: walked as a case is; [`report`]: all that was found; [`kept`]: the same as it is kept with a release.

pub mod asked;
#[cfg(test)]
mod brute_force;
pub mod difference;
pub mod example;
pub mod guarantee;
pub mod kept;
pub mod length;
pub mod library;
pub mod lower;
pub mod order;
pub mod pathway;
pub mod promises;
pub mod report;
pub mod stand_in;
pub mod steps;
pub mod suggest;
pub mod waiting;

pub use difference::difference;
pub use example::{Replay, Walked};
pub use guarantee::Guarantee;
pub use order::order;
pub use promises::{Claim, Verdict, promises};
pub use report::Report;
pub use suggest::suggest;
