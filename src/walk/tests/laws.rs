//! The laws of sections 4 and 5 of `docs/authors/meaning.md`, over random libraries.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use super::library::{moment, said};
use super::random::{Dice, Library, Value, With};
use crate::pathway::Content;
use crate::pathway::content::{DispositionId, FactId};
use crate::walk::evaluate::View;
use crate::walk::needed::{BESIDE, Needed};
use crate::walk::value::{Mode, Slot, Tri};
use crate::walk::{
    Answer, Facts, Next, Outcome, Plan, Position, Reached, Scratch, outcome, step, support,
    true_lines,
};

fn config() -> Config {
    Config {
        cases: 64,
        rng_seed: RngSeed::Fixed(111),
        failure_persistence: None,
        ..Config::default()
    }
}

/// A random library and a patient.
struct World {
    library: Library,
    content: Content,
    truth: Vec<Value>,
    dice: Dice,
}

const BOTH: [&str; 2] = ["a", "b"];

fn world(seed: u64, size: usize, with: With) -> World {
    let mut dice = Dice(seed);
    let library = Library::new(&mut dice, size, with);
    let content = library.read();
    let truth = library.truth(&mut dice, true);
    World {
        library,
        content,
        truth,
        dice,
    }
}

impl World {
    fn plan(&self, families: &[&str]) -> Plan {
        Plan::new(&self.content, families, false).unwrap()
    }

    fn patient(&self) -> Facts {
        let mut facts = Facts::new(&self.content);
        for (name, answer) in [
            ("party", said("first")),
            ("age", said("not_told")),
            ("sex", said("female")),
        ] {
            facts.tell(&self.content, name, &answer, moment()).unwrap();
        }
        facts
    }

    fn truly(&self, fact: FactId) -> Answer {
        let id = &self.content.fact(fact).id;
        match self
            .library
            .questions
            .iter()
            .position(|question| question.id == *id)
        {
            Some(place) => self.truth[place].answer(self.library.questions[place].kind),
            None => said("no"),
        }
    }

    fn tell(&self, facts: &mut Facts, fact: FactId) {
        facts
            .tell_fact(&self.content, fact, &self.truly(fact), moment())
            .unwrap();
    }

    /// Everything said.
    fn all_said(&self) -> Facts {
        let mut facts = self.patient();
        for question in &self.library.questions {
            self.tell(&mut facts, self.content.fact_named(&question.id).unwrap());
        }
        facts
    }

    /// Walks to the end; now and then something that the case could ask is volunteered first.
    fn walk(&mut self, plan: &Plan, facts: &mut Facts, volunteers: bool) -> Position {
        let mut scratch = Scratch::new();
        for _ in 0..200 {
            if volunteers && self.dice.one_in(2) {
                let askable = askable(&self.content, plan, facts);
                if !askable.is_empty() {
                    let volunteered = *self.dice.pick(&askable);
                    self.tell(facts, volunteered);
                }
            }
            let position = step(&self.content, plan, facts, &mut scratch);
            match &position.next {
                Next::End => return position,
                Next::Guide(guide) => {
                    let guide = self.content.guide(*guide).id.clone();
                    facts
                        .tell(
                            &self.content,
                            &guide,
                            &Answer::Exit("done".to_owned()),
                            moment(),
                        )
                        .unwrap();
                }
                next => {
                    let shown = next.shown();
                    let chosen = shown[if volunteers {
                        self.dice.roll(shown.len())
                    } else {
                        0
                    }];
                    assert!(facts.said(chosen).is_none(), "asks what was said");
                    self.tell(facts, chosen);
                }
            }
        }
        panic!("the walk does not end");
    }

    /// Says all that the case could ask, until nothing is left.
    fn complete(&self, plan: &Plan, facts: &mut Facts) {
        loop {
            let askable = askable(&self.content, plan, facts);
            if askable.is_empty() {
                return;
            }
            for fact in askable {
                self.tell(facts, fact);
            }
        }
    }

    fn outcome(&self, plan: &Plan, facts: &Facts) -> Outcome {
        outcome(&self.content, plan, facts, &mut Scratch::new())
    }
}

