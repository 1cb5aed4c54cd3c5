//! The names that a rule may use, and what is wrong with those that it may not.

use crate::pathway::content::FactId;
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::form::{Forms, Rule, ScoreId};

/// What a name means where a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A question or system fact.
    Fact(FactId),
    /// A `let`.
    Let(Rule),
    /// A score.
    Score(ScoreId),
}

/// The names that a rule may use. Looking one up may lower the `let` it names.
pub trait Scope {
    /// What a name means here; `Err` says what is wrong with it in other words than "unknown".
    fn meaning(
        &mut self,
        name: &str,
        forms: &mut Forms,
        findings: &mut Findings,
    ) -> Result<Meaning, Unknown>;
    /// Every name that could have been meant.
    fn names(&self) -> Vec<&str>;
}

/// Why a name means nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// Nobody knows it.
    Nowhere,
    /// It belongs to another file.
    Elsewhere(String),
    /// It is about a complaint, and there is none here.
    NoComplaint,
    /// It is a checklist of these.
    Screen(Vec<String>),
    /// Already reported.
    Reported,
}

impl Unknown {
    /// What is wrong with a name that exists and cannot be read here.
    pub fn diagnostic(&self, name: &str, span: Span) -> Option<Diagnostic> {
        match self {
            Unknown::Nowhere | Unknown::Reported => None,
            Unknown::Elsewhere(file) => Some(
                Diagnostic::error(
                    span,
                    "P302",
                    format!("`{name}` belongs to `{file}` and may be read only there"),
                )
                .help("to share a question, move it to `questions/`"),
            ),
            Unknown::NoComplaint => Some(
                Diagnostic::error(
                    span,
                    "P317",
                    format!("`{name}` is about a complaint, and nothing here belongs to one"),
                )
                .help("read it in a pathway or in a flow that only pathways include"),
            ),
            Unknown::Screen(members) => Some(
                Diagnostic::error(span, "P404", format!("`{name}` is a checklist"))
                    .help(format!("a rule reads its members: {}", members.join(", "))),
            ),
        }
    }
}
