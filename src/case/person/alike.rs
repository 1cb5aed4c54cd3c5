//! When two cases are one person's, told from what they share, with the reason. What follows from it only ever raises urgency.
//!
//! | what the two share | likeness |
//! | --- | --- |
//! | the NHS number | certain |
//! | both have an NHS number, and they differ | none: two people, whatever else they share |
//! | date of birth, two names by their sound, and a number, house or postcode | certain |
//! | date of birth and one name by its sound | probable |
//! | date of birth, and a number or a house | probable |
//! | two names by their sound (one may be an initial), and a number, house or postcode | probable |
//! | dates of birth that differ, and no name alike | none: two people at one number or house |
//! | a number, or a house | the number or address only |
//!
//! The first row that holds decides. It is the same whichever of the two is looked from.

use serde::{Deserialize, Serialize};

use crate::case::ids::Hash;

use super::feature::{Key, Kind};

/// How sure it is that two cases are one person's. The surer, the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// Somebody said so, or they share what no two people do.
    Certain,
    /// More than chance would have it.
    Probable,
    /// They share a phone number or an address, and nothing says that they are two people.
    NumberOrAddress,
}

/// Why two cases are taken for one person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// A person linked them.
    Linked,
    /// One NHS number.
    NhsNumber,
    /// One date of birth, one name, and one number, house or postcode.
    BirthDateNameAndContact,
    /// One date of birth, and a name that sounds the same.
    BirthDateAndName,
    /// One date of birth and one phone number.
    BirthDateAndPhone,
    /// One date of birth and one house.
    BirthDateAndAddress,
    /// One name and one phone number.
    NameAndPhone,
    /// One name and one house.
    NameAndAddress,
    /// One name and one postcode.
    NameAndPostcode,
    /// One phone number.
    Phone,
    /// One house.
    Address,
}

/// That two cases may be one person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// How sure it is.
    pub likeness: Likeness,
    /// Why.
    pub because: Because,
}

/// Compares what two cases can be found by; `None` if nothing speaks for one person, number or house, or something speaks for two people.
pub fn compare(one: &[Key], other: &[Key]) -> Option<Match> {
    let pair = Pair { one, other };
    let shares = |kind| pair.shared(kind) > 0;
    let found = |likeness, because| Some(Match { likeness, because });
    if shares(Kind::NhsNumber) {
        return found(Likeness::Certain, Because::NhsNumber);
    }
    if pair.differ(Kind::NhsNumber) {
        return None;
    }
    let (phone, house) = (shares(Kind::Phone), shares(Kind::Address));
    let contact = phone || house || shares(Kind::Postcode);
    let (sounds, birth) = (pair.shared(Kind::Sound), shares(Kind::BirthDate));
    let names = sounds >= 2;
    let name_or_initial = names || (sounds >= 1 && pair.shared(Kind::Initial) >= 2);
    match () {
        () if birth && names && contact => {
            found(Likeness::Certain, Because::BirthDateNameAndContact)
        }
        () if birth && sounds >= 1 => found(Likeness::Probable, Because::BirthDateAndName),
        () if birth && phone => found(Likeness::Probable, Because::BirthDateAndPhone),
        () if birth && house => found(Likeness::Probable, Because::BirthDateAndAddress),
        () if pair.differ(Kind::BirthDate) && sounds == 0 && pair.differ(Kind::Sound) => None,
        () if pair.differ(Kind::BirthDate) => pair.place(phone, house),
        () if name_or_initial && phone => found(Likeness::Probable, Because::NameAndPhone),
        () if name_or_initial && house => found(Likeness::Probable, Because::NameAndAddress),
        () if name_or_initial && contact => found(Likeness::Probable, Because::NameAndPostcode),
        () => pair.place(phone, house),
    }
}

struct Pair<'a> {
    one: &'a [Key],
    other: &'a [Key],
}

impl Pair<'_> {
    fn of(keys: &[Key], kind: Kind) -> impl Iterator<Item = Hash> {
        keys.iter()
            .filter(move |key| key.kind == kind)
            .map(|key| key.digest)
    }

    /// How many of a kind both have.
    fn shared(&self, kind: Kind) -> usize {
        Self::of(self.one, kind)
            .filter(|digest| Self::of(self.other, kind).any(|other| other == *digest))
            .count()
    }

    /// Both have some, and none is shared.
    fn differ(&self, kind: Kind) -> bool {
        Self::of(self.one, kind).next().is_some()
            && Self::of(self.other, kind).next().is_some()
            && self.shared(kind) == 0
    }

    fn place(&self, phone: bool, house: bool) -> Option<Match> {
        let because = match (phone, house) {
            (true, _) => Because::Phone,
            (false, true) => Because::Address,
            (false, false) => return None,
        };
        Some(Match {
            likeness: Likeness::NumberOrAddress,
            because,
        })
    }
}
