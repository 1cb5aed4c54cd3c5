//! The plan of a case: its rules by urgency and its asks in list order, built once for a set of complaints.

use thiserror::Error;

use crate::pathway::Content;
use crate::pathway::content::{
    Asked, Effect, FactId, FactSource, Flow, LineId, Pathway, PathwayId, Step,
};
use crate::pathway::form::Rule;

use super::facts::nearest;
use super::planned::{AdviceAt, Also, AskAt, Guard, GuideAt, Ranked};
use super::resolve::{self, Read};

/// A complaint that the content does not have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no complaint of this name")]
pub struct UnknownComplaint {
    /// As given.
    pub family: String,
    /// The nearest there is.
    pub did_you_mean: Option<String>,
}

/// What counts and what may be asked in a case, for a set of complaints.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) pathways: Vec<PathwayId>,
    /// Most urgent first.
    pub(super) ranked: Vec<Ranked>,
    pub(super) also: Vec<Also>,
    /// In list order; the patient's three facts come first.
    pub(super) asks: Vec<AskAt>,
    pub(super) guides: Vec<GuideAt>,
    pub(super) keeps: Vec<AskAt>,
    pub(super) advice: Vec<AdviceAt>,
    /// Everything that is read, in an order in which it can be.
    pub(super) reads: Vec<Read>,
    /// By fact: where its asks stand in `asks`.
    asks_of: Vec<Vec<u16>>,
    /// By fact: the places in `ranked` of the rules that read it.
    ranked_reading: Vec<Vec<u32>>,
    /// By fact: whether the guard of an ask or an `only_if` reads it.
    decides_asking: Vec<bool>,
    /// By fact: the places in `also` of the also-lines that read it.
    also_reading: Vec<Vec<u32>>,
}

/// Where a result comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reached {
    /// A line that is true.
    Line(LineId),
    /// Somebody answered "none of these fit".
    NoneFit,
    /// The last contact ended before its walk.
    EarlyExit,
    /// Nothing is true at the end; a defect, unless no complaint was chosen yet.
    NothingTrue,
}

/// Where the patient's facts stand in [`Plan::asks`].
pub(super) const PATIENT: usize = 0;

impl Plan {
    /// The plan of a case with these complaints, in this order; with none, only what every case has.
    ///
    /// `early_exit` says that the last contact ended before its walk.
    ///
    /// # Errors
    /// [`UnknownComplaint`] if no pathway has such a family.
    pub fn new(
        content: &Content,
        families: &[&str],
        early_exit: bool,
    ) -> Result<Self, UnknownComplaint> {
        let pathways = members(content, families)?;
        let mut plan = Plan {
            ranked: Vec::new(),
            also: Vec::new(),
            asks: vec![patient(content)],
            guides: Vec::new(),
            keeps: Vec::new(),
            advice: Vec::new(),
            reads: Vec::new(),
            asks_of: Vec::new(),
            ranked_reading: Vec::new(),
            decides_asking: Vec::new(),
            also_reading: Vec::new(),
            pathways,
        };
        let first_flow_ends = plan.add_flows(content);
        plan.add_lines(content);
        plan.add_catalogue(content, early_exit);
        plan.add_advice(content);
        plan.add_stand_ins(content, first_flow_ends);
        // Stable: of one urgency, the earlier line speaks for the result.
        plan.ranked.sort_by_key(|rule| rule.disposition);
        plan.index(content);
        Ok(plan)
    }

    /// The pathways that joined: every member of each chosen family, also those that turn out not to be for this patient.
    pub fn pathways(&self) -> &[PathwayId] {
        &self.pathways
    }

    /// The pathway whose complaint is an operand of this line; `None` for a line of the library.
    pub fn pathway_of(&self, line: LineId) -> Option<PathwayId> {
        let ranked = self
            .ranked
            .iter()
            .find(|rule| rule.reached == Reached::Line(line));
        let also = || self.also.iter().find(|also| also.line == line);
        match ranked {
            Some(rule) => rule.pathway,
            None => also()?.pathway,
        }
    }

