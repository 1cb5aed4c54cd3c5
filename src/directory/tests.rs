//! Laws of the directory: of hours, against a peer that looks at every minute, and of choosing.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;

use crate::pathway::age::{AgeRange, AgeUnit};
use crate::pathway::content::Setting;

use super::calendar::Calendar;
use super::hours::{Hours, Session, Shut, Week};
use super::listing::{AgeLimit, Capacity, Kind, Listing, Way};
use super::*;

fn london() -> TimeZone {
    TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap()
}

fn here() -> Point {
    Point::new(54.0, 1.0).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn minutes_after(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(minutes.minutes()).unwrap()
}

/// Whether the clocks of a wall say that a session is on, minute by minute: from this minute on they never show a time before it
/// opens, and up to this minute they have never shown the time at which it closes.
fn peer_is_open(hours: &Hours, minute: Timestamp, zone: &TimeZone) -> bool {
    let shown = |at: Timestamp| zone.to_datetime(at);
    let today = shown(minute).date();
    [-1, 0].into_iter().any(|back: i64| {
        let date = today.checked_add(back.days()).unwrap();
        let midnight = date.at(0, 0, 0, 0);
        let sessions = match (hours.dates.get(&date), &hours.week) {
            (Some(sessions), _) => sessions.clone(),
            (None, Week::Always) => vec![Session::DAY],
            (None, Week::Unknown) => vec![],
            (None, Week::Days(days)) => {
                let day = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap();
                days[day].clone()
            }
        };
        sessions.into_iter().any(|session| {
            let time = |minutes: u16| -> DateTime {
                midnight.checked_add(i64::from(minutes).minutes()).unwrap()
            };
            let (opens, closes) = (time(session.opens), time(session.closes));
            let around = |minutes: i64| shown(minutes_after(minute, minutes));
            (0..=120).all(|later| around(later) >= opens)
                && (0..=120).all(|earlier| around(-earlier) < closes)
        })
    })
}

fn any_sessions() -> impl Strategy<Value = Vec<Session>> {
    // Around the hour in which the clocks change, and around midnight.
    let time = prop_oneof![Just(0_u16), 0_u16..200, 0_u16..1440];
    let one = (time, prop_oneof![30_u16..200, 1_u16..=1440]).prop_map(|(opens, length)| Session {
        opens,
        closes: opens + length,
    });
    proptest::collection::vec(one, 0..3).prop_map(|mut sessions| {
        sessions.sort();
        let mut apart: Vec<Session> = Vec::new();
        for session in sessions {
            if apart.last().is_none_or(|last| last.closes < session.opens) {
                apart.push(session);
            }
        }
        apart
    })
}

fn any_hours() -> impl Strategy<Value = Hours> {
    let days = proptest::array::uniform7(any_sessions()).prop_map(Week::Days);
    let week = prop_oneof![1 => Just(Week::Always), 1 => Just(Week::Unknown), 8 => days];
    (week, any_sessions()).prop_map(|(week, on_date)| Hours {
        dates: match week {
            Week::Unknown => Default::default(),
            _ => [("2026-10-26".parse().unwrap(), on_date)].into(),
        },
        week,
        bank_holidays: None,
    })
}

/// Days in which the clocks go forward, go back, or do neither. None is near a bank holiday.
fn any_start() -> impl Strategy<Value = Timestamp> {
    let day = prop_oneof![
        Just("2026-03-28T00:00:00Z"),
        Just("2026-10-24T00:00:00Z"),
        Just("2026-07-10T00:00:00Z")
    ];
    (day, 0_i64..36 * 60).prop_map(|(day, minutes)| minutes_after(at(day), minutes))
}

proptest! {
    // Each case looks at 1,800 minutes.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn open_is_what_the_clocks_on_the_wall_say_minute_by_minute(hours in any_hours(), from in any_start()) {
        let zone = london();
        let until = minutes_after(from, 30 * 60);
        let spans = hours.spans(&Calendar::new(from, minutes_after(until, 24 * 60), &zone));
        for minute in 0..30 * 60 {
            let minute = minutes_after(from, minute);
            let is_open = spans.iter().any(|(opens, closes)| *opens <= minute && minute < *closes);
            prop_assert_eq!(is_open, peer_is_open(&hours, minute, &zone), "{} {:?}", zone.to_datetime(minute), hours);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_service_that_is_used_in_time_is_open_then_and_for_half_an_hour(hours in any_hours(), from in any_start(), within in 0_i64..600) {
        let zone = london();
        let deadline = minutes_after(from, within);
        let calendar = Calendar::new(from, minutes_after(deadline, 3 * 24 * 60), &zone);
        // The first minute in time from which it stays open for half an hour, by the peer.
        let open: Vec<bool> = (0..=within + 30)
            .map(|minute| peer_is_open(&hours, minutes_after(from, minute), &zone))
            .collect();
        let begins = |minute: &usize| *minute == 0 || !open[minute - 1];
        let usable = (0..=usize::try_from(within).unwrap())
            .filter(begins)
            .find(|minute| open[*minute..*minute + 30].iter().all(|open| *open));
        let expected = usable.filter(|_| hours.week != Week::Unknown);
        let found = hours.usable(from, deadline, &calendar);
        let found_minute = found.ok().map(|open| open.opens.map_or(0, |opens| usize::try_from((opens.as_second() - from.as_second()) / 60).unwrap()));
        prop_assert_eq!(found_minute, expected, "{:?}", found);
    }

    #[test]
    fn what_is_offered_fits_and_stands_in_order(listings in any_listings(), wanted in any_wanted()) {
        let zone = london();
        let index = Index::new(listings.clone());
        let selection = index.select(&wanted, here(), &zone);
        for pair in selection.offers.windows(2) {
            prop_assert!(pair[0].distance_m <= pair[1].distance_m);
        }
        // One by one, by the plainest reading of each column.
        let fits = |listing: &&Listing| {
            let disposition = &wanted.disposition;
            let ambulance = disposition.setting == Setting::Ambulance || listing.kind == Kind::AmbulanceService;
            let emergency = !disposition.emergency || listing.kind == Kind::EmergencyDepartment;
            let years = |limit: Option<AgeLimit>| limit.map(|limit| i64::from(limit.count));
            let young = years(listing.age_from).is_none_or(|from| wanted.age.months.0 >= from * 12);
            let old = years(listing.age_to).is_none_or(|to| wanted.age.months.1 < (to + 1) * 12);
            let deadline = minutes_after(wanted.at, i64::from(disposition.within_minutes.unwrap_or(7 * 24 * 60)));
            let calendar = Calendar::new(wanted.at, minutes_after(deadline, 3 * 24 * 60), &zone);
            !ambulance && emergency && young && old
                && listing.takes.iter().any(|taken| taken.takes(disposition))
                && listing.sex.is_none_or(|sex| wanted.sex == Some(sex))
                && (listing.complaints.is_empty() || (!wanted.complaints.is_empty() && wanted.complaints.iter().all(|complaint| listing.complaints.contains(complaint))))
                && listing.capacity != Capacity::None
                && listing.at.distance_m(here()) <= f64::from(listing.reach_km.unwrap_or(60)) * 1000.0
                && listing.hours.usable(wanted.at, deadline, &calendar).is_ok()
        };
        let mut expected: Vec<&str> = listings.iter().filter(fits).map(|listing| listing.id.as_str()).collect();
        let mut offered: Vec<&str> = selection.offers.iter().map(|offer| offer.listing.id.as_str()).collect();
        expected.sort_unstable();
        offered.sort_unstable();
        prop_assert_eq!(offered, expected);
        for near_miss in &selection.near_misses {
            prop_assert!(!fits(&near_miss.listing.as_ref()), "{:?}", near_miss);
        }
    }

    #[test]
    fn more_time_never_takes_a_service_away(listings in any_listings(), wanted in any_wanted(), more in 1_u32..3000) {
        let zone = london();
        // Those that take the kind of service whatever its time frame: a range of time frames is another disposition's.
        let listings: Vec<Listing> = listings.into_iter().map(|listing| Listing { takes: vec!["primary-care".parse().unwrap()], ..listing }).collect();
        let index = Index::new(listings);
        let ids = |wanted: &Wanted| -> Vec<String> {
            index.select(wanted, here(), &zone).offers.iter().map(|offer| offer.listing.id.clone()).collect()
        };
        let Some(within) = wanted.disposition.within_minutes else { return Ok(()) };
        let longer = Wanted {
            disposition: Disposition { within_minutes: Some(within + more), ..wanted.disposition.clone() },
            ..wanted.clone()
        };
        let (before, after) = (ids(&wanted), ids(&longer));
        prop_assert!(before.iter().all(|id| after.contains(id)), "{:?} {:?}", before, after);
    }

    #[test]
    fn nobody_is_sent_to_what_takes_only_what_is_less_urgent(listings in any_listings(), wanted in any_wanted()) {
        let Some(within) = wanted.disposition.within_minutes else { return Ok(()) };
        for offer in Index::new(listings).select(&wanted, here(), &london()).offers {
            let sooner = |taken: &takes::Taken| match taken {
                takes::Taken::Code(code) => wanted.disposition.dx.as_ref() == Some(code),
                takes::Taken::Family { shortest, .. } => shortest.is_none_or(|shortest| shortest <= within),
            };
            prop_assert!(offer.listing.takes.iter().any(sooner), "{:?}", offer);
        }
    }

    #[test]
    fn any_text_is_a_directory_or_has_faults(text in ".{0,400}") {
        let places = read::places(&text);
        let services = read::services(&text, &read::Places::new());
        for faults in [places.err(), services.err()].into_iter().flatten() {
            prop_assert!(!faults.is_empty());
        }
    }

    #[test]
    fn any_fields_are_a_service_or_have_faults_with_line_and_column(
        fields in proptest::collection::vec("([a-zA-Z0-9 :;,/.-]{0,24}|always|Mon-Fri 08:00-18:30|walk_in|pharmacy|ZZ1 1AA|5 years)", 20)
    ) {
        let header = "id,name,kind,way,phone,address,postcode,latitude,longitude,takes,complaints,age_from,age_to,sex,hours,bank_holidays,dates,capacity,reach_km,note";
        let quoted: Vec<String> = fields.iter().map(|field| format!("\"{field}\"")).collect();
        let text = format!("{header}\n{}\n", quoted.join(","));
        match read::services(&text, &read::places("postcode,latitude,longitude\nZZ1 1AA,54.0,1.0\n").unwrap()) {
            Ok(listings) => {
                let json = serde_json::to_string(&listings).unwrap();
                prop_assert_eq!(serde_json::from_str::<Vec<Listing>>(&json).unwrap(), listings);
            }
            Err(faults) => prop_assert!(faults.iter().all(|fault| fault.line == 2 && fault.column.is_some() && !fault.message.is_empty()), "{:?}", faults),
        }
    }
}

fn any_listings() -> impl Strategy<Value = Vec<Listing>> {
    let takes = prop_oneof![
        Just("primary-care"),
        Just("primary-care/see:2h-12h"),
        Just("primary-care:6h-"),
        Just("Dx05"),
        Just("emergency-department"),
        Just("dental"),
    ];
    let kind = prop_oneof![
        Just(Kind::GpPractice),
        Just(Kind::EmergencyDepartment),
        Just(Kind::AmbulanceService)
    ];
    let years = |range: std::ops::Range<u16>| {
        proptest::option::of(range.prop_map(|count| AgeLimit {
            count,
            unit: AgeUnit::Years,
        }))
    };
    let who = (
        years(0..18),
        years(18..90),
        proptest::option::of(prop_oneof![Just(Sex::Female), Just(Sex::Male)]),
        prop_oneof![Just(vec![]), Just(vec!["red-eye".to_owned()])],
    );
    let where_ = (
        53.6_f64..54.4,
        0.4_f64..1.6,
        proptest::option::of(1_u32..80),
    );
    let capacity = prop_oneof![
        Just(Capacity::High),
        Just(Capacity::Low),
        Just(Capacity::None)
    ];
    let one = (takes, kind, who, where_, any_hours(), capacity);
    proptest::collection::vec(one, 0..25).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(
                |(place, (takes, kind, who, where_, hours, capacity))| Listing {
                    id: format!("s{place}"),
                    name: format!("Service {place}"),
                    kind,
                    way: Way::WalkIn,
                    phone: None,
                    address: String::new(),
                    postcode: None,
                    at: Point::new(where_.0, where_.1).unwrap(),
                    takes: vec![takes.parse().unwrap()],
                    complaints: who.3,
                    age_from: who.0,
                    age_to: who.1,
                    sex: who.2,
                    hours,
                    capacity,
                    reach_km: where_.2,
                    note: String::new(),
                },
            )
            .collect()
    })
}

