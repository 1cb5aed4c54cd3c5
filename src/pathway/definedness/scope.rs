//! One pathway as gates: its lines with those of the library, its asks in list order, and the patients it is for.

use std::collections::BTreeSet;

use super::super::content::{
    Asked, Content, Effect, Entry, FactId, FactSource, LineId, Origin, PathwayId, Place, StandIn,
    Step,
};
use super::super::encode::{Encoder, Gates, Lit, Mode, Truth, Value, Vocabulary};
use super::super::form::{Node, Rule};

/// A pathway taken singly, together with the first flow, the risk history and the interrupts.
pub struct Scope<'c> {
    /// What it is part of.
    pub content: &'c Content,
    /// The circuit.
    pub gates: Gates,
    /// Its facts and rules.
    pub encoder: Encoder<'c>,
    /// Its asks, in list order, a group and a checklist member by member.
    pub asks: Vec<Ask>,
    /// Its lines.
    pub lines: Vec<Guarded>,
    /// The patient is one whom the pathway is for.
    pub whom: Lit,
}

/// A question in its place in the order.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Which.
    pub fact: FactId,
    /// The guard of the ask.
    pub guard: Rule,
    /// Guard and `only_if` are true.
    pub open: Lit,
    /// Where it stands.
    pub place: Place,
}

/// A line with its guard as gates.
#[derive(Debug, Clone, Copy)]
pub struct Guarded {
    /// Which.
    pub line: LineId,
    /// How its guard is read.
    pub mode: Mode,
    /// Its guard.
    pub truth: Truth,
}

/// The asks of a pathway in list order: first flow, danger, risk history, flow.
pub fn entries(content: &Content, pathway: PathwayId) -> impl Iterator<Item = &Entry> {
    let own = content.pathway(pathway);
    [
        &content.first_flow,
        &own.danger,
        &content.risk_history,
        &own.flow,
    ]
    .into_iter()
    .flat_map(|flow| &flow.entries)
}

/// The questions of one ask, checklists spelled out.
pub fn questions(content: &Content, asked: &[Asked]) -> Vec<FactId> {
    let of = |asked: &Asked| match asked {
        Asked::Question(fact) => vec![*fact],
        Asked::Checklist(checklist) => content.checklist(*checklist).members.clone(),
    };
    asked.iter().flat_map(of).collect()
}

/// Every ask of a pathway with its questions, in list order.
fn asked_in(content: &Content, pathway: PathwayId) -> Vec<(&Entry, Vec<FactId>)> {
    entries(content, pathway)
        .filter_map(|entry| match &entry.what {
            Step::Ask(asked) => Some((entry, questions(content, asked))),
            Step::Keep(_) | Step::Guide(_) | Step::Line(_) => None,
        })
        .collect()
}

/// What the lines and asks of a pathway, and these further rules, tell apart.
pub fn words_of(content: &Content, pathway: PathwayId, further: &[Rule]) -> Vocabulary {
    let asked = asked_in(content, pathway);
    let counting = lines(content, pathway);
    let guards = counting.iter().map(|line| content.line(*line).guard);
    let rules = guards
        .chain(asked.iter().map(|(entry, _)| entry.guard))
        .chain([content.pathway(pathway).whom])
        .chain(further.iter().copied());
    let patient = [content.system.party, content.system.age, content.system.sex];
    let facts = asked
        .iter()
        .flat_map(|(_, facts)| facts)
        .copied()
        .chain(patient);
    Vocabulary::of(content, rules, facts)
}

/// The lines that count in a case of this pathway alone.
pub fn lines(content: &Content, pathway: PathwayId) -> Vec<LineId> {
    let everywhere = |(place, line): (u16, &super::super::content::Line)| {
        matches!(line.origin, Origin::FirstFlow | Origin::Interrupt).then_some(LineId(place))
    };
    let mut lines: Vec<LineId> = (0u16..)
        .zip(&content.lines)
        .filter_map(everywhere)
        .collect();
    lines.extend(&content.pathway(pathway).lines);
    lines.sort_unstable();
    lines.dedup();
    lines
}