    /// Every fact that this case reads or may ask.
    pub fn facts(&self) -> impl Iterator<Item = FactId> {
        self.reads.iter().map(|read| read.fact)
    }

    /// Whether this case may ask a fact somewhere.
    pub fn may_ask(&self, fact: FactId) -> bool {
        !self.asks_of(fact).is_empty()
            || self
                .keeps
                .iter()
                .any(|keep| keep.members.iter().any(|(_, member)| *member == fact))
    }

    /// Where a fact may be asked.
    #[inline]
    pub(super) fn asks_of(&self, fact: FactId) -> &[u16] {
        self.asks_of.get(fact.index()).map_or(&[], Vec::as_slice)
    }

    /// The places in `ranked` of the rules that read a fact, or the record fact that it stands in for.
    #[inline]
    pub(super) fn ranked_reading(&self, fact: FactId) -> &[u32] {
        self.ranked_reading
            .get(fact.index())
            .map_or(&[], Vec::as_slice)
    }

    /// Whether some question is asked, or applies, only by the answer to a fact.
    #[inline]
    pub(super) fn decides_asking(&self, fact: FactId) -> bool {
        self.decides_asking
            .get(fact.index())
            .is_none_or(|decides| *decides)
    }

    /// The same plan, for which a step always works out the whole set of needed facts.
    #[cfg(test)]
    pub(super) fn searched_whole(&self) -> Plan {
        let mut plan = self.clone();
        plan.ranked_reading.iter_mut().for_each(Vec::clear);
        plan.decides_asking.fill(true);
        plan
    }

    /// Whether an also-line may need a fact, by reading it or by what the fact decides.
    #[inline]
    pub(super) fn may_be_needed_beside(&self, fact: FactId) -> bool {
        self.decides_asking(fact) || !self.also_reading(fact).is_empty()
    }

    /// The places in `also` of the also-lines that read a fact, or the record fact that it stands in for.
    #[inline]
    pub(super) fn also_reading(&self, fact: FactId) -> &[u32] {
        self.also_reading
            .get(fact.index())
            .map_or(&[], Vec::as_slice)
    }

    /// The rule at a place in `ranked`.
    #[inline]
    pub(super) fn ranked_at(&self, place: u32) -> Option<&Ranked> {
        self.ranked.get(usize::try_from(place).ok()?)
    }

    /// Gives the place in the list where the first flow ends.
    fn add_flows(&mut self, content: &Content) -> usize {
        let pathways: Vec<(&Pathway, PathwayId)> = self
            .pathways
            .iter()
            .map(|id| (content.pathway(*id), *id))
            .collect();
        // They ask nothing; their guides come before any other.
        self.add_flow(content, &content.interrupts, Rule::TRUE, Section::Interrupt);
        self.add_flow(content, &content.first_flow, Rule::TRUE, Section::Library);
        let first_flow_ends = self.asks.len();
        for (pathway, _) in &pathways {
            self.add_flow(content, &pathway.danger, pathway.whom, Section::Pathway);
        }
        self.add_flow(content, &content.risk_history, Rule::TRUE, Section::Risk);
        for (pathway, _) in &pathways {
            self.add_flow(content, &pathway.flow, pathway.whom, Section::Pathway);
        }
        first_flow_ends
    }

