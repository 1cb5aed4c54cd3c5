//! Every page in each of its states, with what it shows.

use super::view::*;
use crate::http::render::stylesheet;

fn frame() -> Frame {
    Frame {
        release: "9f2c41ab03de".into(),
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

fn question(wording: &str, input: Input) -> QuestionPage {
    QuestionPage {
        step: 7,
        token: "t".into(),
        name: "q".into(),
        wording: wording.into(),
        why: Some("Swelling this bad can close the airway.".into()),
        help: Some("It may run from the mouth, or you may need to spit it out.".into()),
        rephrase: vec![
            "Is spit running out of your mouth because swallowing hurts too much?".into(),
        ],
        input,
        ..QuestionPage::default()
    }
}

fn yes_no() -> Input {
    let plain = |value: &str| Choice {
        value: value.into(),
        ..Choice::default()
    };
    Input::Choice {
        options: vec![plain("yes"), plain("no")],
        none_fit: None,
    }
}

fn one_of() -> Input {
    Input::Choice {
        options: vec![
            choice("unable", "I can hardly swallow even water", false),
            choice("sore", "It hurts but I can eat and drink", false),
            choice("normal", "It is normal", false),
        ],
        none_fit: Some(NoneFit::default()),
    }
}

fn checklist() -> ChecklistPage {
    ChecklistPage {
        step: 8,
        token: "t".into(),
        name: "emergency_signs".into(),
        wording: "Is any of this happening now?".into(),
        why: Some("Each of these needs help at once.".into()),
        members: vec![
            choice("gasping", "Gasping or fighting for breath", false),
            Choice {
                help: Some(
                    "On brown or black skin, look at the palms, the soles and inside the lips."
                        .into(),
                ),
                ..choice(
                    "blue_lips",
                    "Blue, grey or very pale lips, face or tongue",
                    false,
                )
            },
            choice("limp", "Limp, or very hard to wake", false),
        ],
        ..ChecklistPage::default()
    }
}

fn outcome() -> OutcomePage {
    OutcomePage {
        level: Level::NonUrgent,
        phone_999: false,
        phone_111: false,
        headline: "You can look after this yourself".into(),
        detail: None,
        by_when: Some(Phrase::key("by-none")),
        services: None,
        steps: vec![],
        checks: vec![],
        go_on: None,
        needs: vec![],
        worsening: vec![
            "Phone 111 if you cannot swallow fluids.".into(),
            "Phone 111 if it is not better in 7 days.".into(),
        ],
        advice: vec![AdviceItem {
            title: "Care for a sore throat".into(),
            lines: vec![
                "Drink plenty.".into(),
                "Take paracetamol as the packet says.".into(),
            ],
        }],
        reasons: vec!["Most sore throats get better within a week.".into()],
        unsure_count: 0,
        guide: false,
        ruled_out: vec![
            row(
                "Are you drooling because you cannot swallow your spit?",
                Phrase::key("answer-no"),
            ),
            row(
                "Do you make a noise when you breathe in?",
                Phrase::key("answer-no"),
            ),
        ],
        would_change: vec![WouldChange {
            question: "How is your swallowing?".into(),
            answer: text("I can hardly swallow even water"),
            headline: "Go to A&E within 4 hours".into(),
        }],
        reference: Some("K7QM-2R".into()),
        at: Some("3 November 2026, 14:02".into()),
        feedback: Some(FeedbackForm {
            token: "abc.123".into(),
            limit: 2000,
            ..FeedbackForm::default()
        }),
    }
}

fn row(question: &str, answer: Phrase) -> Row {
    Row {
        question: text(question),
        answer,
        change: Some("/questions/5".into()),
    }
}

fn emergency() -> OutcomePage {
    OutcomePage {
        level: Level::Emergency,
        phone_999: true,
        headline: "Phone 999 now".into(),
        detail: Some("Tell them that your airway may be closing.".into()),
        by_when: None,
        steps: vec![
            "Sit up. Do not lie down.".into(),
            "Do not eat or drink.".into(),
        ],
        checks: vec![row(
            "Are you drooling because you cannot swallow your spit?",
            Phrase::key("answer-yes"),
        )],
        go_on: Some("/questions/9".into()),
        reasons: vec!["Your airway may be closing.".into()],
        unsure_count: 1,
        advice: vec![],
        would_change: vec![],
        feedback: None,
        ..outcome()
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
        plain(
            "about-this-service",
            super::information::about_this_service(),
        ),
        plain("privacy", super::information::privacy()),
        plain("accessibility", super::information::accessibility()),
        plain("left", super::information::left()),
    ];
    pages.extend(question_samples());
    pages.extend(outcome_samples());
    pages
}

fn question_samples() -> Vec<(&'static str, Frame, Page)> {
    let asked = |name, wording, input| (name, frame(), Page::Question(question(wording, input)));
    let wrong = |name, wording, input, key| {
        (
            name,
            frame(),
            Page::Question(QuestionPage {
                errors: error("answer", "answer", key),
                ..question(wording, input)
            }),
        )
    };
    let taken = || {
        [
            "Bleach",
            "Oven cleaner",
            "Paracetamol",
            "Ibuprofen",
            "Another medicine",
            "Something else",
        ]
        .iter()
        .map(|row| choice(row, row, false))
        .collect()
    };
    let chosen = Input::Choice {
        options: vec![choice("a", "Weak", false)],
        none_fit: Some(NoneFit {
            checked: true,
            words: "like a tight band".into(),
        }),
    };
    vec![
        asked(
            "question-yes-no",
            "Are you drooling because you cannot swallow your spit?",
            yes_no(),
        ),
        wrong(
            "question-yes-no-error",
            "Are you drooling because you cannot swallow your spit?",
            yes_no(),
            "error-choose",
        ),
        asked("question-one-of", "How is your swallowing?", one_of()),
        asked("question-none-fit", "How is the cry?", chosen),
        asked(
            "question-number",
            "What is your temperature?",
            Input::Number {
                value: String::new(),
                unit: "celsius".into(),
                decimal: true,
            },
        ),
        (
            "question-number-error",
            frame(),
            Page::Question(QuestionPage {
                errors: vec![FieldError {
                    group: "answer",
                    field: "answer",
                    message: Phrase::key("error-number").with("example", "38.5"),
                }],
                ..question(
                    "What is your temperature?",
                    Input::Number {
                        value: "hot".into(),
                        unit: "celsius".into(),
                        decimal: true,
                    },
                )
            }),
        ),
        asked(
            "question-ago",
            "When did the pain start?",
            Input::Elapsed {
                value: String::new(),
                unit: "hours".into(),
                due: false,
                passed: false,
            },
        ),
        asked(
            "question-due",
            "When is the next dose due?",
            Input::Elapsed {
                value: "3".into(),
                unit: "days".into(),
                due: true,
                passed: true,
            },
        ),
        asked(
            "question-pick",
            "What was swallowed?",
            Input::Pick { rows: taken() },
        ),
        wrong(
            "question-pick-error",
            "What was swallowed?",
            Input::Pick { rows: taken() },
            "error-pick",
        ),
        asked(
            "question-text",
            "Is there anything else that worries you?",
            Input::Text {
                value: "Line 1\n\nLine 3".into(),
                limit: TEXT_LIMIT,
            },
        ),
        (
            "question-standing",
            Frame {
                emergency: true,
                notice: Some("notice-moved-on"),
                ..frame()
            },
            Page::Question(question(
                "Do you make a noise when you breathe in?",
                yes_no(),
            )),
        ),
        ("checklist", frame(), Page::Checklist(checklist())),
        (
            "checklist-error",
            frame(),
            Page::Checklist(ChecklistPage {
                errors: error("answer", "answer", "error-checklist"),
                ..checklist()
            }),
        ),
        (
            "guide",
            Frame {
                emergency: true,
                ..frame()
            },
            Page::Guide(GuidePage {
                step: 11,
                token: "t".into(),
                name: "cpr-adult".into(),
                title: "Press on the chest".into(),
                say: Some("Put the phone on loudspeaker. Stay on the line to 999.".into()),
                steps: vec![
                    "Lay them flat on their back on the floor.".into(),
                    "Put one hand on top of the other in the middle of the chest.".into(),
                    "Push down hard and fast, 2 times each second.".into(),
                ],
                timer_seconds: Some(120),
                exits: vec![
                    choice("breathing_again", "Breathing again", false),
                    choice("crew_here", "The crew is here", false),
                ],
                errors: vec![],
            }),
        ),
        (
            "change-less",
            frame(),
            change(
                Effect::Less,
                Some("Phone 999 now"),
                Some("Go to A&E within 4 hours"),
            ),
        ),
        (
            "change-open",
            Frame {
                emergency: true,
                ..frame()
            },
            change(Effect::Open, Some("Phone 999 now"), None),
        ),
        (
            "change-same",
            frame(),
            change(
                Effect::Same,
                Some("See a pharmacist within 24 hours"),
                Some("See a pharmacist within 24 hours"),
            ),
        ),
    ]
}

fn change(effect: Effect, before: Option<&str>, after: Option<&str>) -> Page {
    Page::Change(ChangePage {
        changes: vec![Changed {
            question: "Are you drooling because you cannot swallow your spit?".into(),
            from: Phrase::key("answer-yes"),
            to: Phrase::key("answer-no"),
        }],
        effect,
        before: before.map(Into::into),
        after: after.map(Into::into),
        asks_again: effect == Effect::Less,
        fields: vec![
            ("question".into(), "drooling".into()),
            ("answer".into(), "no".into()),
        ],
        cancel: "/answers".into(),
    })
}

fn services(found: Vec<ServiceItem>, problem: Option<&'static str>) -> ServicesPart {
    let way = |id, phone: Option<&str>| WayItem {
        id,
        phone: phone.map(Into::into),
    };
    ServicesPart {
        token: "t".into(),
        ask: true,
        near: Some("ZZ1 4DX".into()),
        problem,
        rough: false,
        found,
        say: "1A2B-3C4D".into(),
        ways: vec![
            way("emergency-department", None),
            way("111", Some("111")),
            way("999", Some("999")),
        ],
    }
}

fn found() -> Vec<ServiceItem> {
    let at = |key, clock: &str, time: &str, day: &str| {
        Phrase::key(key)
            .with("clock", clock)
            .with("time", time)
            .with("day", day)
    };
    let item = |name: &str, kind, way, hours| ServiceItem {
        name: name.into(),
        kind,
        way,
        distance: Some(Phrase::key("services-miles").with("miles", "0.7")),
        hours,
        closes_soon: false,
        phone: Some("01632 960001".into()),
        address: Some("2 High Street, Holmcastle, ZZ1 4DX".into()),
        note: None,
    };
    vec![
        ServiceItem {
            closes_soon: true,
            ..item(
                "Holmcastle <Urgent> Treatment Centre",
                "urgent_treatment_centre",
                "walk_in",
                at("services-until", "time", "10pm", "today"),
            )
        },
        ServiceItem {
            distance: Some(Phrase::key("services-very-near")),
            note: Some("You need an appointment.".into()),
            ..item(
                "Night GP",
                "out_of_hours_gp",
                "phone_first",
                at("services-opens", "midnight", "12am", "mon"),
            )
        },
        ServiceItem {
            distance: None,
            address: None,
            ..item(
                "Crisis Line",
                "mental_health_crisis",
                "phone",
                Phrase::key("services-always"),
            )
        },
    ]
}

fn outcome_samples() -> Vec<(&'static str, Frame, Page)> {
    let page = |name, outcome| {
        (
            name,
            Frame {
                emergency: true,
                ..frame()
            },
            Page::Outcome(Box::new(outcome)),
        )
    };
    let problem = |name, what, emergency| {
        (
            name,
            Frame {
                back: None,
                ..frame()
            },
            Page::Problem(ErrorPage {
                what,
                emergency,
                retry: Some("/questions".into()),
                request: Some("01J9".into()),
            }),
        )
    };
    let urgent = OutcomePage {
        level: Level::Urgent,
        phone_111: true,
        headline: "Speak to a GP practice".into(),
        by_when: Some(Phrase::key("by-hours").with("hours", 6)),
        needs: vec!["Ask for the crisis team when you phone.".into()],
        ..outcome()
    };
    vec![
        page("outcome-self-care", outcome()),
        page(
            "outcome-feedback-unfinished",
            OutcomePage {
                feedback: Some(FeedbackForm {
                    token: "abc.123".into(),
                    words: "I could not find my problem.".into(),
                    limit: 2000,
                    errors: error("helpful", "helpful", "error-helpful"),
                    ..FeedbackForm::default()
                }),
                ..outcome()
            },
        ),
        page("outcome-urgent", urgent),
        page(
            "outcome-services",
            OutcomePage {
                services: Some(services(found(), None)),
                level: Level::Urgent,
                ..outcome()
            },
        ),
        page(
            "outcome-services-ask",
            OutcomePage {
                services: Some(ServicesPart {
                    near: None,
                    ..services(vec![], None)
                }),
                ..outcome()
            },
        ),
        page(
            "outcome-services-none",
            OutcomePage {
                services: Some(services(vec![], Some("services-none"))),
                level: Level::Emergency,
                ..outcome()
            },
        ),
        page("outcome-999", emergency()),
        page(
            "outcome-999-guide",
            OutcomePage {
                guide: true,
                ..emergency()
            },
        ),
        page(
            "outcome-999-end",
            OutcomePage {
                go_on: None,
                ..emergency()
            },
        ),
        page(
            "outcome-emergency-department",
            OutcomePage {
                level: Level::Emergency,
                headline: "Go to A&E now".into(),
                by_when: Some(Phrase::key("by-hours").with("hours", 1)),
                checks: emergency().checks,
                ..outcome()
            },
        ),
        problem("problem-failed", Fault::Failed, false),
        problem("problem-failed-999", Fault::Failed, true),
        problem("problem-busy", Fault::Busy, false),
        problem("problem-not-found", Fault::NotFound, false),
        problem("problem-refused", Fault::Refused, false),
        problem("problem-no-case", Fault::NoCase, false),
    ]
}
