//! A report as it is kept with a release: what was proven, when, by which program. Text that outlives the program that wrote it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::report::{Found, Report, Shown, Weight};

/// The shape of the text. A program that knows another says that it cannot read it, and claims nothing.
pub const FORMAT: u32 = 1;

/// What no proof shows. Whoever shows a report shows this too.
pub const NOT_CLAIMED: [&str; 4] = [
    "This does not show that the advice is right for your body. No clinician has approved it.",
    "It cannot know if what a caller says is true.",
    "It does not show that people understand the questions.",
    "It tests the rules as they are written. A danger that nobody wrote down is not in them.",
];

/// So many examples of a guarantee are kept, the gravest first; the others are counted.
const EXAMPLES: usize = 30;

/// A report with what belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of the program that proved.
    pub program: String,
    /// When it had proven.
    pub made_at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How long each question to the solver might take, in seconds.
    pub seconds: u64,
    /// What was found.
    pub report: Report,
}

/// A text that this program cannot read as a report.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// It is of another program.
    #[error("the report has the format {0}, and this program reads format {FORMAT}")]
    Format(u32),
    /// It is no report.
    #[error("the report cannot be read")]
    Damaged(#[source] serde_json::Error),
}

impl Kept {
    /// The report as it is kept: somebody is shown where a guarantee does not hold, and where it does nobody needs to be.
    pub fn new(
        report: Report,
        program: &str,
        made_at: Timestamp,
        took_ms: u64,
        seconds: u64,
    ) -> Self {
        let found = report.found.into_iter().map(short).collect();
        Kept {
            format: FORMAT,
            program: program.to_owned(),
            made_at,
            took_ms,
            seconds,
            report: Report { found, ..report },
        }
    }

    /// As text.
    pub fn written(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// From text.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn read(text: &str) -> Result<Self, Unread> {
        #[derive(Deserialize)]
        struct Only {
            format: u32,
        }
        let only: Only = serde_json::from_str(text).map_err(Unread::Damaged)?;
        if only.format != FORMAT {
            return Err(Unread::Format(only.format));
        }
        serde_json::from_str(text).map_err(Unread::Damaged)
    }
}

fn short(mut found: Found) -> Found {
    found.shown.sort_by_key(|shown| shown.weight);
    let (told, mut against): (Vec<Shown>, Vec<Shown>) = found
        .shown
        .into_iter()
        .partition(|shown| shown.weight == Weight::Told);
    found.left_out = against.len().saturating_sub(EXAMPLES) as u64;
    against.truncate(EXAMPLES);
    let nobody = |shown| Shown {
        people: Vec::new(),
        ..shown
    };
    found.shown = against
        .into_iter()
        .chain(told.into_iter().map(nobody))
        .collect();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Guarantee;

    fn shown(weight: Weight) -> Shown {
        Shown {
            weight,
            pathway: Some("p".to_owned()),
            place: None,
            says: "says".to_owned(),
            number: None,
            people: vec![crate::proof::report::Person {
                words: "age 3 years".to_owned(),
                complaint: "p".to_owned(),
                told: Vec::new(),
                written: vec!["party=first".to_owned()],
                on: jiff::civil::date(2026, 1, 15),
                reached: "one".to_owned(),
            }],
        }
    }

    fn kept() -> Kept {
        let mut found = Found::new(Guarantee::G7);
        found.show(shown(Weight::Told));
        for _ in 0..EXAMPLES + 5 {
            found.show(shown(Weight::Broken));
        }
        let report = Report {
            pathways: 1,
            proven_now: 1,
            found: vec![found],
        };
        Kept::new(report, "0.1.0", Timestamp::UNIX_EPOCH, 7, 10)
    }

    #[test]
    fn what_is_kept_is_read_back() {
        let kept = kept();
        assert_eq!(Kept::read(&kept.written()).unwrap(), kept);
    }

    #[test]
    fn the_gravest_are_kept_and_the_others_counted() {
        let kept = kept();
        let [found] = &kept.report.found[..] else {
            panic!("{kept:?}");
        };
        assert_eq!((found.over.broken, found.left_out), (35, 5));
        assert_eq!(found.shown.len(), EXAMPLES + 1);
        assert_eq!(found.shown[0].people.len(), 1);
        assert_eq!(found.shown.last().unwrap().people, []);
    }

    #[test]
    fn another_format_and_a_damaged_text_are_told_apart() {
        let newer = r#"{"format": 2, "proof": {}}"#;
        assert!(matches!(Kept::read(newer), Err(Unread::Format(2))));
        let whole = kept().written();
        let half = &whole[..whole.len() / 2];
        assert!(matches!(Kept::read(half), Err(Unread::Damaged(_))));
    }
}
