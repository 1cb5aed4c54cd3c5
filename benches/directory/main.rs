//! How long one search of a national directory takes: 60,000 services, of which two in five are within reach of the patient. `--test`
//! searches a small one once.
//!
//! The hardest search comes last: the middle of the night, when nearly everything near is shut and has to be looked at.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures, and may stop on a mistake of its own"
)]

use std::hint::black_box;
use std::time::Instant;

use jiff::Timestamp;
use nhs111::directory::read::{Places, services};
use nhs111::directory::{Disposition, Index, Point, Wanted};
use nhs111::pathway::age::AgeRange;
use nhs111::pathway::content::Setting;
use nhs111::service::london;

fn main() {
    let brief = std::env::args().any(|argument| argument == "--test");
    let (count, rounds) = if brief { (600, 1) } else { (60_000, 400) };
    let index = Index::new(services(&csv(count), &Places::new()).unwrap());
    let zone = london();
    for (name, at, family, setting) in [
        (
            "a pharmacy at noon",
            "2026-11-24T12:00:00Z",
            "pharmacy",
            Setting::Pharmacy,
        ),
        (
            "primary care on Sunday",
            "2026-11-22T12:00:00Z",
            "primary-care",
            Setting::See,
        ),
        (
            "a pharmacy at 3 in the morning",
            "2026-11-24T03:00:00Z",
            "pharmacy",
            Setting::Pharmacy,
        ),
    ] {
        let mut times: Vec<f64> = (0..rounds)
            .map(|round| {
                let wanted = wanted(at, family, setting);
                let near = Point::new(53.5 + f64::from(round % 20) / 40.0, -1.5).unwrap();
                let before = Instant::now();
                black_box(index.select(&wanted, near, &zone));
                before.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let at = |share: usize| {
            times
                .get(times.len() * share / 100)
                .or(times.last())
                .copied()
                .unwrap()
        };
        println!(
            "{count} services, {name}: median {:.2} ms, p99 {:.2} ms",
            at(50),
            at(99)
        );
    }
}

fn wanted(at: &str, family: &str, setting: Setting) -> Wanted {
    let at: Timestamp = at.parse().unwrap();
    Wanted {
        disposition: Disposition {
            id: "d".to_owned(),
            dx: None,
            family: family.to_owned(),
            setting,
            within_minutes: Some(120),
            emergency: false,
        },
        age: AgeRange::ANY,
        sex: None,
        complaints: Vec::new(),
        at,
        since: at,
        limit: 5,
    }
}

/// Where a number stands between 0 and 1, wrapped round.
fn share(number: u64, round: u32) -> f64 {
    let rest = u32::try_from(number % u64::from(round)).unwrap();
    f64::from(rest) / f64::from(round)
}

/// Spread over England by a fixed rule; pharmacies and surgeries keep office hours.
fn csv(count: u64) -> String {
    let mut text = "id,name,kind,postcode,latitude,longitude,takes,hours\n".to_owned();
    for number in 0..count {
        let north = 52.9 + share(number * 7919, 10_007) * 1.6;
        let west = 0.3 + share(number * 104_729, 9973) * 2.4;
        let (kind, takes, hours) = match number % 5 {
            0 | 1 => (
                "pharmacy",
                "pharmacy repeat-prescription",
                "Mon-Fri 09:00-17:30; Sat 09:00-13:00",
            ),
            2 => ("gp_practice", "primary-care:6h-", "Mon-Fri 08:00-18:30"),
            3 => (
                "urgent_treatment_centre",
                "primary-care/see:1h- emergency-department:4h-",
                "Daily 08:00-20:00",
            ),
            _ => ("dental_practice", "dental", "Mon-Thu 09:00-17:00"),
        };
        text.push_str(&format!(
            "s{number},Service {number},{kind},,{north:.5},-{west:.5},{takes},{hours}\n"
        ));
    }
    text
}
