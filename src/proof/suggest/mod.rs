//! The worked cases that a content lacks: for every line, outcome and option that no case exercises, the plainest patient who reaches it.
//!
//! The solver finds the patient, the running walk asks and answers as a worked case does, and only a case that passes and exercises what
//! it is for is suggested. What a suggestion expects is what the walk gives today: whoever writes the content judges it by its source before
//! it counts ([`crate::pathway::cases::Case::suggested`]).

mod answers;
mod build;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use crate::pathway::cases::Case;
use crate::pathway::content::{Content, DispositionId, Effect, FactId, LineId, PathwayId};
use crate::pathway::definedness::example::shortest;
use crate::pathway::definedness::scope::{Scope, lines};
use crate::pathway::encode::{Lit, Value};
use crate::walk;
use crate::walk::run::{Coverage, Item, Run};

use answers::Usual;
use build::Builder;
pub use write::file;

/// A worked case to be confirmed.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// The pathway that it walks, with the others of its family.
    pub pathway: PathwayId,
    /// The case, with every answer that its walk needs, by the full name of each fact.
    pub case: Case,
    /// The questions of [`Case::facts`] whose answer is the usual one: that of the pathway's own well baseline, else the mildest.
    pub usual: BTreeSet<String>,
    /// What no case exercised before and this one does.
    pub exercises: Vec<Item>,
}

/// What came of looking for cases.
#[derive(Debug, Clone, Default)]
pub struct Suggestions {
    /// In the order of what they are for.
    pub found: Vec<Suggestion>,
    /// What no case was found for.
    pub left: Vec<(Item, Left)>,
}

/// Why there is no case for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nobody reaches it: the checker says so too, and it is to be taken out.
    Nobody,
    /// Somebody reaches it, and no worked case can say so: the content leaves a line undetermined, or an answer cannot be written.
    NoCase,
}

/// Suggests a case for all that no confirmed case exercises, of the whole content or of one pathway; what a suggestion that waits already
/// exercises is not suggested again. `None` if there is no such pathway.
pub fn suggest(content: &Content, pathway: Option<&str>) -> Option<Suggestions> {
    let runs = runs(content);
    let coverage = Coverage::of(content, runs.iter().map(|(case, run)| (*case, run)));
    let part = match pathway {
        Some(name) => coverage.part(name)?,
        None => &coverage.whole,
    };
    let waiting = runs
        .iter()
        .filter(|(case, run)| case.suggested && run.failures.is_empty());
    let mut taken: BTreeSet<Item> = waiting
        .flat_map(|(_, run)| Item::used(content, &run.used))
        .collect();
    let mut search = Search::new(content, pathway);
    let mut suggestions = Suggestions::default();
    for item in &part.missing {
        if taken.contains(item) {
            continue;
        }
        match search.case(item) {
            Ok((mut suggestion, run)) => {
                let used = Item::used(content, &run.used);
                let new = part.missing.iter();
                let new = new.filter(|item| used.contains(item) && !taken.contains(item));
                suggestion.exercises = new.cloned().collect();
                taken.extend(used);
                suggestions.found.push(suggestion);
            }
            Err(left) => suggestions.left.push((item.clone(), left)),
        }
    }
    // A case that came later may exercise what was given up.
    suggestions.left.retain(|(item, _)| !taken.contains(item));
    Some(suggestions)
}

/// Every worked case with what comes of it.
fn runs(content: &Content) -> Vec<(&Case, Run)> {
    let files = content.cases.iter();
    let cases = files.flat_map(|file| file.cases.iter().map(move |case| (file, case)));
    cases
        .map(|(file, case)| (case, walk::run(content, file, case)))
        .collect()
}

/// The search for cases, with the circuit of each pathway that was looked at.
struct Search<'c> {
    content: &'c Content,
    pathways: Vec<PathwayId>,
    scopes: BTreeMap<PathwayId, Scope<'c>>,
}

/// A way to reach something: the finding that the solver looks for, and what has to be said for it.
struct Way {
    finding: Lit,
    said: Option<(FactId, u8)>,
}

impl<'c> Search<'c> {
    fn new(content: &'c Content, pathway: Option<&str>) -> Self {
        let all = (0u16..).zip(&content.pathways);
        let pathways = all
            .filter(|(_, own)| pathway.is_none_or(|name| own.id == name))
            .map(|(place, _)| PathwayId(place))
            .collect();
        Search {
            content,
            pathways,
            scopes: BTreeMap::new(),
        }
    }

    /// The case for one thing, in the first pathway where one is found.
    fn case(&mut self, item: &Item) -> Result<(Suggestion, Run), Left> {
        let mut left = Left::Nobody;
        for pathway in self.pathways.clone() {
            for way in self.ways(item, pathway) {
                let scope = self.scope(pathway);
                if !scope.gates.possible(&[way.finding]) {
                    continue;
                }
                left = Left::NoCase;
                let example = shortest(scope, way.finding);
                let builder = Builder::new(self.content, pathway, item);
                if let Some(found) = builder.build(&example, way.said) {
                    return Ok(found);
                }
            }
        }
        Err(left)
    }

