//! One step of the walk: what is reached, and what comes next.

use smallvec::SmallVec;

use crate::pathway::Content;
use crate::pathway::content::{Asked, DispositionId, FactId, GuideId, NeedId};

use super::evaluate::View;
use super::facts::Facts;
use super::lines::Lines;
use super::needed::{BESIDE, Needed};
use super::plan::{PATIENT, Plan, Reached};
use super::planned::{Also, AskAt, Ranked};
use super::position::{Next, Outcome, Position, Shown};
use super::resolve;
use super::value::{Mode, Slot, Tri};

/// Room that steps use again and again, so that a step allocates nothing.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    slots: Vec<Slot>,
    room: Room,
}

#[derive(Debug, Clone, Default)]
struct Room {
    goals: Vec<u32>,
    marks: Vec<u8>,
    queue: Vec<FactId>,
    open: Vec<Option<Tri>>,
}

/// Where the case stands and what comes next, from the facts alone.
pub fn step(content: &Content, plan: &Plan, facts: &Facts, scratch: &mut Scratch) -> Position {
    let mut walk = Walk::new(content, plan, facts, scratch);
    let next = walk.next();
    walk.position(next)
}

/// The same, where it is known what the lines come to on these facts.
pub fn step_on(
    content: &Content,
    plan: &Plan,
    facts: &Facts,
    lines: &Lines,
    scratch: &mut Scratch,
) -> Position {
    let Scratch { room, .. } = scratch;
    let view = View {
        content,
        facts,
        slots: lines.slots(),
    };
    let mut known = lines.ranked().iter();
    let mut walk = Walk::over(plan, view, room, |_| {
        known.next().copied().unwrap_or(Tri::Undetermined)
    });
    let next = walk.next();
    walk.position(next)
}

/// What the present facts come to, as if the walk ended now: over full facts, the most urgent disposition whose rule holds.
pub fn outcome(content: &Content, plan: &Plan, facts: &Facts, scratch: &mut Scratch) -> Outcome {
    let walk = Walk::new(content, plan, facts, scratch);
    let (reached, disposition, defect) = walk.result();
    let mut also: SmallVec<[NeedId; 4]> = plan
        .also
        .iter()
        .filter(|also| walk.view.counts_at_end(also))
        .map(|also| also.need)
        .collect();
    also.sort_unstable();
    also.dedup();
    Outcome {
        reached,
        disposition,
        defect,
        also,
    }
}

/// Every rule that is true on the present facts, most urgent first, then the also-lines.
///
/// A rule that is only raised at the end of a walk is not among them: [`Position::reached`] names it.
pub fn true_lines(
    content: &Content,
    plan: &Plan,
    facts: &Facts,
    scratch: &mut Scratch,
) -> Vec<Reached> {
    let view = scratch.view(content, plan, facts);
    let ranked = plan
        .ranked
        .iter()
        .filter(|rule| view.rule(rule) == Tri::True)
        .map(|rule| rule.reached);
    let also = plan
        .also
        .iter()
        .filter(|also| view.also(also) == Tri::True)
        .map(|also| Reached::Line(also.line));
    ranked.chain(also).collect()
}

/// The most urgent rule that is true on the present facts, whatever is still open.
pub(super) fn stands_at(
    content: &Content,
    plan: &Plan,
    facts: &Facts,
    scratch: &mut Scratch,
) -> Option<(Reached, DispositionId)> {
    let view = scratch.view(content, plan, facts);
    let current = plan
        .ranked
        .iter()
        .find(|rule| view.rule(rule) == Tri::True)?;
    Some((current.reached, current.disposition))
}

impl Scratch {
    /// Room for a content; it fits itself to any other later.
    pub fn new() -> Self {
        Scratch::default()
    }

    /// Reads the facts of a plan.
    pub(super) fn view<'a>(
        &'a mut self,
        content: &'a Content,
        plan: &Plan,
        facts: &'a Facts,
    ) -> View<'a> {
        self.slots.resize(content.facts.len(), Slot::Unknown);
        resolve::resolve(content, &plan.reads, facts, &mut self.slots);
        View {
            content,
            facts,
            slots: &self.slots,
        }
    }
}

