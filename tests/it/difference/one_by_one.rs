//! The difference of two small random contents against every patient, one by one.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::date;
use jiff::{Span, Timestamp};
use nhs111::pathway::content::{FactSource, Kind, PathwayId};
use nhs111::pathway::definedness::undefined;
use nhs111::pathway::form::{AgeUnit, Node, Part, Rule};
use nhs111::pathway::{self, Content};
use nhs111::proof::difference::What;
use nhs111::proof::promises::Disagreement;
use nhs111::proof::{Replay, difference};
use nhs111::walk::{Answer, Plan};

use crate::random::{Dice, With, asking, tiny};

/// More patients than this are too many to try.
const PATIENTS: usize = 3_000;

fn defined(files: &[(String, String)]) -> Option<Content> {
    let content = pathway::read(files).ok()?.content;
    let mut pathways = (0..).map(PathwayId).take(content.pathways.len());
    let is_defined = pathways.all(|pathway| undefined(&content, pathway).is_empty());
    is_defined.then_some(content)
}

/// One small edit, as an author would make it.
fn edited(files: &[(String, String)], dice: &mut Dice) -> Vec<(String, String)> {
    let mut files = files.to_vec();
    let places: Vec<usize> = (0..files.len())
        .filter(|place| {
            let name = &files[*place].0;
            name.starts_with("complaints/") || name.starts_with("shared/")
        })
        .collect();
    let (_, text) = &mut files[*dice.pick(&places)];
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let having = |lines: &[String], what: &str| -> Vec<usize> {
        (0..lines.len())
            .filter(|place| lines[*place].contains(what))
            .collect()
    };
    let kind = dice.below(6);
    let what = ["reach: ", "if: ", "if: ", " >= ", "only_if: ", "- ask: "][kind];
    let at = having(&lines, what);
    if at.is_empty() {
        return files;
    }
    let one = *dice.pick(&at);
    let other = *dice.pick(&at);
    match kind {
        0 => {
            let (own, their) = (lines[one].clone(), lines[other].clone());
            let name = |line: &str| line.split("reach: ").nth(1).unwrap_or("one").to_owned();
            lines[one] = own.replace(&name(&own), &name(&their));
        }
        1 => lines.swap(one, other),
        2 => lines[one] = lines[one].replacen("if: ", "unless: ", 1),
        3 => lines[one] = lines[one].replacen(" >= ", " > ", 1),
        4 => {
            let rule = lines[other]
                .split("only_if: ")
                .nth(1)
                .unwrap_or("flag")
                .to_owned();
            let pad = lines[one]
                .split("only_if: ")
                .next()
                .unwrap_or("")
                .to_owned();
            lines[one] = format!("{pad}only_if: {rule}");
        }
        _ => lines.swap(one, other),
    }
    *text = lines.join("\n") + "\n";
    files
}

