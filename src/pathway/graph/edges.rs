//! Edges from answers to what they lead to, each in a lane of its own.

use std::collections::HashMap;

use super::layout::{Card, LEFT, Of, RIGHT, Style};
use super::{Picture, Target};

/// How far an edge is drawn; what is further away is only named.
const REACH: f64 = 1100.0;
const LANES: usize = 14;

/// From an answer to what it leads to, by a lane.
#[derive(Debug)]
pub(super) struct Edge {
    pub from_y: f64,
    pub lane_x: f64,
    /// Where it ends, and whether on the side of the lines.
    pub ends: Vec<(f64, bool)>,
    pub title: String,
    /// The answer on the path.
    pub is_given: bool,
    /// Which of a few tints, so that neighbours differ.
    pub tint: usize,
}

/// An answer's place on the right edge of the questions.
pub(super) struct Port {
    pub y: f64,
    pub leads: Vec<Target>,
    pub title: String,
    pub is_given: bool,
}

/// An edge before it has a lane: its highest and lowest point, where it starts, and where it ends.
type Wanted<'a> = (f64, f64, &'a Port, Vec<(f64, bool)>);

/// Edges to what is near, each answer in a lane of its own where one is free for its whole length; short ones choose first.
pub(super) fn edges(cards: &[Card<'_>], ports: &[Port], picture: &Picture) -> Vec<Edge> {
    let mut arrivals: HashMap<Target, u32> = HashMap::new();
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    for port in ports {
        let mut ends = Vec::new();
        for target in &port.leads {
            let Some(card) = card_of(cards, picture, *target) else {
                continue;
            };
            let count = arrivals.entry(*target).or_default();
            let y = arrival(card, *target) + f64::from(*count % 5) * 6.0;
            if (y - port.y).abs() <= REACH {
                *count += 1;
                ends.push((
                    y.min(card.y + card.height - 4.0),
                    matches!(card.of, Of::Line(_)),
                ));
            }
        }
        let low = ends.iter().map(|(y, _)| *y).fold(port.y, f64::min);
        let high = ends.iter().map(|(y, _)| *y).fold(port.y, f64::max);
        if !ends.is_empty() {
            wanted.push((low, high, port, ends));
        }
    }
    wanted.sort_by(|one, other| (one.1 - one.0).total_cmp(&(other.1 - other.0)));
    let mut lanes: Vec<Vec<(f64, f64)>> = vec![Vec::new(); LANES];
    let mut edges = Vec::new();
    for (low, high, port, ends) in wanted {
        let free = lanes.iter_mut().enumerate().find(|(_, taken)| {
            taken
                .iter()
                .all(|(from, to)| high + 5.0 < *from || *to + 5.0 < low)
        });
        let Some((lane, taken)) = free else { continue };
        taken.push((low, high));
        let place = f64::from(u32::try_from(lane).unwrap_or(0));
        // Short edges run near the lines, so that long ones do not cut through them.
        let lane_x = RIGHT.0
            - 16.0
            - place * (RIGHT.0 - LEFT.1 - 30.0) / f64::from(u32::try_from(LANES).unwrap_or(1));
        edges.push(Edge {
            from_y: port.y,
            lane_x,
            ends,
            title: port.title.clone(),
            is_given: port.is_given,
            tint: lane,
        });
    }
    edges
}

/// Where an edge to a target may end: below the top of its card, or beside the question's first line.
fn arrival(card: &Card<'_>, target: Target) -> f64 {
    let Target::Question(number) = target else {
        return card.y + 9.0;
    };
    let first = card
        .runs
        .iter()
        .find(|run| run.style == Style::Question && run.text.starts_with(&format!("Q{number} ")));
    first.map_or(card.y + 9.0, |run| run.y - 6.0)
}

fn card_of<'l, 'p>(
    cards: &'l [Card<'p>],
    picture: &Picture,
    target: Target,
) -> Option<&'l Card<'p>> {
    match target {
        Target::Line(number) => cards
            .iter()
            .find(|card| matches!(card.of, Of::Line(line) if line.number == number)),
        Target::Joined(_) => None,
        Target::Question(number) => {
            let number = format!("Q{number}");
            cards.iter().find(|card| matches!(card.of, Of::Screen(screen) if screen.questions.iter().any(|question| question.number == number)))
        }
        Target::Screen(place) => {
            let screen = picture.screens().nth(place)?;
            cards
                .iter()
                .find(|card| matches!(card.of, Of::Screen(own) if std::ptr::eq(own, screen)))
        }
    }
}
