//! What each public page shows. Our own types: nothing of the inside is given to a template.
//!
//! Wording of the content arrives as text; everything else as the key of a message of the locale.

use std::collections::BTreeMap;

use serde::Serialize;

/// How long answers are kept after the last of them, in hours.
pub const KEPT_HOURS: u32 = 12;

/// The most letters that a text answer may have.
pub const TEXT_LIMIT: usize = 500;

/// What is around every page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Frame {
    /// The short hash of the release.
    pub release: String,
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
    /// Standing text.
    Information(InformationPage),
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
            Page::Information(_) => "public/information.html",
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

/// One question.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct QuestionPage {
    /// How many events the case had when it was asked.
    pub step: u64,
    /// So that the same form sent twice counts once.
    pub token: String,
    /// The question.
    pub name: String,
    /// As asked.
    pub wording: String,
    /// Why it is asked.
    pub why: Option<String>,
    /// How to check, examples.
    pub help: Option<String>,
    /// Other ways of asking.
    pub rephrase: Vec<String>,
    /// What can be said, and what was.
    pub input: Input,
    /// "I am not sure" was chosen.
    pub unsure: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// What can be said to a question, and what was.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Input {
    /// Yes/no and one-of.
    Choice {
        /// In order.
        options: Vec<Choice>,
        /// "None of these fit", for one-of.
        none_fit: Option<NoneFit>,
    },
    /// A number.
    Number {
        /// As typed.
        value: String,
        /// The word of the unit.
        unit: String,
        /// It may have a part after the point.
        decimal: bool,
    },
    /// How long ago, or until when.
    Elapsed {
        /// As typed.
        value: String,
        /// `minutes`, `hours`, `days` or `weeks`.
        unit: String,
        /// It may be still to come.
        due: bool,
        /// It has passed.
        passed: bool,
    },
    /// Rows of a table.
    Pick {
        /// In order.
        rows: Vec<Choice>,
    },
    /// Words for people.
    Text {
        /// As typed.
        value: String,
        /// The most letters.
        limit: usize,
    },
}

impl Default for Input {
    fn default() -> Self {
        Input::Choice {
            options: Vec::new(),
            none_fit: None,
        }
    }
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// As shown; `None` for the plain words "Yes" and "No".
    pub text: Option<String>,
    /// Supporting text.
    pub help: Option<String>,
    /// It was chosen.
    pub checked: bool,
}

/// "None of these fit", with a box for own words.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct NoneFit {
    /// It was chosen.
    pub checked: bool,
    /// As typed.
    pub words: String,
}

/// A screen over several yes/no questions.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ChecklistPage {
    /// How many events the case had when it was asked.
    pub step: u64,
    /// So that the same form sent twice counts once.
    pub token: String,
    /// The checklist.
    pub name: String,
    /// As asked.
    pub wording: String,
    /// Why it is asked.
    pub why: Option<String>,
    /// Supporting text.
    pub help: Option<String>,
    /// Other ways of asking; a checklist has none.
    pub rephrase: Vec<String>,
    /// Those that apply, are unanswered and needed.
    pub members: Vec<Choice>,
    /// What was said of the others: `none`, `not_sure`, or nothing.
    pub rest: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// What to do meanwhile, and the answers that end it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct GuidePage {
    /// How many events the case had when it was shown.
    pub step: u64,
    /// So that the same form sent twice counts once.
    pub token: String,
    /// The guide.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// What is said.
    pub say: Option<String>,
    /// In order.
    pub steps: Vec<String>,
    /// How long to do it.
    pub timer_seconds: Option<u32>,
    /// What may have happened.
    pub exits: Vec<Choice>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A question and what was said to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// As asked.
    pub question: Phrase,
    /// As told back.
    pub answer: Phrase,
    /// Where it is changed.
    pub change: Option<String>,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswersPage {
    /// Party, age, sex, complaints.
    pub about: Vec<Row>,
    /// In the order they were answered.
    pub answers: Vec<Row>,
    /// Those that were answered "No", most of them as part of a list.
    pub answered_no: Vec<Row>,
    /// The next question, or the outcome.
    pub go_on: String,
    /// The key of its label.
    pub go_on_label: &'static str,
}

/// What a change does to the advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// More urgent.
    More,
    /// Less urgent.
    Less,
    /// As urgent.
    Same,
    /// More must be asked first.
    Open,
}

/// An answer that would be another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// As asked.
    pub question: String,
    /// The answer that stands.
    pub from: Phrase,
    /// The answer that would.
    pub to: Phrase,
}

/// What a change would do, before it is made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangePage {
    /// What would be answered otherwise.
    pub changes: Vec<Changed>,
    /// What it does.
    pub effect: Effect,
    /// The advice now, if it is known.
    pub before: Option<String>,
    /// The advice then, if it is known.
    pub after: Option<String>,
    /// More questions would follow.
    pub asks_again: bool,
    /// The form as it was sent.
    pub fields: Vec<(String, String)>,
    /// Where "no" leads.
    pub cancel: String,
}

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
