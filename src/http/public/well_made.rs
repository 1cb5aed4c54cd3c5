//! Every page in each of its states is well made. The pages are laid out in `target/pages/`, where `tests/pages/axe.mjs` and people
//! find them.

use super::samples::samples;
use super::view::*;
use crate::http::render::{FIRST_LOCALE, Pages};

fn rendered() -> Vec<(&'static str, Page, String)> {
    let pages = Pages::new().unwrap();
    let render = |(name, frame, page): (&'static str, Frame, Page)| {
        let html = pages
            .try_page(FIRST_LOCALE, page.template(), &frame, &page)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        (name, page, html)
    };
    samples().into_iter().map(render).collect()
}

/// The words of a part of a page, as somebody reads them.
fn words(html: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            _ if !inside => words.push(letter),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn between<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    html.split_once(from)
        .unwrap_or_else(|| panic!("no {from}"))
        .1
        .split_once(to)
        .unwrap_or_else(|| panic!("no {to}"))
        .0
}

fn main_words(html: &str) -> String {
    words(between(html, "id=\"main\">", "</main>"))
}

/// The values of an attribute, in order.
fn values(html: &str, attribute: &str) -> Vec<String> {
    html.match_indices(&format!(" {attribute}=\""))
        .map(|(at, found)| {
            html[at + found.len()..]
                .split('"')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[test]
fn every_template_has_a_sample() {
    let shown: Vec<&str> = samples()
        .iter()
        .map(|(_, _, page)| page.template())
        .collect();
    for template in Pages::new().unwrap().templates() {
        let part = ["public/layout.html", "public/parts.html"].contains(&template.as_str());
        assert!(
            part || !template.starts_with("public/") || shown.contains(&template.as_str()),
            "{template}"
        );
    }
}

#[test]
fn samples_are_laid_out_for_looking_at() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pages");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, _, html) in rendered() {
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}

#[test]
fn every_page_is_well_made() {
    for (name, _, html) in rendered() {
        assert!(html.len() <= 20_000, "{name}: {} bytes", html.len());
        assert!(
            !html.contains('⟦'),
            "{name}: a message is missing or lacks an argument: {}",
            between(&html, "⟦", "⟧")
        );
        assert!(
            html.starts_with("<!doctype html>\n<html lang=\"en-GB\" dir=\"ltr\">"),
            "{name}"
        );
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        assert!(
            between(&html, "<title>", "</title>").ends_with(" – NHS 111 (open example)"),
            "{name}"
        );
        assert!(
            !html.contains("<script") && !html.contains(" onclick") && !html.contains(" style="),
            "{name}: no script, no style attribute"
        );
        assert!(
            !html.contains("http://") && !html.contains("https://"),
            "{name}: nothing from elsewhere"
        );
        let ids = values(&html, "id");
        let mut once = ids.clone();
        once.sort();
        once.dedup();
        assert_eq!(ids.len(), once.len(), "{name}: an id twice");
        for target in values(&html, "for")
            .into_iter()
            .chain(
                values(&html, "aria-describedby")
                    .iter()
                    .flat_map(|ids| ids.split(' ').map(str::to_owned).collect::<Vec<_>>()),
            )
            .chain(
                values(&html, "href")
                    .into_iter()
                    .filter_map(|href| href.strip_prefix('#').map(str::to_owned)),
            )
        {
            assert!(ids.contains(&target), "{name}: nothing has the id {target}");
        }
    }
}

#[test]
fn every_field_that_is_seen_has_a_label() {
    for (name, _, html) in rendered() {
        let labelled = values(&html, "for");
        for tag in html.split('<').filter(|tag| {
            tag.starts_with("input ") || tag.starts_with("select ") || tag.starts_with("textarea ")
        }) {
            let tag = format!(" {}", tag.split('>').next().unwrap());
            assert!(
                tag.contains("type=\"hidden\"")
                    || tag.contains("type=\"submit\"")
                    || labelled.contains(&values(&tag, "id")[0]),
                "{name}: {tag}"
            );
        }
    }
}

#[test]
fn every_page_says_phone_999_in_its_header_line() {
    for (name, _, html) in rendered() {
        assert!(
            words(between(&html, "<header", "</header>"))
                .contains("In an emergency, phone 999 now"),
            "{name}"
        );
    }
}

#[test]
fn an_emergency_says_phone_999_before_anything_else() {
    for (name, page, html) in rendered() {
        let first: String = main_words(&html).chars().take(200).collect();
        let begins = match &page {
            Page::Outcome(outcome) => outcome.phone_999,
            Page::Problem(problem) => problem.emergency,
            Page::Limited(limited) => limited.emergency,
            _ => false,
        };
        assert!(
            !begins || first.starts_with("Immediate action required: Phone 999 now"),
            "{name}: {first}"
        );
        let says = matches!(&page, Page::Outcome(outcome) if outcome.level == Level::Emergency)
            || matches!(page, Page::Problem(_) | Page::Limited(_))
            || html.contains("app-standing");
        assert!(
            !says || first.to_lowercase().contains("phone 999"),
            "{name}: {first}"
        );
    }
}

#[test]
fn the_hidden_text_of_a_care_card_says_its_level() {
    for (name, _, html) in rendered() {
        for card in html.split("nhsuk-card--care--").skip(1) {
            let level = card.split('"').next().unwrap();
            let hidden = match level {
                "emergency" => "Immediate action required:",
                "urgent" => "Urgent advice:",
                _ => "Non-urgent advice:",
            };
            assert!(words(card).contains(hidden), "{name}");
        }
    }
}

#[test]
fn every_page_of_an_example_says_so_and_names_the_release() {
    for (name, _, html) in rendered() {
        let footer = words(between(&html, "<footer", "</footer>"));
        assert!(footer.contains("Release 9f2c41ab03de."), "{name}");
        let says = footer.contains("They have not been approved by clinicians.");
        assert_eq!(says, name != "start-approved", "{name}");
        assert_eq!(
            html.contains("No clinician has approved it"),
            says,
            "{name}"
        );
    }
}

#[test]
fn an_error_is_in_the_title_the_summary_and_beside_its_field() {
    for (name, _, html) in rendered()
        .into_iter()
        .filter(|(name, _, _)| name.ends_with("-error"))
    {
        assert!(
            between(&html, "<title>", "</title>").starts_with("Error: "),
            "{name}"
        );
        assert!(
            html.contains("class=\"nhsuk-error-summary\" tabindex=\"-1\" autofocus"),
            "{name}"
        );
        for href in values(between(&html, "nhsuk-error-summary__list", "</ul>"), "href") {
            assert!(
                values(&html, "id").contains(&href[1..].to_owned()),
                "{name}: {href}"
            );
        }
        assert!(html.contains("nhsuk-error-message"), "{name}");
    }
}

#[test]
fn every_outcome_says_what_why_and_what_would_make_it_worse() {
    for (name, page, html) in rendered() {
        if let Page::Outcome(outcome) = page {
            let main = main_words(&html);
            for part in [
                "Why we say this",
                "Keep this advice",
                "9f2c41ab03de",
                "an example that no clinician has approved",
            ] {
                assert!(main.contains(part), "{name}: {part}");
            }
            assert!(
                outcome.worsening.is_empty()
                    || main.contains(if outcome.phone_999 {
                        "If things change"
                    } else {
                        "When to get help sooner"
                    }),
                "{name}"
            );
        }
    }
}

#[test]
fn what_a_visitor_types_is_shown_as_words_and_kept_whole() {
    let pages = rendered();
    let html = |wanted: &str| &pages.iter().find(|(name, _, _)| *name == wanted).unwrap().2;
    assert!(html("complaints-not-found").contains("&lt;b&gt;wobbly &amp; odd"));
    assert!(html("question-text").contains("Line 1\n\nLine 3</textarea>"));
}
