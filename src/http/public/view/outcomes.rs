//! What to do, where to go, and what would change it.

use serde::Serialize;

use super::{FieldError, Phrase, Row};

/// How urgent a care card looks and reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Red and black.
    Emergency,
    /// Red.
    Urgent,
    /// Blue.
    NonUrgent,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomePage {
    /// How urgent.
    pub level: Level,
    /// The page begins with "Phone 999 now".
    pub phone_999: bool,
    /// The next step is to phone 111.
    pub phone_111: bool,
    /// What to do, in a sentence.
    pub headline: String,
    /// More about it: the headline itself, where the page begins with "Phone 999 now".
    pub detail: Option<String>,
    /// By when.
    pub by_when: Option<Phrase>,
    /// Where to go; nothing where an ambulance is needed, or no service.
    pub services: Option<ServicesPart>,
    /// What to do meanwhile.
    pub steps: Vec<String>,
    /// The answers that decided it, to be checked.
    pub checks: Vec<Row>,
    /// The next question, where there are more.
    pub go_on: Option<String>,
    /// What comes next is not a question but what to do meanwhile.
    pub guide: bool,
    /// Parallel needs.
    pub needs: Vec<String>,
    /// When to get help sooner.
    pub worsening: Vec<String>,
    /// Care advice.
    pub advice: Vec<AdviceItem>,
    /// What decided it.
    pub reasons: Vec<String>,
    /// How many answers were "not sure".
    pub unsure_count: u32,
    /// Red flags that were answered with their least worrying answer.
    pub ruled_out: Vec<Row>,
    /// What would change it.
    pub would_change: Vec<WouldChange>,
    /// What to give to the person who helps.
    pub reference: Option<String>,
    /// When it was answered, in words.
    pub at: Option<String>,
    /// What somebody thinks of the service. Not where the page says to phone 999: nobody is to fill in a form then.
    pub feedback: Option<FeedbackForm>,
}

/// What somebody thinks of the service, as typed.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct FeedbackForm {
    /// So that the same form sent twice counts once.
    pub token: String,
    /// `yes`, `partly` or `no`.
    pub helpful: String,
    /// As typed.
    pub words: String,
    /// The most letters.
    pub limit: usize,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

/// Services near a visitor, and the national ways to help.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServicesPart {
    /// So that the same form sent twice counts once.
    pub token: String,
    /// There is a directory to search.
    pub ask: bool,
    /// The postcode that was searched near; empty if it is not known by one, `None` before a search.
    pub near: Option<String>,
    /// The key of why there is no service.
    pub problem: Option<&'static str>,
    /// Distances are rough.
    pub rough: bool,
    /// Nearest first.
    pub found: Vec<ServiceItem>,
    /// What to quote there.
    pub say: String,
    /// The national ways to help, which are always there.
    pub ways: Vec<WayItem>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceItem {
    /// As people know it.
    pub name: String,
    /// What it is, in a word.
    pub kind: &'static str,
    /// How it is reached, in a word.
    pub way: &'static str,
    /// How far it is; `None` for one that is rung.
    pub distance: Option<Phrase>,
    /// When it is open.
    pub hours: Phrase,
    /// It closes within the hour.
    pub closes_soon: bool,
    /// Its number.
    pub phone: Option<String>,
    /// Where it is.
    pub address: Option<String>,
    /// What to know.
    pub note: Option<String>,
}

/// A national way to help.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WayItem {
    /// The end of its message's key.
    pub id: &'static str,
    /// Its number, if there is one for the whole country.
    pub phone: Option<String>,
}

/// Where to look for services.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ServicesPage {
    /// So that the same form sent twice counts once.
    pub token: String,
    /// As typed.
    pub postcode: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Care advice on one thing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AdviceItem {
    /// Its heading.
    pub title: String,
    /// What it says.
    pub lines: Vec<String>,
}

/// One answer that would change the advice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WouldChange {
    /// As asked.
    pub question: String,
    /// The other answer.
    pub answer: Phrase,
    /// What the advice would be.
    pub headline: String,
}
