//! The laws of sections 4 and 5 of `docs/authors/meaning.md`, over random libraries.

use std::collections::HashMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use super::library::said;
use super::random::rules::{Read, plain, rule};
use super::random::{Dice, NOW, TODAY, With, asked, known_answer};
use crate::pathway::content::{Fact, FactId, FactSource};
use crate::pathway::{self, Content};
use crate::walk::evaluate::View;
use crate::walk::needed::{BESIDE, Needed};
use crate::walk::value::{Mode, Slot, Tri};
use crate::walk::{
    Answer, Facts, Lines, Moment, Next, Outcome, Plan, Position, Reached, Scratch, outcome, step,
    step_on, support, true_lines,
};

/// The same cases every time; `NHS111_LAW_CASES` asks for more when the tests are built.
fn config() -> Config {
    let asked = option_env!("NHS111_LAW_CASES").and_then(|cases| cases.parse().ok());
    Config {
        cases: asked.unwrap_or(64),
        rng_seed: RngSeed::Fixed(111),
        failure_persistence: None,
        ..Config::default()
    }
}

/// A random library and a patient.
struct World {
    files: Vec<(String, String)>,
    content: Content,
    /// The complaints, by family.
    families: Vec<String>,
    truth: Truth,
    dice: Dice,
}

/// An answer to every question, and what the service knows, by the names of the facts.
type Truth = HashMap<String, Answer>;

fn world(seed: u64, with: With) -> World {
    let files = asked(seed, with);
    let mut dice = Dice::new(seed ^ 0xFACE);
    let mut world = World::of(files, Truth::new(), seed);
    world.truth = truth(&mut dice, &world.content);
    world
}

fn truth(dice: &mut Dice, content: &Content) -> Truth {
    let mut truth = Truth::new();
    for fact in &content.facts {
        let answer = match fact.source {
            FactSource::Question if dice.one_in(6) => Answer::NotSure,
            FactSource::Question => answer(dice, content, fact),
            FactSource::System { .. } if dice.one_in(6) => Answer::Unknown,
            FactSource::System { .. } if dice.one_in(3) => answer(dice, content, fact),
            _ => continue,
        };
        truth.insert(fact.id.clone(), answer);
    }
    truth
}

fn answer(dice: &mut Dice, content: &Content, fact: &Fact) -> Answer {
    serde_json::from_value(known_answer(dice, content, &fact.kind)).unwrap()
}

fn at() -> Moment {
    Moment {
        contact_began: NOW.parse().unwrap(),
        today: TODAY.parse().unwrap(),
    }
}

impl World {
    fn of(files: Vec<(String, String)>, truth: Truth, seed: u64) -> Self {
        let read = pathway::read(&files);
        let content = read
            .unwrap_or_else(|findings| panic!("{findings:?}"))
            .content;
        let families = content.families().into_iter();
        let families: Vec<String> = families.map(|(family, _)| family.to_owned()).collect();
        World {
            families,
            files,
            content,
            truth,
            dice: Dice::new(seed),
        }
    }

    fn plan(&self, families: &[String]) -> Plan {
        let families: Vec<&str> = families.iter().map(String::as_str).collect();
        Plan::new(&self.content, &families, false).unwrap()
    }

    fn whole(&self) -> Plan {
        self.plan(&self.families)
    }

    fn patient(&self) -> Facts {
        let mut facts = Facts::new(&self.content);
        for (name, answer) in [
            ("party", said("first")),
            ("age", said("not_told")),
            ("sex", said("female")),
        ] {
            facts.tell(&self.content, name, &answer, at()).unwrap();
        }
        for fact in &self.content.facts {
            if let (FactSource::System { .. }, Some(answer)) =
                (&fact.source, self.truth.get(&fact.id))
            {
                facts.tell(&self.content, &fact.id, answer, at()).unwrap();
            }
        }
        facts
    }

