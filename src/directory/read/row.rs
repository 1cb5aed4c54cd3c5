//! One row of a file, field by field.

use std::collections::BTreeMap;

use crate::pathway::age::{AgeRange, AgeUnit};

use super::super::hours::{Hours, Week};
use super::super::listing::{AgeLimit, Capacity, Kind, Listing, Sex, Way};
use super::super::place::{NotAPlaceName, PlaceName, Point};
use super::super::takes::{Taken, is_slug};
use super::{Fault, Places, hours};

/// The most letters that a field may have.
const MOST_LETTERS: usize = 500;

/// One row, and the faults that are found in it.
pub(super) struct Row<'a> {
    pub(super) line: u64,
    header: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Row<'a> {
    pub(super) fn new(
        line: u64,
        header: &'a csv::StringRecord,
        record: &'a csv::StringRecord,
        faults: &'a mut Vec<Fault>,
    ) -> Self {
        Row {
            line,
            header,
            record,
            faults,
        }
    }

    pub(super) fn fault(&mut self, field: &str, message: impl Into<String>) {
        let column = self.header.iter().position(|name| name == field);
        self.faults.push(Fault {
            line: self.line,
            column: column.map(|place| place + 1),
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// The text of a field; empty where the column is not there.
    fn text(&self, field: &str) -> &'a str {
        let column = self.header.iter().position(|name| name == field);
        column
            .and_then(|place| self.record.get(place))
            .unwrap_or_default()
    }

    /// A field that may be left empty.
    fn optional<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<Option<T>> {
        match self.text(field) {
            "" => Some(None),
            text => self.read(field, text, read).map(Some),
        }
    }

    /// A field that has to be filled.
    fn needed<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match self.text(field) {
            "" => {
                self.fault(field, "is empty and has to be filled");
                None
            }
            text => self.read(field, text, read),
        }
    }

    fn read<T>(
        &mut self,
        field: &str,
        text: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let read = if text.chars().count() > MOST_LETTERS {
            Err(format!("is longer than {MOST_LETTERS} letters; say less"))
        } else if text.chars().any(char::is_control) {
            Err("has a line break or another sign that cannot be shown; leave it out".to_owned())
        } else {
            read(text)
        };
        read.map_err(|message| self.fault(field, message)).ok()
    }

    fn words(&mut self, field: &str) -> Option<String> {
        self.optional(field, |text| Ok(text.to_owned()))
            .map(Option::unwrap_or_default)
    }

    pub(super) fn place_name(&mut self, field: &str) -> Option<PlaceName> {
        self.needed(field, |text| {
            text.parse()
                .map_err(|error: NotAPlaceName| error.to_string())
        })
    }

    /// The point of the columns `latitude` and `longitude`.
    pub(super) fn point(&mut self) -> Option<Point> {
        let latitude = self.needed("latitude", number)?;
        let longitude = self.needed("longitude", number)?;
        let point = Point::new(latitude, longitude);
        if point.is_none() {
            self.fault(
                "latitude",
                "is not in the United Kingdom with this longitude; write degrees such as 53.48 and -2.24, and look whether they were exchanged",
            );
        }
        point
    }

    /// A service, if every field of it can be read.
    pub(super) fn listing(&mut self, places: &Places) -> Option<Listing> {
        let id = self.needed("id", |text| {
            let is_id = text.len() <= 64
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
            is_id
                .then(|| text.to_owned())
                .ok_or_else(|| "may hold letters, digits and `-`, `_`, `.`, 64 at most".to_owned())
        });
        let name = self.needed("name", |text| Ok(text.to_owned()));
        let kind = self.needed("kind", |text| {
            Kind::of_word(text).ok_or_else(|| {
                let words: Vec<&str> = Kind::words().collect();
                format!("`{text}` is no kind; write one of {}", words.join(", "))
            })
        });
        let way = self.optional("way", way);
        let phone = self.optional("phone", phone);
        let address = self.words("address");
        let postcode = self.optional("postcode", |text| {
            text.parse()
                .map_err(|error: NotAPlaceName| error.to_string())
        });
        let at = self.at(postcode.clone().flatten().as_ref(), places);
        let takes = self.needed(
            "takes",
            list(|word| word.parse::<Taken>().map_err(|error| error.to_string())),
        );
        let complaints = self.optional("complaints", list(complaint));
        let ages = self.ages();
        let sex = self.optional("sex", sex);
        let hours = self.hours();
        let capacity = self.optional("capacity", capacity);
        let reach_km = self.optional("reach_km", |text| {
            let reach = text.parse().ok().filter(|km| (1..=999).contains(km));
            reach.ok_or_else(|| "is a whole number of kilometres, 1 to 999".to_owned())
        });
        let note = self.words("note");
        // Everything was read before anything is missed, so that all faults are found.
        let way = way?.unwrap_or(Way::WalkIn);
        let phone = phone?;
        if phone.is_none() && way != Way::WalkIn {
            self.fault(
                "phone",
                "is empty, and this service has to be rung; write its number",
            );
            return None;
        }
        let (age_from, age_to) = ages?;
        Some(Listing {
            id: id?,
            name: name?,
            kind: kind?,
            way,
            phone,
            address: address?,
            postcode: postcode?,
            at: at?,
            takes: takes?,
            complaints: complaints?.unwrap_or_default(),
            age_from,
            age_to,
            sex: sex?,
            hours: hours?,
            capacity: capacity?.unwrap_or_default(),
            reach_km: reach_km?,
            note: note?,
        })
    }

    /// By its coordinates, or by its postcode.
    fn at(&mut self, postcode: Option<&PlaceName>, places: &Places) -> Option<Point> {
        if !self.text("latitude").is_empty() || !self.text("longitude").is_empty() {
            return self.point();
        }
        let Some(postcode) = postcode else {
            if self.text("postcode").is_empty() {
                self.fault(
                    "postcode",
                    "is empty; write it, or `latitude` and `longitude`",
                );
            }
            return None;
        };
        let at = places.get(postcode);
        if at.is_none() {
            self.fault(
                "postcode",
                format!("`{postcode}` is not among the postcodes; add it there, or write `latitude` and `longitude`"),
            );
        }
        at.copied()
    }

    fn ages(&mut self) -> Option<(Option<AgeLimit>, Option<AgeLimit>)> {
        let (from, to) = (self.optional("age_from", age), self.optional("age_to", age));
        let (from, to) = (from?, to?);
        let range = |limit: AgeLimit| AgeRange::told(i64::from(limit.count), limit.unit);
        let is_upside_down = from
            .and_then(range)
            .zip(to.and_then(range))
            .is_some_and(|(from, to)| to.days.1 < from.days.0 || to.months.1 < from.months.0);
        if is_upside_down {
            self.fault("age_to", "is below `age_from`; exchange them");
            return None;
        }
        Some((from, to))
    }

    fn hours(&mut self) -> Option<Hours> {
        let week = self.optional("hours", hours::week);
        let bank_holidays = self.optional("bank_holidays", |text| match text {
            "as usual" => Ok(None),
            text => hours::sessions(text).map(Some),
        });
        let dates = self.optional("dates", hours::dates);
        let week = week?.unwrap_or(Week::Unknown);
        let dates: BTreeMap<_, _> = dates?.unwrap_or_default();
        let bank_holidays = bank_holidays?.flatten();
        if week == Week::Unknown && !(dates.is_empty() && bank_holidays.is_none()) {
            self.fault(
                "hours",
                "are unknown, and `bank_holidays` or `dates` are not; write the hours of the week",
            );
            return None;
        }
        if week == Week::Always && bank_holidays.is_some() {
            self.fault(
                "bank_holidays",
                "cannot differ from `always`; write the hours of the week instead, or use `dates`",
            );
            return None;
        }
        Some(Hours {
            week,
            bank_holidays,
            dates,
        })
    }
}

