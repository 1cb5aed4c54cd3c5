//! What was proven of a release, for whoever wants to know.

use axum::extract::Path;

use crate::case::ids::Hash;
use crate::http::api::proof::{GuaranteeReply, ProofReply, ReportReply};
use crate::service::ports::StoreError;
use crate::service::proofs::Looked;

use super::reply::Reply;
use super::trouble::Trouble;
use super::view::{CheckExample, CheckSeen, Page, ProofPage, ProofSeen};
use super::visit::Visit;

/// So many examples of a check are shown; the JSON has more.
const EXAMPLES: usize = 3;

/// What was proven of the release of this name.
pub async fn of_release(visit: Visit, Path(name): Path<String>) -> Result<Reply, Trouble> {
    let hash: Hash = name.parse().map_err(|_| Trouble::NotFound)?;
    let looked = visit.service.proof_of(hash).await;
    let stored = match looked.map_err(of_store)? {
        Looked::NoRelease => return Err(Trouble::NotFound),
        Looked::Unproven => None,
        Looked::Proven(stored) => Some(stored),
    };
    let reply = ProofReply::of(hash, stored.as_ref());
    let made = reply.report.as_ref().map(|report| report.made_at);
    let on = made.map(|made| visit.service.london(made).strftime("%-d %B %Y").to_string());
    Ok(Reply::plain(page(reply, on.unwrap_or_default())))
}

/// The page of what can be told; `on` is the day on which it was made.
pub fn page(reply: ProofReply, on: String) -> Page {
    Page::Proof(Box::new(ProofPage {
        is_unreadable: reply.state == "unreadable",
        hash: reply.release,
        seen: reply.report.map(|report| seen(report, on)),
        not_claimed: reply.not_claimed,
    }))
}

fn seen(report: ReportReply, on: String) -> ProofSeen {
    let count = |verdict: &str| {
        let all = report.guarantees.iter();
        all.filter(|found| found.verdict == verdict).count() as u64
    };
    ProofSeen {
        on,
        program: report.program.clone(),
        seconds: report.took_ms.div_ceil(1_000),
        seconds_each: report.seconds_each,
        pathways: report.pathways,
        all: report.guarantees.len() as u64,
        proven: count("proven"),
        broken: count("broken"),
        unproven: count("unproven"),
        checks: report.guarantees.into_iter().map(check).collect(),
    }
}

fn check(found: GuaranteeReply) -> CheckSeen {
    let against = found.broken + found.to_look_at;
    let examples: Vec<CheckExample> = found
        .shown
        .into_iter()
        .filter(|shown| shown.weight != "told")
        .take(EXAMPLES)
        .map(|shown| CheckExample {
            pathway: shown.pathway,
            says: shown.says,
            people: shown
                .people
                .into_iter()
                .map(|person| (person.words, person.reached))
                .collect(),
        })
        .collect();
    let first = found.says.chars().next().into_iter();
    let rest = found.says.chars().skip(1);
    CheckSeen {
        name: found.guarantee,
        says: first.flat_map(char::to_uppercase).chain(rest).collect(),
        verdict: match found.verdict {
            "proven" => "proof-holds",
            "unproven" => "proof-not-known",
            _ if found.fails => "proof-does-not-hold",
            _ => "proof-look",
        },
        counted: found.counted,
        proven: found.proven,
        against,
        unproven: found.unproven,
        more: (against + found.unproven).saturating_sub(examples.len() as u64),
        examples,
    }
}

fn of_store(error: StoreError) -> Trouble {
    tracing::error!(error.message = %error, "the record failed under a public page");
    match error {
        StoreError::Busy(_) => Trouble::Busy { emergency: false },
        _ => Trouble::Failed { emergency: false },
    }
}
