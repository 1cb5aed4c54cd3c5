//! A case in the encoding, with what was said assumed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use nhs111::pathway::Content;
use nhs111::pathway::age::{AgeRange, AgeUnit};
use nhs111::pathway::content::{DispositionId, Effect, FactId, Kind, LineId, Origin};
use nhs111::pathway::encode::{Cuts, Encoder, Gates, Lit, Mode, State, Truth, Value, Vocabulary};
use nhs111::pathway::form::Rule;
use nhs111::walk::{Answer, Facts, Plan, Reached, Scratch, outcome, true_lines};

use super::moment;

/// The lines that count in a case, as gates.
pub struct Proved<'c> {
    content: &'c Content,
    gates: Gates,
    encoder: Encoder<'c>,
    lines: Vec<(LineId, Truth)>,
    read: Vec<FactId>,
}

impl<'c> Proved<'c> {
    /// The lines of the library and of the plan's pathways.
    pub fn of(content: &'c Content, plan: &Plan) -> Self {
        let everywhere = (0..).map(LineId).zip(&content.lines);
        let everywhere = everywhere
            .filter(|(_, line)| matches!(line.origin, Origin::FirstFlow | Origin::Interrupt))
            .map(|(id, _)| (id, Rule::TRUE));
        let own = plan.pathways().iter().flat_map(|id| {
            let pathway = content.pathway(*id);
            pathway.lines.iter().map(|line| (*line, pathway.whom))
        });
        let counting: BTreeSet<(LineId, Rule)> = everywhere.chain(own).collect();
        let rules = counting
            .iter()
            .flat_map(|(line, whom)| [content.line(*line).guard, *whom]);
        let mut encoder = Encoder::new(content, Vocabulary::of(content, rules, plan.facts()));
        let mut gates = Gates::default();
        let mut truth = |id: LineId, whom: Rule| {
            let line = content.line(id);
            let mode = match line.effect {
                Effect::Also(need) if content.need(need).certain => Mode::Must,
                _ => Mode::Could,
            };
            let [guard, whom] = [line.guard, whom].map(|rule| encoder.rule(&mut gates, rule, mode));
            Truth {
                yes: gates.and([guard.yes, whom.yes]),
                no: gates.or([guard.no, whom.no]),
            }
        };
        let lines = counting
            .into_iter()
            .map(|(line, whom)| (line, truth(line, whom)))
            .collect();
        let read = encoder.read_facts();
        for fact in &read {
            encoder.said(&mut gates, *fact);
        }
        Proved {
            content,
            gates,
            encoder,
            lines,
            read,
        }
    }

    /// What the two say differently of these facts; `early` says that the plan is of a case whose last contact ended early.
    pub fn disagreement(&mut self, plan: &Plan, facts: &Facts, early: bool) -> Option<String> {
        let mut scratch = Scratch::new();
        let walked: BTreeSet<LineId> = true_lines(self.content, plan, facts, &mut scratch)
            .into_iter()
            .filter_map(|reached| match reached {
                Reached::Line(line) => Some(line),
                _ => None,
            })
            .collect();
        let mut assumed = self.said(facts);
        if !self.encoder.read_doses().is_empty() {
            // The solver does not divide: any dose may be that of the two. The walk's must be among them.
            assumed.extend(self.lines.iter().map(|(line, truth)| {
                let held = walked.contains(line);
                if held { truth.yes } else { !truth.yes }
            }));
        }
        if !self.gates.example(&assumed) {
            return Some(format!("nobody can have said this: {facts:?}"));
        }
        let held = |lit: Lit| self.gates.holds(lit);
        let proved: BTreeSet<LineId> = self
            .lines
            .iter()
            .filter(|(_, truth)| held(truth.yes))
            .map(|(line, _)| *line)
            .collect();
        let named = |lines: Vec<&LineId>| -> Vec<String> {
            let named = |id: &&LineId| {
                let line = self.content.line(**id);
                format!("{}:{} {}", line.place.file, line.place.line, line.key)
            };
            lines.iter().map(named).collect()
        };
        if proved != walked {
            return Some(format!(
                "only the prover: {:?}; only the walk: {:?}",
                named(proved.difference(&walked).collect()),
                named(walked.difference(&proved).collect()),
            ));
        }
        if !self.encoder.read_doses().is_empty() {
            // Whether a line on a dose is false or undetermined is free then.
            return None;
        }
        let ours = self.outcome(facts, early);
        let theirs = outcome(self.content, plan, facts, &mut scratch);
        let theirs = (theirs.disposition, theirs.defect);
        (ours != theirs).then(|| format!("the prover: {ours:?}; the walk: {theirs:?}"))
    }

