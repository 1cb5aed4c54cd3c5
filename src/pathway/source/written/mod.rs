//! What files say, as data: names not yet resolved, rules not yet lowered.

mod catalogue;
mod file;
mod question;
mod statement;
mod worked;

use crate::pathway::diagnostic::Span;
use crate::pathway::yaml::Piece;

pub use catalogue::*;
pub use file::*;
pub use question::*;
pub use statement::*;
pub use worked::*;

/// A word and where it stands.
#[derive(Debug, Clone)]
pub struct Name {
    /// The word.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A rule as written and where it stands.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// The rule.
    pub text: String,
    /// Where its first character stands.
    pub span: Span,
    /// Where its lines stand, if it has several.
    pub pieces: Vec<Piece>,
}

impl RuleText {
    /// A rule made of what was written: `before` is ours, `written` stands at `span`.
    pub fn made(before: &str, written: &str, span: &Span) -> Self {
        let piece = |offset| Piece {
            offset,
            line: span.line,
            column: span.column,
        };
        RuleText {
            text: format!("{before}{written}"),
            span: span.clone(),
            pieces: vec![piece(0), piece(before.chars().count())],
        }
    }
}

/// `if`, `unless` and `any`: all that are present must hold.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    /// `if`.
    pub holds: Option<RuleText>,
    /// `unless`.
    pub unless: Option<RuleText>,
    /// `any`: one of which must hold; `None` where the key is absent.
    pub any: Option<Vec<RuleText>>,
    /// One of the keys is there, even if what it holds was reported.
    pub is_written: bool,
}

impl Guard {
    /// Its rules, whichever key they stand under.
    pub fn rules(&self) -> impl Iterator<Item = &RuleText> {
        let any = self.any.iter().flatten();
        self.holds.iter().chain(&self.unless).chain(any)
    }

    /// Nothing is asked of it.
    pub fn is_absent(&self) -> bool {
        !self.is_written
    }
}
