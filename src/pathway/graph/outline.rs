//! The picture in text.

use std::fmt::Write;

use super::{Item, Picture, Reached, Role, setting};

/// Every box and line in order, with numbers, as indented lines of text.
pub(super) fn of(picture: &Picture) -> String {
    let mut text = format!("{} ({})\n", picture.title, picture.id);
    for note in &picture.notes {
        text.push_str(note);
        text.push('\n');
    }
    for section in &picture.sections {
        let _ = write!(text, "\n{}\n", section.title);
        if let Some(note) = &section.note {
            let _ = writeln!(text, "  {note}");
        }
        for item in &section.items {
            match item {
                Item::Line(line) => text.push_str(&reached(line)),
                Item::Ask(one) => {
                    if let Some(when) = &one.when {
                        let verb = match one.role {
                            Role::Ask => "Asked",
                            Role::Keep => "Asked for the hand-over",
                            Role::Guide => "Shown",
                        };
                        let _ = writeln!(text, "  {verb} only if {when}:");
                    } else if one.role == Role::Keep {
                        text.push_str("  Asked for the hand-over:\n");
                    }
                    for question in &one.questions {
                        let flag = if question.red_flag { " (red flag)" } else { "" };
                        let _ = writeln!(
                            text,
                            "  {} {}{flag}: {}",
                            question.number, question.name, question.say
                        );
                        if let Some(mark) = &question.mark {
                            let _ = writeln!(text, "     \u{25b6} {mark}");
                        }
                        if let Some(only_if) = &question.only_if {
                            let _ = writeln!(text, "     applies only if {only_if}");
                        }
                        for answer in question
                            .answers
                            .iter()
                            .filter(|answer| !answer.leads.is_empty())
                        {
                            let _ = writeln!(
                                text,
                                "     {} leads to {}",
                                answer.label,
                                picture.names(&answer.leads)
                            );
                        }
                    }
                }
            }
        }
    }
    text
}

fn reached(line: &Reached) -> String {
    let urgency: Vec<&str> = line
        .setting
        .map(setting)
        .into_iter()
        .chain([line.within.as_str()])
        .filter(|part| !part.is_empty())
        .collect();
    let urgency = if urgency.is_empty() {
        String::new()
    } else {
        format!(" ({})", urgency.join(", "))
    };
    let gives_way: String = line
        .gives_way
        .iter()
        .map(|exception| format!("; {exception}"))
        .collect();
    let marks: String = line
        .marks
        .iter()
        .map(|mark| format!("     {mark}\n"))
        .collect();
    format!(
        "  L{} {} {}{urgency} {}{gives_way}\n{marks}",
        line.number, line.verb, line.what, line.guard
    )
}