impl View<'_> {
    /// Whether a ranked rule holds.
    #[inline]
    pub(super) fn rule(&self, rule: &Ranked) -> Tri {
        match rule.reached {
            Reached::Line(_) => self.guard(rule.guard, Mode::Could),
            Reached::NoneFit => Tri::from(self.facts.none_fit() > 0),
            Reached::EarlyExit | Reached::NothingTrue => Tri::True,
        }
    }

    /// Whether an also-line holds.
    pub(super) fn also(&self, also: &Also) -> Tri {
        self.guard(also.guard, also.mode())
    }

    /// At the end an undetermined line counts as one that could hold, but an interrupt and a certain need do not.
    pub(super) fn counts_at_end(&self, also: &Also) -> bool {
        match self.also(also) {
            Tri::True => true,
            Tri::Undetermined => !also.certain && !also.interrupt,
            Tri::False => false,
        }
    }
}

impl Also {
    pub(super) fn mode(&self) -> Mode {
        if self.certain {
            Mode::Must
        } else {
            Mode::Could
        }
    }
}

struct Walk<'a> {
    content: &'a Content,
    plan: &'a Plan,
    facts: &'a Facts,
    view: View<'a>,
    needed: Needed<'a>,
    /// The most urgent rule that is true.
    current: Option<&'a Ranked>,
    /// Undetermined rules above it, most urgent first: places in [`Plan::ranked`].
    goals: &'a [u32],
    could_reach: Option<DispositionId>,
}

impl<'a> Walk<'a> {
    fn new(
        content: &'a Content,
        plan: &'a Plan,
        facts: &'a Facts,
        scratch: &'a mut Scratch,
    ) -> Self {
        scratch.slots.resize(content.facts.len(), Slot::Unknown);
        resolve::resolve(content, &plan.reads, facts, &mut scratch.slots);
        let view = View {
            content,
            facts,
            slots: &scratch.slots,
        };
        Walk::over(plan, view, &mut scratch.room, |rule| view.rule(rule))
    }

    /// `state` is asked what each rule comes to, in their order, until one is true.
    fn over(
        plan: &'a Plan,
        view: View<'a>,
        room: &'a mut Room,
        state: impl FnMut(&Ranked) -> Tri,
    ) -> Self {
        let facts = view.content.facts.len();
        room.marks.clear();
        room.marks.resize(facts, 0);
        room.open.clear();
        room.open.resize(plan.asks.len(), None);
        room.queue.clear();
        // Room for all at once, so that no later step grows it.
        room.queue.reserve(facts);
        room.goals.clear();
        room.goals.reserve(plan.ranked.len());
        let current = stand(plan, &mut room.goals, state);
        let needed = Needed {
            view,
            plan,
            goals: &room.goals,
            closed: false,
            marks: &mut room.marks,
            queue: &mut room.queue,
            open: &mut room.open,
        };
        Walk {
            content: view.content,
            plan,
            facts: view.facts,
            view,
            needed,
            current,
            goals: &room.goals,
            could_reach: None,
        }
    }

    fn next(&mut self) -> Next {
        self.patient()
            .or_else(|| self.ask_for_rules())
            .or_else(|| self.guide())
            .or_else(|| self.ask_for_needs())
            .or_else(|| self.keep())
            .unwrap_or(Next::End)
    }

    /// Age, sex and party are asked in every case, whether or not a rule waits for them.
    fn patient(&self) -> Option<Next> {
        let ask = self.plan.asks.get(PATIENT)?;
        let (asked, shown) = self.show(ask, |_| true)?;
        Some(Next::Patient { asked, shown })
    }

    fn ask_for_rules(&mut self) -> Option<Next> {
        self.could_reach = self.needed.most_urgent().map(|rule| rule.disposition);
        self.could_reach?;
        match self.first_ask(Needed::by_rule) {
            Some(ask) => self.screen_for_rules(ask),
            None => {
                // What stands beside the rules is marked after all that they need.
                self.needed.close();
                None
            }
        }
    }