fn any_wanted() -> impl Strategy<Value = Wanted> {
    let within = prop_oneof![Just(None), (0_u32..2000).prop_map(Some)];
    let needed = prop_oneof![
        3 => Just(("primary-care", Setting::See, false)),
        1 => Just(("emergency-department", Setting::Hospital, true)),
        1 => Just(("emergency-department", Setting::Hospital, false)),
        1 => Just(("ambulance", Setting::Ambulance, true)),
    ];
    let age = prop_oneof![
        Just(AgeRange::ANY),
        (0_i64..100).prop_map(|years| AgeRange::told(years, AgeUnit::Years).unwrap()),
        (0_i64..60).prop_map(|months| AgeRange::told(months, AgeUnit::Months).unwrap()),
    ];
    let sex = proptest::option::of(prop_oneof![Just(Sex::Female), Just(Sex::Male)]);
    let complaints = prop_oneof![
        Just(vec![]),
        Just(vec!["red-eye".to_owned()]),
        Just(vec!["red-eye".to_owned(), "cough".to_owned()])
    ];
    (within, needed, age, sex, complaints, any_start()).prop_map(
        |(within_minutes, (family, setting, emergency), age, sex, complaints, at)| Wanted {
            disposition: Disposition {
                id: "d".to_owned(),
                dx: Some("Dx05".to_owned()),
                family: family.to_owned(),
                setting,
                within_minutes,
                emergency,
            },
            age,
            sex,
            complaints,
            at,
            since: at,
            limit: usize::MAX,
        },
    )
}

