//! What values a question has, and their order.

use super::super::library::position;
use super::super::unknown;
use crate::pathway::content::{
    Choice, Fact, FactId, Freshness, Given, Kind, Number, Order, Table, TableId,
};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::Part;
use crate::pathway::source::{Answers, Name, Question, Sources};
use crate::pathway::text::Text;

/// A one-of question has at most this many options: they are the bits of a rule's leaf.
const MOST_OPTIONS: usize = 62;

/// The kind of a question.
pub fn kind(
    written: &Question,
    sources: &Sources,
    tables: &[Table],
    findings: &mut Findings,
) -> Kind {
    match &written.answers {
        Answers::YesNo | Answers::Checklist(_) => yes_no(),
        Answers::OneOf(choices) => {
            if choices.len() < 2 || choices.len() > MOST_OPTIONS {
                findings.push(Diagnostic::error(
                    written.id.span.clone(),
                    "P517",
                    format!(
                        "`{}` has {} options; a question has 2 to {MOST_OPTIONS}",
                        written.id.text,
                        choices.len()
                    ),
                ));
            }
            let options = choices.iter().take(MOST_OPTIONS).map(|choice| Choice {
                id: choice.id.text.clone(),
                text: choice.text.clone(),
            });
            Kind::OneOf {
                options: options.collect(),
                yes_no: false,
            }
        }
        Answers::Number {
            unit,
            from,
            to,
            step,
        } => Kind::Number(number(unit, from, to, step.as_ref(), findings)),
        Answers::Ago { unit, to } => {
            let unit_minutes = minutes(unit, findings);
            Kind::Ago {
                unit_minutes,
                to: whole(to, findings).saturating_mul(unit_minutes),
            }
        }
        Answers::Due { unit, from, to } => {
            let unit_minutes = minutes(unit, findings);
            Kind::Due {
                unit_minutes,
                from: whole(from, findings).saturating_mul(unit_minutes),
                to: whole(to, findings).saturating_mul(unit_minutes),
            }
        }
        Answers::Table(name) => match position(tables, |table| table.id == name.text) {
            Some(place) => Kind::Pick(TableId(place)),
            None => {
                unknown(
                    name,
                    "P310",
                    "table",
                    sources.tables.iter().map(|table| &table.id.text),
                    findings,
                );
                Kind::Text
            }
        },
        Answers::Text => Kind::Text,
        Answers::Age => Kind::Age,
    }
}

fn yes_no() -> Kind {
    let option = |id: &str, say: &str| Choice {
        id: id.to_owned(),
        text: Text::plain(say),
    };
    Kind::OneOf {
        options: vec![option("yes", "Yes"), option("no", "No")],
        yes_no: true,
    }
}

fn number(
    unit: &Name,
    from: &Name,
    to: &Name,
    step: Option<&Name>,
    findings: &mut Findings,
) -> Number {
    let scale = [Some(from), Some(to), step]
        .into_iter()
        .flatten()
        .map(|name| decimals(&name.text))
        .max()
        .unwrap_or(0);
    let mut read = |name: &Name| {
        let scaled = scaled(&name.text, scale);
        if scaled.is_none() {
            findings.push(Diagnostic::error(
                name.span.clone(),
                "P207",
                format!("`{}` is not a number", name.text),
            ));
        }
        scaled.unwrap_or(0)
    };
    let (least, most) = (read(from), read(to));
    let step_value = step.map_or(10_i64.pow(scale), &mut read);
    if least >= most || step_value <= 0 {
        findings.push(Diagnostic::error(
            from.span.clone(),
            "P518",
            "`from` must be less than `to`, and the step more than zero",
        ));
    } else if (most - least) % step_value != 0 {
        findings.push(
            Diagnostic::error(
                to.span.clone(),
                "P518",
                "the steps from `from` do not lead to `to`",
            )
            .help("an answer beyond a bound is read as the bound, so the bound must be an answer"),
        );
    }
    Number {
        unit: unit.text.clone(),
        scale,
        from: least,
        to: most.max(least),
        step: step_value.max(1),
    }
}

fn decimals(text: &str) -> u32 {
    text.split_once('.').map_or(0, |(_, decimals)| {
        decimals.trim_end_matches('0').len().min(6) as u32
    })
}

