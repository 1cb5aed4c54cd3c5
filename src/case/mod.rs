//! The record of one person's episode: its events, what may follow what, and what they add up to. Pure.
//!
//! - [`event`]: what happened, as it is kept for ever; [`chain`]: how each event carries the hash of the one before it.
//! - [`Case`]: the events replayed. [`Present`]: where the case stands now. [`Planned`]: the content it is read against.
//! - [`Commit`]: what somebody does, and all that follows from it, as the next events.
//! - [`keeping`]: how long the record of a case has to be kept.
//! - [`ground`]: why a case holds what it holds. [`start`]: services that start at once, each at most once.
//!
//! It stores nothing, seals nothing and knows no time: an event is stamped by whoever asks.

pub mod answer;
pub mod chain;
pub mod commit;
mod consequence;
pub mod event;
pub mod ground;
pub mod ids;
pub mod keeping;
mod planned;
pub mod present;
mod replay;
pub mod start;
pub mod state;
#[cfg(test)]
mod tests;

pub use commit::{Begin, Commit, Drafted, Stamp};
pub use planned::Planned;
pub use present::{Present, present};
pub use state::{Case, Held};
