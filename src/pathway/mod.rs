//! The pathway language: `(name, text)` pairs of YAML in, checked [`Content`] or every [`Diagnostic`] out.
//!
//! Pure: this module reads no folder, clock or environment. Only [`rule`] names `rhai`; only the private `yaml` names the YAML parser.
//! The meaning is fixed by `docs/authors/meaning.md`; where each key is written, by `docs/authors/format.md`.

pub mod age;
pub mod canonical;
pub mod cases;
mod compile;
pub mod content;
pub mod definedness;
pub mod diagnostic;
pub mod digest;
pub mod effects;
pub mod encode;
pub mod form;
pub mod graph;
mod lint;
pub mod lowered;
pub(crate) mod pair;
pub mod rule;
#[cfg(test)]
pub(crate) mod sample;
pub mod schema;
pub mod source;
pub mod text;
pub mod words;
mod yaml;

pub use compile::{Checked, expired, read};
pub use content::Content;
pub use diagnostic::{Diagnostic, Severity};

/// What the solver finds in a content that reads well: lines that can be left undetermined (P601), lines and questions without effect
/// (P602 to P604). Errors among them keep a content from being released.
pub fn analyse(content: &Content) -> Vec<Diagnostic> {
    let mut findings = definedness::check(content);
    findings.extend(effects::check(content));
    findings.sort();
    findings
}

/// The errors among what [`analyse`] finds, without the work that only its warnings need: for whoever wants to know whether a content may
/// be walked.
pub fn errors(content: &Content) -> Vec<Diagnostic> {
    let mut findings = definedness::check(content);
    findings.extend(effects::dead(content));
    findings.sort();
    findings
}
