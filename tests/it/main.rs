//! Black-box tests: the architecture, the record, and the API through its real router.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::manual_async_fn,
    reason = "a test stops where something is not as it should be, and is told its volume by the environment"
)]

mod access;
mod agreement;
mod allocation;
mod api;
mod approval;
mod architecture;
mod backup;
mod bad_input;
mod bad_states;
mod broken;
mod call;
mod changes;
mod command_line;
mod coverage;
mod difference;
mod frozen;
mod generated;
mod guarantees;
mod guarded;
mod guide;
mod hazards;
mod inbox;
mod libraries;
mod oracle;
mod people;
mod pictures;
mod privacy;
mod proof;
mod proof_guide;
mod public;
mod random;
mod rebuild;
mod release;
mod release_proof;
mod replay;
mod rules;
mod schemas;
mod services;
mod store_contract;
mod suggest;
mod test_app;
mod test_place;