/// The facts that apply, are unanswered and have an open ask.
fn askable(content: &Content, plan: &Plan, facts: &Facts) -> Vec<FactId> {
    let mut scratch = Scratch::new();
    let view = scratch.view(content, plan, facts);
    plan.facts()
        .filter(|fact| view.slot(*fact) == Slot::Unknown)
        .filter(|fact| {
            let mut asks = plan.asks_of(*fact).iter();
            asks.any(|ask| view.guard(plan.asks[usize::from(*ask)].guard, Mode::Could) == Tri::True)
        })
        .collect()
}

/// Every fact that a goal of any rank needs, in order.
fn needed(content: &Content, plan: &Plan, facts: &Facts) -> Vec<FactId> {
    let mut scratch = Scratch::new();
    let view: View<'_> = scratch.view(content, plan, facts);
    let current = plan.ranked.iter().find(|rule| view.rule(rule) == Tri::True);
    let (mut marks, mut open, mut queue) = (
        vec![0; content.facts.len()],
        vec![None; plan.asks.len()],
        Vec::new(),
    );
    let mut needed = Needed {
        view,
        plan,
        marks: &mut marks,
        queue: &mut queue,
        open: &mut open,
    };
    for rule in &plan.ranked {
        if current.is_none_or(|current| rule.disposition < current.disposition)
            && view.rule(rule) == Tri::Undetermined
            && (!rule.interrupt || needed.can_be_asked(rule.guard, Mode::Could))
        {
            needed.mark(rule.guard, Mode::Could, BESIDE);
        }
    }
    for also in &plan.also {
        needed.mark(also.guard, also.mode(), BESIDE);
    }
    marks
        .iter()
        .zip(0..)
        .filter(|(mark, _)| **mark != 0)
        .map(|(_, place)| FactId(place))
        .collect()
}

