//! When people ask for help, by what way, and with what: weights, not facts about any place.
//!
//! The share of the channels follows the published figures for England (54,700 calls and about 20,000 visits a day); the curve of
//! the day and the share of each complaint are assumptions, abdominal pain and teeth first as online.

use jiff::{SignedDuration, Timestamp};

use crate::case::event::Channel;
use crate::pathway::Content;

use super::dice::Dice;

/// How many of 1,000 contacts begin in each hour of the day (UTC): mornings and evenings, when surgeries are closed.
const HOURS: [u64; 24] = [
    22, 18, 15, 14, 14, 17, 26, 44, 56, 58, 55, 52, 49, 46, 44, 45, 49, 57, 68, 72, 65, 52, 36, 26,
];

/// Complaints by how often they are asked about; another one counts 10.
const COMPLAINTS: &[(&str, u64)] = &[
    ("abdominal-pain", 110),
    ("toothache", 100),
    ("fever", 80),
    ("vomiting", 70),
    ("chest-pain", 60),
    ("breathlessness", 60),
    ("rash", 60),
    ("sore-throat", 60),
    ("head-injury", 50),
    ("repeat-prescription", 50),
    ("headache", 45),
    ("back-pain", 45),
    ("unwell", 45),
    ("low-mood", 25),
    ("overdose", 12),
    ("professional-observations", 8),
];

/// The way of a first contact.
pub fn channel(dice: &mut Dice) -> Channel {
    match dice.below(100) {
        0..=69 => Channel::Desk,
        70..=95 => Channel::Public,
        _ => Channel::Api,
    }
}

/// When a first contact begins, within so many days from `from`.
pub fn arrival(dice: &mut Dice, from: Timestamp, days: u32) -> Timestamp {
    let day = dice.between(0, i64::from(days.max(1)) - 1);
    let hour = i64::try_from(dice.weighed(HOURS.into_iter())).unwrap_or_default();
    let second = dice.between(0, 3599);
    let after = SignedDuration::from_secs((day * 24 + hour) * 3600 + second);
    from.checked_add(after).unwrap_or(from)
}

/// The complaints of a case: one, now and then two.
pub fn complaints(dice: &mut Dice, content: &Content) -> Vec<String> {
    let families = content.families();
    let weight = |family: &str| {
        let known = COMPLAINTS.iter().find(|(known, _)| *known == family);
        known.map_or(10, |(_, weight)| *weight)
    };
    let count = if dice.happens(500) { 2 } else { 1 };
    let mut chosen: Vec<String> = Vec::new();
    for _ in 0..count {
        let place = dice.weighed(families.iter().map(|(family, _)| weight(family)));
        if let Some((family, _)) = families.get(place)
            && !chosen.iter().any(|known| known == family)
        {
            chosen.push((*family).to_owned());
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_of_a_day_add_up() {
        assert_eq!(HOURS.iter().sum::<u64>(), 1000);
        let (mut dice, from) = (Dice::of(1, 1), Timestamp::UNIX_EPOCH);
        for _ in 0..1000 {
            let second = arrival(&mut dice, from, 2).as_second();
            assert!((0..2 * 24 * 3600).contains(&second));
        }
    }
}
