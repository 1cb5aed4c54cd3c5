//! Which questions somebody is asked: the walk as gates, ask by ask in list order.
//!
//! At each ask the encoder knows what was heard so far. A question is asked where its ask is open, it applies, nothing was heard of it, and
//! a rule above what is reached waits for it, itself or through what decides whether another question is asked (`walk::needed`, the
//! contract's section 4). An answer may open an ask that stands earlier in the list: those are looked at again after it.

mod order;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::pathway::content::{
    Content, DispositionId, Effect, FactId, FactSource, LineId, Origin, PathwayId,
};
use crate::pathway::definedness::scope::{Guarded, Scope};
use crate::pathway::encode::{Encoder, Gates, Lit, Mode};
use crate::pathway::form::Rule;

pub(crate) use order::guards;
use order::{Member, Order};

/// What comes of a walk to its end, as literals.
pub(crate) struct Heard {
    /// By name and how often it was looked at before: under which literal a question was asked then.
    pub(crate) visits: HashMap<(String, usize), Lit>,
    /// Under which each question is asked; what is missing is asked of nobody.
    pub(crate) questions: BTreeMap<FactId, Lit>,
    /// Under which each line of an interrupt is true on what was heard: no case waits for all that an interrupt reads.
    pub(crate) interrupts: BTreeMap<LineId, Lit>,
}

impl Heard {
    /// Interrupts of the scope hold from here on where they do at the end of the walk; nobody leaves a question unanswered that they are asked, or
    /// contradicts what another answer of theirs implied unless they are asked.
    pub(crate) fn settles(&self, scope: &mut Scope<'_>) {
        for guarded in &mut scope.lines {
            if let Some(held) = self.interrupts.get(&guarded.line) {
                guarded.truth.yes = *held;
            }
        }
        let Scope { gates, encoder, .. } = scope;
        for fact in encoder.read_facts() {
            let said = encoder.said(gates, fact).known;
            let implied = encoder.is_implied(gates, fact);
            let asked = self.questions.get(&fact).copied().unwrap_or(gates.no());
            gates.clause([!said, !implied, asked]);
        }
        for (fact, asked) in &self.questions {
            let said = encoder.said(gates, *fact).known;
            gates.clause([!*asked, said]);
        }
    }
}

/// A walk of more places to ask at is not followed: with each, all that reads the question stands there once more, in gates.
const MOST_PLACES: usize = 200;

/// The walk of the patient of a scope, of whom everything must be known; nothing where the pathway is too long to be followed.
///
/// Where the same is asked as in another walk of the same patient, at the same point, it is the same literal: of two walks that differ little, all
/// that does not differ is one.
pub(crate) fn asked(
    scope: &mut Scope<'_>,
    pathway: PathwayId,
    other: Option<&Heard>,
) -> Option<Heard> {
    let Scope {
        content,
        gates,
        encoder,
        lines,
        ..
    } = scope;
    let order = Order::of(content, pathway);
    if order.asks.len() > MOST_PLACES {
        return None;
    }
    let mut walk = Walk {
        content,
        now: encoder.unheard(gates),
        truth: encoder,
        gates,
        lines,
        order: &order,
        opened_by: order.opened_by(content),
        heard: BTreeMap::new(),
        above: HashMap::new(),
        needed: HashMap::new(),
        other,
        visits: HashMap::new(),
        looked_at: HashMap::new(),
    };
    walk.begin();
    walk.pass(&order.asks, Phase::Rules);
    walk.pass(&order.asks, Phase::Guides);
    walk.pass(&order.asks, Phase::Needs);
    walk.pass(&order.keeps, Phase::Keeps);
    walk.pass(&order.asks, Phase::BeforeKeeps);
    walk.pass(&order.keeps, Phase::Keeps);
    Some(Heard {
        interrupts: walk.interrupts(),
        questions: walk.heard,
        visits: walk.visits,
    })
}

/// What a question is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Phase {
    Rules,
    Guides,
    Needs,
    Keeps,
    BeforeKeeps,
}