    fn scope(&mut self, pathway: PathwayId) -> &mut Scope<'c> {
        let content = self.content;
        self.scopes.entry(pathway).or_insert_with(|| {
            let mut scope = Scope::new(content, pathway);
            scope.all_asks_answered();
            scope
        })
    }

    /// The ways to reach something in a pathway, the plainest first: alone, then as the most urgent, then beside anything.
    fn ways(&mut self, item: &Item, pathway: PathwayId) -> Vec<Way> {
        let content = self.content;
        match item {
            Item::Line(place, effect) => {
                let own: BTreeSet<LineId> = lines(content, pathway)
                    .into_iter()
                    .filter(|id| {
                        let line = content.line(*id);
                        line.place == *place && line.effect == *effect
                    })
                    .collect();
                self.by_lines(pathway, &own, effect.disposition())
            }
            Item::Outcome(file, disposition) => {
                let own: BTreeSet<LineId> = lines(content, pathway)
                    .into_iter()
                    .filter(|id| {
                        let line = content.line(*id);
                        line.place.file == *file && line.effect.disposition() == Some(*disposition)
                    })
                    .collect();
                let mut ways = self.by_lines(pathway, &own, Some(*disposition));
                ways.truncate(2);
                ways
            }
            Item::Option(fact, option) => self.by_option(pathway, *fact, *option),
        }
    }

    fn by_lines(
        &mut self,
        pathway: PathwayId,
        own: &BTreeSet<LineId>,
        rank: Option<DispositionId>,
    ) -> Vec<Way> {
        if own.is_empty() {
            return Vec::new();
        }
        let content = self.content;
        let scope = self.scope(pathway);
        let guarded = scope.lines.clone();
        let (own, others): (Vec<_>, Vec<_>) = guarded
            .into_iter()
            .partition(|guarded| own.contains(&guarded.line));
        let reached = scope.gates.or(own.iter().map(|guarded| guarded.truth.yes));
        let Some(rank) = rank else {
            return vec![Way::to(reached)];
        };
        let reaches = |guarded: &&crate::pathway::definedness::scope::Guarded, equal: bool| {
            let other = content.line(guarded.line).effect.disposition();
            other.is_some_and(|other| other < rank || equal && other == rank)
        };
        let mut but_for = |equal: bool| {
            let others = others.iter().filter(|guarded| reaches(guarded, equal));
            let none: Vec<Lit> = others.map(|guarded| !guarded.truth.yes).collect();
            scope.gates.and(none.into_iter().chain([reached]))
        };
        let (alone, most_urgent) = (but_for(true), but_for(false));
        vec![Way::to(alone), Way::to(most_urgent), Way::to(reached)]
    }

    /// The patient's own facts and those of the service are said of anybody; a question is answered where it is asked, else unasked.
    fn by_option(&mut self, pathway: PathwayId, fact: FactId, option: u8) -> Vec<Way> {
        let content = self.content;
        let otherwise = content.pathway(pathway).otherwise;
        let scope = self.scope(pathway);
        let said = Some((fact, option));
        let anybody = Way {
            finding: scope.gates.yes(),
            said,
        };
        let is_read = scope.asks.iter().any(|ask| ask.fact == fact)
            || scope.encoder.read_facts().contains(&fact);
        if !is_read {
            return vec![anybody];
        }
        let state = scope.encoder.said(&mut scope.gates, fact);
        let option = match &state.value {
            Value::Options(options) => options.get(usize::from(option)).copied(),
            _ => None,
        };
        let Some(option) = option else {
            return vec![anybody];
        };
        let asks = scope.asks.clone();
        let open = asks.iter().filter(|ask| ask.fact == fact);
        let open = scope.gates.or(open.map(|ask| ask.open));
        let answered = scope.gates.and([state.known, !state.unsure, option]);
        let asked = scope.gates.and([answered, open]);
        let above = scope.lines.iter().filter(|guarded| {
            let effect = content.line(guarded.line).effect;
            let is_reach = matches!(effect, Effect::Reach(_));
            is_reach && effect.disposition().is_some_and(|own| own < otherwise)
        });
        let mild: Vec<Lit> = above.map(|guarded| !guarded.truth.yes).collect();
        let mild = scope.gates.and(mild.into_iter().chain([asked]));
        let way = |finding| Way { finding, said };
        vec![way(mild), way(asked), way(answered), anybody]
    }
}

impl Way {
    fn to(finding: Lit) -> Self {
        Way {
            finding,
            said: None,
        }
    }
}