    /// Guides that hold, in list order; then what would tell whether another does.
    fn guide(&mut self) -> Option<Next> {
        let plan = self.plan;
        for guide in &plan.guides {
            if self.is_unanswered(guide.guide)
                && self.view.guard(guide.guard, Mode::Could) == Tri::True
            {
                return Some(Next::Guide(guide.guide));
            }
        }
        for guide in &plan.guides {
            let waits = self.is_unanswered(guide.guide)
                && (!guide.interrupt || self.needed.can_be_asked(guide.guard, Mode::Could));
            if waits {
                self.needed.mark(guide.guard, Mode::Could, BESIDE);
            }
        }
        let ask = self.first_ask(Needed::beside)?;
        self.mark_needs();
        self.ask(ask)
    }

    fn ask_for_needs(&mut self) -> Option<Next> {
        self.mark_needs();
        let ask = self.first_ask(Needed::beside)?;
        self.ask(ask)
    }

    /// What is asked for the hand-over, once the result is certain, if somebody receives the case.
    fn keep(&mut self) -> Option<Next> {
        let (reached, disposition, _) = self.result();
        // Before a complaint is chosen there is no result yet.
        let unfinished = reached == Reached::NothingTrue && self.plan.pathways.is_empty();
        if unfinished || !self.content.disposition(disposition).hands_over {
            return None;
        }
        let plan = self.plan;
        for keep in &plan.keeps {
            if self.view.guard(keep.guard, Mode::Could) == Tri::True
                && let Some((asked, shown)) = self.show(keep, |_| true)
            {
                return Some(Next::Keep { asked, shown });
            }
        }
        for keep in &plan.keeps {
            self.mark_keep(keep);
        }
        let ask = self.first_ask(Needed::beside)?;
        self.ask(ask)
    }

    /// What would tell whether a keep is called for, or its question applies; nothing once it is answered.
    fn mark_keep(&mut self, keep: &AskAt) {
        let mut open = keep
            .members
            .iter()
            .filter(|(_, fact)| self.view.slot(*fact).is_open());
        let state = self.view.guard(keep.guard, Mode::Could);
        if open.clone().next().is_none() || state == Tri::False {
            return;
        }
        self.needed.mark(keep.guard, Mode::Could, BESIDE);
        if state == Tri::True {
            open.by_ref()
                .for_each(|(_, fact)| self.needed.mark_applies(*fact, BESIDE));
        }
    }

    /// A screen shows all of its members that are needed, by rules and by also-lines.
    fn screen_for_rules(&mut self, ask: &AskAt) -> Option<Next> {
        let mut beside = false;
        for (_, fact) in &ask.members {
            if self.view.slot(*fact) == Slot::Unknown && !self.needed.by_rule(*fact) {
                beside |= self.plan.may_be_needed_beside(*fact);
            }
        }
        if beside {
            self.mark_needs();
        }
        self.ask(ask)
    }

    fn mark_needs(&mut self) {
        for also in &self.plan.also {
            if self.view.also(also) != Tri::Undetermined
                || also.interrupt && !self.needed.can_be_asked(also.guard, also.mode())
            {
                continue;
            }
            self.needed.mark(also.guard, also.mode(), BESIDE);
        }
    }

    fn is_unanswered(&self, guide: GuideId) -> bool {
        // A guide without exits has no answer to wait for; it is shown with the result.
        self.facts.exit(guide).is_none() && !self.content.guide(guide).exits.is_empty()
    }

