//! The search: for whom a pathway comes to something else, by which edit, and the plainest of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::pathway::content::{Content, DispositionId, Effect, FactId, LineId, PathwayId};
use crate::pathway::definedness::Example;
use crate::pathway::definedness::example::{all_said, shortest_of_the_answered};
use crate::pathway::definedness::scope::Guarded;
use crate::pathway::encode::Lit;
use crate::proof::example::Replay;
use crate::proof::promises::Disagreement;
use crate::proof::steps::Steps;

use super::edits::{Edit, Edits};
use super::patients::{Patients, Side};
use super::whom::whom;
use super::{Change, What};

/// What changes in a pathway.
#[derive(Default)]
pub(super) struct Changes {
    /// With the edit that brings each change.
    pub(super) found: Vec<(Edit, Change)>,
    /// The pathway is too long for its walk to be followed: whether other questions are asked is not known, nor who is sent elsewhere once an
    /// interrupt that holds is never heard.
    pub(super) is_too_long: bool,
}

/// What changes in a pathway, with the edit that brings each change.
///
/// First among patients of whom everything is heard, which is quick and finds nearly all; then, the walk followed, whatever is left.
pub(super) fn changes(
    contents: [&Content; 2],
    pathways: [PathwayId; 2],
) -> Result<Changes, Disagreement> {
    let mut patients = Patients::of(contents, pathways);
    if !patients.after.gates.possible(&[]) {
        return Ok(Changes::default());
    }
    let mut search = Search {
        edits: Edits::of(contents, pathways),
        patients,
        contents,
        pathways,
        is_followed: false,
        explained: Vec::new(),
        found: Vec::new(),
    };
    search.moved()?;
    search.needs()?;
    let asked = search.patients.asked(pathways);
    if let Some(asked) = &asked {
        search.is_followed = true;
        search.moved()?;
        search.needs()?;
        search.asked(asked)?;
    }
    Ok(Changes {
        found: search.found,
        is_too_long: asked.is_none(),
    })
}

struct Search<'c> {
    patients: Patients<'c>,
    edits: Edits,
    contents: [&'c Content; 2],
    pathways: [PathwayId; 2],
    /// Interrupts count where they are heard; else wherever they hold.
    is_followed: bool,
    /// From where, to where, and whom an edit was found for.
    explained: Vec<((DispositionId, DispositionId), Lit)>,
    found: Vec<(Edit, Change)>,
}