struct Walk<'w, 'c> {
    content: &'c Content,
    gates: &'w mut Gates,
    /// What is true of the patient, heard or not.
    truth: &'w mut Encoder<'c>,
    /// What was heard so far.
    now: Encoder<'c>,
    lines: &'w [Guarded],
    order: &'w Order,
    opened_by: HashMap<FactId, Vec<FactId>>,
    /// Under which literal each question was asked.
    heard: BTreeMap<FactId, Lit>,
    /// By rank: no line at it or above is true on what was heard.
    above: HashMap<DispositionId, Lit>,
    /// What is needed on what was heard.
    needed: HashMap<(FactId, Phase), Lit>,
    other: Option<&'w Heard>,
    visits: HashMap<(String, usize), Lit>,
    looked_at: HashMap<FactId, usize>,
}

impl Walk<'_, '_> {
    /// What is only kept is no rule's business, and unheard like all else.
    fn begin(&mut self) {
        let never = self.gates.no();
        let order = self.order;
        let read = self.now.read_facts();
        for keep in order.keeps.iter().filter(|keep| !read.contains(&keep.fact)) {
            let said = self.truth.said(self.gates, keep.fact);
            let said = said.only_if(self.gates, never);
            self.now.hears(keep.fact, said);
        }
    }

    fn interrupts(&mut self) -> BTreeMap<LineId, Lit> {
        let mut held = BTreeMap::new();
        for guarded in self.lines {
            let line = self.content.line(guarded.line);
            if line.origin == Origin::Interrupt {
                let truth = self.now.rule(self.gates, line.guard, guarded.mode);
                held.insert(guarded.line, truth.yes);
            }
        }
        held
    }

    fn pass(&mut self, list: &[Member], phase: Phase) {
        for place in 0..list.len() {
            let mut open = BTreeSet::from([place]);
            // The first in the list that may be open now is asked next, as in the walk.
            while let Some(next) = open.pop_first() {
                let opened = self.visit(list, next, phase);
                open.extend(opened.into_iter().filter(|opened| *opened < place));
            }
        }
    }

    /// Asks a question where it is open and needed; its answer may open these.
    fn visit(&mut self, list: &[Member], place: usize, phase: Phase) -> Vec<usize> {
        let Some(member) = list.get(place) else {
            return Vec::new();
        };
        let asked = self.asks(list, member, phase);
        let asked = self.as_in_the_other(member.fact, asked);
        if asked == self.gates.no() {
            return Vec::new();
        }
        let before = self.heard.get(&member.fact).copied();
        let heard = self.gates.or(before.into_iter().chain([asked]));
        self.heard.insert(member.fact, heard);
        let said = self.truth.said(self.gates, member.fact);
        let said = said.only_if(self.gates, heard);
        self.now.hears(member.fact, said);
        self.above.clear();
        self.needed.clear();
        let Some(opened) = self.opened_by.get(&member.fact) else {
            return Vec::new();
        };
        // Whoever answered it is not asked it again.
        let opens = |other: &Member| other.fact != member.fact && opened.contains(&other.fact);
        let places = list.iter().enumerate();
        places
            .filter(|(_, other)| opens(other))
            .map(|(place, _)| place)
            .collect()
    }

    /// The literal of the other walk, if the question is asked there at this point of the same patients.
    fn as_in_the_other(&mut self, fact: FactId, asked: Lit) -> Lit {
        let times = self.looked_at.entry(fact).or_default();
        let visit = (self.content.fact(fact).id.clone(), *times);
        *times += 1;
        let there = self
            .other
            .and_then(|other| other.visits.get(&visit).copied());
        let same = there.filter(|there| self.gates.is_alike(asked, *there));
        let same = same.unwrap_or(asked);
        self.visits.insert(visit, same);
        same
    }

    /// The question is shown and answered now.
    fn asks(&mut self, list: &[Member], member: &Member, phase: Phase) -> Lit {
        let unanswered = self.unanswered(member);
        if unanswered == self.gates.no() {
            return unanswered;
        }
        let wanted = match phase {
            Phase::Rules => self.wanted_on_screen(list, member),
            Phase::Keeps => self.hands_over(),
            _ => self.needed(member.fact, phase),
        };
        self.gates.and([unanswered, wanted])
    }

