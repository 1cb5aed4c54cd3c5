//! A directory from CSV text, or every fault in it.
//!
//! Nothing is guessed: a row that cannot be read whole is a fault, with its line, its column, and how to mend it.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::listing::Listing;
use super::place::{PlaceName, Point};

mod hours;
mod row;

use row::Row;

/// A fault of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line on which its row begins, from 1.
    pub line: u64,
    /// The place of its column, from 1; `None` if it is about the whole row.
    pub column: Option<usize>,
    /// The name of its column; empty if it is about the whole row.
    pub field: String,
    /// What is wrong, and how to mend it.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        if !self.field.is_empty() {
            write!(f, ": `{}`", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Where postcodes and districts are.
pub type Places = BTreeMap<PlaceName, Point>;

/// The columns of a file of services. Those that are marked have to be there.
const SERVICE_COLUMNS: &[(&str, bool)] = &[
    ("id", true),
    ("name", true),
    ("kind", true),
    ("way", false),
    ("phone", false),
    ("address", false),
    ("postcode", true),
    ("latitude", false),
    ("longitude", false),
    ("takes", true),
    ("complaints", false),
    ("age_from", false),
    ("age_to", false),
    ("sex", false),
    ("hours", true),
    ("bank_holidays", false),
    ("dates", false),
    ("capacity", false),
    ("reach_km", false),
    ("note", false),
];

const PLACE_COLUMNS: &[(&str, bool)] =
    &[("postcode", true), ("latitude", true), ("longitude", true)];

/// Reads services; those without coordinates stand where `places` has their postcode.
///
/// # Errors
/// Every fault, in the order of the lines.
pub fn services(text: &str, places: &Places) -> Result<Vec<Listing>, Vec<Fault>> {
    let mut seen: HashMap<String, u64> = HashMap::new();
    rows(text, SERVICE_COLUMNS, |row| {
        let listing = row.listing(places)?;
        match seen.insert(listing.id.clone(), row.line) {
            Some(first) => {
                row.fault(
                    "id",
                    format!("line {first} has this id; give each service its own"),
                );
                None
            }
            None => Some(listing),
        }
    })
}

/// Reads where postcodes and districts are. A district that has no line of its own lies in the middle of its postcodes.
///
/// # Errors
/// Every fault, in the order of the lines.
pub fn places(text: &str) -> Result<Places, Vec<Fault>> {
    let mut seen: HashMap<PlaceName, u64> = HashMap::new();
    let read = rows(text, PLACE_COLUMNS, |row| {
        let name = row.place_name("postcode");
        let at = row.point();
        let (name, at) = (name?, at?);
        match seen.insert(name.clone(), row.line) {
            Some(first) => {
                row.fault(
                    "postcode",
                    format!("line {first} has it; leave one of them out"),
                );
                None
            }
            None => Some((name, at)),
        }
    })?;
    let mut places: Places = read.into_iter().collect();
    let mut sums: BTreeMap<PlaceName, (f64, f64, f64)> = BTreeMap::new();
    for (name, at) in &places {
        let sum = sums.entry(name.district()).or_default();
        *sum = (sum.0 + at.latitude, sum.1 + at.longitude, sum.2 + 1.0);
    }
    for (district, (latitude, longitude, count)) in sums {
        places.entry(district).or_insert(Point {
            latitude: latitude / count,
            longitude: longitude / count,
        });
    }
    Ok(places)
}

/// Reads each row of a file with these columns.
fn rows<T>(
    text: &str,
    columns: &[(&str, bool)],
    mut read: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Result<Vec<T>, Vec<Fault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(vec![whole(1, &error.to_string())]),
    };
    let mut faults = header_faults(&header, columns);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut found = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                faults.push(whole(line, &error.to_string()));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            faults.push(whole(
                line,
                &format!(
                    "has {} fields and the header {}; put a field that holds a comma in double quotes",
                    record.len(),
                    header.len()
                ),
            ));
            continue;
        }
        let mut row = Row::new(line, &header, &record, &mut faults);
        found.extend(read(&mut row));
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(faults)
    }
}

fn whole(line: u64, message: &str) -> Fault {
    Fault {
        line,
        column: None,
        field: String::new(),
        message: message.to_owned(),
    }
}

fn header_faults(header: &csv::StringRecord, columns: &[(&str, bool)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let names = || columns.iter().map(|(name, _)| *name);
    for (place, name) in header.iter().enumerate() {
        let message = if header.iter().take(place).any(|other| other == name) {
            "stands there twice; leave one of them out".to_owned()
        } else if names().any(|known| known == name) {
            continue;
        } else {
            let list: Vec<&str> = names().collect();
            format!("is no column; there are {}", list.join(", "))
        };
        faults.push(Fault {
            line: 1,
            column: Some(place + 1),
            field: name.to_owned(),
            message,
        });
    }
    let is_missing = |name: &str| !header.iter().any(|known| known == name);
    for (name, _) in columns
        .iter()
        .filter(|(name, has_to)| *has_to && is_missing(name))
    {
        faults.push(Fault {
            line: 1,
            column: None,
            field: (*name).to_owned(),
            message: "is missing; add it to the header in the first line".to_owned(),
        });
    }
    faults
}