/// A decimal number in units of `10^-scale`; `None` if it is none or has more places.
fn scaled(text: &str, scale: u32) -> Option<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > scale as usize || !decimals.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let negative = whole.starts_with('-');
    let whole: i64 = whole.parse().ok()?;
    let padded = format!("{decimals:0<width$}", width = scale as usize);
    let fraction: i64 = if padded.is_empty() {
        0
    } else {
        padded.parse().ok()?
    };
    let magnitude = whole
        .checked_abs()?
        .checked_mul(10_i64.checked_pow(scale)?)?
        .checked_add(fraction)?;
    Some(if negative { -magnitude } else { magnitude })
}

fn minutes(unit: &Name, findings: &mut Findings) -> i64 {
    match unit.text.as_str() {
        "minutes" => 1,
        "hours" => 60,
        "days" => 1440,
        other => {
            findings.push(
                Diagnostic::error(
                    unit.span.clone(),
                    "P519",
                    format!("`{other}` is no unit of time here"),
                )
                .help("write minutes, hours or days")
                .did_you_mean(other, ["minutes", "hours", "days"]),
            );
            60
        }
    }
}

fn whole(name: &Name, findings: &mut Findings) -> i64 {
    name.text.parse().unwrap_or_else(|_| {
        findings.push(Diagnostic::error(
            name.span.clone(),
            "P207",
            format!("`{}` is not a whole number", name.text),
        ));
        0
    })
}

/// Which answers are worse.
pub fn order(written: &Question, kind: &Kind, system: bool, findings: &mut Findings) -> Order {
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
        return match kind {
            Kind::OneOf { yes_no: true, .. } => Order::WorstFirst,
            Kind::OneOf { .. } | Kind::Number(_) if !system => {
                findings.push(
                    Diagnostic::error(written.id.span.clone(), "P521", format!("`{}` does not say which answers are worse", written.id.text))
                        .help(if matches!(kind, Kind::Number(_)) { "add `worse: higher`, `worse: lower`, `worse: outside a..=b` or `not_ordered: why`" } else { "add `worse: first`, `worse: last` or `not_ordered: why`" }),
                );
                Order::WorstFirst
            }
            Kind::Ago { .. } => Order::Lower,
            _ => Order::None("it has no order".to_owned()),
        };
    };
    match (kind, worse.text.as_str()) {
        (Kind::OneOf { yes_no: true, .. }, "yes" | "first")
        | (Kind::OneOf { yes_no: false, .. }, "first") => Order::WorstFirst,
        (Kind::OneOf { yes_no: true, .. }, "no" | "last")
        | (Kind::OneOf { yes_no: false, .. }, "last") => Order::WorstLast,
        (Kind::Number(_) | Kind::Ago { .. } | Kind::Due { .. }, "higher") => Order::Higher,
        (Kind::Number(_) | Kind::Ago { .. } | Kind::Due { .. }, "lower") => Order::Lower,
        (Kind::Number(number), text) => match text
            .strip_prefix("outside ")
            .and_then(|range| range.split_once("..="))
        {
            Some((from, to)) => match (
                scaled(from.trim(), number.scale),
                scaled(to.trim(), number.scale),
            ) {
                (Some(from), Some(to)) if from <= to => Order::Outside(from, to),
                _ => wrong_order(
                    worse,
                    "write `worse: outside 36.0..=37.9`, within the question's bounds and step",
                    findings,
                ),
            },
            None => wrong_order(
                worse,
                "write `worse: higher`, `worse: lower` or `worse: outside a..=b`",
                findings,
            ),
        },
        (Kind::OneOf { yes_no: true, .. }, _) => {
            wrong_order(worse, "write `worse: yes` or `worse: no`", findings)
        }
        (Kind::OneOf { .. }, _) => {
            wrong_order(worse, "write `worse: first` or `worse: last`", findings)
        }
        _ => wrong_order(
            worse,
            "this kind of question has no order; remove the key",
            findings,
        ),
    }
}

fn wrong_order(worse: &Name, help: &str, findings: &mut Findings) -> Order {
    findings.push(
        Diagnostic::error(
            worse.span.clone(),
            "P522",
            format!("`worse: {}` does not fit this question", worse.text),
        )
        .help(help),
    );
    Order::WorstFirst
}

/// When an answer is too old.
pub fn freshness(written: &Question, findings: &mut Findings) -> Freshness {
    let Some(name) = &written.ask_again_after else {
        if written.red_flag {
            findings.push(
                Diagnostic::error(
                    written.id.span.clone(),
                    "P523",
                    format!(
                        "the red flag `{}` does not say when it is asked again",
                        written.id.text
                    ),
                )
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
                findings.push(
                    Diagnostic::error(
                        name.span.clone(),
                        "P209",
                        format!("`{text}` is no time after which to ask again"),
                    )
                    .help("write 30min, 6h, contact or never")
                    .fix("contact"),
                );
                Freshness::Contact
            }
        },
    }
}

