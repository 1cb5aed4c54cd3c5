//! Where something is: a point, or a postcode or the district of one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The mean radius of the earth in metres.
const EARTH_M: f64 = 6_371_008.8;

/// Metres in a mile, in which distances are told.
pub const MILE_M: f64 = 1609.344;

/// A point on the map: WGS 84, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// North of the equator.
    pub latitude: f64,
    /// East of Greenwich.
    pub longitude: f64,
}

impl Point {
    /// A point in or around the United Kingdom; `None` elsewhere, where the two numbers may have been exchanged.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_here = (49.0..=61.5).contains(&latitude) && (-9.0..=3.0).contains(&longitude);
        is_here.then_some(Point {
            latitude,
            longitude,
        })
    }

    /// The distance as the crow flies, in metres.
    pub fn distance_m(self, other: Point) -> f64 {
        let (here, there) = (self.latitude.to_radians(), other.latitude.to_radians());
        let north = ((there - here) / 2.0).sin();
        let east = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let chord = north * north + here.cos() * there.cos() * east * east;
        2.0 * EARTH_M * chord.sqrt().min(1.0).asin()
    }
}

/// A postcode or its district (the part before the space), in the usual form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlaceName {
    district: String,
    /// The part after the space; empty for a whole district.
    inward: String,
}

/// A text that is neither a postcode nor a district.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a postcode looks like `AB1 2CD`, a district like `AB1`")]
pub struct NotAPlaceName;

impl PlaceName {
    /// The district, which a postcode lies in.
    pub fn district(&self) -> PlaceName {
        PlaceName {
            district: self.district.clone(),
            inward: String::new(),
        }
    }

    /// It is no single postcode.
    pub fn is_district(&self) -> bool {
        self.inward.is_empty()
    }
}

impl FromStr for PlaceName {
    type Err = NotAPlaceName;

    /// Small letters, missing and doubled spaces are understood.
    fn from_str(text: &str) -> Result<Self, NotAPlaceName> {
        // No longer text is one, and none is looked at further.
        let mut letters = String::with_capacity(8);
        for letter in text.trim().chars().filter(|letter| !letter.is_whitespace()) {
            if !letter.is_ascii_alphanumeric() || letters.len() == 8 {
                return Err(NotAPlaceName);
            }
            letters.push(letter.to_ascii_uppercase());
        }
        let (district, inward) = match letters.len() {
            2..=4 => (letters.as_str(), ""),
            5..=7 => letters.split_at(letters.len() - 3),
            _ => return Err(NotAPlaceName),
        };
        if is_district(district) && (inward.is_empty() || is_inward(inward)) {
            Ok(PlaceName {
                district: district.to_owned(),
                inward: inward.to_owned(),
            })
        } else {
            Err(NotAPlaceName)
        }
    }
}

/// One or two letters, a digit, and perhaps a digit or a letter.
fn is_district(text: &str) -> bool {
    let area = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = text.get(area..).unwrap_or_default().as_bytes();
    (1..=2).contains(&area) && matches!(rest, [first] | [first, _] if first.is_ascii_digit())
}

/// A digit and two letters.
fn is_inward(text: &str) -> bool {
    matches!(text.as_bytes(), [digit, one, two] if digit.is_ascii_digit() && one.is_ascii_uppercase() && two.is_ascii_uppercase())
}

impl fmt::Display for PlaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_district() {
            f.write_str(&self.district)
        } else {
            write!(f, "{} {}", self.district, self.inward)
        }
    }
}

impl TryFrom<String> for PlaceName {
    type Error = NotAPlaceName;

    fn try_from(text: String) -> Result<Self, NotAPlaceName> {
        text.parse()
    }
}

impl From<PlaceName> for String {
    fn from(name: PlaceName) -> Self {
        name.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_are_understood_as_people_type_them() {
        for (typed, meant) in [
            ("zz1 4ab", "ZZ1 4AB"),
            (" ZZ14AB ", "ZZ1 4AB"),
            ("sw1a 1aa", "SW1A 1AA"),
            ("m1  1ae", "M1 1AE"),
            ("zz12", "ZZ12"),
            ("W1A", "W1A"),
        ] {
            assert_eq!(typed.parse::<PlaceName>().unwrap().to_string(), meant);
        }
        for typed in [
            "", "Z", "ZZ", "London", "12345", "ZZ1 AAA", "ZZZ1 4AB", "ZZ1 4A", "ZZ1 4ABC",
            "ZZ1-4AB", "é1 4AB",
        ] {
            assert_eq!(typed.parse::<PlaceName>(), Err(NotAPlaceName), "{typed}");
        }
    }

    #[test]
    fn distances_are_those_of_the_map() {
        let point = |latitude, longitude| Point::new(latitude, longitude).unwrap();
        // Big Ben to the Tower of London: 4.0 km.
        let between = point(51.5007, -0.1246).distance_m(point(51.5081, -0.0759));
        assert!((between - 3472.0).abs() < 10.0, "{between}");
        // One degree of latitude.
        let degree = point(52.0, 0.0).distance_m(point(53.0, 0.0));
        assert!((degree - 111_195.0).abs() < 5.0, "{degree}");
        assert_eq!(point(52.0, 1.0).distance_m(point(52.0, 1.0)), 0.0);
    }

    #[test]
    fn a_point_elsewhere_is_none() {
        assert_eq!(Point::new(-1.2, 52.0), None);
        assert_eq!(Point::new(f64::NAN, 0.0), None);
    }
}
