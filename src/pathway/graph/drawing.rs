//! From a content to what is drawn of a pathway: numbers, conditions in words, and what each answer leads to.

use super::super::content::{
    Asked, Content, Disposition, Effect, Entry, FactId, Flow, LineId, Origin, PathwayId, Step,
};
use super::super::form::Rule;
use super::super::words;
use super::{Item, Marks, Picture, Question, Reached, Role, Screen, Section, exceptions};

/// The places of everything that is numbered.
pub(super) struct Drawing<'c> {
    pub(super) content: &'c Content,
    pathway: PathwayId,
    /// In the order drawn; the number is the place and one. A line that stands in for another where an exception holds is drawn with that one.
    pub(super) lines: Vec<LineId>,
    pub(super) stand_ins: Vec<LineId>,
    /// Numbers of questions, in the order first asked.
    pub(super) asked: Vec<FactId>,
    /// Facts that screens show, and the guards they are shown under, by place of the screen.
    pub(super) screens: Vec<(Vec<FactId>, Rule)>,
    /// Other pathways that join as a whole, and when: they have pictures of their own.
    pub(super) joined: Vec<(String, Vec<Rule>)>,
    marks: &'c Marks,
}

impl<'c> Drawing<'c> {
    pub(super) fn new(content: &'c Content, pathway: PathwayId, marks: &'c Marks) -> Self {
        let own = content.pathway(pathway);
        let whom = words::conjuncts(content, own.whom);
        let mut drawing = Drawing {
            content,
            pathway,
            lines: Vec::new(),
            stand_ins: exceptions::stand_ins(content, pathway),
            asked: Vec::new(),
            screens: Vec::new(),
            joined: Vec::new(),
            marks,
        };
        for entry in own.danger.entries.iter().chain(&own.flow.entries) {
            drawing.join(entry, &whom);
        }
        for entry in own.danger.entries.iter().chain(&own.flow.entries) {
            drawing.number(entry);
        }
        let risks = own
            .lines
            .iter()
            .filter(|line| matches!(content.line(**line).origin, Origin::Risk(_)))
            .copied();
        let own_risk = |id: &LineId| {
            let line = content.line(*id);
            !drawing.stand_ins.contains(id)
                && drawing.came_with(&line.place.file, line.guard).is_none()
        };
        let risks: Vec<LineId> = risks.filter(own_risk).collect();
        drawing.lines.extend(risks);
        drawing
    }

    /// Notes another pathway that joins, and what everything of it is guarded by.
    fn join(&mut self, entry: &Entry, whom: &[Rule]) {
        let id = entry
            .place
            .file
            .strip_prefix("complaints/")
            .and_then(|file| file.strip_suffix(".yaml"));
        let Some(other) = id.filter(|id| *id != self.content.pathway(self.pathway).id) else {
            return;
        };
        let mut guard = words::conjuncts(self.content, entry.guard);
        guard.retain(|part| !whom.contains(part));
        match self.joined.iter_mut().find(|(known, _)| *known == other) {
            Some((_, shared)) => shared.retain(|part| guard.contains(part)),
            None => self.joined.push((other.to_owned(), guard)),
        }
    }

    /// The other pathway that an entry came with: it stands in its file, or in a shared flow or the risk history under its guard.
    fn other_pathway(&self, entry: &Entry) -> Option<&str> {
        self.came_with(&entry.place.file, entry.guard)
    }

    fn came_with(&self, file: &str, guard: Rule) -> Option<&str> {
        let guard = words::conjuncts(self.content, guard);
        let came_with = |(id, shared): &&(String, Vec<Rule>)| {
            let through = (file.starts_with("shared/") || file == "risk-history.yaml")
                && !shared.is_empty()
                && shared.iter().all(|part| guard.contains(part));
            through
                || file
                    .strip_prefix("complaints/")
                    .and_then(|file| file.strip_suffix(".yaml"))
                    == Some(id)
        };
        self.joined
            .iter()
            .find(came_with)
            .map(|(id, _)| id.as_str())
    }

    fn number(&mut self, entry: &Entry) {
        if self.other_pathway(entry).is_some() {
            return;
        }
        match &entry.what {
            Step::Line(line) if self.stand_ins.contains(line) => {}
            Step::Line(line) => self.lines.push(*line),
            Step::Ask(asked) | Step::Keep(asked) => {
                let facts = self.shown(asked);
                for fact in &facts {
                    if !self.asked.contains(fact) {
                        self.asked.push(*fact);
                    }
                }
                self.screens.push((facts, entry.guard));
            }
            Step::Guide(_) => self.screens.push((Vec::new(), entry.guard)),
        }
    }

