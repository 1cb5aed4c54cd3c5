//! The national ways to help: always there, whatever becomes of a search.
//!
//! The numbers are public ones of the United Kingdom: 999; 111 (in England its option 2 is for mental health); Samaritans 116 123;
//! the 24/7 Rape and Sexual Abuse Support Line 0808 500 2222. What is said of each is the page's: a message of the locale.

use crate::pathway::content::Setting;

use super::takes::Disposition;

/// A way to help that needs no directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FallBack {
    /// Its name, in replies and in the keys of messages.
    pub id: &'static str,
    /// The number to ring, if there is one for the whole country.
    pub phone: Option<&'static str>,
}

const fn ring(id: &'static str, phone: &'static str) -> FallBack {
    FallBack {
        id,
        phone: Some(phone),
    }
}

const fn go(id: &'static str) -> FallBack {
    FallBack { id, phone: None }
}

const EMERGENCY: FallBack = ring("999", "999");
const NHS_111: FallBack = ring("111", "111");
const ANY_EMERGENCY_DEPARTMENT: FallBack = go("emergency-department");
const ANY_PHARMACY: FallBack = go("pharmacy");
const SAMARITANS: FallBack = ring("samaritans", "116 123");

/// The ways to help with a disposition, the likeliest first. Never empty, and 999 is always among them.
pub fn fall_back(disposition: Option<&Disposition>) -> Vec<FallBack> {
    let Some(disposition) = disposition else {
        return vec![NHS_111, EMERGENCY];
    };
    let first: &[FallBack] = match (disposition.family.as_str(), disposition.setting) {
        (_, Setting::Ambulance) => return vec![EMERGENCY],
        ("emergency-department", _) => &[ANY_EMERGENCY_DEPARTMENT],
        ("mental-health", Setting::Hospital) => &[
            ring("111-mental-health", "111"),
            ANY_EMERGENCY_DEPARTMENT,
            SAMARITANS,
        ],
        ("mental-health", _) => &[ring("111-mental-health", "111"), SAMARITANS],
        ("sexual-assault", _) => &[
            ring("rape-support-line", "0808 500 2222"),
            ANY_EMERGENCY_DEPARTMENT,
        ],
        (_, Setting::Hospital) => &[ANY_EMERGENCY_DEPARTMENT],
        ("midwife", _) => &[go("maternity-unit")],
        ("palliative-care", _) => &[go("palliative-team")],
        ("dental", _) => &[go("dentist")],
        ("optician", _) => &[go("optician")],
        ("primary-care", _) => &[go("gp")],
        (_, Setting::Pharmacy) => &[ANY_PHARMACY],
        _ => &[],
    };
    let last = [NHS_111, EMERGENCY];
    first.iter().copied().chain(last).collect()
}
