//! A pathway as a picture: its questions in their order, the lines that reach, and where each answer leads.
//!
//! [`svg`] draws it, [`outline`] says the same in text. Both are for authors and reviewers. The first flow, which is the same for every pathway,
//! is named and not drawn.

mod draw;
mod layout;
mod leads;
mod outline;
#[cfg(test)]
mod tests;

use super::content::{Asked, Content, Disposition, Effect, Entry, FactId, Flow, Kind, Line, LineId, Origin, PathwayId, Setting, Step};
use super::form::{Node, Rule};
use super::words;
use leads::Lead;

/// A picture of a pathway as SVG, at the width of an A4 page, with its outline for screen readers.
pub fn svg(content: &Content, pathway: PathwayId) -> String {
    let picture = Picture::of(content, pathway);
    draw::svg(&picture, &outline::of(&picture))
}

/// The same in text.
pub fn outline(content: &Content, pathway: PathwayId) -> String {
    outline::of(&Picture::of(content, pathway))
}

/// What is drawn.
#[derive(Debug)]
struct Picture {
    title: String,
    id: String,
    /// Below the title: for whom, what is asked before.
    notes: Vec<String>,
    /// Other pathways that join as a whole.
    joined: Vec<String>,
    sections: Vec<Section>,
}

#[derive(Debug)]
struct Section {
    title: String,
    /// In place of items, where another pathway joins as a whole.
    note: Option<String>,
    items: Vec<Item>,
}

#[derive(Debug)]
enum Item {
    Ask(Screen),
    Line(Reached),
}

/// Questions on one screen, or a guide.
#[derive(Debug)]
struct Screen {
    /// Kept for the hand-over, or a guide.
    role: Role,
    /// "only if …", where there is a condition.
    when: Option<String>,
    questions: Vec<Question>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Ask,
    Keep,
    Guide,
}

#[derive(Debug)]
struct Question {
    /// `Q7`; where it is asked again, the number it had.
    number: String,
    name: String,
    say: String,
    red_flag: bool,
    only_if: Option<String>,
    answers: Vec<Answer>,
}

/// An answer, or a range of them, and what it leads to.
#[derive(Debug)]
struct Answer {
    label: String,
    leads: Vec<Target>,
}

/// What an answer leads to: a line, a screen or a question whose guard holds, or may hold, because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Target {
    /// By its number.
    Line(usize),
    /// The place of a screen among the screens.
    Screen(usize),
    /// By its number.
    Question(usize),
    /// All of another pathway: its place among those that join.
    Joined(usize),
}

/// A line.
#[derive(Debug)]
struct Reached {
    number: usize,
    verb: &'static str,
    what: String,
    setting: Option<Setting>,
    emergency: bool,
    within: String,
    guard: String,
    /// What takes its place, and where.
    gives_way: Vec<String>,
    because: Option<String>,
}

impl Picture {
    fn of(content: &Content, pathway: PathwayId) -> Self {
        Drawing::new(content, pathway).picture()
    }

    fn screens(&self) -> impl Iterator<Item = &Screen> {
        self.sections.iter().flat_map(|section| &section.items).filter_map(|item| match item {
            Item::Ask(one) => Some(one),
            Item::Line(_) => None,
        })
    }

