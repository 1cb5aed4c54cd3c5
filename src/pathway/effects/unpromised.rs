//! Lines and numbers that no promise holds in their place (P605, P606): double entry, so that a slip in one of the two shows.
//!
//! A line is held by a promise of its own urgency that would be broken without it. Judged in files of which promises hold three lines of
//! four: whoever writes a first pathway, or a first promise, is not asked for all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::content::{
    Content, Effect, FactId, Kind, Line, Origin, PathwayId, Place, Promise, Promised,
};
use super::super::definedness::scope::Scope;
use super::super::diagnostic::{Diagnostic, Span};
use super::super::encode::{Gates, Lit, Mode};
use super::super::form::{AgeUnit, Node, Rule};
use super::super::words;

/// Every such line and number.
pub(super) fn check(content: &Content) -> Vec<Diagnostic> {
    let mut held: BTreeMap<Place, Held> = BTreeMap::new();
    for pathway in (0..)
        .map(PathwayId)
        .zip(&content.pathways)
        .map(|(id, _)| id)
    {
        for (place, found) in lines(content, pathway, &held) {
            let known = held.entry(place).or_insert(found);
            *known = (*known).max(found);
        }
    }
    let files = well_held(&held);
    let unheld = held
        .iter()
        .filter(|(place, held)| **held == Held::ByNone && files.contains(&*place.file));
    let lines = unheld.filter_map(|(place, _)| {
        // The most urgent of those that stand there: what a line gives way to stands there too.
        let there = content.lines.iter().filter(|line| line.place == *place);
        let line = there.min_by_key(|line| line.effect.disposition())?;
        let effect = words::effect(content, line.effect);
        let message = format!("no promise holds `{effect}`: without the line, or with another urgency, all of them would still be kept");
        Some(
            Diagnostic::warning(Span::from(place), "P605", message)
                .help("promise what it is for, as `when` the symptom `never_below` its disposition"),
        )
    });
    lines.chain(cuts(content, &files)).collect()
}

/// From nothing upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    /// Another line is always true with it; that is another finding.
    Idle,
    /// It decides for somebody, and no promise needs it.
    ByNone,
    /// A promise needs it.
    ByPromise,
}

/// The files of which promises hold three lines of four.
fn well_held(held: &BTreeMap<Place, Held>) -> BTreeSet<&str> {
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (place, held) in held {
        let [by_promise, by_none] = counts.entry(&place.file).or_default();
        match held {
            Held::ByPromise => *by_promise += 1,
            Held::ByNone => *by_none += 1,
            Held::Idle => {}
        }
    }
    let most = |[by_promise, by_none]: [usize; 2]| by_promise > 0 && by_promise >= 3 * by_none;
    let files = counts.into_iter().filter(|(_, counts)| most(*counts));
    files.map(|(file, _)| file).collect()
}

/// The file of a pathway.
fn file(content: &Content, pathway: PathwayId) -> String {
    format!("complaints/{}.yaml", content.pathway(pathway).id)
}

/// The promises that speak of a pathway.
fn made(content: &Content, pathway: PathwayId) -> impl Iterator<Item = &Promise> {
    let all = content.promises.iter();
    all.filter(move |promise| promise.pathway.is_none_or(|own| own == pathway))
}

/// Whether promises are made where a line stands; a line of another pathway that joined is judged there.
fn is_judged(content: &Content, pathway: PathwayId, file: &str) -> bool {
    let mut promises = content.promises.iter();
    if file.starts_with("complaints/") {
        file == self::file(content, pathway)
            && promises.any(|promise| promise.pathway == Some(pathway))
    } else {
        promises.any(|promise| promise.pathway.is_none())
    }
}