/// Every answer that some rule of the two contents tells from another, "not sure" included.
fn ways(contents: [&Content; 2], name: &str) -> Vec<Option<Answer>> {
    let mut ways: Vec<Option<Answer>> = Vec::new();
    for content in contents {
        let Some(id) = content.fact_named(name) else {
            continue;
        };
        let fact = content.fact(id);
        let mut cuts: BTreeSet<i64> = BTreeSet::new();
        let (mut months, mut days) = (BTreeSet::from([240]), BTreeSet::new());
        for content in contents {
            for rule in (0..).map(Rule).take(content.forms.len()) {
                match content.forms.node(rule) {
                    Node::Number { fact, from, to } if content.fact(*fact).id == name => {
                        cuts.extend([from.saturating_sub(1), *from, *to, to.saturating_add(1)]);
                    }
                    Node::Age { unit, from, to, .. } => {
                        let of = if *unit == AgeUnit::Months {
                            &mut months
                        } else {
                            &mut days
                        };
                        of.extend([from.saturating_sub(1), *from, *to, to.saturating_add(1)]);
                    }
                    Node::Score { score, .. } => {
                        for part in &content.forms.score(*score).parts {
                            if let Part::Bands { fact, bands } = part
                                && content.fact(*fact).id == name
                            {
                                for (from, to, _) in bands {
                                    cuts.extend([*from, *to]);
                                }
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        let began = Timestamp::constant(1_768_478_400, 0);
        let today = date(2026, 1, 15);
        let born = |span: Span| Some(Answer::BirthDate(today.checked_sub(span).ok()?));
        let mut found: Vec<Option<Answer>> = match &fact.kind {
            Kind::OneOf { options, .. } => options
                .iter()
                .map(|option| Some(Answer::Word(option.id.clone())))
                .collect(),
            Kind::Number(number) => {
                cuts.extend([number.from, number.to]);
                let within = cuts.iter().filter(|cut| {
                    (number.from..=number.to).contains(cut)
                        && (*cut - number.from) % number.step.max(1) == 0
                });
                within
                    .map(|cut| Some(Answer::Number(number.shown(*cut).parse().unwrap())))
                    .collect()
            }
            Kind::Ago { to, .. } => {
                cuts.extend([0, *to]);
                let within = cuts.iter().filter(|cut| (0..=*to).contains(cut));
                within
                    .map(|cut| {
                        Some(Answer::At(
                            began.checked_sub(Span::new().minutes(*cut)).unwrap(),
                        ))
                    })
                    .collect()
            }
            Kind::Due { from, to, .. } => {
                cuts.extend([*from, *to]);
                let within = cuts.iter().filter(|cut| (*from..=*to).contains(cut));
                within
                    .map(|cut| {
                        Some(Answer::At(
                            began.checked_add(Span::new().minutes(*cut)).unwrap(),
                        ))
                    })
                    .collect()
            }
            Kind::Pick(table) => {
                let rows: Vec<String> = content
                    .table(*table)
                    .rows
                    .iter()
                    .map(|row| row.id.clone())
                    .collect();
                // Every set of rows.
                (1_u32..1 << rows.len().min(3))
                    .map(|set| {
                        let picked = rows
                            .iter()
                            .enumerate()
                            .filter(|(place, _)| set >> place & 1 == 1);
                        Some(Answer::Rows(picked.map(|(_, row)| row.clone()).collect()))
                    })
                    .collect()
            }
            Kind::Age => {
                let months = months.iter().filter(|count| (0..=1_440).contains(*count));
                let days = days.iter().filter(|count| (0..=40_000).contains(*count));
                months
                    .map(|count| born(Span::new().months(*count)))
                    .chain(days.map(|count| born(Span::new().days(*count))))
                    .filter(Option::is_some)
                    .collect()
            }
            Kind::Text => vec![Some(Answer::Word("words".to_owned()))],
        };
        match (&fact.source, &fact.kind) {
            (_, Kind::Age | Kind::Text) => {}
            (FactSource::Patient, _) => found.push(Some(Answer::NotTold)),
            (FactSource::System { .. }, _) => found.extend([None, Some(Answer::Unknown)]),
            (FactSource::Question, _) => found.push(Some(Answer::NotSure)),
        }
        for way in found {
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
    }
    ways
}

/// What changes for anybody, by family, patient by patient; `None` if there are too many.
fn one_by_one(before: &Content, after: &Content) -> Option<BTreeSet<(String, What)>> {
    let families: BTreeSet<&str> = before
        .pathways
        .iter()
        .map(|own| own.family.as_str())
        .collect();
    let mut all = Patients {
        contents: [before, after],
        left: PATIENTS,
        ways: HashMap::new(),
        found: BTreeSet::new(),
    };
    for family in families {
        // The service and the caller speak first; of all else only what is asked makes a difference.
        let mut first: Vec<String> = Vec::new();
        for content in [before, after] {
            let plan = Plan::new(content, &[family], false).unwrap();
            let told = plan.facts().map(|fact| content.fact(fact));
            for fact in told.filter(|fact| fact.source != FactSource::Question) {
                if !first.contains(&fact.id) {
                    first.push(fact.id.clone());
                }
            }
        }
        all.tell(family, &first, &mut Vec::new())?;
    }
    Some(all.found)
}

struct Patients<'c> {
    contents: [&'c Content; 2],
    left: usize,
    ways: HashMap<String, Vec<Option<Answer>>>,
    found: BTreeSet<(String, What)>,
}

impl Patients<'_> {
    /// Every way in which these facts may be told, and then every way in which what is asked may be answered.
    fn tell(
        &mut self,
        family: &str,
        first: &[String],
        told: &mut Vec<(String, Answer)>,
    ) -> Option<()> {
        if let Some((name, rest)) = first.split_first() {
            let contents = self.contents;
            let known = self.ways.entry(name.clone());
            for way in known.or_insert_with(|| ways(contents, name)).clone() {
                let size = told.len();
                told.extend(way.map(|answer| (name.clone(), answer)));
                self.tell(family, rest, told)?;
                told.truncate(size);
            }
            return Some(());
        }
        let steps = |content: &Content| {
            let known = told
                .iter()
                .filter(|(name, _)| content.fact_named(name).is_some());
            let replay = Replay {
                family: family.to_owned(),
                told: known.cloned().collect(),
                on: date(2026, 1, 15),
            };
            replay.steps(content)
        };
        let [before, after] = self.contents;
        // An answer that one of the two does not take is nobody's.
        let (Ok(was), Ok(is)) = (steps(before), steps(after)) else {
            return Some(());
        };
        let asked = was.asked.iter().map(|fact| &before.fact(*fact).id);
        let mut asked = asked.chain(is.asked.iter().map(|fact| &after.fact(*fact).id));
        if let Some(open) = asked.find(|name| !told.iter().any(|(known, _)| known == *name)) {
            return self.tell(family, std::slice::from_ref(open), told);
        }
        self.left = self.left.checked_sub(1)?;
        let mut put = |what: What| self.found.insert((family.to_owned(), what));
        let (from, to) = (was.walked.disposition, is.walked.disposition);
        let ids = (&before.disposition(from).id, &after.disposition(to).id);
        if ids.0 != ids.1 {
            put(What::Moved {
                from: ids.0.clone(),
                to: ids.1.clone(),
                is_down: from < to,
            });
        }
        for need in &after.needs {
            match (was.needs(before, &need.id), is.needs(after, &need.id)) {
                (false, true) => put(What::Needs(need.id.clone())),
                (true, false) => put(What::NeedsNoMore(need.id.clone())),
                _ => false,
            };
        }
        for fact in before.facts.iter().chain(&after.facts) {
            let name = &fact.id;
            match (was.asks(before, name), is.asks(after, name)) {
                (false, true) => put(What::Asked(name.clone())),
                (true, false) => put(What::AskedNoMore(name.clone())),
                _ => false,
            };
        }
        Some(())
    }
}

/// What the solver finds, by family.
fn solved(before: &Content, after: &Content) -> Result<BTreeSet<(String, What)>, Disagreement> {
    let found = difference(before, after)?;
    let family = |id: &str| {
        let pathway = after.pathways.iter().find(|pathway| pathway.id == id);
        pathway.unwrap().family.clone()
    };
    Ok(found
        .changes()
        .flat_map(|(_, change)| {
            let family = family(&change.pathway);
            change
                .whats()
                .map(move |what| (family.clone(), what.clone()))
        })
        .collect())
}

#[test]
fn the_solver_and_one_by_one_agree_on_what_an_edit_changes() {
    let (mut compared, mut differing) = (0_u64, 0_u64);
    let seeds = std::env::var("NHS111_DIFFERENCES").map_or(60, |seeds| seeds.parse().unwrap());
    for seed in 0..seeds {
        let with = With {
            interrupts: true,
            means: seed % 2 == 0,
            beside: seed % 3 == 0,
        };
        let files = asking(tiny(seed), with);
        let Some(before) = defined(&files) else {
            continue;
        };
        let mut dice = Dice::new(seed ^ 0xD1FF);
        let edits = (0..8).map(|_| edited(&files, &mut dice));
        let mut edits = edits.filter(|changed| *changed != files);
        let found = edits.find_map(|changed| {
            let after = defined(&changed)?;
            Some((one_by_one(&before, &after)?, changed, after))
        });
        let Some((expected, changed, after)) = found else {
            continue;
        };
        let found = solved(&before, &after);
        if found.as_ref() != Ok(&expected) {
            for (name, text) in &files {
                if name.starts_with("complaints")
                    || name.starts_with("shared")
                    || name.starts_with("risk")
                    || name.starts_with("first")
                {
                    eprintln!("{name}\n{text}");
                }
                let (_, now) = changed.iter().find(|(own, _)| own == name).unwrap();
                for (a, b) in text.lines().zip(now.lines()).filter(|(a, b)| a != b) {
                    eprintln!("{a}  =>  {b}");
                }
            }
        }
        assert_eq!(
            found.map_err(|error| error.to_string()),
            Ok(expected.clone()),
            "seed {seed}"
        );
        compared += 1;
        differing += u64::from(!expected.is_empty());
    }
    println!("{compared} compared, {differing} of them differ");
    assert!(
        compared >= seeds / 20 && differing >= compared / 4,
        "{compared} {differing}"
    );
}
