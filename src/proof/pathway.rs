//! Every guarantee in one pathway. What is found holds names and words alone, so that it stands for as long as the pathway does not change.

use std::time::Duration;

use crate::pathway::content::{Content, FactId, Origin, PathwayId, Place, Promised};
use crate::pathway::definedness::scope::lines;
use crate::pathway::definedness::{Example, undefined_over};
use crate::pathway::digest::digest;
use crate::pathway::effects;
use crate::pathway::encode::{Gates, Limit};
use crate::pathway::words;

use super::example::Replay;
use super::guarantee::Guarantee;
use super::length::{longest, soonest};
use super::lower::Lowered;
use super::promises::{Broken, Claim, Disagreement, Verdict, or_stopped};
use super::report::{Effect, Found, PathwayProof, Person, Shown, Weight, Worth};
use super::waiting::waits;
use super::{order, promises, stand_in};

/// Proves one pathway.
///
/// # Errors
/// [`Disagreement`] if an example does not come out in the running walk as the solver says: then nothing that the prover says may be relied upon.
pub fn prove(
    content: &Content,
    pathway: PathwayId,
    limit: &Limit,
) -> Result<PathwayProof, Disagreement> {
    let prover = Prover {
        content,
        pathway,
        limit,
    };
    let mut found = prover.timed(|| prover.defined())?;
    for guarantee in [
        Prover::length,
        Prover::promises,
        Prover::order,
        Prover::unsure,
        Prover::waiting,
        Prover::first_emergency,
    ] {
        found.extend(prover.timed(|| guarantee(&prover).map(|found| vec![found]))?);
    }
    found.sort_by_key(|found| found.guarantee);
    let began = (limit.now)();
    let effects = prover.effects();
    Ok(PathwayProof {
        pathway: content.pathway(pathway).id.clone(),
        digest: digest(content, pathway),
        found,
        effects,
        effects_ms: millis((limit.now)().saturating_sub(began)),
    })
}

/// Whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

struct Prover<'a> {
    content: &'a Content,
    pathway: PathwayId,
    limit: &'a Limit,
}