impl Search<'_> {
    /// Whoever is sent elsewhere, by where from and where to.
    fn moved(&mut self) -> Result<(), Disagreement> {
        let [before, after] = self.contents;
        let results = [Side::Before, Side::After].map(|side| self.results(side));
        let [own, others] = &results;
        let mut open = Vec::new();
        for (from, was) in own {
            for (to, is) in others {
                let names = (&before.disposition(*from).id, &after.disposition(*to).id);
                if names.0 != names.1 {
                    let known = self.explained.iter().filter(|(at, _)| *at == (*from, *to));
                    let unknown = known.map(|(_, whom)| !*whom);
                    let moved = [*was, *is].into_iter().chain(unknown);
                    open.push(((*from, *to), self.patients.after.gates.and(moved)));
                }
            }
        }
        while let Some(place) = self.somebody(open.iter().map(|(_, moved)| *moved)) {
            let ((from, to), moved) = open.swap_remove(place);
            self.moved_from_to((from, to), moved)?;
        }
        Ok(())
    }

    /// The place of one of these that holds for anybody, if any does: one question is asked for all of them.
    fn somebody(&mut self, open: impl Iterator<Item = Lit> + Clone) -> Option<usize> {
        let gates = &mut self.patients.after.gates;
        let any = gates.or(open.clone());
        let found = gates.example(&[any]);
        open.into_iter()
            .position(|lit| found && self.patients.after.gates.holds(lit))
    }

    /// Those who are sent from one to the other, edit by edit.
    fn moved_from_to(
        &mut self,
        (from, to): (DispositionId, DispositionId),
        moved: Lit,
    ) -> Result<(), Disagreement> {
        let [before, after] = self.contents;
        let is_down = is_down(self.contents, from, to);
        let what = What::Moved {
            from: before.disposition(from).id.clone(),
            to: after.disposition(to).id.clone(),
            is_down,
        };
        let mut finding = vec![moved];
        while self.patients.after.gates.possible(&finding) {
            let (edit, by) = self.moved_by(&finding, (from, to), is_down);
            let mut whom = finding.clone();
            whom.extend(by);
            if !self.show(edit, what.clone(), &whom)? {
                break;
            }
            // Then whoever is sent there without this edit.
            let by = by.unwrap_or(self.patients.after.gates.yes());
            finding.push(!by);
            self.explained.push(((from, to), by));
        }
        Ok(())
    }

    /// Each disposition that a line of a content reaches, and that it is the result.
    fn results(&mut self, side: Side) -> Vec<(DispositionId, Lit)> {
        let content = self.patients.scope(side).content;
        let lines = self.patients.scope(side).lines.clone();
        let rank = |guarded: &Guarded| content.line(guarded.line).effect.disposition();
        let ranks: BTreeSet<DispositionId> = lines.iter().filter_map(rank).collect();
        let gates = &mut self.patients.after.gates;
        let mut above = gates.no();
        let mut results = Vec::new();
        for at in ranks {
            let held = lines.iter().filter(|guarded| rank(guarded) == Some(at));
            let reached = gates.or(held.map(|guarded| guarded.truth.yes));
            results.push((at, gates.and([reached, !above])));
            above = gates.or([above, reached]);
        }
        results
    }

    /// The edit by which some of these are sent elsewhere, and its line's guard where it is a line.
    ///
    /// Up, an edited line reaches it; down, an edited line is why they are no longer held, or is the all-clear.
    fn moved_by(
        &mut self,
        finding: &[Lit],
        (from, to): (DispositionId, DispositionId),
        is_down: bool,
    ) -> (Edit, Option<Lit>) {
        let [before, after] = self.contents;
        let new: Vec<LineId> = self.edits.lines_after().collect();
        let gone: Vec<LineId> = self.edits.lines_before().collect();
        let at = |content: &Content, line: &LineId, rank: DispositionId| {
            let effect = content.line(*line).effect;
            effect.disposition() == Some(rank) && !matches!(effect, Effect::Otherwise(_))
        };
        let reaching = new.iter().filter(|line| at(after, line, to));
        let held = gone.iter().filter(|line| at(before, line, from));
        let reaching: Vec<(Side, LineId)> = reaching.map(|line| (Side::After, *line)).collect();
        let held: Vec<(Side, LineId)> = held.map(|line| (Side::Before, *line)).collect();
        let first = if is_down {
            [held, reaching].concat()
        } else {
            [reaching, held].concat()
        };
        let bases = gone
            .iter()
            .filter(|line| before.line(**line).effect == Effect::Otherwise(from))
            .map(|line| (Side::Before, *line));
        let other_bases = new
            .iter()
            .filter(|line| after.line(**line).effect == Effect::Otherwise(to))
            .map(|line| (Side::After, *line));
        for (side, line) in first.into_iter().chain(bases).chain(other_bases) {
            let Some(lit) = self.truth(side, line) else {
                continue;
            };
            let mut by_it = finding.to_vec();
            by_it.push(lit);
            if self.patients.after.gates.possible(&by_it) {
                let edit = match side {
                    Side::Before => self.edits.of_line_before(line),
                    Side::After => self.edits.of_line_after(line),
                };
                return (edit, Some(lit));
            }
        }
        (self.question_of(None), None)
    }

    fn truth(&mut self, side: Side, line: LineId) -> Option<Lit> {
        let lines = &self.patients.scope(side).lines;
        let guarded = lines.iter().find(|guarded| guarded.line == line)?;
        Some(guarded.truth.yes)
    }

    /// The edited question that brings a change: the one that the lines read, else the only edit there is.
    fn question_of(&self, fact: Option<&str>) -> Edit {
        if let Some(fact) = fact.filter(|fact| self.edits.questions.contains(*fact)) {
            return Edit::Question(fact.to_owned());
        }
        match self.edits.questions.first() {
            Some(first) => Edit::Question(first.clone()),
            None => self.edits.all().into_iter().next().unwrap_or(Edit::Other),
        }
    }

    /// Whoever needs something more or no more, by name.
    fn needs(&mut self) -> Result<(), Disagreement> {
        let [before, after] = self.contents;
        let sides = [
            self.needed(Side::Before, before),
            self.needed(Side::After, after),
        ];
        let names: BTreeSet<&String> = sides.iter().flat_map(BTreeMap::keys).collect();
        let open = self.on_one_side(names, &sides, |search, name, is_more| {
            let name = name.to_owned();
            let what = if is_more {
                What::Needs
            } else {
                What::NeedsNoMore
            };
            (search.need_by(&name), what(name))
        });
        self.each(open)
    }

    fn needed(&mut self, side: Side, content: &Content) -> BTreeMap<String, Lit> {
        let lines = self.patients.scope(side).lines.clone();
        let mut needed: BTreeMap<String, Vec<Lit>> = BTreeMap::new();
        for guarded in lines {
            if let Effect::Also(need) = content.line(guarded.line).effect {
                let id = content.need(need).id.clone();
                needed.entry(id).or_default().push(guarded.truth.yes);
            }
        }
        let gates = &mut self.patients.after.gates;
        needed
            .into_iter()
            .map(|(id, held)| (id, gates.or(held)))
            .collect()
    }

    fn need_by(&self, name: &str) -> Edit {
        let [before, after] = self.contents;
        let is_it = |content: &Content, line: &LineId| matches!(content.line(*line).effect, Effect::Also(need) if content.need(need).id == name);
        let new = self.edits.lines_after().find(|line| is_it(after, line));
        let gone = self.edits.lines_before().find(|line| is_it(before, line));
        match (new, gone) {
            (Some(line), _) => self.edits.of_line_after(line),
            (None, Some(line)) => self.edits.of_line_before(line),
            (None, None) => self.question_of(None),
        }
    }

    /// Whoever is asked a question on one side only; `sides` says under which literal each question is asked, by name.
    fn asked(&mut self, sides: &[BTreeMap<String, Lit>; 2]) -> Result<(), Disagreement> {
        let names: BTreeSet<&String> = sides.iter().flat_map(BTreeMap::keys).collect();
        let open = self.on_one_side(names, sides, |search, name, is_more| {
            let name = name.to_owned();
            let what = if is_more {
                What::Asked
            } else {
                What::AskedNoMore
            };
            let edit = search.asked_by(&name);
            (edit.unwrap_or_else(|| search.question_of(None)), what(name))
        });
        self.each(open)
    }

    /// The question itself if it was edited, else an edited line that reads it.
    fn asked_by(&self, name: &str) -> Option<Edit> {
        if self.edits.questions.contains(name) {
            return Some(Edit::Question(name.to_owned()));
        }
        let [before, after] = self.contents;
        let reads = |content: &Content, line: &LineId| {
            let facts = content.forms.facts(content.line(*line).guard);
            facts.iter().any(|fact| content.fact(*fact).id == name)
        };
        let new = self.edits.lines_after().find(|line| reads(after, line));
        let gone = self.edits.lines_before().find(|line| reads(before, line));
        match (new, gone) {
            (Some(line), _) => Some(self.edits.of_line_after(line)),
            (None, Some(line)) => Some(self.edits.of_line_before(line)),
            (None, None) => None,
        }
    }

    /// What holds after and not before, and the other way round, by name, with the edit that brings it.
    fn on_one_side(
        &mut self,
        names: BTreeSet<&String>,
        sides: &[BTreeMap<String, Lit>; 2],
        told: impl Fn(&Self, &str, bool) -> (Edit, What),
    ) -> Vec<(Lit, (Edit, What))> {
        let never = self.patients.after.gates.no();
        let mut open = Vec::new();
        for name in names {
            let [was, is] = [0, 1].map(|side: usize| {
                let side = sides.get(side);
                let held = side.and_then(|side| side.get(name));
                held.copied().unwrap_or(never)
            });
            for (is_more, one_sided) in [(true, [!was, is]), (false, [was, !is])] {
                let lit = self.patients.after.gates.and(one_sided);
                // Nothing that was edited bears on it where both are one gate.
                if lit == never {
                    continue;
                }
                let told = told(self, name, is_more);
                if !self.is_told(&told.1) {
                    open.push((lit, told));
                }
            }
        }
        open
    }

    /// Shows somebody for each that holds for anybody.
    fn each(&mut self, mut open: Vec<(Lit, (Edit, What))>) -> Result<(), Disagreement> {
        while let Some(place) = self.somebody(open.iter().map(|(lit, _)| *lit)) {
            let (lit, (edit, what)) = open.swap_remove(place);
            self.show(edit, what, &[lit])?;
            open.retain(|(_, (_, what))| !self.is_told(what));
        }
        Ok(())
    }

    fn is_told(&self, what: &What) -> bool {
        let mut told = self.found.iter().flat_map(|(_, change)| change.whats());
        told.any(|told| told == what)
    }

    /// What somebody is asked on one side only who is shown for this edit, unless another edit is why or it was told before.
    fn asked_beside(&self, edit: &Edit, what: &What, [one, other]: [&Steps; 2]) -> Vec<What> {
        let [before, after] = self.contents;
        let name = |content: &Content, fact: &FactId| content.fact(*fact).id.clone();
        let more = other.asked.iter().map(|fact| name(after, fact));
        let more = more.filter(|question| !one.asks(before, question));
        let fewer = one.asked.iter().map(|fact| name(before, fact));
        let fewer = fewer.filter(|question| !other.asks(after, question));
        let asked = more.map(What::Asked).chain(fewer.map(What::AskedNoMore));
        asked
            .filter(|asked| {
                let (What::Asked(question) | What::AskedNoMore(question)) = asked else {
                    return false;
                };
                let by = self.asked_by(question);
                asked != what && by.is_none_or(|by| by == *edit) && !self.is_told(asked)
            })
            .collect()
    }

    /// Walks the plainest of these on both sides; it must come out as the solver says.
    ///
    /// While the walk is not followed it may also not: nothing is shown then.
    fn show(&mut self, edit: Edit, what: What, finding: &[Lit]) -> Result<bool, Disagreement> {
        let [before, after] = self.contents;
        let [mine, theirs] = self.pathways;
        let finding = self.patients.after.gates.and(finding.iter().copied());
        let example = shortest_of_the_answered(&mut self.patients.after, finding);
        let facts = self.patients.before.encoder.read_facts();
        let said = all_said(
            before,
            &mut self.patients.after.gates,
            &mut self.patients.before.encoder,
            &facts,
        );
        let was = Example {
            said,
            ..example.clone()
        };
        let replays = [
            Replay::of(before, mine, &was),
            Replay::of(after, theirs, &example),
        ];
        let pathway = after.pathway(theirs).id.clone();
        let disagrees = |how: String| Disagreement {
            place: "the difference".to_owned(),
            pathway: pathway.clone(),
            how,
        };
        let [one, other] = &replays;
        let walks = [one.steps(before), other.steps(after)];
        let [one, other] = walks.map(|walk| walk.map_err(|error| disagrees(error.to_string())));
        let (one, other) = (one?, other?);
        let is_so = match &what {
            What::Moved { from, to, .. } => {
                *from == before.disposition(one.walked.disposition).id
                    && *to == after.disposition(other.walked.disposition).id
            }
            What::Needs(need) => !one.needs(before, need) && other.needs(after, need),
            What::NeedsNoMore(need) => one.needs(before, need) && !other.needs(after, need),
            What::Asked(question) => !one.asks(before, question) && other.asks(after, question),
            What::AskedNoMore(question) => {
                one.asks(before, question) && !other.asks(after, question)
            }
        };
        if !is_so && !self.is_followed {
            return Ok(false);
        }
        let example = example.asked_only(after, &[&one.asked[..], &other.asked].concat());
        let words = example.words(after, &[]);
        let person = |replay: &Replay, content: &Content, asked: &[FactId]| {
            let replay = replay.clone().asked_only(content, asked);
            let person = replay.person(content, words.clone());
            person.map_err(|error| disagrees(error.to_string()))
        };
        let [own, theirs] = &replays;
        let people = [
            person(own, before, &one.asked)?,
            person(theirs, after, &other.asked)?,
        ];
        if !is_so {
            let [own, theirs] = &people;
            return Err(disagrees(format!(
                "{what:?} does not come out: `{}` ends in `{}` before, and `{}` in `{}` after",
                own.command("BEFORE"),
                own.reached,
                theirs.command("AFTER"),
                theirs.reached,
            )));
        }
        let is_line = !matches!(edit, Edit::Question(_));
        let whom = match &what {
            What::Asked(_) | What::AskedNoMore(_) if is_line => None,
            _ => Some(whom(&mut self.patients.after, finding)),
        };
        let change = Change {
            pathway,
            whom,
            asked: self.asked_beside(&edit, &what, [&one, &other]),
            what,
            example,
            walked: [one.walked, other.walked],
            people,
        };
        self.found.push((edit, change));
        Ok(true)
    }
}

/// Whether the second is less urgent, by the order after if that has both, else by the order before, else by rank.
fn is_down([before, after]: [&Content; 2], from: DispositionId, to: DispositionId) -> bool {
    let names = (&before.disposition(from).id, &after.disposition(to).id);
    if let Some(from) = after.disposition_named(names.0) {
        return from < to;
    }
    match before.disposition_named(names.1) {
        Some(to) => from < to,
        None => before.disposition(from).rank < after.disposition(to).rank,
    }
}
