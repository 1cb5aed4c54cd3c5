//! Carry-on codes as they are written, heard and read, and the second thing that a person gives with one.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// Crockford's base 32: no I, L, O or U, which look or sound like something else.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The signs of a code: 40 bits.
const LENGTH: usize = 8;

/// A code to carry a case on.
#[derive(Clone, PartialEq, Eq)]
pub struct Code([u8; LENGTH]);

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Code {
    /// What stands for a text that is no code: nobody has it.
    pub const NOBODYS: Code = Code([0; LENGTH]);

    /// The code of a random number.
    pub fn of(random: [u8; 5]) -> Self {
        let bits = random
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let mut signs = [0; LENGTH];
        for (at, sign) in signs.iter_mut().rev().enumerate() {
            let five = usize::try_from(bits >> (5 * at) & 31).unwrap_or_default();
            *sign = SIGNS.get(five).copied().unwrap_or(b'0');
        }
        Code(signs)
    }

    /// Its signs, without a hyphen.
    pub(super) fn signs(&self) -> &[u8] {
        &self.0
    }

    /// As it is shown to its person: two groups of four.
    pub fn reveal(&self) -> String {
        let text = String::from_utf8_lossy(&self.0);
        let (one, other) = text.split_at(LENGTH / 2);
        format!("{one}-{other}")
    }
}

/// A text that is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has 8 letters and digits")]
pub struct NotACode;

impl FromStr for Code {
    type Err = NotACode;

    /// As people write and hear it: in any case, with or without spaces and hyphens, `O` for 0, `I` and `L` for 1.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let mut signs = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .map(|letter| match letter.to_ascii_uppercase() {
                'O' => b'0',
                'I' | 'L' => b'1',
                other => u8::try_from(other).unwrap_or_default(),
            });
        let mut code = [0; LENGTH];
        for sign in &mut code {
            *sign = signs
                .next()
                .filter(|sign| SIGNS.contains(sign))
                .ok_or(NotACode)?;
        }
        match signs.next() {
            None => Ok(Code(code)),
            Some(_) => Err(NotACode),
        }
    }
}

/// What a person gives beside the code. It need not be true: it has to be the same both times.
#[derive(Clone, PartialEq, Eq)]
pub enum SecondThing {
    /// A date of birth.
    BirthDate(Date),
    /// The last four digits of a phone number.
    LastFour(String),
}

impl fmt::Debug for SecondThing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecondThing(…)")
    }
}

/// A text that is not four digits. It is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the last four digits of a phone number are four digits")]
pub struct NotFourDigits;

impl SecondThing {
    /// The last four digits of a phone number; of a longer number its last four.
    ///
    /// # Errors
    /// [`NotFourDigits`].
    pub fn last_four(text: &str) -> Result<Self, NotFourDigits> {
        let is_number = text
            .chars()
            .all(|letter| letter.is_ascii_digit() || " -+()".contains(letter));
        let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
        let from = digits.len().checked_sub(4).ok_or(NotFourDigits)?;
        if !is_number || digits.len() > 15 {
            return Err(NotFourDigits);
        }
        Ok(SecondThing::LastFour(
            digits.into_iter().skip(from).collect(),
        ))
    }

    /// To be digested: what it is, and the thing.
    pub(super) fn text(&self) -> String {
        match self {
            SecondThing::BirthDate(date) => format!("birth date {date}"),
            SecondThing::LastFour(digits) => format!("last four {digits}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_write_and_hear_it() {
        let code = Code::of([0x08, 0x52, 0xd0, 0xff, 0x3a]);
        let shown = code.reveal();
        assert_eq!(shown.len(), 9);
        for written in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', ""),
            shown.replace('-', " "),
            format!(" {} ", shown.replace('0', "O").replace('1', "l")),
        ] {
            assert_eq!(written.parse(), Ok(code.clone()), "{written}");
        }
        for text in [
            "",
            "1234",
            "1234-567",
            "1234-56789",
            "1234-567U",
            "1234 567é",
        ] {
            assert_eq!(text.parse::<Code>(), Err(NotACode), "{text}");
        }
        assert_eq!(format!("{code:?}"), "Code(…)");
    }

    #[test]
    fn every_random_number_is_a_code_of_its_own() {
        assert_eq!(Code::of([0; 5]).reveal(), "0000-0000");
        assert_eq!(Code::of([0xff; 5]).reveal(), "ZZZZ-ZZZZ");
        assert_eq!(Code::of([0, 0, 0, 0, 33]).reveal(), "0000-0011");
    }

    #[test]
    fn of_a_phone_number_the_last_four_digits_count() {
        let last = |text: &str| SecondThing::last_four(text).map(|thing| thing.text());
        assert_eq!(last("0123").as_deref(), Ok("last four 0123"));
        assert_eq!(last("07700 900123").as_deref(), Ok("last four 0123"));
        for text in ["", "123", "12a4", "1234567890123456"] {
            assert_eq!(last(text), Err(NotFourDigits), "{text}");
        }
    }
}
