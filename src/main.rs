//! The `nhs111` binary: parses the command line and runs what it asks for.

use std::process::ExitCode;

use clap::Parser;

/// A node makes and drops some thousands of small values for each answer, and hands many from thread to thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    nhs111::cli::run(nhs111::cli::Arguments::parse())
}