    /// The first ask in list order that is open and shows something needed.
    fn first_ask(
        &mut self,
        is_needed: impl Fn(&mut Needed<'a>, FactId) -> bool,
    ) -> Option<&'a AskAt> {
        let plan = self.plan;
        let view = self.view;
        let needed = &mut self.needed;
        let mut asks = plan.asks.iter().zip(0..);
        let (ask, _) = asks.find(|(ask, place)| {
            let mut unanswered = ask
                .members
                .iter()
                .filter(|(_, fact)| view.slot(*fact) == Slot::Unknown)
                .peekable();
            unanswered.peek().is_some()
                && needed.state(*place) == Tri::True
                && unanswered.any(|(_, fact)| is_needed(needed, *fact))
        })?;
        Some(ask)
    }

    /// A screen shows all of its members that are needed, whatever needs them.
    fn ask(&self, ask: &AskAt) -> Option<Next> {
        let (asked, shown) = self.show(ask, |fact| self.needed.is_found(fact))?;
        Some(Next::Ask { asked, shown })
    }

    /// One screen: a checklist, or all the questions of a group.
    fn show(&self, ask: &AskAt, needed: impl Fn(FactId) -> bool) -> Option<(Asked, Shown)> {
        let open = || {
            ask.members
                .iter()
                .filter(|(_, fact)| self.view.slot(*fact) == Slot::Unknown && needed(*fact))
        };
        let (place, first) = *open().next()?;
        let asked = *ask.asked.get(usize::from(place))?;
        let mut shown = Shown::new();
        match asked {
            Asked::Checklist(checklist) if self.facts.is_one_by_one(checklist) => {
                shown.push(first);
                return Some((Asked::Question(first), shown));
            }
            Asked::Checklist(_) => {
                let members = open().filter(|(other, _)| *other == place);
                shown.extend(members.map(|(_, fact)| *fact));
            }
            Asked::Question(_) => {
                let questions = open().filter(|(other, _)| {
                    matches!(ask.asked.get(usize::from(*other)), Some(Asked::Question(_)))
                });
                shown.extend(questions.map(|(_, fact)| *fact));
            }
        }
        Some((asked, shown))
    }

    /// What the case comes to if nothing more is asked.
    ///
    /// A rule that is still undetermined counts as one that could hold; only an interrupt does not. This never lowers, and it
    /// never happens in a content that passed the check of definedness.
    fn result(&self) -> (Reached, DispositionId, bool) {
        let undetermined = self
            .goals
            .iter()
            .filter_map(|goal| self.plan.ranked.get(usize::try_from(*goal).ok()?))
            .find(|rule| !rule.interrupt);
        match (undetermined, self.current) {
            (Some(rule), _) => (rule.reached, rule.disposition, true),
            (None, Some(rule)) => (rule.reached, rule.disposition, false),
            (None, None) => (
                Reached::NothingTrue,
                self.content.none_fit,
                !self.plan.pathways.is_empty(),
            ),
        }
    }

    fn position(self, next: Next) -> Position {
        let certain = matches!(next, Next::Keep { .. } | Next::End);
        let (reached, disposition, defect) = if certain {
            let (reached, disposition, defect) = self.result();
            (Some(reached), Some(disposition), defect)
        } else {
            let reached = self.current.map(|rule| rule.reached);
            (reached, self.current.map(|rule| rule.disposition), false)
        };
        Position {
            reached,
            disposition,
            next,
            could_reach: self.could_reach.filter(|_| !certain),
            defect,
        }
    }
}

/// Finds the most urgent rule that is true, and the undetermined ones above it.
fn stand<'a>(
    plan: &'a Plan,
    goals: &mut Vec<u32>,
    mut state: impl FnMut(&Ranked) -> Tri,
) -> Option<&'a Ranked> {
    for (rule, place) in plan.ranked.iter().zip(0..) {
        match state(rule) {
            Tri::True => {
                while let Some(goal) = goals.last() {
                    let goal = usize::try_from(*goal).ok();
                    let above = goal
                        .and_then(|goal| plan.ranked.get(goal))
                        .is_some_and(|goal| goal.disposition < rule.disposition);
                    if above {
                        break;
                    }
                    goals.pop();
                }
                return Some(rule);
            }
            Tri::Undetermined => goals.push(place),
            Tri::False => {}
        }
    }
    None
}
