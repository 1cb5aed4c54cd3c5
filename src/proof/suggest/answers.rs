//! Answers in the words of a worked case.

use std::collections::BTreeMap;

use crate::pathway::cases::Said as Written;
use crate::pathway::content::{Content, FactId, FactSource, Kind, Order, PathwayId};
use crate::pathway::definedness::example::{Said, told_in};
use crate::pathway::form::AgeUnit;

/// The usual answer of every question: that of the pathway's own well baseline, else the mildest there is.
pub(super) struct Usual<'c> {
    content: &'c Content,
    baseline: BTreeMap<FactId, Written>,
}

impl<'c> Usual<'c> {
    pub(super) fn new(content: &'c Content, pathway: PathwayId) -> Self {
        let id = &content.pathway(pathway).id;
        let named = |name: &str| {
            let about_complaint = || content.fact_named(&format!("{id}/{name}"));
            content.fact_named(name).or_else(about_complaint)
        };
        let file = content.cases.iter().find(|file| file.name == *id);
        let said = file.iter().flat_map(|file| &file.unless_said);
        let baseline = said.filter_map(|(name, said)| Some((named(name)?, said.clone())));
        Usual {
            content,
            baseline: baseline.collect(),
        }
    }

    pub(super) fn of(&self, fact: FactId) -> Written {
        let own = self.baseline.get(&fact).cloned();
        own.unwrap_or_else(|| mildest(self.content, fact))
    }
}

fn mildest(content: &Content, id: FactId) -> Written {
    let fact = content.fact(id);
    let word = match &fact.kind {
        Kind::OneOf { options, .. } => match fact.order {
            Order::WorstFirst => options.last(),
            _ => options.first(),
        }
        .map(|option| option.id.clone())
        .unwrap_or_default(),
        Kind::Number(number) => number.shown(match fact.order {
            Order::Lower => number.to,
            Order::Outside(from, _) => from,
            _ => number.from,
        }),
        Kind::Ago { to, .. } | Kind::Due { to, .. } => minutes((*to).max(0)),
        Kind::Pick(table) => {
            // Values stand worst first, so the mildest row is the one whose values stand last.
            let rows = content.table(*table).rows.iter().rev();
            let mildest =
                rows.max_by_key(|row| row.values.iter().map(|at| u32::from(*at)).sum::<u32>());
            mildest.map(|row| row.id.clone()).unwrap_or_default()
        }
        Kind::Age => "40 years".to_owned(),
        Kind::Text => "words".to_owned(),
    };
    Written::Word(word)
}

/// What was said, as a case says it; `None` for what it cannot say.
pub(super) fn written(content: &Content, id: FactId, said: &Said) -> Option<Written> {
    let fact = content.fact(id);
    let word = match said {
        Said::NotSure => match fact.source {
            FactSource::Patient => "not told".to_owned(),
            FactSource::System { .. } => "unknown".to_owned(),
            FactSource::Question => "not_sure".to_owned(),
        },
        Said::Option(place) => match &fact.kind {
            Kind::OneOf { options, .. } => options.get(*place)?.id.clone(),
            _ => return None,
        },
        Said::Number(value) => match &fact.kind {
            Kind::Number(number) => number.shown(*value),
            // A case says how long ago or until, and has no word for what is overdue.
            Kind::Ago { .. } | Kind::Due { .. } if *value >= 0 => minutes(*value),
            _ => return None,
        },
        Said::Rows(rows) => {
            let Kind::Pick(table) = fact.kind else {
                return None;
            };
            let table = content.table(table);
            let rows = rows.iter().map(|row| table.rows.get(usize::from(*row)));
            let rows: Option<Vec<String>> = rows.map(|row| Some(row?.id.clone())).collect();
            return Some(Written::Rows(rows?));
        }
        Said::Age(..) | Said::ToldAge(..) => ages(said).into_iter().next()?,
        Said::Words => return None,
    };
    Some(Written::Word(word))
}

/// The ways to tell an age, the roundest first: a told age is a range, and may lie across what an exact one does not.
pub(super) fn ages(said: &Said) -> Vec<String> {
    let count = |count: i64, unit: &str| match count {
        1 => format!("1 {unit}"),
        count => format!("{count} {unit}s"),
    };
    match said {
        Said::Age(AgeUnit::Months, months, _) => {
            let mut ways = Vec::new();
            if months % 12 == 0 && *months >= 24 {
                ways.push(count(months / 12, "year"));
            }
            ways.push(count(*months, "month"));
            // By the middle of the month: the mean Gregorian month has 30.44 days.
            ways.push(count((months * 3044 + 1522) / 100, "day"));
            ways.push(count((months * 3044 + 99) / 100, "day"));
            ways
        }
        Said::Age(AgeUnit::Days, days, _) => vec![count(*days, "day")],
        Said::ToldAge(number, unit) => {
            let unit = told_in(*unit);
            vec![count(*number, unit.strip_suffix('s').unwrap_or(unit))]
        }
        _ => vec!["not told".to_owned()],
    }
}

fn minutes(count: i64) -> String {
    match (count % 1_440, count % 60, count) {
        (_, _, 60) => "1 hour".to_owned(),
        (_, _, 1) => "1 minute".to_owned(),
        (0, _, 2_880..) => format!("{} days", count / 1_440),
        (_, 0, 120..) => format!("{} hours", count / 60),
        _ => format!("{count} minutes"),
    }
}
