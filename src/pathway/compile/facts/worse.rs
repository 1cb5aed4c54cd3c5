//! Which answers are worse, and when an answer is too old.

use super::kind::scaled;
use crate::pathway::content::{Freshness, Kind, Number, Order};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::source::Question;

/// Which answers are worse.
pub fn order(written: &Question, kind: &Kind, findings: &mut Findings) -> Order {
    if let Some(why) = &written.not_ordered {
        if let Some(worse) = &written.worse {
            findings.push(
                Diagnostic::error(
                    worse.span.clone(),
                    "P520",
                    "a question is `worse: …` or `not_ordered: …`, and not both",
                )
                .help("remove one of the two"),
            );
        }
        return Order::None(why.text.clone());
    }
    let Some(worse) = &written.worse else {
        return by_default(written, kind, findings);
    };
    let found = match (kind, worse.text.as_str()) {
        (Kind::OneOf { yes_no: true, .. }, "yes" | "first")
        | (Kind::OneOf { yes_no: false, .. }, "first") => Some(Order::WorstFirst),
        (Kind::OneOf { yes_no: true, .. }, "no" | "last")
        | (Kind::OneOf { yes_no: false, .. }, "last") => Some(Order::WorstLast),
        (Kind::Number(_) | Kind::Ago { .. } | Kind::Due { .. }, "higher") => Some(Order::Higher),
        (Kind::Number(_) | Kind::Ago { .. } | Kind::Due { .. }, "lower") => Some(Order::Lower),
        (Kind::Number(number), text) => outside(text, number),
        _ => None,
    };
    found.unwrap_or_else(|| {
        let help = match orders(kind) {
            Some(orders) => format!("write {orders}"),
            None => "this kind of question has no order; remove the key".to_owned(),
        };
        let message = format!("`worse: {}` does not fit this question", worse.text);
        findings.push(Diagnostic::error(worse.span.clone(), "P522", message).help(help));
        Order::WorstFirst
    })
}

/// What may be written for a kind of question.
fn orders(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::OneOf { yes_no: true, .. } => Some("`worse: yes` or `worse: no`"),
        Kind::OneOf { .. } => Some("`worse: first`, `worse: last` or `not_ordered: why`"),
        Kind::Number(_) => Some(
            "`worse: higher`, `worse: lower`, `worse: outside 36.0..=37.9` (within the bounds) or `not_ordered: why`",
        ),
        Kind::Ago { .. } | Kind::Due { .. } => Some("`worse: higher` or `worse: lower`"),
        Kind::Pick(_) | Kind::Age | Kind::Text => None,
    }
}

fn by_default(written: &Question, kind: &Kind, findings: &mut Findings) -> Order {
    match kind {
        Kind::OneOf { yes_no: true, .. } => Order::WorstFirst,
        // The service knows these three by name, and nobody is worse for what they are.
        Kind::OneOf { .. } if matches!(written.id.text.as_str(), "party" | "sex") => {
            Order::None("it says who somebody is".to_owned())
        }
        Kind::OneOf { .. } | Kind::Number(_) => {
            let message = format!("`{}` does not say which answers are worse", written.id.text);
            let help = format!("write {}", orders(kind).unwrap_or_default());
            findings.push(Diagnostic::error(written.id.span.clone(), "P521", message).help(help));
            Order::WorstFirst
        }
        Kind::Ago { .. } => Order::Lower,
        Kind::Due { .. } | Kind::Pick(_) | Kind::Age | Kind::Text => {
            Order::None("it has no order".to_owned())
        }
    }
}

/// `outside 36.0..=37.9`, within the question's bounds.
fn outside(text: &str, number: &Number) -> Option<Order> {
    let (from, to) = text.strip_prefix("outside ")?.split_once("..=")?;
    let (from, to) = (
        scaled(from.trim(), number.scale)?,
        scaled(to.trim(), number.scale)?,
    );
    (number.from <= from && from <= to && to <= number.to).then_some(Order::Outside(from, to))
}

/// When an answer is too old.
pub fn freshness(written: &Question, findings: &mut Findings) -> Freshness {
    let Some(name) = &written.ask_again_after else {
        if written.red_flag {
            let message = format!(
                "the red flag `{}` does not say when it is asked again",
                written.id.text
            );
            findings.push(
                Diagnostic::error(written.id.span.clone(), "P523", message)
                    .help("add `ask_again_after: 30min`, `6h`, `contact` or `never`"),
            );
        }
        return Freshness::Contact;
    };
    match name.text.as_str() {
        "contact" => Freshness::Contact,
        "never" => Freshness::Never,
        text => match crate::pathway::source::seconds(text) {
            Some(seconds) => Freshness::Minutes(seconds / 60),
            None => {
                let message = format!("`{text}` is no time after which to ask again");
                findings.push(
                    Diagnostic::error(name.span.clone(), "P209", message)
                        .help("write 30min, 6h, contact or never")
                        .fix("contact"),
                );
                Freshness::Contact
            }
        },
    }
}
