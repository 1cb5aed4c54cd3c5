//! Families: their members together cover every age, sex and party.

use std::collections::BTreeMap;

use crate::pathway::age::{AgeRange, OLDEST_YEARS, days_in, months_in};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::source::{PathwayFile, Sources, Whom};

/// Reports every family whose members together leave out an age, a sex or a party; one gap of each.
pub fn families(sources: &Sources, findings: &mut Findings) {
    let mut families: BTreeMap<&str, Vec<&PathwayFile>> = BTreeMap::new();
    for pathway in &sources.pathways {
        families
            .entry(&pathway.family.text)
            .or_default()
            .push(pathway);
    }
    for (family, members) in families {
        let (Some(gap), Some(first)) = (gap(&members), members.first()) else {
            continue;
        };
        findings.push(
            Diagnostic::error(
                first.family.span.clone(),
                "P537",
                format!("the family `{family}` leaves out {gap}"),
            )
            .help("widen `for:` of a member, or add one"),
        );
    }
}

/// Somebody for whom no member is.
fn gap(members: &[&PathwayFile]) -> Option<String> {
    let spans: Vec<(&Whom, AgeSpan)> = members
        .iter()
        .map(|member| (&member.whom, AgeSpan::of(&member.whom)))
        .collect();
    let ages = ages(spans.iter().map(|(_, span)| span));
    let groups = ["female", "male"]
        .into_iter()
        .flat_map(|sex| ["first", "third"].map(|party| (sex, party)));
    for (sex, party) in groups {
        let fits = |whom: &Whom| {
            whom.sex.as_ref().is_none_or(|name| name.text == sex)
                && whom.party.as_ref().is_none_or(|name| name.text == party)
        };
        let spans: Vec<&AgeSpan> = spans
            .iter()
            .filter(|(whom, _)| fits(whom))
            .map(|(_, span)| span)
            .collect();
        let left_out = ages
            .iter()
            .find(|age| !spans.iter().any(|span| span.holds(age)));
        if let Some(age) = left_out {
            let who = match party {
                "first" => "who asks for themselves",
                _ => "for whom somebody else asks",
            };
            return Some(format!("a {sex} of {} {who}", shown(age)));
        }
    }
    None
}

fn shown(age: &AgeRange) -> String {
    match age.months.0 {
        0..2 => format!("{} days", age.days.0),
        months if months < 24 => format!("{months} months"),
        months => format!("{} years", months / 12),
    }
}

/// An age on both timelines, at every place where a span begins or ends and just before it: no gap can be missed between two of them.
fn ages<'s>(spans: impl Iterator<Item = &'s AgeSpan>) -> Vec<AgeRange> {
    let oldest = OLDEST_YEARS * 12;
    let (mut months, mut days) = (vec![0, oldest], vec![0]);
    for span in spans {
        months.extend([span.months.0, span.months.1.saturating_add(1)]);
        days.extend([span.days.0, span.days.1.saturating_add(1)]);
    }
    let around = |cuts: Vec<i64>, most: i64| -> Vec<i64> {
        let near = cuts
            .into_iter()
            .flat_map(|cut| [cut.saturating_sub(1), cut]);
        let mut near: Vec<i64> = near.filter(|cut| (0..=most).contains(cut)).collect();
        near.sort_unstable();
        near.dedup();
        near
    };
    let (months, days) = (around(months, oldest), around(days, days_in(oldest).1));
    let exact = |months: i64, days: i64| AgeRange {
        months: (months, months),
        days: (days, days),
    };
    let mut ages = Vec::new();
    for month in months {
        let (least, most) = (days_in(month).0, days_in(month + 1).1 - 1);
        let inner = days
            .iter()
            .copied()
            .filter(|day| (least..=most).contains(day));
        ages.extend(inner.chain([least, most]).map(|day| exact(month, day)));
    }
    for day in days {
        let (least, most) = months_in(day);
        ages.extend([exact(least, day), exact(most, day)]);
    }
    ages.sort_by_key(|age| (age.days, age.months));
    ages
}

/// The ages of a `for:`, as inclusive bounds on both timelines.
struct AgeSpan {
    months: (i64, i64),
    days: (i64, i64),
}

impl AgeSpan {
    fn of(whom: &Whom) -> Self {
        let mut span = AgeSpan {
            months: (0, i64::MAX),
            days: (0, i64::MAX),
        };
        let range = whom.age.as_ref();
        let Some((from, to)) = range.and_then(|range| range.text.split_once("..")) else {
            return span;
        };
        let (to, inclusive) = to.strip_prefix('=').map_or((to, 0), |to| (to, 1));
        match bound(from) {
            Some(Bound::Days(days)) => span.days.0 = days,
            Some(Bound::Months(months)) => span.months.0 = months,
            None => {}
        }
        match bound(to) {
            Some(Bound::Days(days)) => span.days.1 = days - 1 + inclusive,
            Some(Bound::Months(months)) => span.months.1 = months - 1 + inclusive,
            None => {}
        }
        span
    }

    fn holds(&self, age: &AgeRange) -> bool {
        let within = |(least, most): (i64, i64), (from, to)| most >= from && least <= to;
        within(age.months, self.months) && within(age.days, self.days)
    }
}

enum Bound {
    Months(i64),
    Days(i64),
}

/// `years(5)`, `months(3)`, `days(28)`.
fn bound(text: &str) -> Option<Bound> {
    let (unit, rest) = text.trim().split_once('(')?;
    let count: i64 = rest.trim_end_matches(')').trim().parse().ok()?;
    // What is longer is reported where the rule is lowered.
    let count = count.clamp(0, 100_000);
    match unit.trim() {
        "years" => Some(Bound::Months(count * 12)),
        "months" => Some(Bound::Months(count)),
        "days" => Some(Bound::Days(count)),
        _ => None,
    }
}
