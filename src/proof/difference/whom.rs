//! Of which sexes and ages those are for whom something changes.

use crate::pathway::age::days_in;
use crate::pathway::content::{Content, Kind};
use crate::pathway::definedness::scope::Scope;
use crate::pathway::encode::{Lit, Value};
use crate::pathway::form::AgeUnit;
use crate::pathway::words;

/// Those of one sex for whom something changes: all ages at which there is somebody, by the cuts that the content knows. Ages that are not told
/// exactly, and a sex that is not told, are not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// By the id of its option.
    pub sex: String,
    /// Youngest first; none touches the next.
    pub ages: Vec<Band>,
}

/// Ages from the first up to before the second; without end where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Band {
    /// So old, or older.
    pub from: Option<(AgeUnit, i64)>,
    /// Younger than that.
    pub before: Option<(AgeUnit, i64)>,
}

/// For whom something changes, in words: "female: 12 years to under 56 years; male: any age".
pub fn said(groups: &[Group]) -> String {
    let mut parts: Vec<(Vec<&str>, &[Band])> = Vec::new();
    for group in groups {
        match parts.iter_mut().find(|(_, ages)| *ages == group.ages) {
            Some((sexes, _)) => sexes.push(&group.sex),
            None => parts.push((vec![&group.sex], &group.ages)),
        }
    }
    let parts = parts.into_iter().map(|(sexes, ages)| {
        let ages: Vec<String> = ages.iter().map(|band| band.words()).collect();
        format!("{}: {}", sexes.join(" and "), ages.join(", "))
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        "whoever does not tell their sex, or not exactly their age".to_owned()
    } else {
        parts.join("; ")
    }
}

impl Band {
    fn words(&self) -> String {
        let age = |(unit, count)| words::age(unit, count);
        match (self.from, self.before) {
            (None, None) => "any age".to_owned(),
            (None, Some(before)) => format!("under {}", age(before)),
            (Some(from), None) => format!("{} and over", age(from)),
            (Some(from), Some(before)) => format!("{} to under {}", age(from), age(before)),
        }
    }
}

/// The sexes and ages of those for whom `finding` holds.
pub(super) fn whom(scope: &mut Scope<'_>, finding: Lit) -> Vec<Group> {
    let mut cells = cells(scope);
    let gates = &mut scope.gates;
    let mut open: Vec<usize> = (0..cells.len()).collect();
    // One question is asked for all that are left, until there is nobody.
    loop {
        let left = open.iter().filter_map(|place| cells.get(*place));
        let any = gates.or(left.map(|cell| cell.lit));
        if !gates.example(&[finding, any]) {
            break;
        }
        open.retain(|place| {
            let found = cells.get_mut(*place).filter(|cell| gates.holds(cell.lit));
            match found {
                Some(cell) => cell.is_found = true,
                None => return true,
            }
            false
        });
    }
    grouped(scope.content, &cells)
}

/// Those of one sex between two cuts of the age.
struct Cell {
    sex: usize,
    band: Band,
    lit: Lit,
    is_found: bool,
}

fn cells(scope: &mut Scope<'_>) -> Vec<Cell> {
    let Scope {
        content,
        gates,
        encoder,
        ..
    } = scope;
    let sex = encoder.fact(gates, content.system.sex);
    let age = encoder.fact(gates, content.system.age);
    let (Value::Options(sexes), Value::Age(ages)) = (&sex.said.value, &age.said.value) else {
        return Vec::new();
    };
    let exact = ages.exact(gates);
    let told = [exact, sex.said.known, !sex.said.voiced];
    let told = gates.and(told.into_iter().chain([age.said.known, !age.said.voiced]));
    let months = ages.months.0.above.iter();
    let days = ages.days.0.above.iter();
    let mut cuts: Vec<(i64, (AgeUnit, i64), Lit)> = months
        .map(|(cut, lit)| (days_in(*cut).0, (AgeUnit::Months, *cut), *lit))
        .chain(days.map(|(cut, lit)| (*cut, (AgeUnit::Days, *cut), *lit)))
        .collect();
    cuts.sort_by_key(|(days, _, _)| *days);
    let lower = std::iter::once(None).chain(cuts.iter().map(Some));
    let upper = cuts.iter().map(Some).chain([None]);
    let bands: Vec<(Band, Lit)> = lower
        .zip(upper)
        .map(|(lower, upper)| {
            let named = |cut: Option<&(i64, (AgeUnit, i64), Lit)>| cut.map(|(_, name, _)| *name);
            let bounds = lower.map(|(_, _, lit)| *lit);
            let bounds = bounds.into_iter().chain(upper.map(|(_, _, lit)| !*lit));
            let band = Band {
                from: named(lower),
                before: named(upper),
            };
            (band, gates.and(bounds))
        })
        .collect();
    let mut of = |sex: usize, of_it: Lit| -> Vec<Cell> {
        let cell = |(band, at): &(Band, Lit)| Cell {
            sex,
            band: *band,
            lit: gates.and([told, of_it, *at]),
            is_found: false,
        };
        bands.iter().map(cell).collect()
    };
    let sexes = sexes.iter().enumerate();
    sexes.flat_map(|(sex, lit)| of(sex, *lit)).collect()
}

fn grouped(content: &Content, cells: &[Cell]) -> Vec<Group> {
    let mut groups: Vec<(usize, Group)> = Vec::new();
    for cell in cells.iter().filter(|cell| cell.is_found) {
        let Some((_, group)) = groups.last_mut().filter(|(sex, _)| *sex == cell.sex) else {
            let sex = match &content.fact(content.system.sex).kind {
                Kind::OneOf { options, .. } => options.get(cell.sex).map(|sex| sex.id.clone()),
                _ => None,
            };
            let group = Group {
                sex: sex.unwrap_or_default(),
                ages: vec![cell.band],
            };
            groups.push((cell.sex, group));
            continue;
        };
        match group.ages.last_mut() {
            Some(last) if last.before == cell.band.from => last.before = cell.band.before,
            _ => group.ages.push(cell.band),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}
