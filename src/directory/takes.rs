//! Which dispositions a service takes: by code, or by kind of service with a range of time frames.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::pathway::content::Setting;

/// A disposition, as far as a directory cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposition {
    /// Its id in the catalogue.
    pub id: String,
    /// Disposition code (Dx).
    pub dx: Option<String>,
    /// What kind of service.
    pub family: String,
    /// Where help is given.
    pub setting: Setting,
    /// How soon, in minutes; `None` means no time frame.
    pub within_minutes: Option<u32>,
    /// Shown as an emergency.
    pub emergency: bool,
}

/// Something that a service takes. Written `Dx05`, `primary-care`, `primary-care/see`, `primary-care/see:2h-24h`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Taken {
    /// One disposition, by its code (Dx).
    Code(String),
    /// The dispositions of one kind of service.
    Family {
        /// The kind of service, as in the catalogue.
        family: String,
        /// Only those with this setting.
        setting: Option<Setting>,
        /// The shortest time frame, in minutes; `None` takes all that are shorter.
        shortest: Option<u32>,
        /// The longest time frame, in minutes; `None` takes all that are longer, and those without one.
        longest: Option<u32>,
    },
}

impl Taken {
    /// Whether this very disposition is meant.
    ///
    /// INVARIANT: a disposition that is sooner than `shortest` never matches, so nobody is sent to a service that takes only what
    /// is less urgent.
    pub fn takes(&self, disposition: &Disposition) -> bool {
        match self {
            Taken::Code(code) => disposition.dx.as_ref() == Some(code),
            Taken::Family {
                family,
                setting,
                shortest,
                longest,
            } => {
                *family == disposition.family
                    && setting.is_none_or(|setting| setting == disposition.setting)
                    && match disposition.within_minutes {
                        None => longest.is_none(),
                        Some(within) => {
                            shortest.is_none_or(|shortest| shortest <= within)
                                && longest.is_none_or(|longest| within <= longest)
                        }
                    }
            }
        }
    }
}

/// A text that says of no disposition that it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Neither a code nor a kind of service.
    #[error("write a code such as `Dx05`, or a kind of service such as `primary-care`")]
    Word,
    /// No setting.
    #[error("after `/` stands a setting: `pharmacy`, `speak`, `see` or `hospital`")]
    Setting,
    /// No range.
    #[error(
        "after `:` stands a range of time frames such as `2h-24h`, `4h-` or `-30min`, the shorter one first"
    )]
    Range,
}

impl FromStr for Taken {
    type Err = NotTaken;

    fn from_str(text: &str) -> Result<Self, NotTaken> {
        if let Some(digits) = text.strip_prefix("Dx") {
            let is_code =
                (2..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            return if is_code {
                Ok(Taken::Code(text.to_owned()))
            } else {
                Err(NotTaken::Word)
            };
        }
        let (kind, range) = match text.split_once(':') {
            Some((kind, range)) => (kind, Some(range)),
            None => (text, None),
        };
        let (family, setting) = match kind.split_once('/') {
            Some((family, word)) => (family, Some(setting(word).ok_or(NotTaken::Setting)?)),
            None => (kind, None),
        };
        if !is_slug(family) {
            return Err(NotTaken::Word);
        }
        let (shortest, longest) = match range {
            None => (None, None),
            Some(range) => bounds(range).ok_or(NotTaken::Range)?,
        };
        Ok(Taken::Family {
            family: family.to_owned(),
            setting,
            shortest,
            longest,
        })
    }
}

/// Small letters, digits and hyphens.
pub(super) fn is_slug(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn setting(word: &str) -> Option<Setting> {
    match word {
        "pharmacy" => Some(Setting::Pharmacy),
        "speak" => Some(Setting::Speak),
        "see" => Some(Setting::See),
        "hospital" => Some(Setting::Hospital),
        _ => None,
    }
}

type Bounds = (Option<u32>, Option<u32>);

fn bounds(range: &str) -> Option<Bounds> {
    let (from, to) = range.split_once('-')?;
    let bound = |text: &str| match text {
        "" => Some(None),
        text => minutes(text).map(Some),
    };
    let (shortest, longest) = (bound(from)?, bound(to)?);
    let is_in_order = shortest.zip(longest).is_none_or(|(from, to)| from <= to);
    let is_bounded = shortest.is_some() || longest.is_some();
    (is_in_order && is_bounded).then_some((shortest, longest))
}

/// `20min`, `2h` or `3d`.
fn minutes(text: &str) -> Option<u32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = text.split_at(digits);
    let unit = match unit {
        "min" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return None,
    };
    count.parse::<u32>().ok()?.checked_mul(unit)
}

fn written(minutes: u32) -> String {
    match minutes {
        minutes if minutes > 24 * 60 && minutes.is_multiple_of(24 * 60) => {
            format!("{}d", minutes / (24 * 60))
        }
        minutes if minutes > 0 && minutes.is_multiple_of(60) => format!("{}h", minutes / 60),
        minutes => format!("{minutes}min"),
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Taken::Code(code) => f.write_str(code),
            Taken::Family {
                family,
                setting,
                shortest,
                longest,
            } => {
                f.write_str(family)?;
                if let Some(setting) = setting {
                    let word = match setting {
                        Setting::SelfCare => "self",
                        Setting::Pharmacy => "pharmacy",
                        Setting::Speak => "speak",
                        Setting::See => "see",
                        Setting::Hospital => "hospital",
                        Setting::Ambulance => "ambulance",
                    };
                    write!(f, "/{word}")?;
                }
                if shortest.is_some() || longest.is_some() {
                    let bound = |bound: &Option<u32>| bound.map(written).unwrap_or_default();
                    write!(f, ":{}-{}", bound(shortest), bound(longest))?;
                }
                Ok(())
            }
        }
    }
}

