//! The text of the boxes: the questions of a screen, or a line.

use super::edges::Port;
use super::layout::{BODY, Card, LEFT, Of, PAD, RIGHT, Run, SMALL, Style, wrapped};
use super::{Answer, Picture, Question, Reached, Role, Screen};

/// Writes text downwards.
struct Pen {
    runs: Vec<Run>,
    y: f64,
}

impl Pen {
    fn write(&mut self, text: &str, x: f64, width: f64, style: Style) {
        for text in wrapped(text, width, style) {
            self.runs.push(Run {
                x,
                y: self.y + style.size(),
                style,
                text,
            });
            self.y += style.height();
        }
    }
}

/// The questions of one screen, and where their answers lead from.
pub(super) fn screen_card<'p>(
    picture: &Picture,
    screen: &'p Screen,
    y: f64,
    ports: &mut Vec<Port>,
) -> Card<'p> {
    let width = LEFT.1 - LEFT.0;
    let (x, inner) = (LEFT.0 + PAD, width - 2.0 * PAD);
    let mut pen = Pen {
        runs: Vec::new(),
        y: y + 6.0,
    };
    let role = match screen.role {
        Role::Ask => "asked",
        Role::Keep => "kept for the hand-over",
        Role::Guide => "guide",
    };
    match &screen.when {
        Some(when) => pen.write(
            &format!("{role} only if {when}"),
            x,
            inner,
            Style::Condition,
        ),
        None if screen.role != Role::Ask => pen.write(role, x, inner, Style::Condition),
        None => {}
    }
    let mut rules = Vec::new();
    for (place, question) in screen.questions.iter().enumerate() {
        if place > 0 || screen.when.is_some() {
            rules.push(pen.y + 3.0);
            pen.y += 7.0;
        }
        write_question(picture, question, &mut pen, ports);
    }
    Card {
        x: LEFT.0,
        y,
        width,
        height: pen.y + 6.0 - y,
        band: 0.0,
        runs: pen.runs,
        rules,
        of: Of::Screen(screen),
    }
}

fn write_question(picture: &Picture, question: &Question, pen: &mut Pen, ports: &mut Vec<Port>) {
    let (x, inner) = (LEFT.0 + PAD, LEFT.1 - LEFT.0 - 2.0 * PAD);
    pen.write(
        &format!("{}  {}", question.number, question.say),
        x,
        inner,
        Style::Question,
    );
    let flag = if question.red_flag {
        " \u{2691} red flag"
    } else {
        ""
    };
    pen.write(&format!("{}{flag}", question.name), x, inner, Style::Name);
    if let Some(mark) = &question.mark {
        pen.write(&format!("\u{25b6} {mark}"), x, inner, Style::Mark);
    }
    if let Some(only_if) = &question.only_if {
        pen.write(
            &format!("applies only if {only_if}"),
            x,
            inner,
            Style::Condition,
        );
    }
    let yes_no = question
        .answers
        .iter()
        .all(|answer| ["yes", "no", "not sure"].contains(&answer.label.as_str()));
    for answer in &question.answers {
        if !(yes_no && answer.leads.is_empty()) {
            write_answer(picture, question, answer, pen, ports);
        }
    }
}

fn write_answer(
    picture: &Picture,
    question: &Question,
    answer: &Answer,
    pen: &mut Pen,
    ports: &mut Vec<Port>,
) {
    let (x, inner) = (LEFT.0 + PAD + 10.0, LEFT.1 - LEFT.0 - 2.0 * PAD - 10.0);
    let top = pen.y;
    let share = if answer.label.len() < 12 { 0.28 } else { 0.56 };
    pen.write(
        &format!("\u{2022} {}", answer.label),
        x,
        inner * share - 6.0,
        Style::Answer,
    );
    let bottom = pen.y;
    if !answer.leads.is_empty() {
        let names = picture.names(&answer.leads);
        pen.y = top + 1.0;
        pen.write(
            &format!("\u{2192} {}", names),
            x + inner * share,
            inner * (1.0 - share),
            Style::Leads,
        );
        let title = format!(
            "{} {}: {} leads to {}",
            question.number, question.name, answer.label, names
        );
        ports.push(Port {
            y: top + 8.0,
            leads: answer.leads.clone(),
            title,
            is_given: answer.is_given,
        });
    }
    pen.y = pen.y.max(bottom);
}

/// A line.
pub(super) fn line_card(line: &Reached, y: f64) -> Card<'_> {
    let width = RIGHT.1 - RIGHT.0;
    let (x, inner) = (RIGHT.0 + PAD, width - 2.0 * PAD);
    let mut pen = Pen {
        runs: Vec::new(),
        y: y + 4.0,
    };
    pen.write(
        &format!("L{}  {} {}", line.number, line.verb, line.what),
        x,
        inner,
        Style::Band,
    );
    let urgency: Vec<&str> = line
        .setting
        .map(super::setting)
        .into_iter()
        .chain([line.within.as_str()])
        .filter(|part| !part.is_empty())
        .collect();
    let urgency = urgency.join(" \u{00b7} ");
    let title = pen.runs.first().map_or("", |run| run.text.as_str());
    let length = |text: &str, each: f64| {
        each * f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX))
    };
    if pen.runs.len() == 1
        && length(title, BODY * 0.56) + length(&urgency, SMALL * 0.5) + 12.0 < inner
    {
        let y = pen.runs.first().map_or(y, |run| run.y);
        pen.runs.push(Run {
            x: x + inner,
            y,
            style: Style::BandEnd,
            text: urgency,
        });
    } else if !urgency.is_empty() {
        pen.write(&urgency, x, inner, Style::BandNote);
    }
    let band = pen.y + 3.0 - y;
    pen.y += 7.0;
    for mark in &line.marks {
        pen.write(mark, x, inner, Style::Mark);
    }
    pen.write(&line.guard, x, inner, Style::Guard);
    for exception in &line.gives_way {
        pen.write(exception, x, inner, Style::Condition);
    }
    if let Some(because) = &line.because {
        pen.y += 2.0;
        pen.write(
            &format!("\u{201c}{because}\u{201d}"),
            x,
            inner,
            Style::Because,
        );
    }
    Card {
        x: RIGHT.0,
        y,
        width,
        height: pen.y + 6.0 - y,
        band,
        runs: pen.runs,
        rules: Vec::new(),
        of: Of::Line(line),
    }
}
