//! What was proven of a release, for anybody.

use axum::Json as Reply;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::case::ids::Hash;
use crate::http::App;
use crate::http::error::{Error, Problem};
use crate::proof::kept::{Kept, NOT_CLAIMED, Unread};
use crate::proof::report::{Found, Outcome, Person, Shown, Weight};
use crate::service::ports::proofs::StoredProof;
use crate::service::proofs::Looked;

/// What was proven of a release.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProofReply {
    /// The SHA-256 of its canonical form.
    pub release: String,
    /// `proven`: every guarantee that keeps people from harm holds. `fails`: one does not, or is not known. `not_yet`: nothing was proven yet.
    /// `unreadable`: another version of the program proved it. Only `proven` claims anything.
    pub state: &'static str,
    /// What was found; absent where nothing can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportReply>,
    /// What no report shows.
    pub not_claimed: Vec<&'static str>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportReply {
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// The version of the program that made it.
    pub program: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How long each question to the solver might take, in seconds.
    pub seconds_each: u64,
    /// Pathways in it.
    pub pathways: u64,
    /// Every guarantee, in order.
    pub guarantees: Vec<GuaranteeReply>,
}

/// What was found of a guarantee.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuaranteeReply {
    /// `G1` to `G13`.
    pub guarantee: String,
    /// What it says.
    pub says: &'static str,
    /// `proven`, `broken` or `unproven`.
    pub verdict: &'static str,
    /// It keeps the content from passing.
    pub fails: bool,
    /// Why it holds, where it is proven.
    pub because: &'static str,
    /// What is counted.
    pub counted: &'static str,
    /// So many of them hold.
    pub proven: u64,
    /// So many do not.
    pub broken: u64,
    /// So many should be looked at.
    pub to_look_at: u64,
    /// So many are not known, for want of time.
    pub unproven: u64,
    /// So many are about nobody.
    pub about_nobody: u64,
    /// How long it took, in milliseconds, over all pathways together.
    pub took_ms: u64,
    /// What does not hold, is not known or is told.
    pub shown: Vec<ShownReply>,
    /// So many more that are not shown.
    pub left_out: u64,
}

/// One thing that is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownReply {
    /// `broken`, `unproven`, `warning` or `told`.
    pub weight: &'static str,
    /// The pathway.
    pub pathway: Option<String>,
    /// The file.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// What is so.
    pub says: String,
    /// Somebody for whom it is so; the one who gets less first where two are compared.
    pub people: Vec<PersonReply>,
}

/// Somebody made up, walked.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonReply {
    /// Who, and what they said, in a sentence.
    pub words: String,
    /// Where the walk ends.
    pub reached: String,
    /// The command that walks them again, with the content in the folder `pathways`.
    pub replay: String,
}

impl ProofReply {
    /// What can be told of a stored report, or of none.
    pub fn of(release: Hash, stored: Option<&StoredProof>) -> Self {
        let (state, report) = match stored.map(|stored| Kept::read(&stored.report)) {
            None => ("not_yet", None),
            Some(Ok(kept)) if kept.report.fails() => ("fails", Some(kept.into())),
            Some(Ok(kept)) => ("proven", Some(kept.into())),
            Some(Err(error)) => {
                if let Unread::Damaged(_) = &error {
                    tracing::error!(release = %release, error.message = %error, "what was proven of the release cannot be read");
                }
                ("unreadable", None)
            }
        };
        ProofReply {
            release: release.to_string(),
            state,
            report,
            not_claimed: NOT_CLAIMED.to_vec(),
        }
    }
}

impl From<Kept> for ReportReply {
    fn from(kept: Kept) -> Self {
        ReportReply {
            made_at: kept.made_at,
            program: kept.program,
            took_ms: kept.took_ms,
            seconds_each: kept.seconds,
            pathways: kept.report.pathways,
            guarantees: kept.report.found.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Found> for GuaranteeReply {
    fn from(found: Found) -> Self {
        let guarantee = found.guarantee;
        GuaranteeReply {
            guarantee: format!("{guarantee:?}"),
            says: guarantee.says(),
            verdict: match found.outcome() {
                Outcome::Proven => "proven",
                Outcome::Broken => "broken",
                Outcome::Unproven => "unproven",
            },
            fails: found.fails(),
            because: guarantee.because(),
            counted: guarantee.counts(),
            proven: found.over.proven,
            broken: found.over.broken,
            to_look_at: found.over.warned,
            unproven: found.over.unproven,
            about_nobody: found.over.empty,
            took_ms: found.took_ms,
            shown: found.shown.into_iter().map(Into::into).collect(),
            left_out: found.left_out,
        }
    }
}

impl From<Shown> for ShownReply {
    fn from(shown: Shown) -> Self {
        let (file, line) = shown.place.unzip();
        ShownReply {
            weight: match shown.weight {
                Weight::Broken => "broken",
                Weight::Unproven => "unproven",
                Weight::Warning => "warning",
                Weight::Told => "told",
            },
            pathway: shown.pathway,
            file,
            line,
            says: shown.says,
            people: shown.people.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Person> for PersonReply {
    fn from(person: Person) -> Self {
        PersonReply {
            replay: person.command("pathways"),
            words: person.words,
            reached: person.reached,
        }
    }
}

/// What was proven of a release, and what was not. It needs no token. 404 `no_such_release` if there is none of this name.
#[utoipa::path(get, path = "/releases/{hash}/proof", tag = "content",
    params(("hash" = String, Path, description = "The SHA-256 of the release, in hexadecimal.")),
    responses((status = 200, body = ProofReply), (status = "4XX", body = Problem, content_type = "application/problem+json"),
              (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub async fn proof(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Reply<ProofReply>, Error> {
    let hash: Hash = name.parse().map_err(|_| Error::NoSuchRelease)?;
    let stored = match app.service.proof_of(hash).await? {
        Looked::NoRelease => return Err(Error::NoSuchRelease),
        Looked::Unproven => None,
        Looked::Proven(stored) => Some(stored),
    };
    Ok(Reply(ProofReply::of(hash, stored.as_ref())))
}
