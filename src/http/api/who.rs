//! Who a person is, as clients say it and as it is read back.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::case::person::{
    Address, Caller, LONGEST_TEXT, MOST, Patient, Person, PersonFault, Phone, Places,
};
use crate::http::error::Error;

/// Who the patient is, who rings, and where each of them is. Everything may be left out; what is sent replaces what was sent before.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PersonBody {
    /// The person who needs help.
    patient: PatientBody,
    /// The person who rings or writes, where it is another one.
    caller: CallerBody,
    /// Where they are.
    places: PlacesBody,
}

/// The person who needs help.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PatientBody {
    /// As it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Amira Khan")]
    name: Option<String>,
    /// By the calendar. It answers the question of age, unless that is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<Date>,
    /// With its unit, where the date of birth is not known: `20 months`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "58 years")]
    age: Option<String>,
    /// Ten digits, the last of which checks the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "943 476 5919")]
    nhs_number: Option<String>,
    /// The best one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    phones: Vec<String>,
}

/// The person who rings or writes, where it is another one.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CallerBody {
    /// As it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The best one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    phones: Vec<String>,
}

/// Three places, which may differ. None needs a postcode.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlacesBody {
    /// Where the patient is now: where help has to come to.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<AddressBody>,
    /// Where the patient lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    home: Option<AddressBody>,
    /// Where the caller is.
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<AddressBody>,
}

/// A place. It may be no more than "the bus stop by the church".
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AddressBody {
    /// From the house to the town.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<String>,
    /// Where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "LS1 4AP")]
    postcode: Option<String>,
}

impl std::fmt::Debug for PersonBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonBody(…)")
    }
}

impl PersonBody {
    /// The person.
    ///
    /// # Errors
    /// [`Error::Person`] for the first part that cannot be.
    pub fn read(self) -> Result<Person, Error> {
        let PersonBody {
            patient,
            caller,
            places,
        } = self;
        Ok(Person {
            patient: Patient {
                name: text("patient.name", patient.name)?,
                birth_date: patient.birth_date,
                age: text("patient.age", patient.age)?,
                nhs_number: patient
                    .nhs_number
                    .map(|number| number.parse())
                    .transpose()
                    .map_err(|fault| of("patient.nhs_number", fault))?,
                phones: phones("patient.phones", &patient.phones)?,
            },
            caller: Caller {
                name: text("caller.name", caller.name)?,
                phones: phones("caller.phones", &caller.phones)?,
            },
            places: Places {
                now: place("places.now", places.now)?,
                home: place("places.home", places.home)?,
                caller: place("places.caller", places.caller)?,
            },
        })
    }
}

fn of(field: &'static str, fault: impl Into<PersonFault>) -> Error {
    Error::Person {
        field,
        fault: fault.into(),
    }
}

/// What is empty is not said.
fn text(field: &'static str, text: Option<String>) -> Result<Option<String>, Error> {
    let text = text
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty());
    match &text {
        Some(text) if text.chars().count() > LONGEST_TEXT => Err(of(field, PersonFault::TooLong)),
        _ => Ok(text),
    }
}

fn few<T>(field: &'static str, several: &[T]) -> Result<(), Error> {
    if several.len() > MOST {
        return Err(of(field, PersonFault::TooMany));
    }
    Ok(())
}

fn phones(field: &'static str, phones: &[String]) -> Result<Vec<Phone>, Error> {
    few(field, phones)?;
    phones
        .iter()
        .map(|phone| {
            phone
                .parse()
                .map_err(|fault: crate::case::person::phone::NotAPhoneNumber| of(field, fault))
        })
        .collect()
}

fn place(field: &'static str, place: Option<AddressBody>) -> Result<Option<Address>, Error> {
    let Some(AddressBody { lines, postcode }) = place else {
        return Ok(None);
    };
    few(field, &lines)?;
    let lines: Vec<Option<String>> = lines
        .into_iter()
        .map(|line| text(field, Some(line)))
        .collect::<Result<_, _>>()?;
    let postcode = text(field, postcode)?;
    let address = Address {
        lines: lines.into_iter().flatten().collect(),
        postcode: postcode
            .map(|postcode| postcode.parse())
            .transpose()
            .map_err(|fault: crate::case::person::address::NotAPostcode| of(field, fault))?,
    };
    Ok((address != Address::default()).then_some(address))
}

impl From<&Person> for PersonBody {
    fn from(person: &Person) -> Self {
        let Person {
            patient,
            caller,
            places,
        } = person;
        let phones = |phones: &[Phone]| -> Vec<String> {
            phones
                .iter()
                .map(|phone| phone.as_str().to_owned())
                .collect()
        };
        let place = |place: &Option<Address>| {
            place.as_ref().map(|place| AddressBody {
                lines: place.lines.clone(),
                postcode: place
                    .postcode
                    .as_ref()
                    .map(|postcode| postcode.as_str().to_owned()),
            })
        };
        PersonBody {
            patient: PatientBody {
                name: patient.name.clone(),
                birth_date: patient.birth_date,
                age: patient.age.clone(),
                nhs_number: patient
                    .nhs_number
                    .as_ref()
                    .map(|number| number.as_str().to_owned()),
                phones: phones(&patient.phones),
            },
            caller: CallerBody {
                name: caller.name.clone(),
                phones: phones(&caller.phones),
            },
            places: PlacesBody {
                now: place(&places.now),
                home: place(&places.home),
                caller: place(&places.caller),
            },
        }
    }
}