impl Prover<'_> {
    fn timed(
        &self,
        find: impl FnOnce() -> Result<Vec<Found>, Disagreement>,
    ) -> Result<Vec<Found>, Disagreement> {
        let began = (self.limit.now)();
        let mut found = find()?;
        if let Some(first) = found.first_mut() {
            first.took_ms = millis((self.limit.now)().saturating_sub(began));
        }
        Ok(found)
    }

    /// G3, G5 and G6 hold by the meaning where no line can be left undetermined.
    fn defined(&self) -> Result<Vec<Found>, Disagreement> {
        let Prover {
            content, pathway, ..
        } = *self;
        let judged = lines(content, pathway)
            .into_iter()
            .filter(|line| content.line(*line).origin != Origin::Interrupt)
            .count();
        let mut dead_end = Found::new(Guarantee::G3);
        match undefined_over(content, pathway, Gates::within(Some(self.limit))) {
            Err(_) => {
                dead_end.show(self.unproven(None, "whether every line is decided".to_owned()))
            }
            Ok(undefined) => {
                dead_end.over.proven = (judged - undefined.len().min(judged)) as u64;
                for undefined in undefined {
                    let line = content.line(undefined.line);
                    let replay = Replay::of(content, pathway, &undefined.example);
                    let telling = content.forms.facts(line.guard);
                    dead_end.show(Shown {
                        weight: Weight::Broken,
                        pathway: self.name(),
                        place: place(&line.place),
                        says: undefined.diagnostic(content).message,
                        number: None,
                        people: vec![self.person(&replay, &undefined.example, &telling)?],
                    });
                }
            }
        }
        let same = |guarantee| Found {
            guarantee,
            shown: Vec::new(),
            ..dead_end.clone()
        };
        Ok(vec![
            dead_end.clone(),
            same(Guarantee::G5),
            same(Guarantee::G6),
        ])
    }

    fn length(&self) -> Result<Found, Disagreement> {
        let mut found = Found::new(Guarantee::G4);
        let longest = longest(self.content, self.pathway, Some(self.limit))?;
        let name = &self.content.pathway(self.pathway).id;
        let mut says = format!("nobody is asked more than {} questions", longest.at_most);
        let mut people = Vec::new();
        if let Some((example, replay, asked)) = &longest.somebody {
            says.push_str(&format!("; somebody is asked {asked}"));
            people.push(self.person(replay, example, &[])?);
        }
        found.show(Shown {
            weight: if longest.is_least {
                Weight::Told
            } else {
                Weight::Unproven
            },
            pathway: Some(name.clone()),
            place: None,
            says,
            number: Some(longest.at_most as u64),
            people,
        });
        Ok(found)
    }

    fn promises(&self) -> Result<Found, Disagreement> {
        let mut found = Found::new(Guarantee::G7);
        for claim in promises::of_pathway(self.content, self.pathway, Some(self.limit))? {
            let says = promised(self.content, &claim.promise.what);
            match &claim.verdict {
                Verdict::Proven => found.over.proven += 1,
                Verdict::Empty => found.over.empty += 1,
                Verdict::Unproven => found.show(self.unproven(Some(&claim.promise.place), says)),
                Verdict::Broken(broken) => found.show(self.broken(&claim, broken, says)?),
            }
        }
        Ok(found)
    }

    fn broken(
        &self,
        claim: &Claim<'_>,
        broken: &Broken,
        promised: String,
    ) -> Result<Shown, Disagreement> {
        let telling = self.content.forms.facts(claim.promise.when);
        let caught = if broken.caught {
            "; an interrupt or a risk line catches everybody for whom it is broken"
        } else {
            ""
        };
        Ok(Shown {
            weight: Weight::Broken,
            pathway: self.name(),
            place: place(&claim.promise.place),
            says: format!("{promised}{caught}"),
            number: None,
            people: vec![self.person(&broken.replay, &broken.example, &telling)?],
        })
    }

    fn order(&self) -> Result<Found, Disagreement> {
        let mut found = Found::new(Guarantee::G8);
        let ordered = order::of_pathway(self.content, self.pathway, Some(self.limit))?;
        found.over.proven = ordered.proven as u64;
        for lowered in &ordered.lowered {
            let [worse, milder] = &lowered.answers;
            found.show(self.lowered(lowered, worse, milder)?);
        }
        self.all_unproven(&mut found, &ordered.unproven);
        Ok(found)
    }

    fn unsure(&self) -> Result<Found, Disagreement> {
        let mut found = Found::new(Guarantee::G9);
        let unsure = stand_in::of_pathway(self.content, self.pathway, Some(self.limit))?;
        found.over.proven = unsure.proven as u64;
        for lowered in &unsure.stand_ins {
            let [_, answer] = &lowered.answers;
            found.show(self.lowered(lowered, "\u{201c}not sure\u{201d}", answer)?);
        }
        for lowered in &unsure.out_of_place {
            let [said, _] = &lowered.answers;
            let said = format!("{said}, said where it does not apply,");
            found.show(self.lowered(lowered, &said, "nothing said of it")?);
        }
        self.all_unproven(&mut found, &unsure.unproven);
        Ok(found)
    }

    fn waiting(&self) -> Result<Found, Disagreement> {
        let mut found = Found::new(Guarantee::G11);
        let waits = waits(self.content, self.pathway, Some(self.limit)).map(Some);
        let Some((waits, sound)) = or_stopped(waits, || None)? else {
            found.show(self.unproven(None, "what keeps an emergency waiting".to_owned()));
            return Ok(found);
        };
        found.over.proven = sound;
        for waits in waits {
            let names: Vec<String> = waits
                .mild
                .iter()
                .map(|fact| format!("`{}`", words::name(self.content, *fact)))
                .collect();
            let says = format!(
                "the emergency that `{}` finds waits for {}",
                words::name(self.content, waits.urgent),
                names.join(", ")
            );
            found.show(Shown {
                weight: Weight::Warning,
                pathway: self.name(),
                place: place(&waits.place),
                says,
                number: Some(waits.mild.len() as u64),
                people: vec![self.person(&waits.replay, &waits.example, &[waits.urgent])?],
            });
        }
        Ok(found)
    }

    fn first_emergency(&self) -> Result<Found, Disagreement> {
        let mut found = Found::new(Guarantee::G12);
        let soonest = soonest(self.content, self.pathway, Some(self.limit)).map(Some);
        let Some(soonest) = or_stopped(soonest, || None)? else {
            found.show(self.unproven(None, "how soon an emergency is reached".to_owned()));
            return Ok(found);
        };
        let Some(soonest) = soonest else {
            found.over.empty += 1;
            return Ok(found);
        };
        let budget = self.content.emergency_within_questions;
        let is_late = budget.is_some_and(|budget| soonest.questions > budget as usize);
        let says = match budget {
            Some(budget) => format!(
                "an emergency of its own after {} questions, of {budget} at most",
                soonest.questions
            ),
            None => format!(
                "an emergency of its own after {} questions; no budget is declared",
                soonest.questions
            ),
        };
        found.show(Shown {
            weight: if is_late {
                Weight::Warning
            } else {
                Weight::Told
            },
            pathway: self.name(),
            place: None,
            says,
            number: Some(soonest.questions as u64),
            people: vec![self.person(&soonest.replay, &soonest.example, &[])?],
        });
        Ok(found)
    }

    fn effects(&self) -> Vec<Effect> {
        let content = self.content;
        let found = effects::of_pathway(content, self.pathway, Some(self.limit));
        let at = |place: &Place| (place.file.to_string(), place.line, place.column);
        let lines = found.lines.iter().map(|(line, judged)| {
            let line = content.line(*line);
            let effect = words::effect(content, line.effect);
            let words = match judged {
                effects::Worth::Dead => format!(
                    "`{effect}` can never be true: nobody has {}",
                    words::words(content, line.guard)
                ),
                _ => format!("`{effect}` never decides"),
            };
            Effect {
                place: at(&line.place),
                question: None,
                words,
                worth: worth(*judged),
            }
        });
        let asks = found.asks.iter().map(|(place, fact, judged)| Effect {
            place: at(place),
            question: Some(content.fact(*fact).id.clone()),
            words: format!(
                "`{}` is asked and changes nothing",
                words::name(content, *fact)
            ),
            worth: worth(*judged),
        });
        lines.chain(asks).collect()
    }

    fn lowered(&self, lowered: &Lowered, less: &str, more: &str) -> Result<Shown, Disagreement> {
        let content = self.content;
        let [reached, before] = lowered
            .walked
            .map(|walked| content.disposition(walked.disposition).id.as_str());
        let telling = [lowered.fact];
        let [worse, milder] = &lowered.replays;
        let example = &lowered.example;
        Ok(Shown {
            weight: Weight::Broken,
            pathway: self.name(),
            place: None,
            says: format!(
                "`{}`: {less} reaches `{reached}`, and {more} reaches `{before}`",
                content.fact(lowered.fact).id
            ),
            number: None,
            people: vec![
                self.person(worse, example, &telling)?,
                self.told_as(
                    milder,
                    format!(
                        "the same, and to `{}`: {more}",
                        content.fact(lowered.fact).id
                    ),
                )?,
            ],
        })
    }

    fn all_unproven(&self, found: &mut Found, facts: &[FactId]) {
        for fact in facts {
            found.show(self.unproven(None, format!("`{}`", self.content.fact(*fact).id)));
        }
    }

    fn unproven(&self, at: Option<&Place>, what: String) -> Shown {
        Shown {
            weight: Weight::Unproven,
            pathway: self.name(),
            place: at.and_then(place),
            says: format!(
                "{what}: not known after {} seconds",
                self.limit.each.as_secs()
            ),
            number: None,
            people: Vec::new(),
        }
    }

    fn name(&self) -> Option<String> {
        Some(self.content.pathway(self.pathway).id.clone())
    }

    fn person(
        &self,
        replay: &Replay,
        example: &Example,
        telling: &[FactId],
    ) -> Result<Person, Disagreement> {
        self.told_as(replay, example.words(self.content, telling))
    }

    /// Somebody, with where the walk ends that asks; it must be where it ends that is told everything at once.
    fn told_as(&self, replay: &Replay, words: String) -> Result<Person, Disagreement> {
        let disagrees = |how: String| Disagreement {
            place: "an example".to_owned(),
            pathway: self.content.pathway(self.pathway).id.clone(),
            how,
        };
        let untold = |error: crate::walk::follow::Untold| disagrees(error.to_string());
        let person = replay.person(self.content, words).map_err(untold)?;
        let walked = replay.walk(self.content).map_err(untold)?;
        let ends = &self.content.disposition(walked.disposition).id;
        if *ends != person.reached {
            return Err(disagrees(format!(
                "asked one by one it ends in `{}`, and told at once in `{ends}`",
                person.reached
            )));
        }
        Ok(person)
    }
}

fn worth(worth: effects::Worth) -> Worth {
    match worth {
        effects::Worth::Dead => Worth::Dead,
        effects::Worth::Idle => Worth::Idle,
        effects::Worth::Unknown => Worth::Unknown,
        effects::Worth::Decides => Worth::Matters,
    }
}

fn place(place: &Place) -> Option<(String, u32)> {
    (!place.file.is_empty()).then(|| (place.file.to_string(), place.line))
}

/// A promise, in words.
fn promised(content: &Content, what: &Promised) -> String {
    match what {
        Promised::NeverBelow(id) => format!("never below `{}`", content.disposition(*id).id),
        Promised::NeverAbove(id) => format!("never above `{}`", content.disposition(*id).id),
        Promised::AlwaysAsked { below, .. } => {
            format!("always asked below `{}`", content.disposition(*below).id)
        }
    }
}