#[test]
fn a_bank_holiday_and_a_single_date_stand_above_the_week() {
    let text = "id,name,kind,postcode,takes,hours,bank_holidays,dates\n\
                a,A,pharmacy,ZZ1 1AA,pharmacy,Daily 09:00-17:00,10:00-12:00,2026-12-28 closed\n";
    let places = read::places("postcode,latitude,longitude\nZZ1 1AA,54,1\n").unwrap();
    let listing = read::services(text, &places).unwrap().remove(0);
    let usable = |moment: &str, minutes: i64| {
        let (now, zone) = (at(moment), london());
        let deadline = minutes_after(now, minutes);
        let calendar = Calendar::new(now, minutes_after(deadline, 3 * 24 * 60), &zone);
        listing.hours.usable(now, deadline, &calendar)
    };
    let open = usable("2026-12-24T12:00:00Z", 60).unwrap();
    assert_eq!(
        (open.opens, open.closes),
        (None, Some(at("2026-12-24T17:00:00Z")))
    );
    assert_eq!(
        usable("2026-12-25T13:00:00Z", 60),
        Err(Shut::Until(Some(at("2026-12-26T10:00:00Z"))))
    );
    // The bank holiday of Boxing Day, which is a Saturday that year, is closed by its date.
    assert_eq!(
        usable("2026-12-28T11:00:00Z", 60),
        Err(Shut::Until(Some(at("2026-12-29T09:00:00Z"))))
    );
    assert_eq!(
        usable("2026-12-24T16:45:00Z", 60),
        Err(Shut::ClosesTooSoon(at("2026-12-24T17:00:00Z")))
    );
}