    fn shown(&self, asked: &[Asked]) -> Vec<FactId> {
        let of = |asked: &Asked| match asked {
            Asked::Question(fact) => vec![*fact],
            Asked::Checklist(checklist) => self.content.checklist(*checklist).members.clone(),
        };
        asked.iter().flat_map(of).collect()
    }

    pub(super) fn picture(&self) -> Picture {
        let own = self.content.pathway(self.pathway);
        let mut place = 0;
        let mut sections =
            self.sections("Danger, asked before every flow", &own.danger, &mut place);
        sections.extend(self.sections("Flow", &own.flow, &mut place));
        let risks = self
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| matches!(self.content.line(**line).origin, Origin::Risk(_)));
        let risks = risks
            .map(|(at, line)| Item::Line(self.line(at + 1, *line, &self.whom())))
            .collect();
        sections.push(Section {
            title: "Risk history: what its items reach here".into(),
            note: None,
            items: risks,
        });
        sections.retain(|section| section.note.is_some() || !section.items.is_empty());
        Picture {
            title: own.title.say.clone(),
            id: own.id.clone(),
            notes: self.notes(),
            joined: self.joined.iter().map(|(id, _)| id.clone()).collect(),
            sections,
        }
    }

    fn notes(&self) -> Vec<String> {
        let own = self.content.pathway(self.pathway);
        let asked_in = |flow: &Flow| {
            flow.entries
                .iter()
                .filter(|entry| matches!(entry.what, Step::Ask(_)))
                .count()
        };
        let first = asked_in(&self.content.first_flow);
        let mut notes = self.marks.notes.clone();
        notes.push(format!(
            "For: {}.",
            if own.whom == Rule::TRUE {
                "everybody".into()
            } else {
                words::words(self.content, own.whom)
            }
        ));
        if !own.found_by.is_empty() {
            notes.push(format!("Found by: {}.", own.found_by.join(", ")));
        }
        if first > 0 {
            notes.push("Before it, in every case: party, age, sex, the first flow. After the danger questions: the risk history.".into());
        }
        notes.push("The most urgent line that is true counts. Questions that can no longer matter are not asked.".into());
        notes
    }

    /// A list, cut where it goes on in another file.
    fn sections(&self, title: &str, flow: &Flow, place: &mut usize) -> Vec<Section> {
        let origin = |entry: &Entry| {
            self.other_pathway(entry)
                .map_or_else(|| entry.place.file.to_string(), str::to_owned)
        };
        let runs = flow.entries.chunk_by(|one, other| origin(one) == origin(other)).map(|run| {
            let file = run.first().map_or("", |entry| &*entry.place.file);
            if let Some(other) = run.first().and_then(|entry| self.other_pathway(entry)) {
                let when = self.joined.iter().find(|(id, _)| id == other).and_then(|(_, when)| words::all(self.content, when.iter().copied()));
                let when = when.map_or_else(String::new, |when| format!(" if {when}"));
                let count = |asks: bool| run.iter().filter(|entry| matches!(entry.what, Step::Ask(_)) == asks).count();
                let note = format!("It joins as a whole{when}: {} asks and {} lines here. It has a picture of its own.", count(true), count(false));
                return Section { title: format!("{title}: {other}"), note: Some(note), items: Vec::new() };
            }
            let title = if file.starts_with("shared/") { format!("{title}: from {file}") } else { title.to_owned() };
            self.section(title, run, place, file.starts_with("shared/"))
        });
        runs.collect()
    }

    fn section(
        &self,
        mut title: String,
        entries: &[Entry],
        place: &mut usize,
        joined: bool,
    ) -> Section {
        let mut known = self.whom();
        if joined {
            let shared = self.shared(entries);
            if let Some(words) = words::all(
                self.content,
                shared.iter().copied().filter(|part| !known.contains(part)),
            ) {
                title = format!("{title}, only if {words}");
            }
            known = shared;
        }
        let drawn = entries.iter().filter(
            |entry| !matches!(&entry.what, Step::Line(line) if self.stand_ins.contains(line)),
        );
        let items = drawn.map(|entry| match &entry.what {
            Step::Line(line) => {
                let number = self
                    .lines
                    .iter()
                    .position(|known| known == line)
                    .map_or(0, |at| at + 1);
                Item::Line(self.line(number, *line, &known))
            }
            Step::Ask(asked) => {
                Item::Ask(self.ask(Role::Ask, self.shown(asked), entry, place, &known))
            }
            Step::Keep(asked) => {
                Item::Ask(self.ask(Role::Keep, self.shown(asked), entry, place, &known))
            }
            Step::Guide(guide) => {
                let mut drawn = self.ask(Role::Guide, Vec::new(), entry, place, &known);
                let guide = self.content.guide(*guide);
                drawn.questions.push(Question {
                    number: "Guide".into(),
                    name: guide.id.clone(),
                    say: guide.title.say.clone(),
                    red_flag: false,
                    only_if: None,
                    answers: Vec::new(),
                    mark: None,
                });
                Item::Ask(drawn)
            }
        });
        Section {
            title,
            note: None,
            items: items.collect(),
        }
    }

    /// What holds for everything in a run of entries.
    fn shared(&self, entries: &[Entry]) -> Vec<Rule> {
        let mut guards = entries
            .iter()
            .map(|entry| words::conjuncts(self.content, entry.guard));
        let first = guards.next().unwrap_or_default();
        guards.fold(first, |shared, guard| {
            shared
                .into_iter()
                .filter(|part| guard.contains(part))
                .collect()
        })
    }

    fn ask(
        &self,
        role: Role,
        facts: Vec<FactId>,
        entry: &Entry,
        place: &mut usize,
        known: &[Rule],
    ) -> Screen {
        let here = *place;
        *place += 1;
        let when = words::within(self.content, entry.guard, known);
        let asked_if = words::conjuncts(self.content, entry.guard);
        let questions = facts
            .into_iter()
            .map(|fact| self.question(fact, role, here, &asked_if))
            .collect();
        Screen {
            role,
            when,
            questions,
        }
    }

    /// What holds for everybody the pathway is for.
    fn whom(&self) -> Vec<Rule> {
        words::conjuncts(self.content, self.content.pathway(self.pathway).whom)
    }

    fn question(&self, id: FactId, role: Role, here: usize, known: &[Rule]) -> Question {
        let fact = self.content.fact(id);
        let number = self
            .asked
            .iter()
            .position(|known| *known == id)
            .map_or(0, |at| at + 1);
        let mut answers = if role == Role::Ask {
            self.answers(id, here)
        } else {
            Vec::new()
        };
        let given = self.marks.answered.get(&id);
        for answer in &mut answers {
            answer.is_given = given.is_some_and(|given| given.said == answer.label);
        }
        Question {
            number: format!("Q{number}"),
            name: words::name(self.content, id).to_owned(),
            say: fact.wording.say.clone(),
            red_flag: fact.red_flag,
            only_if: fact
                .applies
                .as_ref()
                .and_then(|applies| words::within(self.content, applies.only_if, known)),
            answers,
            mark: given.map(|given| format!("{}: {}", given.when, given.said)),
        }
    }

    fn line(&self, number: usize, id: LineId, known: &[Rule]) -> Reached {
        let line = self.content.line(id);
        let disposition = line
            .effect
            .disposition()
            .map(|disposition| self.content.disposition(disposition));
        let (verb, what) = match line.effect {
            Effect::Reach(_) => ("reach", title(disposition)),
            Effect::Settle(_) => ("settle for", title(disposition)),
            Effect::Otherwise(_) => ("otherwise", title(disposition)),
            Effect::Also(need) => ("also", self.content.need(need).title.say.clone()),
        };
        let (gives_way, known) = self.exceptions(line, known);
        let guard = match (line.effect, words::within(self.content, line.guard, &known)) {
            (Effect::Otherwise(_), _) => {
                "for everybody else, unless a line settles for less".to_owned()
            }
            (_, None) => "for everybody who gets here".to_owned(),
            (_, Some(guard)) => format!("if {guard}"),
        };
        Reached {
            number,
            verb,
            what,
            setting: disposition.map(|disposition| disposition.setting),
            within: disposition.map_or_else(String::new, within),
            guard,
            gives_way,
            because: line.because.as_ref().map(|because| because.say.clone()),
            marks: self.marks.lines.get(&id).cloned().unwrap_or_default(),
        }
    }
}

fn title(disposition: Option<&Disposition>) -> String {
    disposition.map_or_else(String::new, |disposition| disposition.title.say.clone())
}

fn within(disposition: &Disposition) -> String {
    match disposition.within_minutes {
        None => String::new(),
        Some(0) => "at once".into(),
        Some(minutes) => format!("within {}", words::duration(i64::from(minutes))),
    }
}
