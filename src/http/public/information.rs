//! Standing texts: what the service is, privacy, accessibility.

use super::view::{InformationPage, Page, Section};

/// What the service is and is not.
pub fn about_this_service() -> Page {
    page(
        "about-this-service",
        vec![
            (None, vec!["about-this-service-1", "about-this-service-2"]),
            (
                Some("about-this-service-rules-heading"),
                vec!["about-this-service-rules-1", "about-this-service-rules-2"],
            ),
            (
                Some("about-this-service-people-heading"),
                vec!["about-this-service-people-1", "about-this-service-people-2"],
            ),
        ],
    )
}

/// What is kept, and for how long.
pub fn privacy() -> Page {
    page(
        "privacy",
        vec![
            (None, vec!["privacy-1", "privacy-2", "privacy-code"]),
            (
                Some("privacy-cookies-heading"),
                vec![
                    "privacy-cookies-1",
                    "privacy-cookies-2",
                    "privacy-cookies-3",
                    "privacy-cookies-4",
                ],
            ),
        ],
    )
}

/// What works for whom, and what has not been tested.
pub fn accessibility() -> Page {
    page(
        "accessibility",
        vec![
            (None, vec!["accessibility-1", "accessibility-2"]),
            (
                Some("accessibility-not-done-heading"),
                vec!["accessibility-not-done-1"],
            ),
            (
                Some("accessibility-help-heading"),
                vec!["accessibility-help-1"],
            ),
        ],
    )
}

/// The answers were removed from the device.
pub fn left() -> Page {
    page("left", vec![(None, vec!["left-text"])])
}

fn page(what: &'static str, sections: Vec<(Option<&'static str>, Vec<&'static str>)>) -> Page {
    Page::Information(InformationPage {
        what,
        sections: sections
            .into_iter()
            .map(|(heading, paragraphs)| Section {
                heading,
                paragraphs,
            })
            .collect(),
    })
}
