//! The `nhs111` binary: parses the command line and runs what it asks for.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    nhs111::cli::run(nhs111::cli::Arguments::parse())
}