    fn add_flow(&mut self, content: &Content, flow: &Flow, whom: Rule, section: Section) {
        for entry in &flow.entries {
            let guard = Guard::new(content, whom, entry.guard);
            match &entry.what {
                Step::Ask(asked) => {
                    let ask = AskAt::new(content, guard, asked);
                    // What the risk history did not need for the result is asked for the hand-over.
                    if section == Section::Risk {
                        self.keeps.push(ask.clone());
                    }
                    self.asks.push(ask);
                }
                Step::Keep(asked) => self.keeps.push(AskAt::new(content, guard, asked)),
                Step::Guide(guide) => self.guides.push(GuideAt {
                    guard,
                    guide: *guide,
                    interrupt: section == Section::Interrupt,
                }),
                // A pathway's lines are added from its own list, which also holds its risk lines.
                Step::Line(line) => match section {
                    Section::Library => self.add_line(content, *line, Rule::TRUE, false, None),
                    Section::Interrupt => self.add_line(content, *line, Rule::TRUE, true, None),
                    Section::Pathway | Section::Risk => {}
                },
            }
        }
    }

    fn add_lines(&mut self, content: &Content) {
        for id in self.pathways.clone() {
            let pathway = content.pathway(id);
            for line in &pathway.lines {
                self.add_line(content, *line, pathway.whom, false, Some(id));
            }
        }
    }

    fn add_line(
        &mut self,
        content: &Content,
        id: LineId,
        whom: Rule,
        interrupt: bool,
        pathway: Option<PathwayId>,
    ) {
        let line = content.line(id);
        let guard = Guard::new(content, whom, line.guard);
        match line.effect {
            Effect::Also(need) => self.also.push(Also {
                line: id,
                need,
                guard,
                certain: content.need(need).certain,
                interrupt,
                pathway,
            }),
            Effect::Reach(disposition)
            | Effect::Settle(disposition)
            | Effect::Otherwise(disposition) => self.ranked.push(Ranked {
                disposition,
                reached: Reached::Line(id),
                guard,
                interrupt,
                pathway,
            }),
        }
    }

    fn add_catalogue(&mut self, content: &Content, early_exit: bool) {
        let mut add = |reached, disposition| {
            self.ranked.push(Ranked {
                disposition,
                reached,
                guard: Guard {
                    whom: Rule::TRUE,
                    rule: Rule::TRUE,
                },
                interrupt: false,
                pathway: None,
            });
        };
        // Whether somebody answered so is the facts' to say; see `standing`.
        add(Reached::NoneFit, content.none_fit);
        if early_exit {
            add(Reached::EarlyExit, content.early_exit);
        }
    }

    fn add_advice(&mut self, content: &Content) {
        let own = self.pathways.iter().flat_map(|id| {
            let pathway = content.pathway(*id);
            let advised = pathway.advice.iter();
            advised.map(move |advised| (advised, pathway.whom, Some(*id)))
        });
        let of_all = content.advised_to_all.iter();
        let advised = of_all.map(|advised| (advised, Rule::TRUE, None)).chain(own);
        self.advice = advised
            .map(|(advised, whom, pathway)| AdviceAt {
                item: advised.item,
                guard: Guard::new(content, whom, advised.guard),
                up_to: advised.up_to,
                pathway,
            })
            .collect();
    }

    /// The questions that stand in for a look-up that failed are asked at the end of the first flow, where no flow asks them.
    fn add_stand_ins(&mut self, content: &Content, first_flow_ends: usize) {
        let stand_ins = content.stand_ins.iter();
        let unasked =
            stand_ins.filter(|stand_in| !self.asks.iter().any(|ask| ask.shows(stand_in.question)));
        let asks: Vec<AskAt> = unasked
            .map(|stand_in| {
                let guard = Guard {
                    whom: Rule::TRUE,
                    rule: stand_in.unknown,
                };
                AskAt::new(content, guard, &[Asked::Question(stand_in.question)])
            })
            .collect();
        self.asks.splice(first_flow_ends..first_flow_ends, asks);
    }

