//! Places: lines as they were said, with a postcode where there is one.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{name, redacted};

/// A place as it was said. It may be no more than "the bus stop by the church".
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// From the house to the town.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// Where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<Postcode>,
}

impl Address {
    /// On one line and in the clear, for whoever may read it.
    pub fn shown(&self) -> String {
        let postcode = self.postcode.as_ref().map(|postcode| postcode.as_str());
        let lines = self.lines.iter().map(String::as_str);
        lines.chain(postcode).collect::<Vec<_>>().join(", ")
    }
}

/// A postcode of the United Kingdom in capitals, one space before its last three letters: `SW1A 1AA`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Postcode(String);

redacted!(Address, Postcode);

/// A text that is no postcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a postcode is written as in `LS1 4AP`; leave it out where it is not known")]
pub struct NotAPostcode;

impl FromStr for Postcode {
    type Err = NotAPostcode;

    /// One or two letters, one or two digits or a digit and a letter; then a digit and two letters.
    fn from_str(text: &str) -> Result<Self, NotAPostcode> {
        let text: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let split = text.len().checked_sub(3).ok_or(NotAPostcode)?;
        let (outward, inward) = text.split_at_checked(split).ok_or(NotAPostcode)?;
        let shape = |text: &str| -> String {
            text.chars()
                .map(|letter| match letter {
                    'A'..='Z' => 'A',
                    '0'..='9' => '9',
                    _ => '?',
                })
                .collect()
        };
        let is_one = shape(inward) == "9AA"
            && ["A9", "A99", "A9A", "AA9", "AA99", "AA9A", "AAA"]
                .contains(&shape(outward).as_str())
            // The one without a digit: Girobank.
            && (shape(outward) != "AAA" || outward == "GIR");
        if is_one {
            Ok(Postcode(format!("{outward} {inward}")))
        } else {
            Err(NotAPostcode)
        }
    }
}

impl Postcode {
    /// With its space.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Address {
    /// The one form in which addresses are compared; `None` where it names no house.
    ///
    /// With a postcode: that and the numbers of the house and flat, in any order; where there is no number, the words of the first line.
    /// Without one: a number and two words at least, in any order. "Flat 3, 12 High St" is "12 High Street, flat 3".
    pub fn normal(&self) -> Option<String> {
        let has_digit = |word: &String| word.chars().any(|letter| letter.is_ascii_digit());
        let words = words(&self.lines);
        let numbers: Vec<String> = words
            .iter()
            .filter(|word| has_digit(word))
            .cloned()
            .collect();
        match &self.postcode {
            Some(postcode) if !numbers.is_empty() => {
                Some(format!("{}|{}", postcode.as_str(), numbers.join(" ")))
            }
            Some(postcode) => {
                let first = self::words(self.lines.get(..1)?);
                (!first.is_empty()).then(|| format!("{}|{}", postcode.as_str(), first.join(" ")))
            }
            None if !numbers.is_empty() && words.len() >= numbers.len() + 2 => {
                Some(format!("|{}", words.join(" ")))
            }
            None => None,
        }
    }
}

/// Words in the order of the alphabet, each once; what is abbreviated is written out, and what says no more than that it is a dwelling left out.
fn words(lines: &[String]) -> Vec<String> {
    let mut words: Vec<String> = lines
        .iter()
        .flat_map(|line| name::folded(line))
        .filter_map(|word| match word.as_str() {
            "flat" | "apartment" | "apt" | "unit" | "no" | "number" | "the" => None,
            "st" => Some("street".to_owned()),
            "rd" => Some("road".to_owned()),
            "ave" | "av" => Some("avenue".to_owned()),
            "ln" => Some("lane".to_owned()),
            "cl" => Some("close".to_owned()),
            "dr" => Some("drive".to_owned()),
            "ct" => Some("court".to_owned()),
            "gdns" => Some("gardens".to_owned()),
            _ => Some(word),
        })
        .collect();
    words.sort();
    words.dedup();
    words
}
