//! Where everything stands: questions down the left, lines down the right, lanes between them. Pure arithmetic, the same every time.

use super::cards::{line_card, screen_card};
use super::edges::{Edge, edges};
use super::{Item, Picture, Reached, Screen};

/// The width of the page, in units; all lengths are in them.
pub(super) const WIDTH: f64 = 900.0;
/// Left and right edge of the questions.
pub(super) const LEFT: (f64, f64) = (20.0, 436.0);
/// Left and right edge of the lines.
pub(super) const RIGHT: (f64, f64) = (548.0, 880.0);
/// Between the edge of a card and its text.
pub(super) const PAD: f64 = 10.0;

/// Text sizes.
const LARGE: f64 = 13.0;
pub(super) const BODY: f64 = 12.0;
pub(super) const SMALL: f64 = 11.0;

/// How a run of text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Question,
    Name,
    Condition,
    Answer,
    Leads,
    Band,
    BandNote,
    /// The same at the right end of the band.
    BandEnd,
    Guard,
    Because,
    /// What is marked.
    Mark,
}

impl Style {
    pub(super) fn size(self) -> f64 {
        match self {
            Style::Question => LARGE,
            Style::Answer | Style::Guard | Style::Band | Style::Mark => BODY,
            Style::Name
            | Style::Condition
            | Style::Leads
            | Style::BandNote
            | Style::BandEnd
            | Style::Because => SMALL,
        }
    }

    /// Of one line.
    pub(super) fn height(self) -> f64 {
        self.size() + 4.0
    }
}

/// One line of text; `y` is its baseline.
#[derive(Debug)]
pub(super) struct Run {
    pub x: f64,
    pub y: f64,
    pub style: Style,
    pub text: String,
}

/// A box with text: questions on one screen, or a line.
#[derive(Debug)]
pub(super) struct Card<'p> {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// Of the coloured band on top; 0 for questions.
    pub band: f64,
    pub runs: Vec<Run>,
    /// The heights of rules between questions.
    pub rules: Vec<f64>,
    pub of: Of<'p>,
}

/// What a card shows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'p> {
    Screen(&'p Screen),
    Line(&'p Reached),
}

/// A heading across the page.
#[derive(Debug)]
pub(super) struct Heading<'p> {
    pub y: f64,
    pub text: &'p str,
}

/// Everything placed.
#[derive(Debug)]
pub(super) struct Layout<'p> {
    pub notes: Vec<Run>,
    pub headings: Vec<Heading<'p>>,
    pub cards: Vec<Card<'p>>,
    pub edges: Vec<Edge>,
    /// Where the legend stands.
    pub legend: f64,
    pub height: f64,
}

/// Places a picture.
pub(super) fn layout(picture: &Picture) -> Layout<'_> {
    let mut laid = Layout {
        notes: Vec::new(),
        headings: Vec::new(),
        cards: Vec::new(),
        edges: Vec::new(),
        legend: 0.0,
        height: 0.0,
    };
    let mut y = 58.0;
    for note in &picture.notes {
        for text in wrapped(note, WIDTH - 2.0 * LEFT.0, Style::Guard) {
            laid.notes.push(Run {
                x: LEFT.0,
                y,
                style: Style::Guard,
                text,
            });
            y += Style::Guard.height();
        }
    }
    laid.legend = y;
    y += 44.0;
    let mut ports = Vec::new();
    for section in &picture.sections {
        laid.headings.push(Heading {
            y,
            text: &section.title,
        });
        let mut top = y + 34.0;
        for text in section
            .note
            .iter()
            .flat_map(|note| wrapped(note, WIDTH - 3.0 * LEFT.0, Style::Guard))
        {
            laid.notes.push(Run {
                x: LEFT.0 + PAD,
                y: top + 4.0,
                style: Style::Guard,
                text,
            });
            top += Style::Guard.height();
        }
        let (mut left, mut right) = (top, top);
        for item in &section.items {
            match item {
                Item::Ask(screen) => {
                    // A question stands no higher than the lines before it, so that the page reads downwards.
                    let last = laid
                        .cards
                        .last()
                        .filter(|card| matches!(card.of, Of::Line(_)) && card.y >= top);
                    let y = last.map_or(left, |line| left.max(line.y + 16.0));
                    let card = screen_card(picture, screen, y, &mut ports);
                    (left, right) = (y + card.height + 16.0, right.max(y));
                    laid.cards.push(card);
                }
                Item::Line(line) => {
                    let card = line_card(line, right);
                    right += card.height + 12.0;
                    laid.cards.push(card);
                }
            }
        }
        y = left.max(right) + 14.0;
    }
    laid.height = y + 10.0;
    laid.edges = edges(&laid.cards, &ports, picture);
    laid
}

/// Text broken into lines by an estimate of its width; the drawing needs no fonts.
pub(super) fn wrapped(text: &str, width: f64, style: Style) -> Vec<String> {
    // A fixed width for names, which are set in a monospaced font and do not break anyway.
    let each = style.size()
        * if matches!(style, Style::Question | Style::Band) {
            0.53
        } else {
            0.475
        };
    let room = (width / each).max(8.0);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut length = 0.0;
    for word in text.split_whitespace() {
        let word_length = f64::from(u32::try_from(word.chars().count()).unwrap_or(u32::MAX));
        if length > 0.0 && length + 1.0 + word_length > room {
            lines.push(std::mem::take(&mut line));
            length = 0.0;
        }
        if length > 0.0 {
            line.push(' ');
            length += 1.0;
        }
        line.push_str(word);
        length += word_length;
    }
    lines.push(line);
    lines
}
