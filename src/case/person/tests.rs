//! What of a person is one and the same however it is written, and when two cases are one person's.

use proptest::prelude::*;

use super::*;
use crate::case::ids::Hash;

fn digested(features: &[Feature]) -> Vec<Key> {
    features
        .iter()
        .map(|feature| Key {
            kind: feature.kind,
            digest: Hash::of(format!("{}\0{}", feature.kind.code(), feature.value)),
        })
        .collect()
}

fn keys(person: &Person) -> Vec<Key> {
    digested(&feature::of(Some(person), None, &[]))
}

/// A person in short: name, date of birth, NHS number, phone, house, postcode; `-` where it is not known.
fn person(text: &str) -> Person {
    let parts: Vec<Option<&str>> = text
        .split(", ")
        .map(|part| (part != "-").then_some(part))
        .collect();
    let [name, born, number, phone, house, postcode] = parts[..] else {
        panic!("six parts: {text}")
    };
    Person {
        patient: Patient {
            name: name.map(str::to_owned),
            birth_date: born.map(|date| date.parse().unwrap()),
            age: None,
            nhs_number: number.map(|number| number.parse().unwrap()),
            phones: phone
                .map(|phone| phone.parse().unwrap())
                .into_iter()
                .collect(),
        },
        caller: Caller::default(),
        places: Places {
            home: (house.is_some() || postcode.is_some()).then(|| Address {
                lines: house.map(str::to_owned).into_iter().collect(),
                postcode: postcode.map(|postcode| postcode.parse().unwrap()),
            }),
            ..Places::default()
        },
    }
}

#[track_caller]
fn matched(one: &str, other: &str) -> Option<(Likeness, Because)> {
    let (one, other) = (keys(&person(one)), keys(&person(other)));
    let found = compare(&one, &other);
    assert_eq!(
        found,
        compare(&other, &one),
        "it is the same from both sides"
    );
    found.map(|found| (found.likeness, found.because))
}

#[test]
fn one_phone_number_has_one_form() {
    for text in [
        "07700 900123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700-900-123",
        "447700900123",
        " (07700) 900123 ",
    ] {
        assert_eq!(
            phone::e164(text).as_deref(),
            Some("+447700900123"),
            "{text}"
        );
    }
    assert_eq!(
        phone::e164("0113 496 0000").as_deref(),
        Some("+441134960000")
    );
    assert_eq!(
        phone::e164("+33 1 99 00 12 34").as_deref(),
        Some("+33199001234")
    );
    for none in [
        "",
        "999",
        "withheld",
        "900123",
        "0000000000",
        "+440000000000",
        "7700900123",
    ] {
        assert_eq!(phone::e164(none), None, "{none}");
    }
}

#[test]
fn an_nhs_number_is_one_only_if_its_last_digit_checks_the_others() {
    for good in ["943 476 5919", "9434765919", "943-476-5919"] {
        assert_eq!(good.parse::<NhsNumber>().unwrap().as_str(), "9434765919");
    }
    for bad in [
        "9434765918",
        "943476591",
        "94347659190",
        "0000000000",
        "1111111111",
        "943476591x",
        "",
    ] {
        assert!(bad.parse::<NhsNumber>().is_err(), "{bad}");
    }
}

#[test]
fn a_postcode_has_one_form_and_a_place_needs_none() {
    for (text, form) in [
        ("ls14ap", "LS1 4AP"),
        (" sw1a  1aa ", "SW1A 1AA"),
        ("M1 1AE", "M1 1AE"),
        ("gir 0aa", "GIR 0AA"),
    ] {
        assert_eq!(text.parse::<Postcode>().unwrap().as_str(), form);
    }
    for bad in ["", "LS1", "LS1 44P", "12345", "LÖ1 4AP", "ABC 1AA", "1 1AA"] {
        assert!(bad.parse::<Postcode>().is_err(), "{bad}");
    }
    let place = |lines: &[&str], postcode: Option<&str>| {
        Address {
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            postcode: postcode.map(|postcode| postcode.parse().unwrap()),
        }
        .normal()
    };
    let flat = place(&["Flat 3, 12 High St", "Leeds"], Some("LS1 4AP"));
    assert_eq!(flat, place(&["12 High Street", "flat 3"], Some("ls14ap")));
    assert_ne!(flat, place(&["Flat 2, 12 High St"], Some("LS1 4AP")));
    assert_eq!(
        place(&["Rose Cottage", "Otley"], Some("LS21 3AA")),
        place(&["rose  cottage"], Some("LS21 3AA"))
    );
    assert_eq!(
        place(&["12 High St", "Leeds"], None),
        place(&["12, high street,", "LEEDS"], None)
    );
    assert_eq!(place(&["the bus stop by the church"], None), None);
    assert_eq!(place(&[], Some("LS1 4AP")), None, "a street is no house");
}