impl<'c> Scope<'c> {
    /// The pathway, with nothing constrained but that its facts are those of somebody.
    pub fn new(content: &'c Content, pathway: PathwayId) -> Self {
        Self::over(content, pathway, Gates::default())
    }

    /// The same over gates that hold something already: a second patient.
    pub fn over(content: &'c Content, pathway: PathwayId, gates: Gates) -> Self {
        Self::with(content, pathway, gates, &[])
    }

    /// The same, in which these further rules can be asked for.
    pub fn with(content: &'c Content, pathway: PathwayId, gates: Gates, further: &[Rule]) -> Self {
        let words = words_of(content, pathway, further);
        Self::encoded(content, pathway, gates, Encoder::new(content, words))
    }

    /// The same over an encoder that knows something already; it tells apart what [`words_of`] the pathway do, or more.
    pub fn encoded(
        content: &'c Content,
        pathway: PathwayId,
        mut gates: Gates,
        mut encoder: Encoder<'c>,
    ) -> Self {
        let counting = lines(content, pathway);
        let whom = content.pathway(pathway).whom;
        let asked = asked_in(content, pathway);
        let mut asks: Vec<Ask> = asked
            .iter()
            .flat_map(|(entry, facts)| asks(&mut encoder, &mut gates, entry, facts))
            .collect();
        asks.splice(0..0, stand_ins(&mut encoder, &mut gates, content, &asks));
        let lines = counting
            .into_iter()
            .map(|line| guarded(content, &mut encoder, &mut gates, line))
            .collect();
        let whom = encoder.rule(&mut gates, whom, Mode::Could).yes;
        Scope {
            content,
            gates,
            encoder,
            asks,
            lines,
            whom,
        }
    }

    /// Everything that is open is answered; age, sex and party are said, and the pathway is for this patient.
    pub fn all_asks_answered(&mut self) {
        for ask in &self.asks {
            let fact = self.encoder.fact(&mut self.gates, ask.fact);
            self.gates.implies(ask.open, fact.read.known);
        }
        for fact in [
            self.content.system.party,
            self.content.system.age,
            self.content.system.sex,
        ] {
            let fact = self.encoder.fact(&mut self.gates, fact);
            self.gates.clause([fact.said.known]);
        }
        self.gates.clause([self.whom]);
    }

    /// A literal under which the facts are those of somebody of whom everything is known and whom the pathway is for: nothing missing,
    /// nothing "not sure" but what a rule asks to be so, and nothing said of what does not apply.
    pub fn everything_known(&mut self) -> Lit {
        let (full, fitting) = self.everything_known_besides();
        for (_, fits) in fitting {
            self.gates.implies(full, fits);
        }
        full
    }

    /// The same but for what is said where it does not apply: with each question that need not apply, under which literal that is not so.
    pub fn everything_known_besides(&mut self) -> (Lit, Vec<(FactId, Lit)>) {
        let mut fitting = Vec::new();
        let full = self.gates.fresh();
        let doubted = doubted(self.content);
        for id in self.encoder.read_facts() {
            let fact = self.encoder.fact(&mut self.gates, id);
            let about = self.content.fact(id);
            let gates = &mut self.gates;
            gates.implies(full, fact.read.known);
            if let Value::Age(ages) = &fact.said.value {
                let exact = ages.exact(gates);
                gates.implies(full, exact);
            }
            if !doubted.contains(&id) {
                gates.clause([!full, !fact.read.unsure]);
                gates.clause([!full, !fact.said.unsure]);
            }
            if about.applies.is_some() {
                fitting.push((id, gates.or([!fact.said.known, fact.applies])));
            } else if about.source == FactSource::Question && about.implied_by.is_empty() {
                gates.clause([!full, fact.said.known]);
            }
        }
        self.gates.implies(full, self.whom);
        (full, fitting)
    }

