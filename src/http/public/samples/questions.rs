//! Questions and checklists in each of their states, and what changing an answer would do.

use super::super::view::*;
use super::{choice, error, frame};

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

pub(super) fn samples() -> Vec<(&'static str, Frame, Page)> {
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