/// The place of an option, or a finding.
pub fn option(kind: &Kind, name: &Name, findings: &mut Findings) -> Option<u8> {
    let Kind::OneOf { options, .. } = kind else {
        findings.push(
            Diagnostic::error(name.span.clone(), "P303", "this question has no options")
                .help("remove the key"),
        );
        return None;
    };
    let found = options.iter().position(|option| option.id == name.text);
    if found.is_none() {
        let ids: Vec<&str> = options.iter().map(|option| option.id.as_str()).collect();
        findings.push(
            Diagnostic::error(
                name.span.clone(),
                "P303",
                format!("`{}` is no option here", name.text),
            )
            .help(format!("the options are {}", ids.join(", ")))
            .did_you_mean(&name.text, ids.iter().copied()),
        );
    }
    found.and_then(|place| u8::try_from(place).ok())
}

/// A value written in a file, or a finding.
pub fn given(kind: &Kind, name: &Name, tables: &[Table], findings: &mut Findings) -> Option<Given> {
    match kind {
        Kind::OneOf { .. } => option(kind, name, findings).map(Given::Option),
        Kind::Number(Number {
            scale, from, to, ..
        }) => match scaled(&name.text, *scale) {
            Some(value) if (*from..=*to).contains(&value) => Some(Given::Number(value)),
            _ => {
                findings.push(
                    Diagnostic::error(
                        name.span.clone(),
                        "P524",
                        format!("`{}` is no answer to this question", name.text),
                    )
                    .help("write a number within its bounds"),
                );
                None
            }
        },
        Kind::Ago { to, .. } => (name.text == "never")
            .then_some(Given::Number(*to))
            .or_else(|| {
                findings.push(
                    Diagnostic::error(
                        name.span.clone(),
                        "P524",
                        format!("`{}` is no answer to this question", name.text),
                    )
                    .help("the least urgent time ago is `never`"),
                );
                None
            }),
        Kind::Due { to, .. } => (name.text == "never")
            .then_some(Given::Number(*to))
            .or_else(|| {
                findings.push(
                    Diagnostic::error(
                        name.span.clone(),
                        "P524",
                        format!("`{}` is no answer to this question", name.text),
                    )
                    .help("the least urgent time to come is `never`"),
                );
                None
            }),
        Kind::Pick(table) => {
            let rows = tables
                .get(table.index())
                .map(|table| table.rows.as_slice())
                .unwrap_or_default();
            let found = rows.iter().position(|row| row.id == name.text);
            if found.is_none() {
                findings.push(
                    Diagnostic::error(
                        name.span.clone(),
                        "P524",
                        format!("`{}` is no row of the table", name.text),
                    )
                    .did_you_mean(&name.text, rows.iter().map(|row| row.id.as_str())),
                );
            }
            found
                .and_then(|place| u16::try_from(place).ok())
                .map(Given::Row)
        }
        Kind::Age | Kind::Text => {
            findings.push(Diagnostic::error(
                name.span.clone(),
                "P524",
                "this kind of question has no value to be read in its place",
            ));
            None
        }
    }
}

/// Reports an `otherwise` that is the worst answer: it must be a least urgent one.
pub fn least_urgent(fact: &Fact, given: Given, name: &Name, findings: &mut Findings) {
    let Kind::OneOf { options, .. } = &fact.kind else {
        return;
    };
    let worst = match fact.order {
        Order::WorstFirst => Given::Option(0),
        Order::WorstLast => Given::Option(options.len() as u8 - 1),
        _ => return,
    };
    if given == worst {
        findings.push(Diagnostic::error(name.span.clone(), "P525", format!("`{}` is the worst answer, and is read for everybody to whom the question does not apply", name.text)).help("write a least urgent answer"));
    }
}

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
                let answers = |(from, to)| number.drawn_in((from, to));
                match band(range, number) {
                    Some(band) if answers(band).0 <= answers(band).1 => {
                        bands.push((band.0, band.1, *points));
                    }
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
                                shown(next, number),
                                shown(from - 1, number)
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
                                shown(*from, number)
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
                            shown(number.to, number)
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

fn shown(value: i64, number: &Number) -> String {
    let factor = 10_i64.pow(number.scale);
    if number.scale == 0 {
        value.to_string()
    } else {
        format!(
            "{}.{:0width$}",
            value / factor,
            (value % factor).abs(),
            width = number.scale as usize
        )
    }
}