#[test]
fn a_name_is_folded() {
    assert_eq!(
        name::tokens("Dr Zoë O’Brien-SMITH"),
        ["obrien", "smith", "zoe"]
    );
    assert_eq!(name::tokens("Łukasz  Straße"), ["lukasz", "strasse"]);
    assert_eq!(name::tokens("SMITH, John"), name::tokens("mr John Smith"));
    assert_eq!(name::tokens("李 小龍"), ["小龍", "李"]);
    for (one, other) in [
        ("catherine", "kathryn"),
        ("smith", "smyth"),
        ("stephen", "steven"),
        ("philip", "phillip"),
        ("khan", "kahn"),
    ] {
        assert_eq!(name::sound(one), name::sound(other), "{one}, {other}");
    }
    assert_eq!(name::sound("j"), None);
    assert_eq!(name::sound("小龍").as_deref(), Some("小龍"));
}

#[test]
fn who_is_taken_for_one_person_and_why() {
    use Because::*;
    use Likeness::*;

    let amira = "Amira Khan, 1984-02-29, 943 476 5919, 07700 900123, 12 High St, LS1 4AP";
    for (other, expected) in [
        ("-, -, 9434765919, -, -, -", Some((Certain, NhsNumber))),
        // Two NHS numbers are two people, whatever else they share.
        (
            "Amira Khan, 1984-02-29, 401 023 2137, 07700 900123, 12 High St, LS1 4AP",
            None,
        ),
        (
            "Khan Amira, 1984-02-29, -, -, 12 high street, LS1 4AP",
            Some((Certain, BirthDateNameAndContact)),
        ),
        (
            "Ameera Kahn, 1984-02-29, -, +44 7700 900123, -, -",
            Some((Certain, BirthDateNameAndContact)),
        ),
        (
            "Amira Khan, 1984-02-29, -, -, -, -",
            Some((Probable, BirthDateAndName)),
        ),
        // A first name, or a married one.
        (
            "Amira, 1984-02-29, -, -, -, -",
            Some((Probable, BirthDateAndName)),
        ),
        (
            "Amira Brown, 1984-02-29, -, -, -, -",
            Some((Probable, BirthDateAndName)),
        ),
        (
            "-, 1984-02-29, -, 447700900123, -, -",
            Some((Probable, BirthDateAndPhone)),
        ),
        (
            "-, 1984-02-29, -, -, 12 High St, LS1 4AP",
            Some((Probable, BirthDateAndAddress)),
        ),
        (
            "A Khan, -, -, 0044 7700 900123, -, -",
            Some((Probable, NameAndPhone)),
        ),
        (
            "Khan Amira, -, -, -, 12 High Street, ls14ap",
            Some((Probable, NameAndAddress)),
        ),
        (
            "Amira Khan, -, -, -, -, LS1 4AP",
            Some((Probable, NameAndPostcode)),
        ),
        // The same number or house alone; and a relative of another age there.
        ("-, -, -, 07700900123, -, -", Some((NumberOrAddress, Phone))),
        (
            "-, -, -, -, 12 High Street, LS1 4AP",
            Some((NumberOrAddress, Address)),
        ),
        (
            "Yusuf Khan, 2019-06-01, -, 07700900123, -, -",
            Some((NumberOrAddress, Phone)),
        ),
        // Somebody else who rings from the same desk.
        ("Peter Dodd, 1951-01-01, -, 07700900123, -, -", None),
        ("Amira Khan, -, -, -, -, -", None),
        ("-, 1984-02-29, -, -, -, -", None),
        ("-, -, -, -, -, LS1 4AP", None),
        ("Peter Dodd, -, -, -, -, LS1 4AP", None),
        ("-, -, -, -, -, -", None),
    ] {
        assert_eq!(matched(amira, other), expected, "{other}");
    }
}

