//! A pathway as a picture: its questions in their order, the lines that reach, and where each answer leads.
//!
//! [`svg`] draws it, [`outline`] says the same in text. Both are for authors and reviewers. The first flow, which is the same for every pathway,
//! is named and not drawn.

mod cards;
mod draw;
mod drawing;
mod edges;
mod exceptions;
mod layout;
mod leads;
mod marks;
mod outline;
#[cfg(test)]
mod tests;

use super::content::{Content, PathwayId, Setting};
use drawing::Drawing;
pub use marks::{Answered, Marks};

/// A picture of a pathway as SVG, at the width of an A4 page, with its outline for screen readers.
pub fn svg(content: &Content, pathway: PathwayId, marks: &Marks) -> String {
    let picture = Picture::of(content, pathway, marks);
    draw::svg(&picture, &outline::of(&picture))
}

/// The same in text.
pub fn outline(content: &Content, pathway: PathwayId, marks: &Marks) -> String {
    outline::of(&Picture::of(content, pathway, marks))
}

/// What is drawn.
#[derive(Debug)]
struct Picture {
    title: String,
    id: String,
    /// Below the title: for whom, what is asked before.
    notes: Vec<String>,
    /// Other pathways that join as a whole.
    joined: Vec<String>,
    sections: Vec<Section>,
}

#[derive(Debug)]
struct Section {
    title: String,
    /// In place of items, where another pathway joins as a whole.
    note: Option<String>,
    items: Vec<Item>,
}

#[derive(Debug)]
enum Item {
    Ask(Screen),
    Line(Reached),
}

/// Questions on one screen, or a guide.
#[derive(Debug)]
struct Screen {
    /// Kept for the hand-over, or a guide.
    role: Role,
    /// "only if …", where there is a condition.
    when: Option<String>,
    questions: Vec<Question>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Ask,
    Keep,
    Guide,
}

#[derive(Debug)]
struct Question {
    /// `Q7`; where it is asked again, the number it had.
    number: String,
    name: String,
    say: String,
    red_flag: bool,
    only_if: Option<String>,
    answers: Vec<Answer>,
    /// It lies on the path: when it was answered, and what.
    mark: Option<String>,
}

/// An answer, or a range of them, and what it leads to.
#[derive(Debug)]
struct Answer {
    label: String,
    leads: Vec<Target>,
    /// It is the answer on the path.
    is_given: bool,
}

/// What an answer leads to: a line, a screen or a question whose guard holds, or may hold, because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Target {
    /// By its number.
    Line(usize),
    /// The place of a screen among the screens.
    Screen(usize),
    /// By its number.
    Question(usize),
    /// All of another pathway: its place among those that join.
    Joined(usize),
}

/// A line.
#[derive(Debug)]
struct Reached {
    number: usize,
    verb: &'static str,
    what: String,
    setting: Option<Setting>,
    within: String,
    guard: String,
    /// What takes its place, and where.
    gives_way: Vec<String>,
    because: Option<String>,
    /// On the path, or something is wrong with it.
    marks: Vec<String>,
}

impl Picture {
    fn of(content: &Content, pathway: PathwayId, marks: &Marks) -> Self {
        Drawing::new(content, pathway, marks).picture()
    }

    fn screens(&self) -> impl Iterator<Item = &Screen> {
        self.sections
            .iter()
            .flat_map(|section| &section.items)
            .filter_map(|item| match item {
                Item::Ask(one) => Some(one),
                Item::Line(_) => None,
            })
    }

    /// Targets as they are written, neighbours together: `L3, L5 to L8, Q4`.
    fn names(&self, targets: &[Target]) -> String {
        let follows = |one: Target, other: Target| match (one, other) {
            (Target::Line(one), Target::Line(other))
            | (Target::Question(one), Target::Question(other)) => one + 1 == other,
            _ => false,
        };
        let mut names: Vec<String> = Vec::new();
        for run in targets.chunk_by(|one, other| follows(*one, *other)) {
            let run = match run {
                [first, _, .., last] => {
                    vec![format!("{} to {}", self.name(*first), self.name(*last))]
                }
                few => few.iter().map(|target| self.name(*target)).collect(),
            };
            for name in run {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names.join(", ")
    }

    /// A target as it is written: `L3`, `Q4`, `Q5 to Q8`.
    fn name(&self, target: Target) -> String {
        match target {
            Target::Line(number) => format!("L{number}"),
            Target::Question(number) => format!("Q{number}"),
            Target::Joined(place) => self
                .joined
                .get(place)
                .map_or_else(String::new, |id| format!("all of {id}")),
            Target::Screen(place) => {
                let questions = self
                    .screens()
                    .nth(place)
                    .map_or(&[][..], |one| one.questions.as_slice());
                match questions {
                    [] => String::new(),
                    [only] => only.number.clone(),
                    [first, .., last] => format!("{} to {}", first.number, last.number),
                }
            }
        }
    }
}

/// A setting in the words of the picture.
fn setting(setting: Setting) -> &'static str {
    match setting {
        Setting::SelfCare => "self-care",
        Setting::Pharmacy => "pharmacy",
        Setting::Speak => "speak to somebody",
        Setting::See => "see somebody",
        Setting::Hospital => "hospital",
        Setting::Ambulance => "ambulance",
    }
}
