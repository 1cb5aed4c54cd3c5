//! What values a question has, and their order.

use super::super::library::position;
use super::super::unknown;
use crate::pathway::content::{Choice, Kind, Number, Table, TableId};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::source::{Answers, ChoiceSource, Name, Question, Sources, fields};
use crate::pathway::text::Text;

/// A one-of question has at most this many options: they are the bits of a rule's leaf.
const MOST_OPTIONS: usize = 62;
/// Instants lie no further away than this, in minutes: 150 years.
const LONGEST: i64 = 150 * 366 * 1440;
/// A number is no larger than this, in its own steps of ten.
const LARGEST: i64 = 1_000_000_000_000;

/// The kind of a question; `None` if what it names or says was reported.
pub fn kind(
    written: &Question,
    sources: &Sources,
    tables: &[Table],
    findings: &mut Findings,
) -> Option<Kind> {
    Some(match &written.answers {
        Answers::YesNo | Answers::Checklist(_) => yes_no(),
        Answers::OneOf(choices) => one_of(&written.id, choices, findings),
        Answers::Number {
            unit,
            from,
            to,
            step,
        } => Kind::Number(number(unit, from, to, step.as_ref(), findings)?),
        Answers::Ago { unit, to } => {
            let unit_minutes = minutes(unit, findings)?;
            let to = fields::integer(to, 1..=LONGEST / unit_minutes, findings)?;
            Kind::Ago {
                unit_minutes,
                to: to * unit_minutes,
            }
        }
        Answers::Due { unit, from, to } => {
            let unit_minutes = minutes(unit, findings)?;
            let longest = LONGEST / unit_minutes;
            let least = fields::integer(from, -longest..=longest, findings)?;
            let most = fields::integer(to, 1..=longest, findings)?;
            if least >= most {
                findings.push(upside_down(from));
                return None;
            }
            Kind::Due {
                unit_minutes,
                from: least * unit_minutes,
                to: most * unit_minutes,
            }
        }
        Answers::Table(name) => match position(tables, |table| table.id == name.text) {
            Some(place) => Kind::Pick(TableId(place)),
            None => {
                let ids = sources.tables.iter().map(|table| &table.id.text);
                unknown(name, "P310", "table", ids, findings);
                return None;
            }
        },
        Answers::Text => Kind::Text,
        Answers::Age => Kind::Age,
        Answers::Unread => return None,
    })
}

fn one_of(id: &Name, choices: &[ChoiceSource], findings: &mut Findings) -> Kind {
    if choices.len() < 2 || choices.len() > MOST_OPTIONS {
        let message = format!(
            "`{}` has {} options; a question has 2 to {MOST_OPTIONS}",
            id.text,
            choices.len()
        );
        findings.push(
            Diagnostic::error(id.span.clone(), "P517", message)
                .help("for a long list write a table and pick from it: `answers: { table: … }`"),
        );
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
) -> Option<Number> {
    let written = [Some(from), Some(to), step].into_iter().flatten();
    let scale = written.map(|name| decimals(&name.text)).max().unwrap_or(0);
    let mut read = |name: &Name| {
        let value = scaled(&name.text, scale).filter(|value| value.abs() <= LARGEST);
        if value.is_none() {
            let message = format!("`{}` is not a number that can be kept", name.text);
            findings.push(
                Diagnostic::error(name.span.clone(), "P207", message)
                    .help("write digits, with at most six decimal places"),
            );
        }
        value
    };
    let (least, most) = (read(from), read(to));
    let step_value = match step {
        Some(step) => read(step),
        None => Some(10_i64.pow(scale)),
    };
    let (least, most, step_value) = (least?, most?, step_value?);
    if least >= most || step_value <= 0 {
        findings.push(upside_down(if step_value <= 0 {
            step.unwrap_or(from)
        } else {
            from
        }));
        return None;
    }
    if (most - least) % step_value != 0 {
        let message = "the steps from `from` do not lead to `to`";
        findings.push(
            Diagnostic::error(to.span.clone(), "P518", message)
                .help("an answer beyond a bound is read as the bound, so the bound must be one"),
        );
    }
    Some(Number {
        unit: unit.text.clone(),
        scale,
        from: least,
        to: most,
        step: step_value,
    })
}

fn upside_down(name: &Name) -> Diagnostic {
    Diagnostic::error(
        name.span.clone(),
        "P518",
        "`from` must be less than `to`, and the step more than zero",
    )
    .help("`from` is the lowest answer, `to` the highest")
}

fn decimals(text: &str) -> u32 {
    text.split_once('.').map_or(0, |(_, decimals)| {
        decimals.trim_end_matches('0').len().min(6) as u32
    })
}

/// A decimal number in units of `10^-scale`; `None` if it is none or has more places.
pub fn scaled(text: &str, scale: u32) -> Option<i64> {
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

fn minutes(unit: &Name, findings: &mut Findings) -> Option<i64> {
    match unit.text.as_str() {
        "minutes" => Some(1),
        "hours" => Some(60),
        "days" => Some(1440),
        other => {
            let message = format!("`{other}` is no unit of time here");
            findings.push(
                Diagnostic::error(unit.span.clone(), "P519", message)
                    .help("write minutes, hours or days")
                    .did_you_mean(other, ["minutes", "hours", "days"]),
            );
            None
        }
    }
}

/// The place of an option, or a finding.
pub fn option(kind: &Kind, name: &Name, findings: &mut Findings) -> Option<u8> {
    let Kind::OneOf { options, .. } = kind else {
        findings.push(
            Diagnostic::error(name.span.clone(), "P303", "this question has no options")
                .help("remove the key; only one-of and yes/no questions have options"),
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