    /// The most urgent of what is true and, at the end, of what could still be; and whether that is a defect.
    fn outcome(&self, facts: &Facts, early: bool) -> (DispositionId, bool) {
        let content = self.content;
        let ranked = self.lines.iter().filter_map(|(line, truth)| {
            let line = content.line(*line);
            Some((line.effect.disposition()?, line, truth))
        });
        let reached = ranked
            .clone()
            .filter(|(_, _, truth)| self.gates.holds(truth.yes))
            .map(|(rank, _, _)| rank)
            .chain((facts.none_fit() > 0).then_some(content.none_fit))
            .chain(early.then_some(content.early_exit))
            .min();
        let open = ranked
            .filter(|(_, line, truth)| {
                let undetermined = !self.gates.holds(truth.yes) && !self.gates.holds(truth.no);
                undetermined && line.origin != Origin::Interrupt
            })
            .map(|(rank, _, _)| rank)
            .min();
        match (reached, open) {
            (Some(reached), Some(open)) if open < reached => (open, true),
            (Some(reached), _) => (reached, false),
            (None, Some(open)) => (open, true),
            (None, None) => (content.none_fit, true),
        }
    }

    /// What was said of every fact, and of which nothing was.
    fn said(&mut self, facts: &Facts) -> Vec<Lit> {
        let mut assumed = Vec::new();
        for fact in self.read.clone() {
            let state = self.encoder.said(&mut self.gates, fact);
            match facts.said(fact) {
                None => assumed.push(!state.known),
                Some(answer) => self.answered(fact, &state, answer, &mut assumed),
            }
        }
        assumed
    }

    fn answered(&mut self, fact: FactId, state: &State, answer: &Answer, said: &mut Vec<Lit>) {
        let about = self.content.fact(fact);
        said.push(state.known);
        let stand_in = match (answer, about.not_sure) {
            (Answer::NotSure, stand_in) => stand_in,
            _ => None,
        };
        let ignorant = matches!(
            answer,
            Answer::NotSure
                | Answer::NotTold
                | Answer::NoneFit(_)
                | Answer::Refused
                | Answer::TimedOut
                | Answer::Unknown
        );
        if ignorant && stand_in.is_none() {
            said.push(state.unsure);
            return;
        }
        said.push(!state.unsure);
        said.push(if ignorant {
            state.voiced
        } else {
            !state.voiced
        });
        match &state.value {
            Value::Options(options) => {
                let place = match (&about.kind, answer) {
                    (_, Answer::NotSure) => stand_in.map(usize::from),
                    (Kind::OneOf { options, .. }, Answer::Word(word)) => {
                        options.iter().position(|option| option.id == *word)
                    }
                    _ => None,
                };
                let place = place.expect("the option is there");
                said.extend(choose(options, |other| other == place));
            }
            Value::Number(cuts) => between(cuts, self.number(fact, answer), said),
            Value::Age(ages) => {
                let range = age(answer);
                let ends = [
                    (&ages.months.0, range.months.0),
                    (&ages.months.1, range.months.1),
                    (&ages.days.0, range.days.0),
                    (&ages.days.1, range.days.1),
                ];
                for (cuts, value) in ends {
                    between(cuts, value, said);
                }
            }
            Value::Rows(rows) => {
                let Answer::Rows(picked) = answer else {
                    panic!("rows are picked");
                };
                let Kind::Pick(table) = about.kind else {
                    panic!("a table is picked from");
                };
                let all = &self.content.table(table).rows;
                for (class, lit) in rows {
                    let mut rows = class.iter().filter_map(|row| all.get(usize::from(*row)));
                    let is_picked = rows.any(|row| picked.contains(&row.id));
                    said.push(if is_picked { *lit } else { !*lit });
                }
            }
            Value::Words => {}
        }
    }

    /// In the fact's own steps, within its bounds; of an instant, minutes.
    fn number(&self, fact: FactId, answer: &Answer) -> i64 {
        let minutes =
            |from: Timestamp, to: Timestamp| (to.as_second() - from.as_second()).div_euclid(60);
        let now = moment().contact_began;
        match (&self.content.fact(fact).kind, answer) {
            (Kind::Number(number), Answer::Number(said)) => {
                let scaled = said * 10_f64.powi(number.scale.try_into().expect("few places"));
                (scaled.round() as i64).clamp(number.from, number.to)
            }
            (Kind::Ago { to, .. }, Answer::At(at)) => minutes(*at, now).clamp(0, *to),
            (Kind::Due { from, to, .. }, Answer::At(at)) => minutes(now, *at).clamp(*from, *to),
            other => panic!("no number: {:?}", other.0),
        }
    }
}

fn choose(lits: &[Lit], is_it: impl Fn(usize) -> bool) -> impl Iterator<Item = Lit> {
    let each = lits.iter().enumerate();
    each.map(move |(place, lit)| if is_it(place) { *lit } else { !*lit })
}

fn between(cuts: &Cuts, value: i64, said: &mut Vec<Lit>) {
    let above = cuts.above.iter();
    said.extend(above.map(|(cut, lit)| if value >= *cut { *lit } else { !*lit }));
}

fn age(answer: &Answer) -> AgeRange {
    let range = match answer {
        Answer::BirthDate(born) => AgeRange::from_birth(*born, moment().today),
        Answer::Age(told) => {
            let (count, unit) = told.split_once(' ').expect("a number and a unit");
            let unit = match unit {
                "days" => AgeUnit::Days,
                "weeks" => AgeUnit::Weeks,
                "months" => AgeUnit::Months,
                _ => AgeUnit::Years,
            };
            AgeRange::told(count.parse().expect("a number"), unit)
        }
        _ => None,
    };
    range.expect("an age")
}
