//! A value written in a file: what is read where a question does not apply, or nothing was looked up.

use super::kind::{option, scaled};
use crate::pathway::content::{Fact, Given, Kind, Number, Order, Table};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::source::Name;

/// A value written in a file, or a finding.
pub fn given(kind: &Kind, name: &Name, tables: &[Table], findings: &mut Findings) -> Option<Given> {
    let (found, help) = match kind {
        Kind::OneOf { .. } => return option(kind, name, findings).map(Given::Option),
        Kind::Number(number) => (
            on_step(number, &name.text).map(Given::Number),
            format!(
                "write a number from {} to {} on the question's step",
                number.shown(number.from),
                number.shown(number.to)
            ),
        ),
        Kind::Ago { to, .. } | Kind::Due { to, .. } => (
            (name.text == "never").then_some(Given::Number(*to)),
            "the least urgent time is `never`".to_owned(),
        ),
        Kind::Pick(table) => {
            let rows = tables.get(table.index()).map(|table| table.rows.as_slice());
            let ids = rows.unwrap_or_default().iter().map(|row| row.id.as_str());
            let place = ids.clone().position(|id| id == name.text);
            (
                place
                    .and_then(|place| u16::try_from(place).ok())
                    .map(Given::Row),
                format!("the rows are {}", Vec::from_iter(ids).join(", ")),
            )
        }
        Kind::Age | Kind::Text => (
            None,
            "this kind of question has no value to be read in its place".to_owned(),
        ),
    };
    if found.is_none() {
        let message = format!("`{}` is no answer to this question", name.text);
        findings.push(Diagnostic::error(name.span.clone(), "P524", message).help(help));
    }
    found
}

/// A number as written, if it is an answer to its question.
pub fn on_step(number: &Number, text: &str) -> Option<i64> {
    let value = scaled(text, number.scale)?;
    let within = (number.from..=number.to).contains(&value);
    (within && (value - number.from) % number.step == 0).then_some(value)
}

/// Reports an `otherwise` that is the worst answer: it must be a least urgent one.
pub fn least_urgent(
    fact: &Fact,
    given: Given,
    name: &Name,
    tables: &[Table],
    findings: &mut Findings,
) {
    let (worst, best) = match &fact.kind {
        Kind::OneOf { options, .. } => {
            let last = options.len().saturating_sub(1);
            let (worst, best) = match fact.order {
                Order::WorstFirst => (0, last),
                Order::WorstLast => (last, 0),
                _ => return,
            };
            let best = options.get(best).map(|option| option.id.clone());
            (u8::try_from(worst).map(Given::Option), best)
        }
        Kind::Number(Number { from, to, .. }) => match fact.order {
            Order::Higher => (Ok(Given::Number(*to)), None),
            Order::Lower => (Ok(Given::Number(*from)), None),
            _ => return,
        },
        Kind::Ago { to, .. } | Kind::Due { to, .. } => match fact.order {
            Order::Higher => (Ok(Given::Number(*to)), None),
            _ => return,
        },
        Kind::Pick(table) => {
            let rows = tables
                .get(table.index())
                .map_or(0, |table| table.rows.len());
            // The last row is `else`, at least as bad as every other.
            (u16::try_from(rows.saturating_sub(1)).map(Given::Row), None)
        }
        Kind::Age | Kind::Text => return,
    };
    if worst != Ok(given) {
        return;
    }
    let message = format!(
        "`{}` is the worst answer, and is read for everybody to whom the question does not apply",
        name.text
    );
    let found = Diagnostic::error(name.span.clone(), "P525", message);
    findings.push(match best {
        Some(best) => found
            .help(format!("write a least urgent answer, such as `{best}`"))
            .fix(best),
        None => found.help("write a least urgent answer"),
    });
}
