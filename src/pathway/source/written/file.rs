//! Files that hold statements, as written.

use std::sync::Arc;

use super::{Guard, Name, PromiseSource, Question, RuleText, Statement};
use crate::pathway::content::Codes;
use crate::pathway::diagnostic::Span;
use crate::pathway::text::Text;

/// One end or both of the patients something is for.
#[derive(Debug, Clone, Default)]
pub struct Whom {
    /// `years(5)..`
    pub age: Option<RuleText>,
    /// `female`, `male`.
    pub sex: Option<Name>,
    /// `first`, `third`.
    pub party: Option<Name>,
}

/// The effect of a risk item in a pathway.
#[derive(Debug, Clone)]
pub enum RiskEffect {
    /// This disposition in place of the usual one.
    Reach(Name),
    /// No line here, and why.
    Nothing(String),
}

/// A file that holds statements.
#[derive(Debug, Clone)]
pub struct FlowFile {
    /// Its file.
    pub file: Arc<str>,
    /// Its id (empty for the library's lists).
    pub id: Name,
    /// Its heading.
    pub title: Text,
    /// Inherited by its lines.
    pub evidence: Vec<Name>,
    /// Inherited by its lines.
    pub codes: Codes,
    /// Its own questions.
    pub questions: Vec<Question>,
    /// Its danger list.
    pub danger: Vec<Statement>,
    /// Its flow, or the list of the interrupts.
    pub flow: Vec<Statement>,
}

/// A pathway as written.
#[derive(Debug, Clone)]
pub struct PathwayFile {
    /// Its statements.
    pub flow: FlowFile,
    /// The complaint that is chosen.
    pub family: Name,
    /// Whom it is for.
    pub whom: Whom,
    /// Words people use.
    pub found_by: Vec<String>,
    /// Risk items and their effect here; `None` where the key is missing.
    pub risks: Option<Vec<(Name, RiskEffect)>>,
    /// Where `risks` stands, or the pathway's id.
    pub risks_span: Span,
    /// `rest: usual` was written.
    pub rest_usual: bool,
    /// Its promises.
    pub promises: Vec<PromiseSource>,
}

/// A risk item as written.
#[derive(Debug, Clone)]
pub struct RiskItem {
    /// Its name.
    pub id: Name,
    /// When.
    pub guard: Guard,
    /// The usual effect.
    pub reach: Name,
    /// One sentence.
    pub because: Option<Text>,
    /// For staff.
    pub staff: Option<String>,
    /// Sources.
    pub evidence: Vec<Name>,
}