const EVERYTHING: With = With {
    interrupts: true,
    only_if: true,
    means: true,
    beside: true,
};
const PURE: With = With {
    interrupts: false,
    only_if: true,
    means: false,
    beside: false,
};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_walk_ends_without_a_defect(seed: u64, size in 1_usize..5) {
        let mut world = world(seed, size, EVERYTHING);
        let plan = world.plan(&BOTH);
        let mut facts = world.patient();
        let end = world.walk(&plan, &mut facts, true);
        prop_assert!(!end.defect);
    }

    #[test]
    fn the_end_is_the_outcome_over_what_the_case_can_ask_in_any_order(seed: u64, size in 1_usize..5) {
        let mut world = world(seed, size, PURE);
        let plan = world.plan(&BOTH);
        let mut facts = world.patient();
        let end = world.walk(&plan, &mut facts, false);
        let at_end = world.outcome(&plan, &facts);
        prop_assert_eq!(Some(at_end.disposition), end.disposition);
        world.complete(&plan, &mut facts);
        let full = world.outcome(&plan, &facts);
        prop_assert_eq!(full.disposition, at_end.disposition);
        prop_assert_eq!(&full.also, &at_end.also);
        for families in [["a", "b"], ["b", "a"]] {
            let plan = world.plan(&families);
            let mut facts = world.patient();
            world.walk(&plan, &mut facts, true);
            let other = world.outcome(&plan, &facts);
            prop_assert_eq!(other.disposition, at_end.disposition);
            prop_assert_eq!(&other.also, &at_end.also);
        }
    }

    #[test]
    fn more_facts_never_lower_a_finished_end(seed: u64, size in 1_usize..5) {
        let mut world = world(seed, size, EVERYTHING);
        let plan = world.plan(&BOTH);
        let mut facts = world.patient();
        let end = world.walk(&plan, &mut facts, true).disposition.unwrap();
        for place in 0..world.library.questions.len() {
            let fact = world.content.fact_named(&world.library.questions[place].id).unwrap();
            let open = {
                let mut scratch = Scratch::new();
                let view = scratch.view(&world.content, &plan, &facts);
                view.slot(fact) == Slot::Unknown
            };
            if open {
                world.tell(&mut facts, fact);
                prop_assert!(world.outcome(&plan, &facts).disposition <= end);
            }
        }
    }

    #[test]
    fn change_and_change_back_is_identity(seed: u64, size in 1_usize..5) {
        let mut world = world(seed, size, EVERYTHING);
        let plan = world.plan(&BOTH);
        let mut facts = world.patient();
        let end = world.walk(&plan, &mut facts, true);
        let before = (facts.clone(), world.outcome(&plan, &facts));
        let other = world.library.truth(&mut Dice(seed ^ 1), true);
        let truth = std::mem::replace(&mut world.truth, other);
        let changed: Vec<FactId> = facts.told().map(|(fact, _)| fact).filter(|fact| fact.index() % 2 == 0).collect();
        let changed: Vec<FactId> = changed.into_iter().filter(|fact| world.content.fact(*fact).id.starts_with('q')).collect();
        for fact in &changed {
            world.tell(&mut facts, *fact);
        }
        world.truth = truth;
        for fact in &changed {
            world.tell(&mut facts, *fact);
        }
        prop_assert!(facts == before.0);
        prop_assert_eq!(world.outcome(&plan, &facts), before.1);
        prop_assert_eq!(step(&world.content, &plan, &facts, &mut Scratch::new()), end);
    }

    #[test]
    fn adding_a_reach_an_interrupt_or_a_complaint_never_lowers(seed: u64, size in 1_usize..5) {
        let mut before = world(seed, size, PURE);
        let end = |world: &mut World, families: &[&str]| {
            let plan = world.plan(families);
            let mut facts = world.patient();
            world.walk(&plan, &mut facts, false).disposition.unwrap()
        };
        let alone = end(&mut before, &["a"]);
        prop_assert!(end(&mut before, &BOTH) <= alone);
        let (disposition, rule) = before.library.any_reach(&mut before.dice);
        for interrupt in [false, true] {
            let mut library = before.library.clone();
            if interrupt {
                library.interrupts.push((disposition, rule.clone()));
            } else {
                library.pathways[0].push(super::random::Statement::Reach(disposition, rule.clone()));
            }
            let content = library.read();
            let truth = before.truth.clone();
            let mut after = World { library, content, truth, dice: Dice(seed) };
            prop_assert!(end(&mut after, &["a"]) <= alone);
        }
    }

    #[test]
    fn two_complaints_give_the_more_urgent_of_the_two(seed: u64, size in 1_usize..5) {
        let world = world(seed, size, PURE);
        let facts = world.all_said();
        let [a, b] = BOTH.map(|family| world.outcome(&world.plan(&[family]), &facts));
        let both = world.outcome(&world.plan(&BOTH), &facts);
        prop_assert_eq!(both.disposition, a.disposition.min(b.disposition));
        prop_assert!(a.also.iter().chain(&b.also).all(|need| both.also.contains(need)));
        prop_assert!(both.also.iter().all(|need| a.also.contains(need) || b.also.contains(need)));
    }

    #[test]
    fn guides_keeps_and_checklists_never_change_a_result(seed: u64, size in 1_usize..5) {
        let mut with = world(seed, size, EVERYTHING);
        let library = with.library.plain();
        let content = library.read();
        let mut without = World { library, content, truth: with.truth.clone(), dice: Dice(seed) };
        let mut ends = Vec::new();
        for world in [&mut with, &mut without] {
            let plan = world.plan(&BOTH);
            let mut facts = world.patient();
            world.walk(&plan, &mut facts, false);
            // A guide may ask for facts of its own, which an interrupt or an implication may then count.
            world.complete(&plan, &mut facts);
            let end = world.outcome(&plan, &facts);
            ends.push((end.disposition, end.also));
        }
        prop_assert_eq!(&ends[0], &ends[1]);
    }

    #[test]
    fn under_asked_answers_the_needed_set_only_shrinks(seed: u64, size in 1_usize..5) {
        let world = world(seed, size, With { interrupts: true, ..PURE });
        let plan = world.plan(&BOTH);
        let mut facts = world.patient();
        let mut before = needed(&world.content, &plan, &facts);
        let mut scratch = Scratch::new();
        loop {
            let position = step(&world.content, &plan, &facts, &mut scratch);
            let Some(fact) = position.next.shown().first() else { break };
            prop_assert!(before.contains(fact));
            world.tell(&mut facts, *fact);
            let after = needed(&world.content, &plan, &facts);
            prop_assert!(after.iter().all(|fact| before.contains(fact)));
            before = after;
        }
    }

    #[test]
    fn not_sure_is_at_least_as_urgent_as_every_option(seed: u64, size in 1_usize..5) {
        let mut world = world(seed, size, With { interrupts: true, ..PURE });
        let plan = world.plan(&BOTH);
        let place = world.dice.roll(world.library.questions.len());
        let options = match world.library.questions[place].kind {
            super::random::Kind::YesNo => vec![Value::Option(0), Value::Option(1)],
            super::random::Kind::Three => (0..3).map(Value::Option).collect(),
            super::random::Kind::Number => (0..7).map(Value::Number).collect(),
        };
        world.truth[place] = Value::NotSure;
        let unsure = world.outcome(&plan, &world.all_said()).disposition;
        for option in options {
            world.truth[place] = option;
            prop_assert!(unsure <= world.outcome(&plan, &world.all_said()).disposition);
        }
    }

    #[test]
    fn over_full_facts_the_outcome_is_the_plainest_reading_of_the_lines(seed: u64, size in 1_usize..5) {
        let world = world(seed, size, With { means: false, ..EVERYTHING });
        let facts = world.all_said();
        for (families, pathways) in [(&BOTH[..1], &[0][..]), (&BOTH[1..], &[1]), (&BOTH[..], &[0, 1])] {
            let outcome = world.outcome(&world.plan(families), &facts);
            let (disposition, also) = world.library.outcome(pathways, &world.truth);
            prop_assert_eq!(outcome.disposition, DispositionId(disposition.try_into().unwrap()));
            let needs: Vec<usize> = outcome.also.iter().map(|need| need.index()).collect();
            prop_assert_eq!(needs, also);
        }
    }

    #[test]
    fn what_is_decided_early_holds_for_every_completion(seed: u64, size in 1_usize..5) {
        let mut world = world(seed, size, With { interrupts: true, ..PURE });
        let plan = world.plan(&BOTH);
        let mut facts = world.patient();
        for place in 0..world.library.questions.len() {
            if world.dice.one_in(2) {
                let fact = world.content.fact_named(&world.library.questions[place].id).unwrap();
                world.tell(&mut facts, fact);
            }
        }
        let verdicts = |facts: &Facts| -> Vec<Tri> {
            let mut scratch = Scratch::new();
            let view = scratch.view(&world.content, &plan, facts);
            let ranked = plan.ranked.iter().map(|rule| view.rule(rule));
            ranked.chain(plan.also.iter().map(|also| view.also(also))).collect()
        };
        let early = verdicts(&facts);
        world.complete(&plan, &mut facts);
        for (early, late) in early.iter().zip(verdicts(&facts)) {
            prop_assert!(*early == Tri::Undetermined || *early == late);
        }
    }

    #[test]
    fn a_true_line_rests_on_its_operands_alone(seed: u64, size in 1_usize..5) {
        let mut world = world(seed, size, EVERYTHING);
        let plan = world.plan(&BOTH);
        let mut facts = world.patient();
        world.walk(&plan, &mut facts, true);
        for reached in true_lines(&world.content, &plan, &facts, &mut Scratch::new()) {
            let Reached::Line(line) = reached else { continue };
            let line = world.content.line(line);
            if matches!(line.effect, crate::pathway::content::Effect::Also(_)) {
                continue;
            }
            let mut alone = Facts::new(&world.content);
            for fact in support(&world.content, &facts, line.guard) {
                alone.tell_fact(&world.content, fact, facts.said(fact).unwrap(), moment()).unwrap();
            }
            let mut scratch = Scratch::new();
            let view = scratch.view(&world.content, &plan, &alone);
            prop_assert_eq!(view.holds(line.guard, Mode::Could), Tri::True);
        }
    }
}
