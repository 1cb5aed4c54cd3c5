//! Ages on two timelines at once, as a point or as the range that a told age may mean.
//!
//! A date of birth gives one number of months and one of days that fit each other. "Five years" gives a range; the ranges that no rule can
//! tell from a point are left out, so that only the few told ages that lie across a cut become choices of their own.

use std::collections::BTreeSet;

use super::super::age::{AgeRange, AgeUnit, calendar_days_in, days_in};
use super::cuts::Cuts;
use super::gates::{Gates, Lit};

/// An age between its least and its most.
#[derive(Debug, Clone)]
pub struct Ages {
    /// Completed months: least, most.
    pub months: (Cuts, Cuts),
    /// Completed days: least, most.
    pub days: (Cuts, Cuts),
    /// Told ages that lie across a cut.
    pub told: Vec<Told>,
}

/// A told age that lies across a cut.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// It was told so.
    pub lit: Lit,
    /// How many.
    pub count: i64,
    /// Of what.
    pub unit: AgeUnit,
    range: AgeRange,
}

impl Ages {
    /// Any age, told or reckoned from a date of birth.
    pub fn fresh(gates: &mut Gates, months: &BTreeSet<i64>, days: &BTreeSet<i64>) -> Self {
        let least_months = Cuts::fresh(gates, AgeRange::ANY.months, months.iter().copied());
        let least_days = Cuts::fresh(gates, AgeRange::ANY.days, days.iter().copied());
        let always = gates.yes();
        fit(gates, always, &least_months, &least_days, days_in);
        let told: Vec<Told> = across(months, days)
            .into_iter()
            .map(|(count, unit, range)| Told {
                lit: gates.fresh(),
                count,
                unit,
                range,
            })
            .collect();
        let lits: Vec<Lit> = told.iter().map(|told| told.lit).collect();
        gates.at_most_one(&lits);
        // What was told lies between simple bounds; who was born some day has an age of the calendar.
        let born = gates.and(lits.iter().map(|told| !*told));
        fit(gates, born, &least_months, &least_days, calendar_days_in);
        for one in &told {
            begins_at(gates, one.lit, &least_months, one.range.months.0);
            begins_at(gates, one.lit, &least_days, one.range.days.0);
        }
        let most_months = stretched(gates, &least_months, &told, |range| range.months.1);
        let most_days = stretched(gates, &least_days, &told, |range| range.days.1);
        Ages {
            months: (least_months, most_months),
            days: (least_days, most_days),
            told,
        }
    }

    /// It was not told as a range that lies across a cut.
    pub fn exact(&self, gates: &mut Gates) -> Lit {
        gates.and(self.told.iter().map(|told| !told.lit))
    }
}

/// Where `under` holds, months and days of one and the same day fit each other: so many months take from the fewest to the most days.
fn fit(
    gates: &mut Gates,
    under: Lit,
    months: &Cuts,
    days: &Cuts,
    days_in: impl Fn(i64) -> (i64, i64),
) {
    for (month, reached) in &months.above {
        let (fewest, most) = days_in(*month);
        if let Some((_, day)) = days.above.iter().rev().find(|(day, _)| *day <= fewest) {
            gates.clause([!under, !*reached, *day]);
        } else if fewest > days.bounds.1 {
            gates.clause([!under, !*reached]);
        }
        if let Some((_, day)) = days.above.iter().find(|(day, _)| *day >= most) {
            gates.clause([!under, !*day, *reached]);
        }
    }
}

/// The told ages that some cut divides, one for each way of lying across the cuts.
fn across(months: &BTreeSet<i64>, days: &BTreeSet<i64>) -> Vec<(i64, AgeUnit, AgeRange)> {
    let mut candidates: Vec<(i64, AgeUnit)> = Vec::new();
    for month in months {
        let (fewest, most) = days_in(*month);
        candidates.extend([
            (month / 12, AgeUnit::Years),
            (month - 1, AgeUnit::Months),
            (*month, AgeUnit::Months),
        ]);
        candidates.extend((fewest / 7 - 1..=most / 7 + 1).map(|week| (week, AgeUnit::Weeks)));
        candidates.extend((fewest - 1..=most + 1).map(|day| (day, AgeUnit::Days)));
    }
    for day in days {
        let month = day * 4800 / 146_097;
        candidates.extend((month / 12 - 1..=month / 12 + 1).map(|year| (year, AgeUnit::Years)));
        candidates.extend((month - 2..=month + 2).map(|month| (month, AgeUnit::Months)));
        candidates.extend((day / 7 - 1..=day / 7 + 1).map(|week| (week, AgeUnit::Weeks)));
    }
    let place = |cuts: &BTreeSet<i64>, (least, most): (i64, i64)| {
        (cuts.range(..=least).count(), cuts.range(..=most).count())
    };
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (count, unit) in candidates {
        let Some(range) = AgeRange::told(count, unit) else {
            continue;
        };
        let (by_months, by_days) = (place(months, range.months), place(days, range.days));
        let divided = by_months.0 != by_months.1 || by_days.0 != by_days.1;
        if divided && seen.insert((by_months, by_days)) {
            found.push((count, unit, range));
        }
    }
    found
}

fn begins_at(gates: &mut Gates, told: Lit, least: &Cuts, value: i64) {
    for (cut, lit) in &least.above {
        gates.implies(told, if value >= *cut { *lit } else { !*lit });
    }
}

/// The most, where the told ranges reach beyond the least.
fn stretched(
    gates: &mut Gates,
    least: &Cuts,
    told: &[Told],
    most: impl Fn(&AgeRange) -> i64,
) -> Cuts {
    let above = least.above.iter().map(|(cut, lit)| {
        let reaching: Vec<Lit> = told
            .iter()
            .filter(|told| most(&told.range) >= *cut)
            .map(|told| told.lit)
            .collect();
        (*cut, gates.or(reaching.into_iter().chain([*lit])))
    });
    Cuts {
        above: above.collect(),
        ..*least
    }
}