fn lines(
    content: &Content,
    pathway: PathwayId,
    settled: &BTreeMap<Place, Held>,
) -> Vec<(Place, Held)> {
    let promises: Vec<&Promise> = made(content, pathway)
        .filter(|promise| matches!(promise.what, Promised::NeverBelow(_)))
        .collect();
    let read: Vec<Rule> = promises
        .iter()
        .flat_map(|promise| {
            let exempt = promise.unless.iter().map(|(_, holds)| *holds);
            exempt.chain([promise.when, promise.whom])
        })
        .collect();
    let mut scope = Scope::with(content, pathway, Gates::default(), &read);
    let full = scope.everything_known();
    let is_own = |line: &Line| matches!(line.origin, Origin::Pathway(_) | Origin::FirstFlow);
    let mut found = Vec::new();
    for guarded in scope.lines.clone() {
        let line = content.line(guarded.line);
        let Effect::Reach(rank) = line.effect else {
            continue;
        };
        let is_settled = settled.get(&line.place) == Some(&Held::ByPromise);
        if is_settled || !is_own(line) || !is_judged(content, pathway, &line.place.file) {
            continue;
        }
        // Somebody for whom this line decides, of all that a promise counts.
        let mut alone: Vec<Lit> = vec![full, guarded.truth.yes];
        alone.extend(scope.lines.iter().filter_map(|rival| {
            let other = content.line(rival.line);
            let covers = other
                .effect
                .disposition()
                .is_some_and(|other| other <= rank);
            (covers && is_own(other) && other.place != line.place).then_some(!rival.truth.yes)
        }));
        let held = if !scope.gates.possible(&alone) {
            Held::Idle
        } else if promises.iter().any(|promise| {
            let is_meant = matches!(promise.what, Promised::NeverBelow(least) if least == rank);
            is_meant && needs(&mut scope, promise, &alone)
        }) {
            Held::ByPromise
        } else {
            Held::ByNone
        };
        found.push((line.place.clone(), held));
    }
    found
}

/// Somebody of whom the promise speaks is among these.
fn needs(scope: &mut Scope<'_>, promise: &Promise, alone: &[Lit]) -> bool {
    let mut rule = |rule: Rule| {
        let truth = scope.encoder.rule(&mut scope.gates, rule, Mode::Could);
        truth.yes
    };
    let mut meant = vec![rule(promise.whom), rule(promise.when)];
    meant.extend(promise.unless.iter().map(|(_, holds)| !rule(*holds)));
    meant.extend(alone);
    scope.gates.possible(&meant)
}

/// A fact, the timeline of an age, and the least value above the cut.
type Cut = (FactId, bool, i64);

/// Every number at which lines part people and no promise does; one by which a pathway is chosen is told by its family.
fn cuts(content: &Content, files: &BTreeSet<&str>) -> Vec<Diagnostic> {
    let mut found: BTreeMap<(&str, Cut), (&Place, bool)> = BTreeMap::new();
    for (id, pathway) in (0..).map(PathwayId).zip(&content.pathways) {
        let promised: BTreeSet<Cut> = made(content, id)
            .flat_map(|promise| [promise.whom, promise.when])
            .chain([pathway.whom])
            .flat_map(|rule| cuts_of(content, rule))
            .collect();
        for line in pathway.lines.iter().map(|line| content.line(*line)) {
            let is_own = matches!(line.origin, Origin::Pathway(_))
                && !matches!(line.effect, Effect::Otherwise(_))
                && is_judged(content, id, &line.place.file);
            if !is_own || !files.contains(&*line.place.file) {
                continue;
            }
            for cut in cuts_of(content, line.guard) {
                let is_promised = promised.contains(&cut);
                let known = found
                    .entry((&line.place.file, cut))
                    .or_insert((&line.place, is_promised));
                known.0 = known.0.min(&line.place);
                known.1 |= is_promised;
            }
        }
    }
    let unpromised = found
        .into_iter()
        .filter(|(_, (_, is_promised))| !is_promised);
    let told = unpromised.map(|((_, (fact, days, value)), (place, _))| {
        let value = match (fact == content.system.age, days) {
            (true, true) => words::age(AgeUnit::Days, value),
            (true, false) => words::age(AgeUnit::Months, value),
            (false, _) => words::number(content.fact(fact), value),
        };
        let name = words::name(content, fact);
        let message = format!("a line parts people at {value} of `{name}`, and no promise does");
        Diagnostic::warning(Span::from(place), "P606", message).help(
            "promise something of those on one side of that number, so that a slip in it shows",
        )
    });
    told.collect()
}

fn cuts_of(content: &Content, rule: Rule) -> BTreeSet<Cut> {
    let mut cuts = BTreeSet::new();
    let mut add = |fact: FactId, days: bool, from: i64, to: i64| {
        let (least, most) = match &content.fact(fact).kind {
            Kind::Number(number) => (number.from, number.to),
            Kind::Ago { to, .. } => (0, *to),
            Kind::Due { from, to, .. } => (*from, *to),
            _ => (0, i64::MAX),
        };
        let ends = [Some(from), to.checked_add(1)].into_iter().flatten();
        let within = ends.filter(|cut| least < *cut && *cut <= most);
        cuts.extend(within.map(|cut| (fact, days, cut)));
    };
    content.forms.visit(rule, &mut |node| match node {
        Node::Age {
            fact,
            unit,
            from,
            to,
        } => add(*fact, *unit == AgeUnit::Days, *from, *to),
        Node::Number { fact, from, to } => add(*fact, false, *from, *to),
        _ => {}
    });
    cuts
}