#[test]
fn every_fault_of_a_file_is_found_and_says_how_to_mend_it() {
    let text = "id,name,kind,postcode,takes,hours,way,phone,age_from,age_to\n\
                a,,surgery,ZZ1 9ZZ,Primary care,Mon 8-18,phone,,5 yrs,4 years\n\
                a,B,pharmacy,ZZ1 1AA,pharmacy,always,,,10 years,9 years\n\
                c,C,pharmacy,ZZ1 1AA,pharmacy\n";
    let places = read::places("postcode,latitude,longitude\nZZ1 1AA,54,1\n").unwrap();
    let faults = read::services(text, &places).unwrap_err();
    let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let begins = [
        "2:2: `name`: is empty",
        "2:3: `kind`: `surgery` is no kind; write one of gp_practice",
        "2:4: `postcode`: `ZZ1 9ZZ` is not among the postcodes",
        "2:5: `takes`: `Primary`: write a code such as `Dx05`",
        "2:9: `age_from`: `5 yrs` is no age",
        "2:6: `hours`: `8-18` is no time",
        "2:8: `phone`: is empty, and this service has to be rung",
        "3:10: `age_to`: is below `age_from`",
        "4: has 5 fields and the header 10",
    ];
    assert_eq!(said.len(), begins.len(), "{said:#?}");
    for (said, begins) in said.iter().zip(begins) {
        assert!(said.starts_with(begins), "{said}");
    }
}

