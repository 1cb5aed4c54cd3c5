//! `nhs111 verify-log`: every case of the record is as it was recorded.
//!
//! An edit, a reordering, a gap and a cut tail are found by the chain of a case and its recorded head. A case that is missing whole is
//! not: that takes a signed checkpoint over all heads.

use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;

use super::{say, serve};
use crate::case::chain;
use crate::case::ids::{CaseId, ProviderId};
use crate::service::ports::{Store, StoreError};
use crate::store;

/// How many cases are named at a time.
const PAGE: u32 = 500;

/// What was found.
#[derive(Default)]
struct Verified {
    cases: u64,
    events: u64,
    /// The case, and what is wrong with it.
    broken: Vec<(CaseId, String)>,
}

/// Prints what is broken; exit code 1 if anything is.
pub fn run(flags: serve::Flags, as_json: bool) -> anyhow::Result<ExitCode> {
    let config = serve::settings(flags)?;
    let verified = tokio::runtime::Runtime::new()?.block_on(async {
        let store = store::open(&config.database)
            .await
            .context("the record cannot be opened")?
            .store;
        let verified = verify(store.as_ref()).await;
        store.close().await;
        verified
    })?;
    let Verified {
        cases,
        events,
        broken,
    } = &verified;
    if as_json {
        let broken: Vec<_> = broken
            .iter()
            .map(|(case, fault)| json!({ "case": case.to_string(), "fault": fault }))
            .collect();
        let found = json!({ "cases": cases, "events": events, "broken": broken });
        say(&serde_json::to_string_pretty(&found)?);
    } else {
        for (case, fault) in broken {
            say(&format!("case {case}: {fault}"));
        }
        say(&format!(
            "{cases} cases, {events} events, {} broken",
            broken.len()
        ));
    }
    Ok(ExitCode::from(u8::from(!broken.is_empty())))
}

async fn verify(store: &dyn Store) -> anyhow::Result<Verified> {
    let mut verified = Verified::default();
    let mut after = None;
    loop {
        let page = store.cases_after(after, PAGE).await?;
        let Some((_, last)) = page.last() else {
            return Ok(verified);
        };
        after = Some(*last);
        for (provider, case) in &page {
            verified.cases += 1;
            match fault(store, provider, *case, &mut verified.events).await {
                Ok(None) => {}
                Ok(Some(fault)) => verified.broken.push((*case, fault)),
                // A record that cannot be reached says nothing about the case.
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// What is wrong with a case, if anything is.
async fn fault(
    store: &dyn Store,
    provider: &ProviderId,
    case: CaseId,
    events: &mut u64,
) -> Result<Option<String>, StoreError> {
    let stored = match store.case(provider, case).await {
        Ok(Some(stored)) => stored,
        Ok(None) => return Ok(Some("has no events".to_owned())),
        Err(error @ StoreError::Unreadable { .. }) => return Ok(Some(error.to_string())),
        Err(error) => return Err(error),
    };
    *events += u64::try_from(stored.links.len()).unwrap_or(u64::MAX);
    Ok(match chain::verify(&stored.links) {
        Err(broken) => Some(broken.to_string()),
        Ok(head) if head != stored.head => Some(format!(
            "ends with event {}, and {} were recorded",
            head.seq, stored.head.seq
        )),
        Ok(_) => None,
    })
}
