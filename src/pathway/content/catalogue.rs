//! What lines name: dispositions, needs, guides, care advice, tables, sources.

use serde::Serialize;

use super::{DispositionId, FactId};
use crate::pathway::diagnostic::Span;
use crate::pathway::form::Rule;
use crate::pathway::text::Text;

/// A disposition: who should help, and how soon.
#[derive(Debug, Clone, Serialize)]
pub struct Disposition {
    /// Its id in the catalogue.
    pub id: String,
    /// 1 is the most urgent.
    pub rank: u32,
    /// Where help is given.
    pub setting: Setting,
    /// How soon, counted from the end of the call, in minutes; `None` means no time frame.
    pub within_minutes: Option<u32>,
    /// What kind of service.
    pub family: String,
    /// Disposition code (Dx).
    pub dx: Option<String>,
    /// Directory code.
    pub dos: Option<String>,
    /// Shown as an emergency.
    pub emergency: bool,
    /// A request starts when it is reached.
    pub starts_at_once: bool,
    /// Somebody receives the case.
    pub hands_over: bool,
    /// For staff.
    pub title: Text,
    /// What to do, in a sentence.
    pub headline: Text,
    /// What to do meanwhile.
    pub steps: Vec<Text>,
    /// When to ask for help again, and how.
    pub worsening: Vec<Text>,
}

/// Where help is given, least urgent first: the second key of the order of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// At home.
    #[serde(rename = "self")]
    SelfCare,
    /// At a pharmacy.
    Pharmacy,
    /// By phone.
    Speak,
    /// Face to face.
    See,
    /// In a hospital.
    Hospital,
    /// By ambulance.
    Ambulance,
}

/// A parallel need that travels with whatever is reached.
#[derive(Debug, Clone, Serialize)]
pub struct Need {
    /// Its id in the catalogue.
    pub id: String,
    /// For staff.
    pub title: Text,
    /// What the person is told.
    pub say: Text,
    /// Counts only when its guard must hold.
    pub certain: bool,
    /// What kind of service.
    pub family: Option<String>,
}

/// A guide: steps, a timer, and the exits that end it.
#[derive(Debug, Clone, Serialize)]
pub struct Guide {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// What is said.
    pub say: Option<Text>,
    /// In order.
    pub steps: Vec<Text>,
    /// In seconds.
    pub timer_seconds: Option<u32>,
    /// The answers that end it.
    pub exits: Vec<Exit>,
}

/// An answer under a guide.
#[derive(Debug, Clone, Serialize)]
pub struct Exit {
    /// Its id.
    pub id: String,
    /// As shown.
    pub text: Text,
    /// A fact that is asked again.
    pub asks_again: Option<FactId>,
}

/// An item of care advice.
#[derive(Debug, Clone)]
pub struct Advice {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// Shown up to this urgency, instead of the pathway's `otherwise`.
    pub up_to: Option<DispositionId>,
    /// Each shows only when its guard must hold.
    pub lines: Vec<AdviceLine>,
}

/// A line of care advice.
#[derive(Debug, Clone)]
pub struct AdviceLine {
    /// When it shows (must).
    pub guard: Rule,
    /// What it says.
    pub text: Text,
    /// Sources.
    pub evidence: Vec<String>,
}

/// A table to pick from.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// Column names and their values, worst first.
    pub columns: Vec<(String, Vec<String>)>,
    /// Rows in order; the last one is `else`.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Its id; `else` for the last.
    pub id: String,
    /// As shown.
    pub text: Text,
    /// The place of its value in each column.
    pub values: Vec<u16>,
}

/// A source.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// When it was last read against the content.
    pub reviewed: jiff::civil::Date,
    /// By when it must be read again.
    pub review_by: jiff::civil::Date,
    /// Where that is written.
    #[serde(skip)]
    pub review_by_at: Span,
}
