//! What the terminal shows.

use serde_json::{Value, json};

use crate::pathway::Content;
use crate::pathway::content::{ChecklistId, FactId, GuideId, Kind};
use crate::pathway::text::{Party, Text, Voice};
use crate::walk::{Explanation, Reached};

/// A question with its options.
pub fn question(
    content: &Content,
    fact: FactId,
    voice: (Voice, Party),
    patient: &str,
) -> Vec<String> {
    let known = content.fact(fact);
    let words = |text: &Text| text.wording(voice.0, voice.1, patient);
    let mut lines = vec![format!("\n{}", words(&known.wording))];
    lines.extend(known.help.iter().map(|help| format!("  ({})", words(help))));
    match &known.kind {
        Kind::OneOf { options, .. } => lines.extend(
            options
                .iter()
                .enumerate()
                .map(|(place, option)| format!("  {}  {}", place + 1, words(&option.text))),
        ),
        Kind::Number(number) => lines.push(format!("  a number of {}", number.unit)),
        Kind::Ago { unit_minutes, .. } => {
            lines.push(format!("  how many {} ago", unit(*unit_minutes)))
        }
        Kind::Due { unit_minutes, .. } => lines.push(format!(
            "  in how many {}; overdue is negative",
            unit(*unit_minutes)
        )),
        Kind::Pick(table) => lines.extend(
            content
                .table(*table)
                .rows
                .iter()
                .enumerate()
                .map(|(place, row)| format!("  {}  {}", place + 1, words(&row.text))),
        ),
        Kind::Age => lines.push(
            "  for example 58 years, 20 months, 10 days, or 1968-03-31; ? not told".to_owned(),
        ),
        Kind::Text => lines.push("  in their own words".to_owned()),
    }
    lines
}

fn unit(minutes: i64) -> &'static str {
    match minutes {
        1 => "minutes",
        60 => "hours",
        _ => "days",
    }
}

/// A screen over several yes/no questions.
pub fn checklist(
    content: &Content,
    list: ChecklistId,
    shown: &[FactId],
    voice: (Voice, Party),
    patient: &str,
) -> Vec<String> {
    let words = |text: &Text| text.wording(voice.0, voice.1, patient);
    let mut lines = vec![format!("\n{}", words(&content.checklist(list).wording))];
    lines.extend(
        shown.iter().enumerate().map(|(place, fact)| {
            format!("  {}  {}", place + 1, words(&content.fact(*fact).wording))
        }),
    );
    lines.push("  numbers that apply, `none`, or `?`".to_owned());
    lines
}

/// A guide with its exits.
pub fn guide(
    content: &Content,
    guide: GuideId,
    voice: (Voice, Party),
    patient: &str,
) -> Vec<String> {
    let guide = content.guide(guide);
    let words = |text: &Text| text.wording(voice.0, voice.1, patient);
    let mut lines = vec![format!("\n== {} ==", words(&guide.title))];
    lines.extend(guide.say.iter().map(words));
    lines.extend(
        guide
            .steps
            .iter()
            .map(|step| format!("  - {}", words(step))),
    );
    lines.extend(
        guide
            .exits
            .iter()
            .enumerate()
            .map(|(place, exit)| format!("  {}  {}", place + 1, words(&exit.text))),
    );
    lines
}

/// What was reached and why.
pub fn outcome(
    content: &Content,
    explanation: &Explanation,
    voice: (Voice, Party),
    patient: &str,
) -> Vec<String> {
    let words = |text: &Text| text.wording(voice.0, voice.1, patient);
    let Some(id) = explanation.position.disposition else {
        return vec!["\nNothing is reached yet.".to_owned()];
    };
    let disposition = content.disposition(id);
    let mut lines = vec![
        format!("\n*** {} ***", words(&disposition.title)),
        words(&disposition.headline),
    ];
    lines.push(match disposition.within_minutes {
        Some(0) => "at once".to_owned(),
        Some(minutes) if minutes % 60 == 0 => format!("within {} hours", minutes / 60),
        Some(minutes) => format!("within {minutes} minutes"),
        None => "no time frame".to_owned(),
    });
    lines.extend(reasons(content, explanation, voice, patient));
    for need in &explanation.needs {
        lines.push(format!("also: {}", words(&content.need(need.need).title)));
    }
    lines.extend(
        disposition
            .steps
            .iter()
            .map(|step| format!("  - {}", words(step))),
    );
    for shown in &explanation.advice {
        let item = content.advice_item(shown.item);
        lines.push(words(&item.title));
        lines.extend(
            shown
                .lines
                .iter()
                .filter_map(|place| item.lines.get(*place))
                .map(|line| format!("  - {}", words(&line.text))),
        );
    }
    lines.push("Get help again if:".to_owned());
    lines.extend(
        disposition
            .worsening
            .iter()
            .map(|text| format!("  - {}", words(text))),
    );
    lines
}

/// The reasons of the result, and what would raise it.
pub fn reasons(
    content: &Content,
    explanation: &Explanation,
    voice: (Voice, Party),
    patient: &str,
) -> Vec<String> {
    let words = |text: &Text| text.wording(voice.0, voice.1, patient);
    let mut lines = Vec::new();
    for reason in &explanation.decided_by {
        if let Reached::Line(id) = reason.reached {
            let line = content.line(id);
            let read: Vec<&str> = reason
                .operands
                .iter()
                .map(|operand| content.fact(operand.fact).id.as_str())
                .collect();
            let because = line.because.as_ref().map(words).unwrap_or_default();
            lines.push(format!(
                "because: {because} [{}:{}; {}]",
                line.place.file,
                line.place.line,
                read.join(", ")
            ));
        }
    }
    let raised: Vec<&str> = explanation
        .would_change
        .iter()
        .map(|change| content.fact(change.fact).id.as_str())
        .collect();
    if !raised.is_empty() {
        lines.push(format!(
            "another answer would raise it: {}",
            raised.join(", ")
        ));
    }
    lines
}

/// The result for scripts.
pub fn value(content: &Content, families: &[String], explanation: &Explanation) -> Value {
    let disposition = explanation
        .position
        .disposition
        .map(|id| content.disposition(id));
    let because: Vec<&str> = explanation
        .decided_by
        .iter()
        .filter_map(|reason| {
            if let Reached::Line(id) = reason.reached {
                content.line(id).because.as_ref()
            } else {
                None
            }
        })
        .map(|text| text.say.as_str())
        .collect();
    let also: Vec<&str> = explanation
        .needs
        .iter()
        .map(|need| content.need(need.need).id.as_str())
        .collect();
    json!({
        "complaints": families,
        "disposition": disposition.map(|disposition| disposition.id.as_str()),
        "within_minutes": disposition.and_then(|disposition| disposition.within_minutes),
        "emergency": disposition.is_some_and(|disposition| disposition.emergency),
        "because": because,
        "also": also,
        "approval": "example",
    })
}
