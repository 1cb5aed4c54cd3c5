//! What was proven of a release: everything, not everything, nothing yet.

use super::*;
use crate::case::ids::Hash;
use crate::http::api::proof::ProofReply;
use crate::http::public::proof::page;
use crate::proof::Guarantee;
use crate::proof::kept::Kept;
use crate::proof::report::{Found, Person, Report, Shown, Weight};
use crate::service::ports::proofs::StoredProof;

fn shown(weight: Weight, says: &str) -> Shown {
    Shown {
        weight,
        pathway: Some("abdominal-pain-child".to_owned()),
        place: Some(("complaints/abdominal-pain-child.yaml".to_owned(), 412)),
        says: says.to_owned(),
        number: None,
        people: vec![Person {
            words: "sex female, age 3 years, third party; belly_groin_lump is yes; the mildest answer to everything else".to_owned(),
            complaint: "abdominal-pain".to_owned(),
            told: Vec::new(),
            written: vec!["party=third".to_owned()],
            on: jiff::civil::date(2026, 1, 15),
            reached: "primary-care-6-hours".to_owned(),
        }],
    }
}

fn report(is_broken: bool) -> Report {
    let found = Guarantee::ALL.map(|guarantee| {
        let mut found = Found::new(guarantee);
        found.over.proven = 2_793;
        match guarantee {
            Guarantee::G7 if is_broken => {
                for _ in 0..5 {
                    let says = "never below `emergency-department-1-hour`";
                    found.show(shown(Weight::Broken, says));
                }
            }
            Guarantee::G8 if is_broken => {
                let says = "`painful_red_eye`: not known after 10 seconds";
                found.show(shown(Weight::Unproven, says));
            }
            Guarantee::G11 if is_broken => {
                let says = "the emergency that `fast_breathing` finds waits for `headache_jaw`";
                found.show(shown(Weight::Warning, says));
            }
            _ => {}
        }
        found
    });
    Report {
        pathways: 23,
        proven_now: 23,
        found: found.into(),
    }
}

fn proof(report: Option<Report>, format: u32) -> Page {
    let hash = Hash([0x9f; 32]);
    let made_at = "2026-11-23T10:00:00Z".parse().unwrap();
    let stored = report.map(|report| {
        let kept = Kept {
            format,
            ..Kept::new(report, "0.1.0", made_at, 41_200, 10)
        };
        StoredProof {
            hash,
            made_at,
            report: kept.written(),
        }
    });
    let reply = ProofReply::of(hash, stored.as_ref());
    page(reply, "23 November 2026".to_owned())
}

pub(super) fn samples() -> Vec<(&'static str, Frame, Page)> {
    let format = crate::proof::kept::FORMAT;
    vec![
        ("proof", frame(), proof(Some(report(false)), format)),
        ("proof-broken", frame(), proof(Some(report(true)), format)),
        ("proof-not-yet", frame(), proof(None, format)),
        (
            "proof-newer",
            frame(),
            proof(Some(report(false)), format + 1),
        ),
    ]
}
