//! `nhs111 rebuild`: every projection computed again from the events.

use std::process::ExitCode;

use anyhow::bail;

use super::record::Record;
use super::{say, serve};
use crate::service::rebuild::{Found, Heads, Mode, Rebuilt, rebuild};

/// What is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct Asked {
    /// Only compare, and name what differs.
    #[arg(long)]
    check: bool,
    /// Move recorded heads to where the events end. Only once `verify-log` has shown by a checkpoint that no event is missing.
    #[arg(long)]
    heads: bool,
    #[command(flatten)]
    settings: serve::Flags,
}

/// Prints what differed. Exit code 1 if something differs still: with `--check`, or where a case was left alone.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let config = serve::settings(asked.settings)?;
    if !config.master_key.exists() {
        bail!(
            "there is no master key file `{}`, and without it nothing can be computed from what is sealed",
            config.master_key.display()
        );
    }
    let mode = if asked.check {
        Mode::Compare
    } else {
        Mode::Restore
    };
    let heads = if asked.heads {
        Heads::Restore
    } else {
        Heads::Leave
    };
    let rebuilt = tokio::runtime::Runtime::new()?.block_on(async {
        let record = Record::open(&config).await?;
        let service = record.service(&config);
        let mut tell = |case, found| match found {
            Found::Different { table, columns } if columns.is_empty() => {
                say(&format!("case {case}: other rows in `{table}`"));
            }
            Found::Different { table, columns } => {
                say(&format!(
                    "case {case}: other {} in `{table}`",
                    columns.join(", ")
                ));
            }
            Found::Left(why) => say(&format!("case {case}: left alone: {why}")),
        };
        let projections = record.database.projections.as_ref();
        let rebuilt = rebuild(&service, projections, mode, heads, &mut tell).await;
        service.close().await;
        anyhow::Ok(rebuilt?)
    })?;
    let Rebuilt {
        cases,
        different,
        left,
    } = rebuilt;
    let done = if asked.check { "different" } else { "restored" };
    say(&format!(
        "{cases} cases, {different} {done}, {left} left alone"
    ));
    let is_right = left == 0 && (different == 0 || !asked.check);
    Ok(ExitCode::from(u8::from(!is_right)))
}
