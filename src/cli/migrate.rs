//! `nhs111 migrate`: makes the database, or brings its tables up to date.

use std::process::ExitCode;

use anyhow::Context as _;

use super::{say, serve};
use crate::store;

/// Exit code 0 once the tables are up to date.
pub fn run(flags: serve::Flags) -> anyhow::Result<ExitCode> {
    let config = serve::settings(flags)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = store::open(&config.database)
            .await
            .context("the record cannot be brought up to date")?
            .store;
        store.close().await;
        say("The tables of the record are up to date.");
        Ok(ExitCode::SUCCESS)
    })
}
