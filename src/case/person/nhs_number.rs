//! NHS numbers: ten digits, of which the last checks the others.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::redacted;

/// An NHS number whose check digit is right.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NhsNumber(String);

redacted!(NhsNumber);

/// A text that is no NHS number. It is not repeated: it may be one with a slip in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an NHS number has ten digits, the last of which checks the others; read it again")]
pub struct NotAnNhsNumber;

impl FromStr for NhsNumber {
    type Err = NotAnNhsNumber;

    /// Reads ten digits, with spaces or hyphens between them or not.
    ///
    /// Ten times the same digit is refused: it passes the check for some digits, and is typed where there is no number.
    /// Source: NHS Data Model and Dictionary, NHS NUMBER: weights 10 to 2, modulus 11.
    fn from_str(text: &str) -> Result<Self, NotAnNhsNumber> {
        let digits: Vec<u32> = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .map(|letter| letter.to_digit(10).ok_or(NotAnNhsNumber))
            .collect::<Result<_, _>>()?;
        let Some((check, weighed)) = digits.split_last().filter(|_| digits.len() == 10) else {
            return Err(NotAnNhsNumber);
        };
        let sum: u32 = weighed
            .iter()
            .zip((2..=10).rev())
            .map(|(digit, weight)| digit * weight)
            .sum();
        // 10 is no digit, so such a number is never given out; 11 is written 0.
        let expected = (11 - sum % 11) % 11;
        if expected != *check || weighed.iter().all(|digit| digit == check) {
            return Err(NotAnNhsNumber);
        }
        Ok(NhsNumber(
            digits.iter().map(u32::to_string).collect::<String>(),
        ))
    }
}

impl NhsNumber {
    /// Ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
