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

mod allocation;
mod api;
mod approval;
mod architecture;
mod bad_input;
mod broken;
mod call;
mod command_line;
mod guarded;
mod guide;
mod hazards;
mod libraries;
mod oracle;
mod privacy;
mod proof;
mod public;
mod random;
mod release;
mod rules;
mod schemas;
mod store_contract;
mod test_app;
