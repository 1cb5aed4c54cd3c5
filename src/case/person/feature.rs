//! What of a person can be looked up: features, each in its one form, to be digested under a key before it is stored anywhere.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::case::event::Body;
use crate::case::ids::Hash;
use crate::case::state::Case;
use crate::walk::Answer;

use super::{Person, Phone, name, phone, redacted};

/// The question in whose answer a date of birth may stand.
pub(in crate::case) const AGE: &str = "age";

/// What a feature is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A phone number, the patient's, the caller's or one to ring back on; E.164.
    Phone,
    /// Ten digits.
    NhsNumber,
    /// By the calendar.
    BirthDate,
    /// Of the home, or of where the patient is now.
    Postcode,
    /// A house: see [`super::Address::normal`].
    Address,
    /// One name, folded.
    Name,
    /// How one name sounds.
    Sound,
    /// The first letter of one name.
    Initial,
    /// How one name sounds, with the date of birth.
    BirthDateSound,
    /// How one name sounds, with the postcode.
    PostcodeSound,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 10] = [
        Kind::Phone,
        Kind::NhsNumber,
        Kind::BirthDate,
        Kind::Postcode,
        Kind::Address,
        Kind::Name,
        Kind::Sound,
        Kind::Initial,
        Kind::BirthDateSound,
        Kind::PostcodeSound,
    ];

    /// The word that stands for it in the record.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Phone => "phone",
            Kind::NhsNumber => "nhs_number",
            Kind::BirthDate => "birth_date",
            Kind::Postcode => "postcode",
            Kind::Address => "address",
            Kind::Name => "name",
            Kind::Sound => "sound",
            Kind::Initial => "initial",
            Kind::BirthDateSound => "birth_date_sound",
            Kind::PostcodeSound => "postcode_sound",
        }
    }

    /// The kind of that code; `None` for one that a newer program wrote.
    pub fn of_code(code: &str) -> Option<Self> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether few enough people share one that a case is looked for by it. The others only tell how alike two cases are.
    pub fn finds(self) -> bool {
        matches!(
            self,
            Kind::Phone
                | Kind::NhsNumber
                | Kind::Address
                | Kind::BirthDateSound
                | Kind::PostcodeSound
        )
    }
}

/// Something by which a person can be found again, in its one form. In the clear: never stored, logged or sent.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Feature {
    /// What it is.
    pub kind: Kind,
    /// In its one form.
    pub value: String,
}

redacted!(Feature);

/// A feature, digested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// What it is a digest of.
    pub kind: Kind,
    /// Under the matching key.
    pub digest: Hash,
}

/// Whether an event tells something of the person by which they can be found again, or makes its time the latest at which they were there.
pub fn tells_who(body: &Body) -> bool {
    match body {
        Body::ContactBegan { .. }
        | Body::IdentityGiven { .. }
        | Body::CallbackNumberGiven
        | Body::CallBackMissed { .. } => true,
        Body::Answered { fact, .. } | Body::Withdrawn { fact } => fact == AGE,
        _ => false,
    }
}

/// Everything by which the person of a case can be found now; what was replaced since is no part of it. In one order, each once.
///
/// The caller's name is none: it would make the caller of one case the patient of another. Nor is the place of the caller.
pub fn features(case: &Case) -> Vec<Feature> {
    let person = case.person.as_ref().map(|known| &known.person);
    of(person, birth_date(case), &case.callback_numbers)
}

/// The features of what is known: who the person is, a date of birth that was told as an answer, numbers to ring back on.
pub(super) fn of(person: Option<&Person>, told: Option<Date>, numbers: &[Phone]) -> Vec<Feature> {
    let mut features = Vec::new();
    let mut add = |kind: Kind, value: String| features.push(Feature { kind, value });
    let phones = person
        .into_iter()
        .flat_map(|person| person.patient.phones.iter().chain(&person.caller.phones))
        .chain(numbers);
    for phone in phones.filter_map(|given| phone::e164(given.as_str())) {
        add(Kind::Phone, phone);
    }
    let birth = person
        .and_then(|person| person.patient.birth_date)
        .or(told)
        .map(|date| date.to_string());
    if let Some(birth) = &birth {
        add(Kind::BirthDate, birth.clone());
    }
    if let Some(person) = person {
        if let Some(number) = &person.patient.nhs_number {
            add(Kind::NhsNumber, number.as_str().to_owned());
        }
        let places = [&person.places.home, &person.places.now];
        let mut postcodes = Vec::new();
        for place in places.into_iter().flatten() {
            if let Some(postcode) = &place.postcode {
                postcodes.push(postcode.as_str());
                add(Kind::Postcode, postcode.as_str().to_owned());
            }
            if let Some(house) = place.normal() {
                add(Kind::Address, house);
            }
        }
        for token in name::tokens(person.patient.name.as_deref().unwrap_or_default()) {
            add(Kind::Initial, token.chars().take(1).collect());
            if let Some(sound) = name::sound(&token) {
                if let Some(birth) = &birth {
                    add(Kind::BirthDateSound, format!("{birth}|{sound}"));
                }
                for postcode in &postcodes {
                    add(Kind::PostcodeSound, format!("{postcode}|{sound}"));
                }
                add(Kind::Sound, sound);
            }
            add(Kind::Name, token);
        }
    }
    features.sort();
    features.dedup();
    features
}

/// The date of birth that was last told as an answer, if that still counts.
fn birth_date(case: &Case) -> Option<Date> {
    let told = case.told.iter().rev().find(|told| told.name == AGE)?;
    match told.answer {
        Some(Answer::BirthDate(date)) => Some(date),
        _ => None,
    }
}
