//! People who are nobody: names that are fictional in their own language, numbers and postcodes that nobody has.
//!
//! Phone numbers are those that Ofcom keeps for drama (07700 900000 to 900999), NHS numbers those of the range 999 that is kept for
//! tests, postcodes of an area (XX) that there is not. Ages and sexes follow the users of NHS 111 as far as they are published; the
//! bands of age are an assumption.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use serde::Serialize;

use crate::case::person::{Address, Caller, Patient, Person as Known, Places};

use super::dice::Dice;

/// Somebody fictional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// In their own script.
    pub name: String,
    /// Of the range 999, with its check digit.
    pub nhs_number: String,
    /// Of the range for drama, with `+44`.
    pub phone: String,
    /// Of an area that there is not.
    pub postcode: String,
    /// On the day of the first contact they are as old as [`Person::age`] says.
    pub birth_date: Date,
    /// In whole years.
    pub age: i64,
    /// `female`, `male`, or nothing where it is not told.
    pub sex: Option<&'static str>,
    /// Whether the patient speaks for themselves: `first` or `third`.
    pub party: &'static str,
}

/// Given names and a surname that says "example" or "made up" in the same language.
const NAMES: &[(&[&str], &str)] = &[
    (
        &["Ann", "Zoë", "Siân", "Oliver", "Mary-Jane", "D'Arcy"],
        "Example",
    ),
    (&["Eilidh", "Ruaridh", "Mòrag"], "MacEisimpleir"),
    (&["Seán", "Aoife", "Caoimhín"], "Ó Sampla"),
    (&["Agnieszka", "Łukasz", "Małgorzata"], "Przykładowa"),
    (&["João", "Conceição", "Inês"], "Exemplo"),
    (&["François", "Noémie", "Jean-Loïc"], "d'Exemple"),
    (&["Björn", "Åsa", "Märta"], "Exempelsson"),
    (&["Jürgen", "Käthe", "Jörg"], "Mustermann"),
    (&["Eszter", "Győző", "Ágnes"], "Példa"),
    (&["Željko", "Đurđica", "Šime"], "Primjer"),
    (&["Ştefan", "Ioană", "Mihăiţă"], "Exemplescu"),
    (&["Çağla", "Ömer", "İpek"], "Örnek"),
    (&["Nguyễn", "Thuỳ", "Đặng"], "Ví Dụ"),
    (&["Ọlá", "Ṣadé", "Adébáyọ̀"], "Àpẹẹrẹ"),
    (&["Олена", "Тарас", "Ганна"], "Приклад"),
    (&["Иван", "Наталья", "Фёдор"], "Примеров"),
    (&["Σοφία", "Γιώργος", "Ελένη"], "Παράδειγμα"),
    (&["محمد", "فاطمة", "عائشة"], "مثال"),
    (&["زهرا", "علی", "مریم"], "نمونه"),
    (&["דוד", "רבקה", "נעם"], "דוגמה"),
    (&["अमित", "प्रिया", "सुनीता"], "उदाहरण"),
    (&["ਅਮਨਦੀਪ", "ਗੁਰਪ੍ਰੀਤ"], "ਉਦਾਹਰਨ"),
    (&["রহিম", "ফারজানা"], "উদাহরণ"),
    (&["தமிழ்", "கவிதா"], "உதாரணம்"),
    (&["王", "李", "陈小"], "示例"),
    (&["田中", "佐藤"], "例子"),
    (&["김", "박지"], "예시"),
    (&["ተስፋዬ", "ሰላም"], "ምሳሌ"),
];

/// From the lowest age in years, up to the next: out of 100. An assumption, young children and the old above their part of the
/// population.
const AGES: &[(i64, i64, u64)] = &[
    (0, 0, 6),
    (1, 4, 16),
    (5, 15, 12),
    (16, 29, 20),
    (30, 49, 20),
    (50, 69, 13),
    (70, 84, 9),
    (85, 99, 4),
];

