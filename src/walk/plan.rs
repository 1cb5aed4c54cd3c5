//! The plan of a case: its rules by urgency and its asks in list order, built once for a set of complaints.

use thiserror::Error;

use crate::pathway::Content;
use crate::pathway::content::{
    AdviceId, Asked, DispositionId, Effect, FactId, Flow, GuideId, LineId, NeedId, Pathway,
    PathwayId, Step,
};
use crate::pathway::form::{Node, Rule};

use super::facts::nearest;
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

/// A guard, and for whom its pathway is; both must hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guard {
    pub(super) whom: Rule,
    pub(super) rule: Rule,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    pub(super) disposition: DispositionId,
    pub(super) reached: Reached,
    pub(super) guard: Guard,
    pub(super) interrupt: bool,
    pub(super) pathway: Option<PathwayId>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Also {
    pub(super) line: LineId,
    pub(super) need: NeedId,
    pub(super) guard: Guard,
    /// Counts only where the guard must hold.
    pub(super) certain: bool,
    pub(super) interrupt: bool,
    pub(super) pathway: Option<PathwayId>,
}

/// An ask or a keep.
#[derive(Debug, Clone)]
pub(super) struct AskAt {
    pub(super) guard: Guard,
    pub(super) asked: Vec<Asked>,
    /// All that it may show, checklists spelled out: which of `asked`, and the fact.
    pub(super) members: Vec<(u16, FactId)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct GuideAt {
    pub(super) guard: Guard,
    pub(super) guide: GuideId,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct AdviceAt {
    pub(super) item: AdviceId,
    pub(super) guard: Guard,
    pub(super) up_to: DispositionId,
    pub(super) pathway: PathwayId,
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
            pathways,
        };
        plan.add_flows(content);
        plan.add_lines(content);
        plan.add_catalogue(content, early_exit);
        plan.add_advice(content);
        plan.add_stand_ins(content);
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

    fn add_flows(&mut self, content: &Content) {
        let pathways: Vec<(&Pathway, PathwayId)> = self
            .pathways
            .iter()
            .map(|id| (content.pathway(*id), *id))
            .collect();
        self.add_flow(content, &content.first_flow, Rule::TRUE, Section::Library);
        for (pathway, _) in &pathways {
            self.add_flow(content, &pathway.danger, pathway.whom, Section::Pathway);
        }
        self.add_flow(content, &content.risk_history, Rule::TRUE, Section::Risk);
        for (pathway, _) in &pathways {
            self.add_flow(content, &pathway.flow, pathway.whom, Section::Pathway);
        }
        self.add_flow(content, &content.interrupts, Rule::TRUE, Section::Interrupt);
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
        for id in &self.pathways {
            let pathway = content.pathway(*id);
            self.advice
                .extend(pathway.advice.iter().map(|advised| AdviceAt {
                    item: advised.item,
                    guard: Guard::new(content, pathway.whom, advised.guard),
                    up_to: advised.up_to,
                    pathway: *id,
                }));
        }
    }

    /// The questions that stand in for a record fact whose look-up failed are asked early, where no flow asks them.
    fn add_stand_ins(&mut self, content: &Content) {
        use crate::pathway::content::FactSource;
        let read = resolve::order(content, self.seeds(content));
        let guard = Guard {
            whom: Rule::TRUE,
            rule: Rule::TRUE,
        };
        for fact in read {
            if let FactSource::System {
                if_unknown: Some(question),
                ..
            } = content.fact(fact.fact).source
            {
                let asked = Asked::Question(question);
                if !self.asks.iter().any(|ask| ask.shows(question)) {
                    self.asks
                        .insert(PATIENT + 1, AskAt::new(content, guard, &[asked]));
                }
            }
        }
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

impl Guard {
    /// Keeps `whom` apart only where the rule does not already hold it.
    fn new(content: &Content, whom: Rule, rule: Rule) -> Self {
        let forms = &content.forms;
        let parts = |rule: Rule| match forms.node(rule) {
            Node::All(children) => forms.children(*children).to_vec(),
            _ => vec![rule],
        };
        let held = parts(rule);
        let redundant = whom == Rule::TRUE || parts(whom).iter().all(|part| held.contains(part));
        Guard {
            whom: if redundant { Rule::TRUE } else { whom },
            rule,
        }
    }
}

impl AskAt {
    fn new(content: &Content, guard: Guard, asked: &[Asked]) -> Self {
        let mut members = Vec::new();
        for (asked, place) in asked.iter().zip(0..) {
            match asked {
                Asked::Question(fact) => members.push((place, *fact)),
                Asked::Checklist(checklist) => {
                    let facts = &content.checklist(*checklist).members;
                    members.extend(facts.iter().map(|fact| (place, *fact)));
                }
            }
        }
        AskAt {
            guard,
            asked: asked.to_vec(),
            members,
        }
    }

    fn shows(&self, fact: FactId) -> bool {
        self.members.iter().any(|(_, member)| *member == fact)
    }
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
