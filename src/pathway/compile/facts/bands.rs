//! The bands of a score over one question.

use super::kind::{option, scaled};
use crate::pathway::content::{Choice, Fact, FactId, Kind, Number};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::Part;
use crate::pathway::source::Name;

/// The bands of a score over one question, checked for gaps and overlaps.
pub fn bands(
    facts: &[Fact],
    id: FactId,
    question: &Name,
    written: &[(Name, i64)],
    findings: &mut Findings,
) -> Option<Part> {
    let kind = &facts.get(id.index())?.kind;
    match kind {
        Kind::OneOf { options, .. } => {
            let points = of_options(kind, options, question, written, findings)?;
            Some(Part::Options { fact: id, points })
        }
        Kind::Number(number) => {
            let bands = of_number(number, question, written, findings)?;
            Some(Part::Bands { fact: id, bands })
        }
        _ => {
            let message = format!("`{}` has no bands", question.text);
            findings.push(
                Diagnostic::error(question.span.clone(), "P404", message)
                    .help("bands are of number and one-of questions"),
            );
            None
        }
    }
}

/// Points for every option, in their order.
fn of_options(
    kind: &Kind,
    options: &[Choice],
    question: &Name,
    written: &[(Name, i64)],
    findings: &mut Findings,
) -> Option<Vec<i64>> {
    let mut points: Vec<Option<i64>> = vec![None; options.len()];
    let mut is_good = true;
    for (name, add) in written {
        match option(kind, name, findings) {
            Some(place) => {
                if let Some(slot) = points.get_mut(usize::from(place)) {
                    *slot = Some(*add);
                }
            }
            None => is_good = false,
        }
    }
    let missing = points
        .iter()
        .zip(options)
        .find(|(points, _)| points.is_none());
    // What was misspelled is not missing as well.
    if let Some((_, missing)) = missing.filter(|_| is_good) {
        let message = format!(
            "the option `{}` of `{}` has no points",
            missing.id, question.text
        );
        findings.push(
            Diagnostic::error(question.span.clone(), "P526", message)
                .help(format!("add `{}: 0`", missing.id)),
        );
    }
    points.into_iter().collect()
}

/// Bands in order, which together cover the bounds of the question.
fn of_number(
    number: &Number,
    question: &Name,
    written: &[(Name, i64)],
    findings: &mut Findings,
) -> Option<Vec<(i64, i64, i64)>> {
    let mut bands = Vec::new();
    for (range, points) in written {
        match band(range, number) {
            Some((from, to)) if number.has_answer(from, to) => bands.push((from, to, *points)),
            _ => {
                let message = format!("`{}` is no range of `{}`", range.text, question.text);
                findings.push(
                    Diagnostic::error(range.span.clone(), "P527", message).help(
                        "write `..=8`, `9..=11`, `21..` within the question's bounds and step",
                    ),
                );
            }
        }
    }
    // With a band missing, what lies around it would be reported wrongly.
    if bands.len() < written.len() {
        return None;
    }
    bands.sort_unstable();
    let before = findings.len();
    let mut next = number.from;
    for (from, to, _) in &bands {
        if number.has_answer(next, from - 1) {
            let (first, last) = (number.shown(next), number.shown(from - 1));
            findings.push(gap(question, &first, &last));
        }
        if *from < next {
            let message = format!(
                "the bands of `{}` overlap at {}",
                question.text,
                number.shown(*from)
            );
            findings.push(
                Diagnostic::error(question.span.clone(), "P528", message)
                    .help("`a..b` leaves b out, `a..=b` keeps it"),
            );
        }
        next = next.max(to.saturating_add(1));
    }
    if number.has_answer(next, number.to) {
        let (first, last) = (number.shown(next), number.shown(number.to));
        findings.push(gap(question, &first, &last));
    }
    (findings.len() == before).then(|| joined(bands))
}

/// The same bands, each up to where the next begins: no answer lies between them, and nobody need know that.
fn joined(bands: Vec<(i64, i64, i64)>) -> Vec<(i64, i64, i64)> {
    let ends: Vec<i64> = bands.iter().skip(1).map(|(from, ..)| from - 1).collect();
    let last = bands.last().map(|(_, to, _)| *to);
    let ends = ends.into_iter().chain(last);
    bands
        .iter()
        .zip(ends)
        .map(|((from, _, points), to)| (*from, to, *points))
        .collect()
}

fn gap(question: &Name, first: &str, last: &str) -> Diagnostic {
    let message = format!(
        "the bands of `{}` leave a gap from {first} to {last}",
        question.text
    );
    Diagnostic::error(question.span.clone(), "P526", message)
        .help("let the bands meet, and let the first and the last be open: `..=8`, `21..`")
}

fn band(range: &Name, number: &Number) -> Option<(i64, i64)> {
    let (from, to) = range.text.split_once("..")?;
    let (to, inclusive) = to.strip_prefix('=').map_or((to, false), |to| (to, true));
    let read = |text: &str| scaled(text.trim(), number.scale);
    let from = match from.trim() {
        "" => number.from,
        from => read(from)?,
    };
    let to = match to.trim() {
        "" => number.to,
        to => read(to)?.checked_sub(i64::from(!inclusive))?,
    };
    Some((from.max(number.from), to.min(number.to)))
}