    /// Targets as they are written, neighbours together: `L3, L5 to L8, Q4`.
    fn names(&self, targets: &[Target]) -> String {
        let follows = |one: Target, other: Target| match (one, other) {
            (Target::Line(one), Target::Line(other)) | (Target::Question(one), Target::Question(other)) => one + 1 == other,
            _ => false,
        };
        let mut names: Vec<String> = Vec::new();
        for run in targets.chunk_by(|one, other| follows(*one, *other)) {
            let run = match run {
                [first, _, .., last] => vec![format!("{} to {}", self.name(*first), self.name(*last))],
                few => few.iter().map(|target| self.name(*target)).collect(),
            };
            for name in run {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names.join(", ")
    }

    /// A target as it is written: `L3`, `Q4`, `Q5 to Q8`.
    fn name(&self, target: Target) -> String {
        match target {
            Target::Line(number) => format!("L{number}"),
            Target::Question(number) => format!("Q{number}"),
            Target::Joined(place) => self.joined.get(place).map_or_else(String::new, |id| format!("all of {id}")),
            Target::Screen(place) => {
                let questions = self.screens().nth(place).map_or(&[][..], |one| one.questions.as_slice());
                match questions {
                    [] => String::new(),
                    [only] => only.number.clone(),
                    [first, .., last] => format!("{} to {}", first.number, last.number),
                }
            }
        }
    }
}

/// The places of everything that is numbered.
struct Drawing<'c> {
    content: &'c Content,
    pathway: PathwayId,
    /// In the order drawn; the number is the place and one. A line that stands in for another where an exception holds is drawn with that one.
    lines: Vec<LineId>,
    stand_ins: Vec<LineId>,
    /// Numbers of questions, in the order first asked.
    asked: Vec<FactId>,
    /// Facts that screens show, and the guards they are shown under, by place of the screen.
    screens: Vec<(Vec<FactId>, Rule)>,
    /// Other pathways that join as a whole, and when: they have pictures of their own.
    joined: Vec<(String, Vec<Rule>)>,
}

impl<'c> Drawing<'c> {
    fn new(content: &'c Content, pathway: PathwayId) -> Self {
        let own = content.pathway(pathway);
        let whom = words::conjuncts(content, own.whom);
        let mut drawing = Drawing { content, pathway, lines: Vec::new(), stand_ins: stand_ins(content, pathway), asked: Vec::new(), screens: Vec::new(), joined: Vec::new() };
        for entry in own.danger.entries.iter().chain(&own.flow.entries) {
            drawing.join(entry, &whom);
        }
        for entry in own.danger.entries.iter().chain(&own.flow.entries) {
            drawing.number(entry);
        }
        let risks = own.lines.iter().filter(|line| matches!(content.line(**line).origin, Origin::Risk(_))).copied();
        let own_risk = |id: &LineId| {
            let line = content.line(*id);
            !drawing.stand_ins.contains(id) && drawing.came_with(&line.place.file, line.guard).is_none()
        };
        let risks: Vec<LineId> = risks.filter(own_risk).collect();
        drawing.lines.extend(risks);
        drawing
    }

    /// Notes another pathway that joins, and what everything of it is guarded by.
    fn join(&mut self, entry: &Entry, whom: &[Rule]) {
        let id = entry.place.file.strip_prefix("complaints/").and_then(|file| file.strip_suffix(".yaml"));
        let Some(other) = id.filter(|id| *id != self.content.pathway(self.pathway).id) else { return };
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
            let through = (file.starts_with("shared/") || file == "risk-history.yaml") && !shared.is_empty() && shared.iter().all(|part| guard.contains(part));
            through || file.strip_prefix("complaints/").and_then(|file| file.strip_suffix(".yaml")) == Some(id)
        };
        self.joined.iter().find(came_with).map(|(id, _)| id.as_str())
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

    fn picture(&self) -> Picture {
        let own = self.content.pathway(self.pathway);
        let mut place = 0;
        let mut sections = self.sections("Danger, asked before every flow", &own.danger, &mut place);
        sections.extend(self.sections("Flow", &own.flow, &mut place));
        let risks = self.lines.iter().enumerate().filter(|(_, line)| matches!(self.content.line(**line).origin, Origin::Risk(_)));
        let risks = risks.map(|(at, line)| Item::Line(self.line(at + 1, *line, &self.whom()))).collect();
        sections.push(Section { title: "Risk history: what its items reach here".into(), note: None, items: risks });
        sections.retain(|section| section.note.is_some() || !section.items.is_empty());
        Picture { title: own.title.say.clone(), id: own.id.clone(), notes: self.notes(), joined: self.joined.iter().map(|(id, _)| id.clone()).collect(), sections }
    }

