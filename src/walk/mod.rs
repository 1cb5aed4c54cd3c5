//! The walk: content, a set of complaints and facts in; the next question or the disposition, with its reasons, out.
//!
//! Pure and without memory: a position is found from the facts alone, whatever the order in which they were told. The meaning
//! is fixed by `docs/authors/meaning.md`. In short: every line that is true counts and the most urgent one wins; what can no
//! longer matter is not asked; not sure means it could be any of them.
//!
//! - [`Plan`]: the rules by urgency and the asks in list order, built once for a set of complaints.
//! - [`Facts`]: what was said, told as [`Answer`]s.
//! - [`step()`]: where the case stands and what comes next. Every answer is one step from the top; nothing is resumed.
//! - [`explain()`]: why, and what would change it. Slower; for screens and records.
//! - [`run()`]: worked cases.
//! - [`follow()`]: told facts, each said where it is asked.
//!
//! The walk never reads the clock: when a contact began is told with each answer ([`Moment`]). It holds no grounds and knows no
//! events; [`support()`] says on which facts a ground rests.

pub mod answer;
mod change;
mod evaluate;
pub mod explain;
mod explanation;
pub mod facts;
pub mod follow;
mod lines;
mod needed;
pub mod plan;
mod planned;
mod position;
mod resolve;
pub mod run;
mod score;
mod step;
mod support;
mod told;
mod value;

pub use answer::Answer;
pub use change::Change;
pub use explain::{Explanation, explain};
pub use facts::{FactError, Facts, Moment};
pub use follow::{Followed, follow};
pub use lines::Lines;
pub use plan::{Plan, Reached, UnknownComplaint};
pub use position::{Next, Outcome, Position, Shown};
pub use run::run;
pub use step::{Scratch, outcome, step, step_on, true_lines};
pub use support::{Operands, support};

#[cfg(test)]
mod tests;