    fn index(&mut self, content: &Content) {
        self.reads = resolve::order(content, self.seeds(content));
        self.asks_of = vec![Vec::new(); content.facts.len()];
        for (ask, place) in self.asks.iter().zip(0..) {
            for (_, fact) in &ask.members {
                if let Some(asks) = self.asks_of.get_mut(fact.index()) {
                    asks.push(place);
                }
            }
        }
        self.ranked_reading = reading(content, self.ranked.iter().map(|rule| rule.guard));
        self.also_reading = reading(content, self.also.iter().map(|also| also.guard));
        let guards = self.asks.iter().map(|ask| ask.guard);
        let applies = self.reads.iter().filter_map(|read| {
            let applies = content.fact(read.fact).applies.as_ref()?;
            Some(Guard {
                whom: Rule::TRUE,
                rule: applies.only_if,
            })
        });
        self.decides_asking = vec![false; content.facts.len()];
        for fact in guards
            .chain(applies)
            .flat_map(|guard| leaves(content, guard))
        {
            if let Some(decides) = self.decides_asking.get_mut(fact.index()) {
                *decides = true;
            }
        }
    }

    /// Every fact that a guard of the plan reads or an ask shows.
    fn seeds(&self, content: &Content) -> Vec<FactId> {
        let asked = self.asks.iter().chain(&self.keeps);
        let advised = self.advice.iter().flat_map(|advice| {
            let lines = content.advice_item(advice.item).lines.iter();
            lines
                .map(|line| line.guard)
                .chain([advice.guard.whom, advice.guard.rule])
        });
        let guards = self
            .ranked
            .iter()
            .map(|rule| rule.guard)
            .chain(self.also.iter().map(|also| also.guard))
            .chain(self.guides.iter().map(|guide| guide.guard))
            .chain(asked.clone().map(|ask| ask.guard));
        let rules = guards
            .flat_map(|guard| [guard.whom, guard.rule])
            .chain(advised);
        let mut seeds: Vec<FactId> = rules
            .flat_map(|rule| content.forms.facts(rule))
            .chain(asked.flat_map(|ask| ask.members.iter().map(|(_, fact)| *fact)))
            .collect();
        seeds.sort_unstable();
        seeds.dedup();
        seeds
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Library,
    Pathway,
    Risk,
    Interrupt,
}

/// By fact: the places of the guards that read it.
fn reading(content: &Content, guards: impl Iterator<Item = Guard>) -> Vec<Vec<u32>> {
    let mut reading = vec![Vec::new(); content.facts.len()];
    for (guard, place) in guards.zip(0..) {
        for fact in leaves(content, guard) {
            if let Some(places) = reading.get_mut(fact.index()) {
                places.push(place);
            }
        }
    }
    reading
}

/// What a guard reads, and the questions in place of record facts among it; each once.
fn leaves(content: &Content, guard: Guard) -> Vec<FactId> {
    let mut leaves: Vec<FactId> = [guard.whom, guard.rule]
        .into_iter()
        .flat_map(|rule| content.forms.facts(rule))
        .flat_map(|fact| match content.fact(fact).source {
            FactSource::System {
                if_unknown: Some(question),
                ..
            } => [fact, question],
            _ => [fact, fact],
        })
        .collect();
    leaves.sort_unstable();
    leaves.dedup();
    leaves
}

fn patient(content: &Content) -> AskAt {
    let system = content.system;
    let asked = [system.party, system.age, system.sex].map(Asked::Question);
    let guard = Guard {
        whom: Rule::TRUE,
        rule: Rule::TRUE,
    };
    AskAt::new(content, guard, &asked)
}

fn members(content: &Content, families: &[&str]) -> Result<Vec<PathwayId>, UnknownComplaint> {
    let mut members = Vec::new();
    for family in families {
        let before = members.len();
        let mut known = false;
        for (pathway, place) in content.pathways.iter().zip(0..) {
            if pathway.family == *family {
                known = true;
                if !members.contains(&PathwayId(place)) {
                    members.push(PathwayId(place));
                }
            }
        }
        if !known {
            members.truncate(before);
            let families = content
                .pathways
                .iter()
                .map(|pathway| pathway.family.as_str());
            return Err(UnknownComplaint {
                family: (*family).to_owned(),
                did_you_mean: nearest(family, families).map(str::to_owned),
            });
        }
    }
    Ok(members)
}