fn number(text: &str) -> Result<f64, String> {
    let read = text.parse::<f64>().ok().filter(|number| number.is_finite());
    read.ok_or_else(|| format!("`{text}` is no number; write degrees such as 53.48 or -2.24"))
}

/// Words with spaces between them.
fn list<T>(
    read: impl Fn(&str) -> Result<T, String>,
) -> impl FnOnce(&str) -> Result<Vec<T>, String> {
    move |text| {
        text.split_whitespace()
            .map(|word| read(word).map_err(|error| format!("`{word}`: {error}")))
            .collect()
    }
}

fn complaint(word: &str) -> Result<String, String> {
    is_slug(word)
        .then(|| word.to_owned())
        .ok_or_else(|| "write the ids of complaints, with spaces between them".to_owned())
}

fn way(text: &str) -> Result<Way, String> {
    match text {
        "walk_in" => Ok(Way::WalkIn),
        "phone_first" => Ok(Way::PhoneFirst),
        "phone" => Ok(Way::Phone),
        _ => Err(format!(
            "`{text}` is no way to reach a service; write walk_in, phone_first or phone"
        )),
    }
}

fn sex(text: &str) -> Result<Sex, String> {
    match text {
        "female" => Ok(Sex::Female),
        "male" => Ok(Sex::Male),
        _ => Err(format!(
            "`{text}` is neither female nor male; leave it empty for both"
        )),
    }
}

fn capacity(text: &str) -> Result<Capacity, String> {
    match text {
        "high" => Ok(Capacity::High),
        "low" => Ok(Capacity::Low),
        "none" => Ok(Capacity::None),
        _ => Err(format!("`{text}` is no capacity; write high, low or none")),
    }
}

/// Digits as people write them, 3 to 15.
fn phone(text: &str) -> Result<String, String> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_number = text.strip_prefix('+').unwrap_or(text);
    let is_number = is_number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b' ');
    (is_number && (3..=15).contains(&digits))
        .then(|| text.to_owned())
        .ok_or_else(|| {
            format!("`{text}` is no phone number; write digits and spaces, such as 01632 960001")
        })
}

/// `5 years`, `18 months`, `6 weeks`, `28 days`.
fn age(text: &str) -> Result<AgeLimit, String> {
    let read = text.split_once(' ').and_then(|(count, unit)| {
        let unit = match unit.trim().trim_end_matches('s') {
            "day" => AgeUnit::Days,
            "week" => AgeUnit::Weeks,
            "month" => AgeUnit::Months,
            "year" => AgeUnit::Years,
            _ => return None,
        };
        let count: u16 = count.parse().ok()?;
        AgeRange::told(i64::from(count), unit)?;
        Some(AgeLimit { count, unit })
    });
    read.ok_or_else(|| {
        format!("`{text}` is no age; write a number and days, weeks, months or years")
    })
}
