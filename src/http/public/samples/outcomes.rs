//! Where a walk ends, with the services there, and what went wrong.

use super::super::view::*;
use super::{error, frame, row, text};

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

pub(super) fn samples() -> Vec<(&'static str, Frame, Page)> {
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
