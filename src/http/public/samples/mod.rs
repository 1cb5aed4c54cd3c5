//! Every page in each of its states, with what it shows.

use super::view::*;
use crate::http::render::stylesheet;

mod outcomes;
mod proofs;
mod questions;

fn frame() -> Frame {
    Frame {
        release: "9f2c41ab03de".into(),
        proof: Some("/about/release/9f2c41ab03de".into()),
        approved: false,
        stylesheet: stylesheet(),
        back: Some("/questions/6".into()),
        emergency: false,
        notice: None,
        hours: KEPT_HOURS,
    }
}

fn text(text: &str) -> Phrase {
    Phrase::Text(text.into())
}

fn choice(value: &str, text: &str, checked: bool) -> Choice {
    Choice {
        value: value.into(),
        text: Some(text.into()),
        help: None,
        checked,
    }
}

fn error(group: &'static str, field: &'static str, key: &'static str) -> Vec<FieldError> {
    vec![FieldError {
        group,
        field,
        message: Phrase::key(key),
    }]
}

fn about() -> AboutPage {
    AboutPage {
        token: "t".into(),
        age_unit: "years".into(),
        ..AboutPage::default()
    }
}

fn complaint(id: &str, title: &str) -> Complaint {
    Complaint {
        id: id.into(),
        title: title.into(),
    }
}

fn all_complaints() -> Vec<Complaint> {
    [
        "Abdominal pain",
        "Allergic reaction",
        "Back pain",
        "Breathing problems",
        "Chest pain",
        "Cough",
        "Diarrhoea and being sick",
        "Earache",
        "Fever in a child",
        "Headache",
        "Head injury",
        "Rash",
        "Sore throat",
        "Toothache",
    ]
    .iter()
    .map(|title| complaint(&title.to_lowercase().replace(' ', "-"), title))
    .collect()
}

fn code(made: Option<&str>) -> CodePage {
    CodePage {
        token: "t".into(),
        code: made.map(Into::into),
        until: "16:20 on 22 November".into(),
        by_birth: true,
        go_on: "/questions/9".into(),
        ..CodePage::default()
    }
}

fn row(question: &str, answer: Phrase) -> Row {
    Row {
        question: text(question),
        answer,
        change: Some("/questions/5".into()),
    }
}