    fn questions(&self) -> impl Iterator<Item = FactId> {
        let facts = self.content.facts.iter().zip((0..).map(FactId));
        facts
            .filter(|(fact, _)| fact.source == FactSource::Question)
            .map(|(_, id)| id)
    }

    fn tell(&self, facts: &mut Facts, fact: FactId) {
        let answer = &self.truth[&self.content.fact(fact).id];
        facts.tell_fact(&self.content, fact, answer, at()).unwrap();
    }

    /// Everything said.
    fn all_said(&self) -> Facts {
        let mut facts = self.patient();
        for question in self.questions() {
            self.tell(&mut facts, question);
        }
        facts
    }

    /// Walks to the end; now and then something that the case could ask is volunteered first.
    fn walk(&mut self, plan: &Plan, facts: &mut Facts, volunteers: bool) -> Position {
        let mut scratch = Scratch::new();
        let whole = plan.searched_whole();
        let mut kept = Kept::of(&self.content, plan, facts);
        for _ in 0..400 {
            if volunteers && self.dice.one_in(2) {
                let askable = askable(&self.content, plan, facts);
                if !askable.is_empty() {
                    let volunteered = *self.dice.pick(&askable);
                    self.tell(facts, volunteered);
                }
            }
            let position = step(&self.content, plan, facts, &mut scratch);
            let searched_whole = step(&self.content, &whole, facts, &mut scratch);
            assert_eq!(position, searched_whole, "the short search finds the same");
            kept.go_on(&self.content, plan, facts);
            let on_lines = step_on(&self.content, plan, facts, &kept.lines, &mut scratch);
            assert_eq!(position, on_lines, "what was kept leads to the same");
            match &position.next {
                Next::End => return position,
                Next::Guide(guide) => {
                    let guide = self.content.guide(*guide).id.clone();
                    let exit = Answer::Exit("crew_here".to_owned());
                    facts.tell(&self.content, &guide, &exit, at()).unwrap();
                }
                next => {
                    let shown = next.shown();
                    let chosen = shown[if volunteers {
                        self.dice.below(shown.len())
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

/// Lines that are kept from one step to the next.
struct Kept {
    facts: Facts,
    lines: Lines,
}

impl Kept {
    fn of(content: &Content, plan: &Plan, facts: &Facts) -> Self {
        Kept {
            facts: facts.clone(),
            lines: Lines::new(content, plan, facts),
        }
    }

    /// They are what they would be if nothing had been kept.
    fn go_on(&mut self, content: &Content, plan: &Plan, facts: &Facts) {
        self.lines = self.lines.after(&self.facts, content, plan, facts);
        self.facts = facts.clone();
        assert_eq!(self.lines, Lines::new(content, plan, facts));
        let all = true_lines(content, plan, facts, &mut Scratch::new());
        assert_eq!(self.lines.that_are_true(plan), all);
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
        goals: &[],
        closed: false,
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
    means: true,
    beside: true,
};
const PURE: With = With {
    interrupts: false,
    means: false,
    beside: false,
};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_walk_ends_without_a_defect(seed: u64) {
        let mut world = world(seed, EVERYTHING);
        let plan = world.whole();
        let mut facts = world.patient();
        let end = world.walk(&plan, &mut facts, true);
        prop_assert!(!end.defect);
    }

    #[test]
    fn the_end_is_the_outcome_over_what_the_case_can_ask_in_any_order(seed: u64) {
        let mut world = world(seed, PURE);
        let plan = world.whole();
        let mut facts = world.patient();
        let end = world.walk(&plan, &mut facts, false);
        let at_end = world.outcome(&plan, &facts);
        prop_assert_eq!(Some(at_end.disposition), end.disposition);
        world.complete(&plan, &mut facts);
        let full = world.outcome(&plan, &facts);
        prop_assert_eq!(full.disposition, at_end.disposition);
        prop_assert_eq!(&full.also, &at_end.also);
        let mut families = world.families.clone();
        for _ in 0..2 {
            families.reverse();
            let plan = world.plan(&families);
            let mut facts = world.patient();
            world.walk(&plan, &mut facts, true);
            let other = world.outcome(&plan, &facts);
            prop_assert_eq!(other.disposition, at_end.disposition);
            prop_assert_eq!(&other.also, &at_end.also);
        }
    }

    #[test]
    fn more_facts_never_lower_a_finished_end(seed: u64) {
        let mut world = world(seed, EVERYTHING);
        let plan = world.whole();
        let mut facts = world.patient();
        let end = world.walk(&plan, &mut facts, true).disposition.unwrap();
        for fact in world.questions().collect::<Vec<_>>() {
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
    fn change_and_change_back_is_identity(seed: u64) {
        let mut world = world(seed, EVERYTHING);
        let plan = world.whole();
        let mut facts = world.patient();
        let end = world.walk(&plan, &mut facts, true);
        let before = (facts.clone(), world.outcome(&plan, &facts));
        let other = truth(&mut Dice::new(seed ^ 1), &world.content);
        let truth = std::mem::replace(&mut world.truth, other);
        let changed: Vec<FactId> = facts.told().map(|(fact, _)| fact).filter(|fact| fact.index() % 2 == 0).collect();
        let asked = |fact: &FactId| world.content.fact(*fact).source == FactSource::Question;
        let changed: Vec<FactId> = changed.into_iter().filter(asked).collect();
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
    fn what_lines_come_to_is_the_same_however_it_was_come_by(seed: u64) {
        let mut world = world(seed, EVERYTHING);
        let (plan, mut facts) = (world.whole(), world.patient());
        let mut kept = Kept::of(&world.content, &plan, &facts);
        let questions: Vec<FactId> = world.questions().collect();
        for _ in 0..40 {
            for _ in 0..=world.dice.below(3) {
                let fact = *world.dice.pick(&questions);
                let Fact { id, kind, .. } = world.content.fact(fact);
                let answer = match world.dice.below(6) {
                    0 => Answer::NotSure,
                    1 => Answer::NoneFit("otherwise".to_owned()),
                    2 => {
                        let _ = facts.withdraw(&world.content, id);
                        continue;
                    }
                    _ => serde_json::from_value(known_answer(&mut world.dice, &world.content, kind)).unwrap(),
                };
                let _ = facts.tell_fact(&world.content, fact, &answer, at());
            }
            kept.go_on(&world.content, &plan, &facts);
        }
    }

    #[test]
    fn adding_a_reach_an_interrupt_or_a_complaint_never_lowers(seed: u64) {
        let mut before = world(seed, PURE);
        let end = |world: &mut World, families: &[String]| {
            let plan = world.plan(families);
            let mut facts = world.patient();
            world.walk(&plan, &mut facts, false).disposition.unwrap()
        };
        let families = before.families.clone();
        let alone = end(&mut before, &families[..1]);
        prop_assert!(end(&mut before, &families) <= alone);
        let reads = ["flag", "s0"].map(|name| Read::YesNo(name.to_owned()));
        let rule = plain(rule(&mut before.dice, &reads, 2, true));
        let rank = before.dice.pick(&["one", "two", "three", "four"]);
        let line = format!("  - reach: {rank}\n    if: {rule}\n    because: b\n");
        for interrupt in [false, true] {
            let mut files = before.files.clone();
            if interrupt {
                files.push(("interrupts.yaml".to_owned(), format!("evidence: e\ninterrupts:\n{line}")));
            } else {
                let first = files.iter_mut().find(|(name, _)| name == "complaints/p0.yaml");
                let (_, text) = first.unwrap();
                *text = text.replacen("  - otherwise: ", &format!("{line}  - otherwise: "), 1);
            }
            let mut after = World::of(files, before.truth.clone(), seed);
            prop_assert!(end(&mut after, &families[..1]) <= alone);
        }
    }

    #[test]
    fn two_complaints_give_the_more_urgent_of_the_two(seed: u64) {
        let world = world(seed, PURE);
        let facts = world.all_said();
        let each: Vec<Outcome> = world.families.iter().map(|family| world.outcome(&world.plan(std::slice::from_ref(family)), &facts)).collect();
        let all = world.outcome(&world.whole(), &facts);
        prop_assert_eq!(Some(all.disposition), each.iter().map(|outcome| outcome.disposition).min());
        prop_assert!(each.iter().flat_map(|outcome| &outcome.also).all(|need| all.also.contains(need)));
        prop_assert!(all.also.iter().all(|need| each.iter().any(|outcome| outcome.also.contains(need))));
    }

    #[test]
    fn guides_keeps_and_checklists_never_change_a_result(seed: u64) {
        let mut with = world(seed, EVERYTHING);
        let files = asked(seed, With { beside: false, ..EVERYTHING });
        let mut without = World::of(files, with.truth.clone(), seed);
        let mut ends = Vec::new();
        for world in [&mut with, &mut without] {
            let plan = world.whole();
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
    fn under_asked_answers_the_needed_set_only_shrinks(seed: u64) {
        let world = world(seed, With { interrupts: true, ..PURE });
        let plan = world.whole();
        let mut facts = world.patient();
        let mut before = needed(&world.content, &plan, &facts);
        let mut scratch = Scratch::new();
        loop {
            let position = step(&world.content, &plan, &facts, &mut scratch);
            // Once nothing is needed, what is asked is for the hand-over: the risk history, and what decides whether it is asked.
            let Next::Ask { shown, .. } = &position.next else { break };
            if before.is_empty() {
                break;
            }
            let fact = &shown[0];
            prop_assert!(before.contains(fact));
            world.tell(&mut facts, *fact);
            let after = needed(&world.content, &plan, &facts);
            prop_assert!(after.iter().all(|fact| before.contains(fact)));
            before = after;
        }
    }

    #[test]
    fn not_sure_is_at_least_as_urgent_as_every_option(seed: u64) {
        let mut world = world(seed, With { interrupts: true, ..PURE });
        let plan = world.whole();
        let questions: Vec<FactId> = world.questions().collect();
        let fact = *world.dice.pick(&questions);
        let fact = world.content.fact(fact).clone();
        // Where a stand-in is declared, it is used for a spoken "not sure" only.
        world.truth.insert(fact.id.clone(), Answer::Refused);
        let unsure = world.outcome(&plan, &world.all_said()).disposition;
        for _ in 0..6 {
            let answer = answer(&mut world.dice, &world.content, &fact);
            world.truth.insert(fact.id.clone(), answer);
            prop_assert!(unsure <= world.outcome(&plan, &world.all_said()).disposition);
        }
    }

    #[test]
    fn what_is_decided_early_holds_for_every_completion(seed: u64) {
        let mut world = world(seed, With { interrupts: true, ..PURE });
        let plan = world.whole();
        let mut facts = world.patient();
        for fact in world.questions().collect::<Vec<_>>() {
            if world.dice.one_in(2) {
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
    fn a_true_line_rests_on_its_operands_alone(seed: u64) {
        let mut world = world(seed, EVERYTHING);
        let plan = world.whole();
        let mut facts = world.patient();
        world.walk(&plan, &mut facts, true);
        for reached in true_lines(&world.content, &plan, &facts, &mut Scratch::new()) {
            let Reached::Line(line) = reached else { continue };
            let line = world.content.line(line);
            if matches!(line.effect, pathway::content::Effect::Also(_)) {
                continue;
            }
            let mut alone = Facts::new(&world.content);
            for fact in support(&world.content, &facts, line.guard) {
                alone.tell_fact(&world.content, fact, facts.said(fact).unwrap(), at()).unwrap();
            }
            let mut scratch = Scratch::new();
            let view = scratch.view(&world.content, &plan, &alone);
            prop_assert_eq!(view.holds(line.guard, Mode::Could), Tri::True);
        }
    }
}