impl Person {
    /// Somebody as old as callers are, on `today`.
    pub fn drawn(dice: &mut Dice, today: Date) -> Self {
        let band = dice.weighed(AGES.iter().map(|(_, _, weight)| *weight));
        let (from, to, _) = AGES.get(band).copied().unwrap_or((30, 49, 1));
        let age = dice.between(from, to);
        // Some day of the year that ends with the next birthday.
        let back = Span::new().years(age).days(dice.between(0, 364));
        let birth_date = today.saturating_sub(back);
        let (given, surname) = dice.one_of(NAMES).copied().unwrap_or((&["Ann"], "Example"));
        let given = dice.one_of(given).copied().unwrap_or("Ann");
        Person {
            name: format!("{given} {surname}"),
            nhs_number: nhs_number(dice),
            phone: format!("+447700900{:03}", dice.below(1000)),
            postcode: postcode(dice),
            birth_date,
            age: today
                .saturating_sub(1.day())
                .since((jiff::Unit::Year, birth_date))
                .map_or(age, |span| i64::from(span.get_years())),
            sex: match dice.below(100) {
                0 => None,
                // 68 of 100 who use NHS 111 online are women (`demand`); on the phone it is not published.
                1..=62 => Some("female"),
                _ => Some("male"),
            },
            party: match age {
                0..=15 => "third",
                16..=79 if dice.happens(8500) => "first",
                _ if dice.happens(5000) => "first",
                _ => "third",
            },
        }
    }
}

impl Person {
    /// As much of them as is told of a person.
    pub fn known(&self) -> Known {
        Known {
            patient: Patient {
                name: Some(self.name.clone()),
                birth_date: Some(self.birth_date),
                age: None,
                nhs_number: self.nhs_number.parse().ok(),
                phones: self.phone.parse().into_iter().collect(),
            },
            caller: Caller::default(),
            places: Places {
                home: Some(Address {
                    lines: Vec::new(),
                    postcode: self.postcode.parse().ok(),
                }),
                ..Places::default()
            },
        }
    }
}

/// 999, six digits, and the digit that the modulus 11 gives; a number for which there is none is drawn again.
fn nhs_number(dice: &mut Dice) -> String {
    loop {
        let digits = format!("999{:06}", dice.below(1_000_000));
        if let Some(check) = check_digit(&digits) {
            return format!("{digits}{check}");
        }
    }
}

/// The last digit of an NHS number, after its first nine. Source: NHS Data Dictionary, NHS number, modulus 11.
fn check_digit(nine: &str) -> Option<u32> {
    let digits = nine.chars().filter_map(|letter| letter.to_digit(10));
    let sum: u32 = digits
        .zip((2..=10).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        check => Some(check),
    }
}

fn postcode(dice: &mut Dice) -> String {
    const LAST: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";
    let mut letter = || char::from(dice.one_of(LAST).copied().unwrap_or(b'A'));
    let (first, second) = (letter(), letter());
    format!(
        "XX{} {}{first}{second}",
        dice.between(1, 40),
        dice.between(0, 9)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_of_an_nhs_number_is_its_own() {
        // The example of the NHS Data Dictionary.
        assert_eq!(check_digit("943476591"), Some(9));
        let none = (0..1000).filter(|tail| check_digit(&format!("999000{tail:03}")).is_none());
        assert!((80..=100).contains(&none.count()), "one in eleven has none");
    }

    #[test]
    fn nobody_who_is_drawn_could_be_anybody() {
        let today: Date = "2026-11-22".parse().unwrap();
        let mut dice = Dice::of(7, 7);
        let mut ages = Vec::new();
        for _ in 0..2000 {
            let person = Person::drawn(&mut dice, today);
            assert!(person.nhs_number.starts_with("999") && person.nhs_number.len() == 10);
            let (nine, last) = person.nhs_number.split_at(9);
            assert_eq!(
                check_digit(nine).map(|check| check.to_string()).as_deref(),
                Some(last)
            );
            assert!(person.phone.starts_with("+447700900") && person.phone.len() == 13);
            assert!(person.postcode.starts_with("XX"));
            assert!((0..=100).contains(&person.age), "{person:?}");
            assert!(person.birth_date <= today);
            if person.age < 16 {
                assert_eq!(person.party, "third");
            }
            ages.push(person.age);
        }
        assert!(ages.contains(&0) && ages.iter().any(|age| *age > 85));
    }
}
