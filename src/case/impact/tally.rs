//! How many cases became what on a draft, and nothing of any single one.

use std::collections::BTreeMap;
use std::fmt;

use super::{Again, Change, Why};

/// Cases, by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// The same disposition.
    pub same: u64,
    /// More urgent.
    pub up: u64,
    /// Less urgent.
    pub down: u64,
    /// Another disposition of the same rank and setting.
    pub sideways: u64,
    /// It cannot be told.
    pub unknown: u64,
}

impl Counts {
    /// All of them.
    pub fn cases(&self) -> u64 {
        self.same + self.up + self.down + self.sideways + self.unknown
    }

    fn add(&mut self, change: &Change) {
        *match change {
            Change::Same => &mut self.same,
            Change::Up => &mut self.up,
            Change::Down => &mut self.down,
            Change::Sideways => &mut self.sideways,
            Change::Unknown(_) => &mut self.unknown,
        } += 1;
    }

    fn merge(&mut self, other: &Counts) {
        self.same += other.same;
        self.up += other.up;
        self.down += other.down;
        self.sideways += other.sideways;
        self.unknown += other.unknown;
    }
}

/// How old a patient is, in whole years; who may be of two bands is counted in the younger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// Both inclusive; no upper end for the oldest.
    Years(i64, Option<i64>),
    /// Not told.
    NotTold,
}

/// The first year of each band. They follow the made-up people, whose ages follow the users of NHS 111.
const BANDS: &[i64] = &[0, 1, 5, 16, 30, 50, 70, 85];

impl Band {
    /// Of an age in completed months, least and most.
    pub fn of(months: Option<(i64, i64)>) -> Self {
        let Some((least, _)) = months else {
            return Band::NotTold;
        };
        let years = least.div_euclid(12);
        let from = BANDS.iter().rev().find(|from| **from <= years);
        let next = BANDS.iter().find(|from| **from > years);
        Band::Years(from.copied().unwrap_or_default(), next.map(|next| next - 1))
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Band::Years(0, Some(0)) => f.write_str("under 1"),
            Band::Years(from, Some(to)) => write!(f, "{from} to {to}"),
            Band::Years(from, None) => write!(f, "{from} and over"),
            Band::NotTold => f.write_str("not told"),
        }
    }
}

/// From one disposition to another; `None` where nothing was reached.
pub type Move = (Option<String>, Option<String>);

/// How many cases became what. Everything that it names is of the content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// All of them.
    pub whole: Counts,
    /// Of those that cannot be told, so many have by now reached something more urgent, whatever else is answered.
    pub already_up: u64,
    /// Why it cannot be told.
    pub why: BTreeMap<Why, u64>,
    /// From what to what those went that went up.
    pub up: BTreeMap<Move, u64>,
    /// Those that went down.
    pub down: BTreeMap<Move, u64>,
    /// Those that went sideways.
    pub sideways: BTreeMap<Move, u64>,
    /// By complaint, a case under each of its own; those without one under the empty name.
    pub complaints: BTreeMap<String, Counts>,
    /// By age.
    pub ages: BTreeMap<Band, Counts>,
    /// By the family of the disposition that was recorded; `None` where nothing was reached.
    pub families: BTreeMap<Option<String>, Counts>,
    /// By question: cases in which it was answered, and that the draft never asks it in.
    pub dropped: BTreeMap<String, u64>,
    /// Cases whose own release comes to something else than was recorded.
    pub differ: u64,
    /// Cases that were not walked again.
    pub left_out: BTreeMap<LeftOut, u64>,
}

/// Why a case was not walked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftOut {
    /// Its record has ended: what was said is sealed for ever.
    Ended,
    /// The release on which it was walked cannot be had.
    NoRelease,
    /// Its events, or what is sealed of them, cannot be read.
    Unreadable,
}

impl LeftOut {
    /// Why, in words.
    pub fn words(self) -> &'static str {
        match self {
            LeftOut::Ended => "the record has ended",
            LeftOut::NoRelease => "their release cannot be had",
            LeftOut::Unreadable => "they cannot be read",
        }
    }
}

impl Tally {
    /// Counts a case.
    pub fn add(&mut self, again: Again) {
        let Again {
            change,
            recorded,
            family,
            now,
            already_up,
            differs,
            dropped,
            complaints,
            age,
        } = again;
        self.whole.add(&change);
        self.differ += u64::from(differs);
        self.ages.entry(age).or_default().add(&change);
        self.families.entry(family).or_default().add(&change);
        if complaints.is_empty() {
            self.complaints
                .entry(String::new())
                .or_default()
                .add(&change);
        }
        for complaint in complaints {
            self.complaints.entry(complaint).or_default().add(&change);
        }
        for question in dropped {
            *self.dropped.entry(question).or_default() += 1;
        }
        let moves = match change {
            Change::Same => return,
            Change::Up => &mut self.up,
            Change::Down => &mut self.down,
            Change::Sideways => &mut self.sideways,
            Change::Unknown(why) => {
                self.already_up += u64::from(already_up);
                *self.why.entry(why).or_default() += 1;
                return;
            }
        };
        *moves.entry((recorded, now)).or_default() += 1;
    }

    /// Counts a case that was not walked again.
    pub fn leave_out(&mut self, why: LeftOut) {
        *self.left_out.entry(why).or_default() += 1;
    }

    /// Takes in what was counted elsewhere.
    pub fn merge(&mut self, other: Tally) {
        fn sum<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
            for (key, count) in from {
                *into.entry(key).or_default() += count;
            }
        }
        fn counts<K: Ord>(into: &mut BTreeMap<K, Counts>, from: BTreeMap<K, Counts>) {
            for (key, count) in from {
                into.entry(key).or_default().merge(&count);
            }
        }
        self.whole.merge(&other.whole);
        self.already_up += other.already_up;
        self.differ += other.differ;
        sum(&mut self.why, other.why);
        sum(&mut self.up, other.up);
        sum(&mut self.down, other.down);
        sum(&mut self.sideways, other.sideways);
        sum(&mut self.dropped, other.dropped);
        sum(&mut self.left_out, other.left_out);
        counts(&mut self.complaints, other.complaints);
        counts(&mut self.ages, other.ages);
        counts(&mut self.families, other.families);
    }
}
