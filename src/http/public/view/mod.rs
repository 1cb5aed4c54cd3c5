//! What each public page shows. Our own types: nothing of the inside is given to a template.
//!
//! Wording of the content arrives as text; everything else as the key of a message of the locale.

use std::collections::BTreeMap;

use serde::Serialize;

mod outcomes;
mod proof;
mod questions;

pub use outcomes::*;
pub use proof::*;
pub use questions::*;

/// How long answers are kept after the last of them, in hours.
pub const KEPT_HOURS: u32 = 12;

/// The most letters that a text answer may have.
pub const TEXT_LIMIT: usize = 500;

/// What is around every page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Frame {
    /// The short hash of the release.
    pub release: String,
    /// Where it says what was proven of it.
    pub proof: Option<String>,
    /// Two named approvers released the content; otherwise every page says that it is an example.
    pub approved: bool,
    /// The path of the style sheet.
    pub stylesheet: String,
    /// Where "back" leads.
    pub back: Option<String>,
    /// An emergency was reached: the page says to phone 999 before anything else.
    pub emergency: bool,
    /// The key of a message about what has just happened.
    pub notice: Option<&'static str>,
    /// See [`KEPT_HOURS`].
    pub hours: u32,
}

/// Words of the content, or a message of the locale with its arguments.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phrase {
    /// As it is.
    Text(String),
    /// By its key.
    Message {
        /// The key.
        key: &'static str,
        /// What is put into it.
        args: BTreeMap<&'static str, Arg>,
    },
}

/// What is put into a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Arg {
    /// A whole number, so that a plural can follow it.
    Number(i64),
    /// Anything else.
    Text(String),
}

impl Phrase {
    /// A message without arguments.
    pub fn key(key: &'static str) -> Self {
        Phrase::Message {
            key,
            args: BTreeMap::new(),
        }
    }

    /// The message with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        if let Phrase::Message { args, .. } = &mut self {
            args.insert(name, value.into());
        }
        self
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Arg::Number(number)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Arg::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::Text(text)
    }
}

/// What is wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldError {
    /// The group of fields beside which it is said.
    pub group: &'static str,
    /// The id of the field that the summary leads to.
    pub field: &'static str,
    /// What is wrong, and what to do.
    pub message: Phrase,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Page {
    /// What the service is.
    Start,
    /// The signs for which to phone 999.
    EmergencyCheck,
    /// Party, age and sex.
    About(AboutPage),
    /// The choice of complaints.
    Complaints(ComplaintPage),
    /// One question.
    Question(QuestionPage),
    /// A screen over several yes/no questions.
    Checklist(ChecklistPage),
    /// What to do meanwhile.
    Guide(GuidePage),
    /// What was answered.
    Answers(AnswersPage),
    /// What a change would do.
    Change(ChangePage),
    /// What to do.
    Outcome(Box<OutcomePage>),
    /// Where to look for services.
    Services(ServicesPage),
    /// "Are you sure?"
    Confirm(ConfirmPage),
    /// To go on with a code.
    CarryOn(CarryOnPage),
    /// To get a code, and the code.
    Code(CodePage),
    /// Too many people at one address.
    Limited(LimitedPage),
    /// Standing text.
    Information(InformationPage),
    /// What was proven of a release.
    Proof(Box<ProofPage>),
    /// Something went wrong.
    Problem(ErrorPage),
}

impl Page {
    /// The template that shows it.
    pub fn template(&self) -> &'static str {
        match self {
            Page::Start => "public/start.html",
            Page::EmergencyCheck => "public/emergency_check.html",
            Page::About(_) => "public/about.html",
            Page::Complaints(_) => "public/complaints.html",
            Page::Question(_) => "public/question.html",
            Page::Checklist(_) => "public/checklist.html",
            Page::Guide(_) => "public/guide.html",
            Page::Answers(_) => "public/answers.html",
            Page::Change(_) => "public/change.html",
            Page::Outcome(_) => "public/outcome.html",
            Page::Services(_) => "public/services.html",
            Page::Confirm(_) => "public/confirm.html",
            Page::CarryOn(_) => "public/carry_on.html",
            Page::Code(_) => "public/carry_on_code.html",
            Page::Limited(_) => "public/limited.html",
            Page::Information(_) => "public/information.html",
            Page::Proof(_) => "public/proof.html",
            Page::Problem(_) => "public/error.html",
        }
    }
}