/// Every state of every page, by name.
pub fn samples() -> Vec<(&'static str, Frame, Page)> {
    let plain = |name, page| (name, frame(), page);
    let mut pages = vec![
        (
            "start",
            Frame {
                back: None,
                ..frame()
            },
            Page::Start,
        ),
        (
            "start-approved",
            Frame {
                back: None,
                approved: true,
                ..frame()
            },
            Page::Start,
        ),
        plain("emergency-check", Page::EmergencyCheck),
        plain("about", Page::About(about())),
        plain(
            "about-error",
            Page::About(AboutPage {
                party: "third".into(),
                age_by: "birth".into(),
                birth_day: "31".into(),
                birth_month: "2".into(),
                birth_year: "2020".into(),
                errors: [
                    error("age", "birth-day", "error-birth-not-a-date"),
                    error("sex", "sex", "error-sex"),
                ]
                .concat(),
                ..about()
            }),
        ),
        plain(
            "about-age",
            Page::About(AboutPage {
                party: "first".into(),
                age_by: "years".into(),
                age_count: "36".into(),
                sex: "not_told".into(),
                ..about()
            }),
        ),
        plain(
            "about-change",
            Page::About(AboutPage {
                party: "first".into(),
                age_by: "birth".into(),
                birth_day: "3".into(),
                birth_month: "11".into(),
                birth_year: "1984".into(),
                sex: "female".into(),
                change: true,
                ..about()
            }),
        ),
        plain(
            "complaints",
            Page::Complaints(ComplaintPage {
                token: "t".into(),
                all: all_complaints(),
                ..ComplaintPage::default()
            }),
        ),
        plain(
            "complaints-found",
            Page::Complaints(ComplaintPage {
                token: "t".into(),
                search: "throat".into(),
                found: Some(vec![complaint("sore-throat", "Sore throat")]),
                all: all_complaints(),
                ..ComplaintPage::default()
            }),
        ),
        plain(
            "complaints-not-found",
            Page::Complaints(ComplaintPage {
                token: "t".into(),
                search: "<b>wobbly & odd</b>".into(),
                found: Some(vec![]),
                all: all_complaints(),
                ..ComplaintPage::default()
            }),
        ),
        plain(
            "complaints-error",
            Page::Complaints(ComplaintPage {
                token: "t".into(),
                all: all_complaints(),
                errors: error("search", "search", "error-search"),
                ..ComplaintPage::default()
            }),
        ),
        plain(
            "complaints-chosen",
            Page::Complaints(ComplaintPage {
                token: "t".into(),
                chosen: vec![complaint("sore-throat", "Sore throat")],
                all: all_complaints(),
                ..ComplaintPage::default()
            }),
        ),
        plain(
            "answers",
            Page::Answers(AnswersPage {
                about: vec![
                    Row {
                        question: Phrase::key("answers-about-party"),
                        answer: Phrase::key("about-party-first"),
                        change: None,
                    },
                    Row {
                        question: Phrase::key("answers-about-age"),
                        answer: Phrase::key("answer-age")
                            .with("number", 36)
                            .with("unit", "years"),
                        change: None,
                    },
                    Row {
                        question: Phrase::key("answers-about-sex"),
                        answer: Phrase::key("prefer-not-say"),
                        change: None,
                    },
                ],
                answers: vec![
                    row(
                        "How is your swallowing?",
                        text("It hurts but I can eat and drink"),
                    ),
                    row(
                        "When did it start?",
                        Phrase::key("answer-ago")
                            .with("number", 1)
                            .with("unit", "hours"),
                    ),
                    row(
                        "Do you make a noise when you breathe in?",
                        Phrase::key("answer-not-sure"),
                    ),
                    row(
                        "What is your skin like?",
                        Phrase::key("answer-none-fit-words")
                            .with("words", "blotchy, comes and goes"),
                    ),
                ],
                answered_no: vec![
                    row("Are you gasping for breath?", Phrase::key("answer-no")),
                    row("Are your lips blue?", Phrase::key("answer-no")),
                ],
                go_on: "/questions/9".into(),
                go_on_label: "answers-go-on",
            }),
        ),
        plain(
            "answers-none",
            Page::Answers(AnswersPage {
                about: vec![],
                answers: vec![],
                answered_no: vec![],
                go_on: "/outcome".into(),
                go_on_label: "answers-go-outcome",
            }),
        ),
        plain(
            "services",
            Page::Services(ServicesPage {
                token: "t".into(),
                ..ServicesPage::default()
            }),
        ),
        plain(
            "services-error",
            Page::Services(ServicesPage {
                token: "t".into(),
                postcode: "ZZ1 <4>".into(),
                errors: error("postcode", "postcode", "error-postcode"),
            }),
        ),
        plain(
            "stop",
            Page::Confirm(ConfirmPage {
                what: "stop",
                token: "t".into(),
                go_on: Some("/questions/9".into()),
            }),
        ),
        plain(
            "leave",
            Page::Confirm(ConfirmPage {
                what: "leave",
                token: "t".into(),
                go_on: None,
            }),
        ),
        plain("carry-on", Page::CarryOn(CarryOnPage::default())),
        plain(
            "carry-on-error",
            Page::CarryOn(CarryOnPage {
                code: "4F7K".into(),
                second: SecondFields {
                    by: "phone".into(),
                    last_four: "12".into(),
                    ..SecondFields::default()
                },
                errors: [
                    error("code", "code", "error-code"),
                    error("second", "last-four", "error-last-four"),
                ]
                .concat(),
            }),
        ),
        (
            "carry-on-refused",
            Frame {
                notice: Some("notice-code-refused"),
                ..frame()
            },
            Page::CarryOn(CarryOnPage {
                code: "4F7K-9QXM".into(),
                second: SecondFields {
                    by: "birth".into(),
                    birth_day: "27".into(),
                    birth_month: "3".into(),
                    birth_year: "1984".into(),
                    ..SecondFields::default()
                },
                errors: vec![],
            }),
        ),
        plain("code", Page::Code(code(None))),
        plain(
            "code-error",
            Page::Code(CodePage {
                errors: error("second", "second", "error-second"),
                ..code(None)
            }),
        ),
        plain("code-made", Page::Code(code(Some("4F7K-9QXM")))),
        plain(
            "limited",
            Page::Limited(LimitedPage {
                minutes: 4,
                emergency: false,
            }),
        ),
        plain(
            "limited-999",
            Page::Limited(LimitedPage {
                minutes: 1,
                emergency: true,
            }),
        ),
        plain(
            "about-this-service",
            super::information::about_this_service(),
        ),
        plain("privacy", super::information::privacy()),
        plain("accessibility", super::information::accessibility()),
        plain("left", super::information::left()),
    ];
    pages.extend(proofs::samples());
    pages.extend(questions::samples());
    pages.extend(outcomes::samples());
    pages
}