#[test]
fn nothing_of_a_person_is_shown_by_debug() {
    let amira = person("Amira Khan, 1984-02-29, 943 476 5919, 07700 900123, 12 High St, LS1 4AP");
    let shown = format!(
        "{amira:?} {:?} {:?}",
        amira.patient,
        feature::of(Some(&amira), None, &amira.patient.phones)
    );
    for part in ["mira", "1984", "943", "900123", "High", "LS1"] {
        assert!(!shown.contains(part), "{shown}");
    }
}

#[test]
fn the_parts_that_are_known_are_named_without_their_values() {
    let some = person("Amira Khan, -, -, 07700 900123, -, LS1 4AP");
    assert_eq!(some.parts(), [Part::Name, Part::Phone, Part::PlaceHome]);
    let read: Person = serde_json::from_str(&serde_json::to_string(&some).unwrap()).unwrap();
    assert_eq!(read, some);
}

fn any_person() -> impl Strategy<Value = Person> {
    let one_of = |values: &'static [&'static str]| proptest::sample::select(values);
    (
        one_of(&[
            "-",
            "Amira Khan",
            "Khan Amira",
            "A Khan",
            "Amira",
            "John Smith",
            "Smyth Jon",
            "Zoë O'Neil",
            "李 小龍",
        ]),
        one_of(&["-", "1984-02-29", "2019-06-01"]),
        one_of(&["-", "-", "9434765919", "4010232137"]),
        one_of(&["-", "07700900123", "+44 7700 900124"]),
        one_of(&["-", "12 High St", "Rose Cottage"]),
        one_of(&["-", "LS1 4AP", "LS21 3AA"]),
    )
        .prop_map(|(name, born, number, phone, house, postcode)| {
            person(&[name, born, number, phone, house, postcode].join(", "))
        })
}

proptest! {
    #[test]
    fn folding_what_is_folded_changes_nothing(text in "\\PC{0,40}") {
        let tokens = name::tokens(&text);
        prop_assert_eq!(name::tokens(&tokens.join(" ")), tokens.clone());
        for token in &tokens {
            let _ = name::sound(token);
        }
        if let Some(number) = phone::e164(&text) {
            prop_assert_eq!(phone::e164(&number), Some(number));
        }
        if let Ok(postcode) = text.parse::<Postcode>() {
            prop_assert_eq!(postcode.as_str().parse::<Postcode>().unwrap(), postcode);
        }
        let place = Address { lines: vec![text], postcode: None };
        if let Some(normal) = place.normal() {
            let again = Address { lines: vec![normal.clone()], postcode: None };
            prop_assert_eq!(again.normal(), Some(normal));
        }
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written(digits in "7[0-9]{9}|1[0-9]{8,9}|2[0-9]{9}") {
        let forms = [format!("0{digits}"), format!("+44{digits}"), format!("+44 (0){digits}"), format!("0044{digits}"), format!("0{} {}", &digits[..4], &digits[4..])];
        let normal = phone::e164(&forms[0]);
        prop_assert!(normal.is_some());
        for form in &forms {
            prop_assert_eq!(phone::e164(form), normal.clone());
        }
    }

    #[test]
    fn matching_is_the_same_from_both_sides(one in any_person(), other in any_person()) {
        let (one, other) = (keys(&one), keys(&other));
        prop_assert_eq!(compare(&one, &other), compare(&other, &one));
        // What is compared is also found: it shares a key by which cases are looked for.
        if compare(&one, &other).is_some() {
            prop_assert!(one.iter().any(|key| key.kind.finds() && other.contains(key)));
        }
    }

    #[test]
    fn somebody_is_themselves(one in any_person()) {
        let keys = keys(&one);
        // One name and a postcode are looked for, but are too little to tell one neighbour from another.
        let tells = |key: &Key| key.kind.finds() && key.kind != Kind::PostcodeSound;
        let of = |kind: Kind| keys.iter().filter(|key| key.kind == kind).count();
        let told = of(Kind::Sound) >= 2 || (of(Kind::Sound) >= 1 && of(Kind::Initial) >= 2);
        let postcode = keys.iter().any(|key| key.kind == Kind::Postcode);
        prop_assert_eq!(
            compare(&keys, &keys).is_some(),
            keys.iter().any(tells) || (told && postcode)
        );
    }

    #[test]
    fn the_order_of_names_makes_no_difference(first in "[A-Za-zé]{2,9}", last in "[A-Z][a-zö]{2,9}") {
        prop_assert_eq!(name::tokens(&format!("{first} {last}")), name::tokens(&format!("{last}, {first}")));
    }
}