    fn notes(&self) -> Vec<String> {
        let own = self.content.pathway(self.pathway);
        let asked_in = |flow: &Flow| flow.entries.iter().filter(|entry| matches!(entry.what, Step::Ask(_))).count();
        let first = asked_in(&self.content.first_flow);
        let mut notes = vec![format!("For: {}.", if own.whom == Rule::TRUE { "everybody".into() } else { words::words(self.content, own.whom) })];
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
        let origin = |entry: &Entry| self.other_pathway(entry).map_or_else(|| entry.place.file.to_string(), str::to_owned);
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

    fn section(&self, mut title: String, entries: &[Entry], place: &mut usize, joined: bool) -> Section {
        let mut known = self.whom();
        if joined {
            let shared = self.shared(entries);
            if let Some(words) = words::all(self.content, shared.iter().copied().filter(|part| !known.contains(part))) {
                title = format!("{title}, only if {words}");
            }
            known = shared;
        }
        let drawn = entries.iter().filter(|entry| !matches!(&entry.what, Step::Line(line) if self.stand_ins.contains(line)));
        let items = drawn.map(|entry| match &entry.what {
            Step::Line(line) => {
                let number = self.lines.iter().position(|known| known == line).map_or(0, |at| at + 1);
                Item::Line(self.line(number, *line, &known))
            }
            Step::Ask(asked) => Item::Ask(self.ask(Role::Ask, self.shown(asked), entry, place, &known)),
            Step::Keep(asked) => Item::Ask(self.ask(Role::Keep, self.shown(asked), entry, place, &known)),
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
                });
                Item::Ask(drawn)
            }
        });
        Section { title, note: None, items: items.collect() }
    }

    /// What holds for everything in a run of entries.
    fn shared(&self, entries: &[Entry]) -> Vec<Rule> {
        let mut guards = entries.iter().map(|entry| words::conjuncts(self.content, entry.guard));
        let first = guards.next().unwrap_or_default();
        guards.fold(first, |shared, guard| shared.into_iter().filter(|part| guard.contains(part)).collect())
    }

    fn ask(&self, role: Role, facts: Vec<FactId>, entry: &Entry, place: &mut usize, known: &[Rule]) -> Screen {
        let here = *place;
        *place += 1;
        let when = words::within(self.content, entry.guard, known);
        let asked_if = words::conjuncts(self.content, entry.guard);
        let questions = facts.into_iter().map(|fact| self.question(fact, role, here, &asked_if)).collect();
        Screen { role, when, questions }
    }

    /// What holds for everybody the pathway is for.
    fn whom(&self) -> Vec<Rule> {
        words::conjuncts(self.content, self.content.pathway(self.pathway).whom)
    }

    fn question(&self, id: FactId, role: Role, here: usize, known: &[Rule]) -> Question {
        let fact = self.content.fact(id);
        let number = self.asked.iter().position(|known| *known == id).map_or(0, |at| at + 1);
        let answers = if role == Role::Ask { self.answers(id, here) } else { Vec::new() };
        Question {
            number: format!("Q{number}"),
            name: words::name(self.content, id).to_owned(),
            say: fact.wording.say.clone(),
            red_flag: fact.red_flag,
            only_if: fact.applies.as_ref().and_then(|applies| words::within(self.content, applies.only_if, known)),
            answers,
        }
    }

    /// The answers of a question and what each leads to: all options, or the ranges that rules tell apart.
    fn answers(&self, id: FactId, here: usize) -> Vec<Answer> {
        let fact = self.content.fact(id);
        let leads = self.leads(id, here);
        if let Kind::OneOf { options, .. } = &fact.kind {
            let doubt = Answer { label: "not sure".into(), leads: targets(leads.iter().filter(|(lead, _)| lead.options.is_none())) };
            let chosen = options.iter().enumerate().map(|(place, choice)| {
                let own = leads.iter().filter(|(lead, _)| lead.options.is_some_and(|options| options & (1 << place) != 0));
                let label = words::option(fact, place).trim_matches(['\u{201c}', '\u{201d}']).to_owned();
                Answer { label: if label.is_empty() { choice.id.clone() } else { label }, leads: targets(own) }
            });
            let unsure = (!doubt.leads.is_empty()).then_some(doubt);
            return chosen.chain(unsure).collect();
        }
        let mut labels: Vec<&str> = Vec::new();
        for (lead, _) in &leads {
            if !labels.contains(&lead.label.as_str()) {
                labels.push(&lead.label);
            }
        }
        let own = |label: &str| targets(leads.iter().filter(|(lead, _)| lead.label == label));
        labels.into_iter().map(|label| Answer { label: label.to_owned(), leads: own(label) }).collect()
    }

    /// What reads a question that is asked here: lines, other screens, and questions on them by their `only_if`.
    fn leads(&self, id: FactId, here: usize) -> Vec<(Lead, Target)> {
        let mut found = Vec::new();
        for (place, line) in self.lines.iter().enumerate() {
            let line = self.content.line(*line);
            if !matches!(line.effect, Effect::Otherwise(_)) {
                found.extend(leads::of(self.content, line.guard, id).into_iter().map(|lead| (lead, Target::Line(place + 1))));
            }
        }
        for (place, (_, guard)) in self.screens.iter().enumerate().filter(|(place, _)| *place != here) {
            found.extend(leads::of(self.content, *guard, id).into_iter().map(|lead| (lead, Target::Screen(place))));
        }
        for (place, (_, shared)) in self.joined.iter().enumerate() {
            let reading = shared.iter().flat_map(|rule| leads::of(self.content, *rule, id));
            found.extend(reading.map(|lead| (lead, Target::Joined(place))));
        }
        for (place, fact) in self.asked.iter().enumerate() {
            if let Some(applies) = &self.content.fact(*fact).applies {
                let reading = leads::of(self.content, applies.only_if, id);
                found.extend(reading.into_iter().map(|lead| (lead, Target::Question(place + 1))));
            }
        }
        found
    }

    fn line(&self, number: usize, id: LineId, known: &[Rule]) -> Reached {
        let line = self.content.line(id);
        let disposition = line.effect.disposition().map(|disposition| self.content.disposition(disposition));
        let (verb, what) = match line.effect {
            Effect::Reach(_) => ("reach", title(disposition)),
            Effect::Settle(_) => ("settle for", title(disposition)),
            Effect::Otherwise(_) => ("otherwise", title(disposition)),
            Effect::Also(need) => ("also", self.content.need(need).title.say.clone()),
        };
        let (gives_way, known) = self.exceptions(line, known);
        let guard = match (line.effect, words::within(self.content, line.guard, &known)) {
            (Effect::Otherwise(_), _) => "for everybody else, unless a line settles for less".to_owned(),
            (_, None) => "for everybody who gets here".to_owned(),
            (_, Some(guard)) => format!("if {guard}"),
        };
        Reached {
            number,
            verb,
            what,
            setting: disposition.map(|disposition| disposition.setting),
            emergency: disposition.is_some_and(|disposition| disposition.emergency),
            within: disposition.map_or_else(String::new, within),
            guard,
            gives_way,
            because: line.because.as_ref().map(|because| because.say.clone()),
        }
    }
}

