//! Who the person is: what they are called, when they were born, how and where they can be reached.
//!
//! All of it identifies somebody: it is kept sealed ([`super::event::Personal::Person`]), and its `Debug` shows nothing.
//!
//! - [`phone`], [`nhs_number`], [`address`], [`name`]: one way of writing each, so that the same is found to be the same.
//! - [`feature`]: what of a person can be looked up, and in what form. [`alike`]: when two cases are one person's.
//!
//! It digests nothing and looks nothing up: that is the service's, under a key that this part does not know.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub mod address;
pub mod alike;
pub mod feature;
pub mod name;
pub mod nhs_number;
pub mod phone;
#[cfg(test)]
mod tests;

pub use address::{Address, Postcode};
pub use alike::{Because, Likeness, Match, compare};
pub use feature::{Feature, Key, Kind};
pub use nhs_number::NhsNumber;
pub use phone::Phone;

/// The most letters of a name or of one line of an address.
pub const LONGEST_TEXT: usize = 200;

/// The most numbers of one person, and the most lines of one address.
pub const MOST: usize = 6;

/// Something said of a person that cannot be. It is not repeated: it identifies them all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PersonFault {
    /// No phone number.
    #[error(transparent)]
    Phone(#[from] phone::NotAPhoneNumber),
    /// No NHS number.
    #[error(transparent)]
    NhsNumber(#[from] nhs_number::NotAnNhsNumber),
    /// No postcode.
    #[error(transparent)]
    Postcode(#[from] address::NotAPostcode),
    /// Longer than any name or line.
    #[error("a name or a line has {LONGEST_TEXT} letters at most")]
    TooLong,
    /// More numbers or lines than anybody has.
    #[error("there can be {MOST} numbers or lines at most")]
    TooMany,
}

impl PersonFault {
    /// Stable; what a program should look at.
    pub fn code(self) -> &'static str {
        match self {
            PersonFault::Phone(_) => "not_a_phone_number",
            PersonFault::NhsNumber(_) => "not_an_nhs_number",
            PersonFault::Postcode(_) => "not_a_postcode",
            PersonFault::TooLong => "text_too_long",
            PersonFault::TooMany => "too_many",
        }
    }
}

/// Who the patient is, who rings, and where each of them is. Everything may be missing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// The person who needs help.
    pub patient: Patient,
    /// The person who rings or writes, where it is another one.
    pub caller: Caller,
    /// Where they are.
    pub places: Places,
}

/// The person who needs help.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Patient {
    /// As it was said, titles and all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By the calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Date>,
    /// With its unit, where the date of birth is not known: `20 months`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// Checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nhs_number: Option<NhsNumber>,
    /// The best one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
}

/// The person who rings or writes, where it is another one.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Caller {
    /// As it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The best one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
}

/// Three places, which may differ. None needs a postcode.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Places {
    /// Where the patient is now: where help has to come to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Address>,
    /// Where the patient lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<Address>,
    /// Where the caller is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<Address>,
}

/// A part of what can be known of a person; named in the clear, its value sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The patient's name.
    Name,
    /// The patient's date of birth.
    BirthDate,
    /// The patient's age, told.
    Age,
    /// The patient's NHS number.
    NhsNumber,
    /// A number of the patient.
    Phone,
    /// Where the patient is now.
    PlaceNow,
    /// Where the patient lives.
    PlaceHome,
    /// The caller's name.
    CallerName,
    /// A number of the caller.
    CallerPhone,
    /// Where the caller is.
    PlaceCaller,
}

impl Person {
    /// Everything that is known, in the order of [`Person::parts`] and in the clear, for whoever may read it.
    pub fn shown(&self) -> Vec<String> {
        let Person {
            patient,
            caller,
            places,
        } = self;
        let phones = |phones: &[Phone]| -> Vec<String> {
            phones
                .iter()
                .map(|phone| phone.as_str().to_owned())
                .collect()
        };
        let place = |place: &Option<Address>| place.as_ref().map(Address::shown);
        let mut shown: Vec<String> = (patient.name.clone().into_iter())
            .chain(patient.birth_date.map(|born| born.to_string()))
            .chain(patient.age.clone())
            .chain(
                patient
                    .nhs_number
                    .as_ref()
                    .map(|number| number.as_str().to_owned()),
            )
            .chain(phones(&patient.phones))
            .collect();
        shown.extend(place(&places.now));
        shown.extend(place(&places.home));
        shown.extend(caller.name.clone());
        shown.extend(phones(&caller.phones));
        shown.extend(place(&places.caller));
        shown
    }

    /// Which parts are known, in one order.
    pub fn parts(&self) -> Vec<Part> {
        let Person {
            patient,
            caller,
            places,
        } = self;
        [
            (Part::Name, patient.name.is_some()),
            (Part::BirthDate, patient.birth_date.is_some()),
            (Part::Age, patient.age.is_some()),
            (Part::NhsNumber, patient.nhs_number.is_some()),
            (Part::Phone, !patient.phones.is_empty()),
            (Part::PlaceNow, places.now.is_some()),
            (Part::PlaceHome, places.home.is_some()),
            (Part::CallerName, caller.name.is_some()),
            (Part::CallerPhone, !caller.phones.is_empty()),
            (Part::PlaceCaller, places.caller.is_some()),
        ]
        .into_iter()
        .filter_map(|(part, is_known)| is_known.then_some(part))
        .collect()
    }
}

/// A `Debug` that shows nothing of what identifies somebody.
macro_rules! redacted {
    ($($kind:ident),*) => {$(
        impl std::fmt::Debug for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($kind), "(…)"))
            }
        }
    )*};
}

pub(crate) use redacted;

redacted!(Person, Patient, Caller, Places);