    /// The ask is open, the question applies, and there is no answer to it.
    fn unanswered(&mut self, member: &Member) -> Lit {
        if self.content.fact(member.fact).source != FactSource::Question {
            return self.gates.no();
        }
        let open = self.now.rule(self.gates, member.guard, Mode::Could).yes;
        let told = self.now.told(self.gates, member.fact).known;
        let applies = self.now.fact(self.gates, member.fact).applies;
        self.gates.and([open, applies, !told])
    }

    /// A rule needs it; or another member of its screen is needed by a rule, and an also-line needs it.
    fn wanted_on_screen(&mut self, list: &[Member], member: &Member) -> Lit {
        let by_rule = self.needed(member.fact, Phase::Rules);
        let beside = self.needed(member.fact, Phase::Needs);
        if beside == self.gates.no() {
            return by_rule;
        }
        let mut others = Vec::new();
        for other in list
            .iter()
            .filter(|other| other.screen == member.screen && other.fact != member.fact)
        {
            let unanswered = self.unanswered(other);
            let needed = self.needed(other.fact, Phase::Rules);
            others.push(self.gates.and([unanswered, needed]));
        }
        let others = self.gates.or(others);
        let beside = self.gates.and([beside, others]);
        self.gates.or([by_rule, beside])
    }

    /// Something that a phase asks for waits for the fact.
    fn needed(&mut self, fact: FactId, phase: Phase) -> Lit {
        self.needed_by(fact, phase, &mut Vec::new()).0
    }

    /// Whether it is needed other than through those on the way to it; and the first of these that was met again: what meets none of them is so
    /// whichever way leads to it.
    fn needed_by(&mut self, fact: FactId, phase: Phase, through: &mut Vec<FactId>) -> (Lit, usize) {
        if let Some(known) = self.needed.get(&(fact, phase)) {
            return (*known, usize::MAX);
        }
        let mut ways = match phase {
            Phase::Rules => self.goals_waiting_for(fact),
            Phase::Guides => self.guides_waiting_for(fact),
            Phase::Needs => self.needs_waiting_for(fact),
            Phase::Keeps | Phase::BeforeKeeps => self.keeps_waiting_for(fact),
        };
        let depth = through.len();
        let mut cut = usize::MAX;
        through.push(fact);
        for other in self.opened_by.get(&fact).cloned().unwrap_or_default() {
            if let Some(place) = through.iter().position(|on_the_way| *on_the_way == other) {
                cut = cut.min(place);
                continue;
            }
            let decided = self.decided_by(other, fact);
            if decided == self.gates.no() {
                continue;
            }
            let (needed, cut_there) = self.needed_by(other, phase, through);
            cut = cut.min(cut_there);
            ways.push(self.gates.and([needed, decided]));
        }
        through.pop();
        let needed = self.gates.or(ways);
        if cut >= depth {
            self.needed.insert((fact, phase), needed);
            return (needed, usize::MAX);
        }
        (needed, cut)
    }

    /// Whether the fact applies, or which of its asks is open while none is, waits for the other.
    fn decided_by(&mut self, fact: FactId, on: FactId) -> Lit {
        let mut ways = Vec::new();
        if let Some(applies) = &self.content.fact(fact).applies {
            ways.push(
                self.now
                    .waits_for(self.gates, applies.only_if, Mode::Could, on),
            );
        }
        let order = self.order;
        let mut waiting = Vec::new();
        let mut closed = Vec::new();
        for ask in order.asks.iter().filter(|ask| ask.fact == fact) {
            waiting.push(self.now.waits_for(self.gates, ask.guard, Mode::Could, on));
            closed.push(!self.now.rule(self.gates, ask.guard, Mode::Could).yes);
        }
        let waiting = self.gates.or(waiting);
        ways.push(self.gates.and(closed.into_iter().chain([waiting])));
        self.gates.or(ways)
    }

    fn goals_waiting_for(&mut self, fact: FactId) -> Vec<Lit> {
        let mut ways = Vec::new();
        for guarded in self.lines {
            let line = self.content.line(guarded.line);
            let Some(rank) = line.effect.disposition() else {
                continue;
            };
            let waits = self
                .now
                .waits_for(self.gates, line.guard, Mode::Could, fact);
            if waits == self.gates.no() {
                continue;
            }
            let mut parts = vec![waits, self.nothing_reached(rank)];
            if line.origin == Origin::Interrupt {
                parts.push(self.can_be_asked(line.guard, Mode::Could));
            }
            ways.push(self.gates.and(parts));
        }
        ways
    }

