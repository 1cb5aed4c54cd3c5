//! The bands of a score over one question.

use super::kind::{option, scaled};
use crate::pathway::content::{Fact, FactId, Kind, Number};
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
    match &facts.get(id.index())?.kind {
        Kind::OneOf { options, .. } => {
            let mut points: Vec<Option<i64>> = vec![None; options.len()];
            for (name, add) in written {
                if let Some(place) = option(&facts.get(id.index())?.kind, name, findings) {
                    points
                        .iter_mut()
                        .skip(usize::from(place))
                        .take(1)
                        .for_each(|slot| *slot = Some(*add));
                }
            }
            if let Some(missing) = points
                .iter()
                .zip(options)
                .find(|(points, _)| points.is_none())
            {
                findings.push(
                    Diagnostic::error(
                        question.span.clone(),
                        "P526",
                        format!(
                            "the option `{}` of `{}` has no points",
                            missing.1.id, question.text
                        ),
                    )
                    .help(format!("add `{}: 0`", missing.1.id)),
                );
            }
            Some(Part::Options {
                fact: id,
                points: points.into_iter().map(Option::unwrap_or_default).collect(),
            })
        }
        Kind::Number(number) => {
            let mut bands = Vec::new();
            for (range, points) in written {
                let some =
                    |(from, to)| number.drawn_in((from, to)).0 <= number.drawn_in((from, to)).1;
                match band(range, number) {
                    Some(band) if some(band) => bands.push((band.0, band.1, *points)),
                    _ => findings.push(
                        Diagnostic::error(
                            range.span.clone(),
                            "P527",
                            format!("`{}` is no range of `{}`", range.text, question.text),
                        )
                        .help("write `..=8`, `9..=11`, `21..` within the question's step"),
                    ),
                }
            }
            bands.sort_unstable();
            let mut next = number.from;
            for (from, to, _) in &bands {
                if *from > next {
                    findings.push(
                        Diagnostic::error(
                            question.span.clone(),
                            "P526",
                            format!(
                                "the bands of `{}` leave a gap from {} to {}",
                                question.text,
                                number.shown(next),
                                number.shown(from - 1)
                            ),
                        )
                        .help("let the bands meet"),
                    );
                }
                if *from < next {
                    findings.push(
                        Diagnostic::error(
                            question.span.clone(),
                            "P528",
                            format!(
                                "the bands of `{}` overlap at {}",
                                question.text,
                                number.shown(*from)
                            ),
                        )
                        .help("`a..b` leaves b out, `a..=b` keeps it"),
                    );
                }
                next = next.max(to.saturating_add(1));
            }
            if next <= number.to {
                findings.push(
                    Diagnostic::error(
                        question.span.clone(),
                        "P526",
                        format!(
                            "the bands of `{}` end before {}",
                            question.text,
                            number.shown(number.to)
                        ),
                    )
                    .help("let the last band be open: `21..`"),
                );
            }
            Some(Part::Bands { fact: id, bands })
        }
        _ => {
            findings.push(
                Diagnostic::error(
                    question.span.clone(),
                    "P404",
                    format!("`{}` has no bands", question.text),
                )
                .help("bands are of number and one-of questions"),
            );
            None
        }
    }
}

fn band(range: &Name, number: &Number) -> Option<(i64, i64)> {
    let (from, to) = range.text.split_once("..")?;
    let (to, inclusive) = to.strip_prefix('=').map_or((to, false), |to| (to, true));
    let read = |text: &str| scaled(text.trim(), number.scale);
    let from = if from.trim().is_empty() {
        number.from
    } else {
        read(from)?
    };
    let to = if to.trim().is_empty() {
        number.to
    } else {
        read(to)? - i64::from(!inclusive)
    };
    Some((from.max(number.from), to.min(number.to)))
}
