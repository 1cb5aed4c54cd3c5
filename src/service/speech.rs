//! In whose words a text is shown: the voice of the channel, the party, and what the patient is called.

use jiff::civil::Date;

use crate::pathway::Content;
use crate::pathway::age::{AgeRange, AgeUnit};
use crate::pathway::text::{Party, Text, UNNAMED, Voice};
use crate::walk::{Answer, Facts};

/// In whose words a text is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speech {
    /// Who is spoken to.
    pub voice: Voice,
    /// Whether the person who answers is the patient.
    pub party: Party,
    /// What the patient is called.
    pub patient: &'static str,
}

impl Speech {
    /// From what is known of the patient; until the party is known, the patient is spoken to.
    pub fn of(content: &Content, facts: &Facts, voice: Voice, today: Date) -> Self {
        let is_third =
            matches!(facts.said(content.system.party), Some(Answer::Word(word)) if word == "third");
        let party = if is_third { Party::Third } else { Party::First };
        let months = facts
            .said(content.system.age)
            .and_then(|age| told_age(age, today))
            .map(|age| age.months.1);
        let patient = match months {
            Some(..12) => "your baby",
            Some(..192) => "your child",
            _ => UNNAMED,
        };
        Speech {
            voice,
            party,
            patient,
        }
    }

    /// A text in these words.
    pub fn say(&self, text: &Text) -> String {
        text.wording(self.voice, self.party, self.patient)
    }
}

/// The ages that an age as told may mean.
pub(super) fn told_age(age: &Answer, today: Date) -> Option<AgeRange> {
    match age {
        Answer::BirthDate(born) => AgeRange::from_birth(*born, today),
        Answer::Age(told) => {
            let (count, unit) = told.split_once(' ')?;
            let unit = match unit.trim_end_matches('s') {
                "day" => AgeUnit::Days,
                "week" => AgeUnit::Weeks,
                "month" => AgeUnit::Months,
                "year" => AgeUnit::Years,
                _ => return None,
            };
            AgeRange::told(count.parse().ok()?, unit)
        }
        _ => None,
    }
}