    fn needs_waiting_for(&mut self, fact: FactId) -> Vec<Lit> {
        let mut ways = Vec::new();
        for guarded in self.lines {
            let line = self.content.line(guarded.line);
            if !matches!(line.effect, Effect::Also(_)) {
                continue;
            }
            let mut parts = vec![
                self.now
                    .waits_for(self.gates, line.guard, guarded.mode, fact),
            ];
            if line.origin == Origin::Interrupt {
                parts.push(self.can_be_asked(line.guard, guarded.mode));
            }
            ways.push(self.gates.and(parts));
        }
        ways
    }

    fn guides_waiting_for(&mut self, fact: FactId) -> Vec<Lit> {
        let mut ways = Vec::new();
        for at in &self.order.guides {
            let waits = self.now.waits_for(self.gates, at.guard, Mode::Could, fact);
            if waits == self.gates.no() {
                continue;
            }
            let mut parts = vec![waits];
            // Where it holds in another place, it was shown and left by then.
            let same = self.order.guides.iter();
            for other in same.filter(|other| other.guide == at.guide) {
                let shown = self.now.rule(self.gates, other.guard, Mode::Could).yes;
                parts.push(!shown);
            }
            if at.is_interrupt {
                parts.push(self.can_be_asked(at.guard, Mode::Could));
            }
            ways.push(self.gates.and(parts));
        }
        ways
    }

    fn keeps_waiting_for(&mut self, fact: FactId) -> Vec<Lit> {
        let hands_over = self.hands_over();
        let mut ways = Vec::new();
        for keep in &self.order.keeps {
            let open = !self.now.fact(self.gates, keep.fact).read.known;
            let waits = self
                .now
                .waits_for(self.gates, keep.guard, Mode::Could, fact);
            ways.push(self.gates.and([hands_over, open, waits]));
            if let Some(applies) = &self.content.fact(keep.fact).applies {
                let called = self.now.rule(self.gates, keep.guard, Mode::Could).yes;
                let waits = self
                    .now
                    .waits_for(self.gates, applies.only_if, Mode::Could, fact);
                ways.push(self.gates.and([hands_over, open, called, waits]));
            }
        }
        ways
    }

    /// Every undetermined leaf still has an ask that is not surely closed.
    fn can_be_asked(&mut self, guard: Rule, mode: Mode) -> Lit {
        let mut all = Vec::new();
        for leaf in self.now.leaf_facts(guard).iter() {
            let waits = self.now.waits_for(self.gates, guard, mode, *leaf);
            let mut ways = vec![!waits];
            for ask in self.order.asks.iter().filter(|ask| ask.fact == *leaf) {
                ways.push(!self.now.rule(self.gates, ask.guard, Mode::Could).no);
            }
            all.push(self.gates.or(ways));
        }
        self.gates.and(all)
    }

    /// No line at this rank or above is true on what was heard.
    fn nothing_reached(&mut self, rank: DispositionId) -> Lit {
        if let Some(known) = self.above.get(&rank) {
            return *known;
        }
        let mut unreached = Vec::new();
        for guarded in self.lines {
            let line = self.content.line(guarded.line);
            if line.effect.disposition().is_some_and(|own| own <= rank) {
                unreached.push(!self.now.rule(self.gates, line.guard, Mode::Could).yes);
            }
        }
        let found = self.gates.and(unreached);
        self.above.insert(rank, found);
        found
    }

    /// Somebody receives the case by what was heard.
    fn hands_over(&mut self) -> Lit {
        let mut ranks: Vec<DispositionId> = self
            .lines
            .iter()
            .filter_map(|guarded| self.content.line(guarded.line).effect.disposition())
            .collect();
        ranks.sort_unstable();
        ranks.dedup();
        let mut above = self.gates.yes();
        let mut ways = Vec::new();
        for rank in ranks {
            let below = self.nothing_reached(rank);
            if self.content.disposition(rank).hands_over {
                ways.push(self.gates.and([above, !below]));
            }
            above = below;
        }
        if self.content.disposition(self.content.none_fit).hands_over {
            ways.push(above);
        }
        self.gates.or(ways)
    }
}