/// Party, age and sex, as typed.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct AboutPage {
    /// So that the same form sent twice starts one case.
    pub token: String,
    /// `first` or `third`.
    pub party: String,
    /// `birth`, `years` or `not_told`.
    pub age_by: String,
    /// As typed.
    pub birth_day: String,
    /// As typed.
    pub birth_month: String,
    /// As typed.
    pub birth_year: String,
    /// As typed.
    pub age_count: String,
    /// `years`, `months`, `weeks` or `days`.
    pub age_unit: String,
    /// `female`, `male` or `not_told`.
    pub sex: String,
    /// It corrects what was said.
    pub change: bool,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

/// The choice of complaints.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ComplaintPage {
    /// So that the same form sent twice counts once.
    pub token: String,
    /// Already chosen.
    pub chosen: Vec<Complaint>,
    /// As typed.
    pub search: String,
    /// What the search found; `None` before a search.
    pub found: Option<Vec<Complaint>>,
    /// Every complaint that is not chosen.
    pub all: Vec<Complaint>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A complaint to choose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Complaint {
    /// The family.
    pub id: String,
    /// As shown.
    pub title: String,
}

/// "Are you sure?": `stop` or `leave`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConfirmPage {
    /// The start of its messages' keys, and its path.
    pub what: &'static str,
    /// So that the same form sent twice counts once.
    pub token: String,
    /// The next question.
    pub go_on: Option<String>,
}

/// What somebody gives beside a code, as typed.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SecondFields {
    /// `birth` or `phone`.
    pub by: String,
    /// As typed.
    pub birth_day: String,
    /// As typed.
    pub birth_month: String,
    /// As typed.
    pub birth_year: String,
    /// As typed.
    pub last_four: String,
}

/// To go on with a code.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CarryOnPage {
    /// As typed.
    pub code: String,
    /// As typed.
    pub second: SecondFields,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

/// To get a code, and the code.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CodePage {
    /// So that a form of another case is not taken for this one's.
    pub token: String,
    /// The code, once it was made.
    pub code: Option<String>,
    /// Until when it is good, as the clock shows it.
    pub until: String,
    /// It goes with the date of birth, else with a phone number.
    pub by_birth: bool,
    /// As typed.
    pub second: SecondFields,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
    /// The next question, or the outcome.
    pub go_on: String,
}

/// Too many people at one address.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LimitedPage {
    /// How long to wait, in minutes, at least 1.
    pub minutes: u32,
    /// An emergency was reached on this device before.
    pub emergency: bool,
}

/// Standing text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InformationPage {
    /// The start of its messages' keys.
    pub what: &'static str,
    /// In order.
    pub sections: Vec<Section>,
}

/// A part of a standing text: keys of messages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Its heading.
    pub heading: Option<&'static str>,
    /// What it says.
    pub paragraphs: Vec<&'static str>,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Ours.
    Failed,
    /// Too many people at once, or too slow.
    Busy,
    /// No such page.
    NotFound,
    /// From elsewhere, or not a form of ours.
    Refused,
    /// No case belongs to this device, or not any more.
    NoCase,
}

/// Something went wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErrorPage {
    /// What.
    pub what: Fault,
    /// An emergency was reached before: the page says to phone 999 and why.
    pub emergency: bool,
    /// Where to try again.
    pub retry: Option<String>,
    /// The id of the request.
    pub request: Option<String>,
}