#[test]
fn a_header_that_is_not_understood_is_said_by_its_columns() {
    let faults = read::services("id,naem,kind\n", &read::Places::new()).unwrap_err();
    let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(said[0].starts_with("1:2: `naem`: is no column; there are id, name"));
    assert!(
        said.iter()
            .any(|fault| fault == "1: `hours`: is missing; add it to the header in the first line")
    );
}

#[test]
fn a_district_lies_in_the_middle_of_its_postcodes() {
    let places =
        read::places("postcode,latitude,longitude\nZZ1 1AA,54.0,1.0\nZZ1 1AB,54.2,1.4\n").unwrap();
    let middle = places[&"zz1".parse().unwrap()];
    assert!((middle.latitude - 54.1).abs() < 1e-9 && (middle.longitude - 1.2).abs() < 1e-9);
    let faults =
        read::places("postcode,latitude,longitude\nZZ1 1AA,1.0,54.0\nZZ1 1AA,x,1\n").unwrap_err();
    assert_eq!((faults[0].line, faults[0].column), (2, Some(2)));
    assert_eq!((faults[1].line, faults[1].column), (3, Some(2)));
}

#[test]
fn the_national_ways_are_there_for_every_disposition() {
    assert!(!fall_back::fall_back(None).is_empty());
    for family in [
        "ambulance",
        "primary-care",
        "dental",
        "mental-health",
        "no-such-family",
    ] {
        for setting in [
            Setting::Ambulance,
            Setting::Hospital,
            Setting::See,
            Setting::Speak,
            Setting::Pharmacy,
        ] {
            let disposition = Disposition {
                id: "d".to_owned(),
                dx: None,
                family: family.to_owned(),
                setting,
                within_minutes: Some(60),
                emergency: false,
            };
            let ways = fall_back::fall_back(Some(&disposition));
            assert!(
                ways.iter().any(|way| way.phone == Some("999")),
                "{family} {setting:?}"
            );
        }
    }
}