    /// A literal under which this is somebody whom the pathway is for and who answered, "not sure" included, whatever applies and nothing else.
    /// The age is told exactly.
    pub fn everything_answered(&mut self) -> Lit {
        let full = self.gates.fresh();
        let stand_ins = &self.content.stand_ins;
        for id in self.encoder.read_facts() {
            let fact = self.encoder.fact(&mut self.gates, id);
            let about = self.content.fact(id);
            let gates = &mut self.gates;
            if let Value::Age(ages) = &fact.said.value {
                let exact = ages.exact(gates);
                gates.clause([!full, exact]);
                gates.clause([!full, !fact.said.unsure]);
            }
            // Said aloud, it reads as the declared stand-in.
            if about.not_sure.is_some() {
                gates.clause([!full, !fact.said.unsure]);
            }
            // What stands in for a look-up that failed is asked only then.
            if stand_ins.iter().any(|stand_in| stand_in.question == id) {
                let asks = self.asks.iter().filter(|ask| ask.fact == id);
                let open = gates.or(asks.map(|ask| ask.open));
                gates.clause([!full, !open, fact.said.known]);
                gates.clause([!full, open, !fact.said.known]);
                continue;
            }
            gates.implies(full, fact.read.known);
            if about.applies.is_some() {
                gates.clause([!full, !fact.said.known, fact.applies]);
            } else if about.source == FactSource::Question && about.implied_by.is_empty() {
                gates.clause([!full, fact.said.known]);
            }
        }
        self.gates.implies(full, self.whom);
        full
    }

    /// No ranked line at this rank or above is true.
    pub fn nothing_reached(&mut self, rank: super::super::content::DispositionId) -> Lit {
        let reached: Vec<Lit> = self
            .lines
            .iter()
            .filter(|guarded| {
                self.content
                    .line(guarded.line)
                    .effect
                    .disposition()
                    .is_some_and(|own| own <= rank)
            })
            .map(|guarded| !guarded.truth.yes)
            .collect();
        self.gates.and(reached)
    }
}

/// Facts of which some rule asks whether they are not sure.
pub fn doubted(content: &Content) -> BTreeSet<FactId> {
    let rules = (0..content.forms.len())
        .filter_map(|index| u32::try_from(index).ok())
        .map(Rule);
    let unsure = |rule: Rule| match content.forms.node(rule) {
        Node::Unsure(fact) => Some(*fact),
        _ => None,
    };
    rules.filter_map(unsure).collect()
}

/// Questions that stand in for a look-up that failed may be asked when it did, unless an ask of their own says when.
fn stand_ins(
    encoder: &mut Encoder<'_>,
    gates: &mut Gates,
    content: &Content,
    asks: &[Ask],
) -> Vec<Ask> {
    let read = encoder.read_facts();
    let unasked = |stand_in: &&StandIn| {
        read.contains(&stand_in.fact) && !asks.iter().any(|ask| ask.fact == stand_in.question)
    };
    let mut found = Vec::new();
    for stand_in in content.stand_ins.iter().filter(unasked) {
        let unknown = encoder.rule(gates, stand_in.unknown, Mode::Could).yes;
        let applies = encoder.fact(gates, stand_in.question).applies;
        let open = gates.and([unknown, applies]);
        found.push(Ask {
            fact: stand_in.question,
            guard: stand_in.unknown,
            open,
            place: Place::default(),
        });
    }
    found
}

fn asks(encoder: &mut Encoder<'_>, gates: &mut Gates, entry: &Entry, facts: &[FactId]) -> Vec<Ask> {
    let guard = encoder.rule(gates, entry.guard, Mode::Could).yes;
    let ask = |fact: &FactId| {
        let applies = encoder.fact(gates, *fact).applies;
        Ask {
            fact: *fact,
            guard: entry.guard,
            open: gates.and([guard, applies]),
            place: entry.place.clone(),
        }
    };
    facts.iter().map(ask).collect()
}

fn guarded(
    content: &Content,
    encoder: &mut Encoder<'_>,
    gates: &mut Gates,
    line: LineId,
) -> Guarded {
    let certain =
        matches!(content.line(line).effect, Effect::Also(need) if content.need(need).certain);
    let mode = if certain { Mode::Must } else { Mode::Could };
    Guarded {
        line,
        mode,
        truth: encoder.rule(gates, content.line(line).guard, mode),
    }
}
