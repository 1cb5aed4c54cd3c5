//! What flows name, as written: dispositions, exceptions, guides, advice and tables.

use std::sync::Arc;

use super::{Guard, Name};
use crate::pathway::text::Text;

/// An exception as written.
#[derive(Debug, Clone)]
pub struct ExceptionSource {
    /// Its name.
    pub id: Name,
    /// When.
    pub guard: Guard,
    /// What takes the place of the line.
    pub instead: Name,
    /// One sentence.
    pub because: Option<Text>,
}

/// A disposition as written.
#[derive(Debug, Clone)]
pub struct DispositionSource {
    /// Everything but its place in the order.
    pub disposition: crate::pathway::content::Disposition,
    /// Where it stands.
    pub id: Name,
    /// Named exceptions for every line that reaches it.
    pub gives_way: Vec<Name>,
}

/// A guide as written.
#[derive(Debug, Clone)]
pub struct GuideSource {
    /// Its id.
    pub id: Name,
    /// Its heading.
    pub title: Text,
    /// What is said.
    pub say: Option<Text>,
    /// Its steps.
    pub steps: Vec<Text>,
    /// In seconds.
    pub timer_seconds: Option<u32>,
    /// Exits: id, text, fact asked again.
    pub exits: Vec<(Name, Text, Option<Name>)>,
}

/// Care advice as written.
#[derive(Debug, Clone)]
pub struct AdviceSource {
    /// Its file.
    pub file: Arc<str>,
    /// Its id.
    pub id: Name,
    /// Its heading.
    pub title: Text,
    /// Shown up to this urgency.
    pub up_to: Option<Name>,
    /// Its lines.
    pub lines: Vec<(Guard, Text, Vec<Name>)>,
    /// Inherited by its lines.
    pub evidence: Vec<Name>,
}

/// A table as written.
#[derive(Debug, Clone)]
pub struct TableSource {
    /// Its id.
    pub id: Name,
    /// The names of its columns, their values and its rows: rules and cases read them.
    pub names: Vec<Name>,
    /// Checked and ready.
    pub table: crate::pathway::content::Table,
}
