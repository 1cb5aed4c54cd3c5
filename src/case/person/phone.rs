//! Phone numbers, as they are said and as they are compared.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::redacted;

/// A phone number as it was given: `+` and 7 to 15 digits, or the digits alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

redacted!(Phone);

/// A text that is no phone number. It is not repeated: it may be one with a slip in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a phone number has 7 to 15 digits, with a `+` before them or not; spaces, hyphens, dots and brackets may stand between them"
)]
pub struct NotAPhoneNumber;

impl FromStr for Phone {
    type Err = NotAPhoneNumber;

    fn from_str(text: &str) -> Result<Self, NotAPhoneNumber> {
        let text = text.trim();
        let rest = text.strip_prefix('+').unwrap_or(text);
        if !rest
            .chars()
            .all(|letter| letter.is_ascii_digit() || " -().".contains(letter))
        {
            return Err(NotAPhoneNumber);
        }
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        if !(7..=15).contains(&digits.len()) {
            return Err(NotAPhoneNumber);
        }
        let plus = if rest.len() < text.len() { "+" } else { "" };
        Ok(Phone(format!("{plus}{digits}")))
    }
}

impl Phone {
    /// As it was given, without what stood between the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number in the one form in which numbers are compared, E.164 (`+447700900123`); `None` for what is none in the United Kingdom or
/// does not name its country.
///
/// `07700 900123`, `+44 (0)7700 900123`, `0044 7700 900123` and `447700900123` are one number.
/// Source: Ofcom, National Telephone Numbering Plan: nine or ten digits after the 0.
pub fn e164(text: &str) -> Option<String> {
    let text = text.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let has_plus = text.starts_with('+');
    let international = if has_plus {
        Some(digits.as_str())
    } else {
        digits.strip_prefix("00")
    };
    if let Some(international) = international {
        return match international.strip_prefix("44") {
            Some(rest) => british(rest.strip_prefix('0').unwrap_or(rest)),
            None => {
                let is_one =
                    (8..=15).contains(&international.len()) && !international.starts_with('0');
                is_one.then(|| format!("+{international}"))
            }
        };
    }
    match digits.strip_prefix('0') {
        Some(rest) => british(rest),
        None => british(digits.strip_prefix("44")?),
    }
}

/// The digits after the 0: no number begins with another 0.
fn british(rest: &str) -> Option<String> {
    let is_one = (9..=10).contains(&rest.len()) && !rest.starts_with('0');
    is_one.then(|| format!("+44{rest}"))
}
