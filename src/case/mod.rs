//! The record of one person's episode: its events, what may follow what, and what they add up to. Pure.
//!
//! - [`event`]: what happened, as it is kept for ever; [`chain`]: how each event carries the hash of the one before it.
//!   [`checkpoint`]: what the heads of all chains were at a time.
//! - [`Case`]: the events replayed. [`Present`]: where the case stands now. [`Planned`]: the content it is read against.
//! - [`Commit`]: what somebody does, and all that follows from it, as the next events.
//! - [`keeping`]: how long the record of a case has to be kept.
//! - [`routing`]: where help was looked for, what was offered and chosen.
//! - [`retrace`]: what was done, done again, to see whether it comes to what was recorded.
//! - [`impact`]: what a draft of the content would make of cases that were walked on another.
//! - [`person`]: who the person is, and when two cases are one person's. [`past`]: what a case tells of its contacts afterwards.
//! - [`ground`]: why a case holds what it holds. [`start`]: services that start at once, each at most once.
//!
//! It stores nothing, seals nothing and knows no time: an event is stamped by whoever asks.

mod above;
pub mod answer;
pub mod chain;
pub mod checkpoint;
pub mod commit;
mod consequence;
pub mod event;
pub mod ground;
pub mod ids;
pub mod impact;
pub mod keeping;
pub mod knowing;
pub mod past;
pub mod person;
mod planned;
pub mod present;
mod replay;
pub mod retrace;
pub mod routing;
pub mod start;
pub mod state;
#[cfg(test)]
mod tests;

pub use commit::{Begin, Commit, Drafted, Stamp};
pub use knowing::Elsewhere;
pub use planned::Planned;
pub use present::{Present, present};
pub use state::{Case, Held};