impl Drawing<'_> {
    /// The lines that stand in for a line where an exception holds, in words; and what is known, with that no exception holds.
    fn exceptions(&self, line: &Line, known: &[Rule]) -> (Vec<String>, Vec<Rule>) {
        let forms = &self.content.forms;
        let mut known = known.to_vec();
        let mut found = Vec::new();
        for part in words::conjuncts(self.content, line.guard) {
            let Node::Not(inner) = forms.node(part) else { continue };
            let Node::Surely(exception) = forms.node(*inner) else { continue };
            let stand_in = self.stand_ins.iter().map(|stand_in| self.content.line(*stand_in));
            let instead = stand_in.into_iter().find(|other| other.place == line.place && words::conjuncts(self.content, other.guard).contains(inner));
            let Some(instead) = instead.and_then(|instead| instead.effect.disposition()) else { continue };
            known.push(part);
            found.push(format!("gives way to {} if surely {}", self.content.disposition(instead).title.say, words::words(self.content, *exception)));
        }
        (found, known)
    }
}

/// Lines that were written as the exception of another: they stand in the same place, and hold where the other gives way.
fn stand_ins(content: &Content, pathway: PathwayId) -> Vec<LineId> {
    let lines = &content.pathway(pathway).lines;
    let surely = |line: LineId| -> Vec<Rule> {
        let parts = words::conjuncts(content, content.line(line).guard);
        parts.into_iter().filter(|part| matches!(content.forms.node(*part), Node::Surely(_))).collect()
    };
    let gives_way = |line: LineId, to: &[Rule]| {
        let parts = words::conjuncts(content, content.line(line).guard);
        parts.iter().any(|part| matches!(content.forms.node(*part), Node::Not(inner) if to.contains(inner)))
    };
    let stands_in = |line: &&LineId| {
        let place = &content.line(**line).place;
        let surely = surely(**line);
        !surely.is_empty() && lines.iter().any(|other| content.line(*other).place == *place && gives_way(*other, &surely))
    };
    lines.iter().filter(stands_in).copied().collect()
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

fn targets<'l>(leads: impl Iterator<Item = &'l (Lead, Target)>) -> Vec<Target> {
    let mut targets: Vec<Target> = leads.map(|(_, target)| *target).collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}

/// A setting in the words of the picture.
fn setting(setting: Setting) -> &'static str {
    match setting {
        Setting::SelfCare => "self-care",
        Setting::Pharmacy => "pharmacy",
        Setting::Speak => "speak to somebody",
        Setting::See => "see somebody",
        Setting::Hospital => "hospital",
        Setting::Ambulance => "ambulance",
    }
}