impl TryFrom<String> for Taken {
    type Error = NotTaken;

    fn try_from(text: String) -> Result<Self, NotTaken> {
        text.parse()
    }
}

impl From<Taken> for String {
    fn from(taken: Taken) -> Self {
        taken.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn see(within_minutes: Option<u32>) -> Disposition {
        Disposition {
            id: "primary-care".to_owned(),
            dx: Some("Dx05".to_owned()),
            family: "primary-care".to_owned(),
            setting: Setting::See,
            within_minutes,
            emergency: false,
        }
    }

    fn check(taken: &str, within_minutes: Option<u32>, expected: bool) {
        let taken: Taken = taken.parse().unwrap();
        assert_eq!(
            taken.takes(&see(within_minutes)),
            expected,
            "{taken} {within_minutes:?}"
        );
    }

    #[test]
    fn a_disposition_is_taken_by_its_code_its_kind_and_its_time_frame() {
        check("Dx05", Some(120), true);
        check("Dx06", Some(120), false);
        check("primary-care", Some(120), true);
        check("primary-care", None, true);
        check("dental", Some(120), false);
        check("primary-care/see", Some(120), true);
        check("primary-care/speak", Some(120), false);
        check("primary-care:2h-6h", Some(120), true);
        check("primary-care:2h-6h", Some(360), true);
        check("primary-care:2h-6h", Some(361), false);
        check("primary-care:-6h", None, false);
        check("primary-care:6h-", None, true);
    }

    #[test]
    fn what_is_more_urgent_than_a_service_takes_is_not_taken() {
        check("primary-care:6h-24h", Some(120), false);
        check("primary-care:6h-", Some(359), false);
    }

    #[test]
    fn what_is_taken_is_written_as_it_is_read() {
        for text in [
            "Dx05",
            "primary-care",
            "primary-care/see",
            "emergency-department:4h-",
            "mental-health/speak:-30min",
            "dental/see:1h-7d",
            "palliative-care:0min-24h",
        ] {
            assert_eq!(text.parse::<Taken>().unwrap().to_string(), text);
        }
        for (text, why) in [
            ("Dx", NotTaken::Word),
            ("Primary", NotTaken::Word),
            ("", NotTaken::Word),
            ("primary-care/home", NotTaken::Setting),
            ("primary-care:", NotTaken::Range),
            ("primary-care:-", NotTaken::Range),
            ("primary-care:6h-2h", NotTaken::Range),
            ("primary-care:2 h-6h", NotTaken::Range),
            ("primary-care:99999999d-", NotTaken::Range),
        ] {
            assert_eq!(text.parse::<Taken>(), Err(why), "{text}");
        }
    }
}
