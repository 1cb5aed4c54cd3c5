//! Questions, checklists and system facts, ordered so that a fact comes after every fact its `only_if` reads.

mod bands;
mod checklist;
mod given;
mod kind;
mod leaning;
mod order;
mod system;
mod worse;

use std::collections::HashMap;
use std::sync::Arc;

use super::names::Definitions;
use super::twice;
use crate::pathway::content::{
    Asked, Checklist, ChecklistId, Fact, FactId, FactSource, Kind, Table,
};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::Forms;
use crate::pathway::rule::{Rules, check_name};
use crate::pathway::source::{Answers, FlowFile, Name, Question, Sources, Statement};

pub use bands::bands;
pub use given::on_step;
pub use system::stand_ins;

/// A content has no more questions than this, those about the complaint counted for each.
const MOST: usize = 20_000;

/// Facts and checklists, and what their names mean.
#[derive(Default)]
pub struct Questions {
    /// In topological order of `only_if`.
    pub facts: Vec<Fact>,
    /// In the order of the files.
    pub checklists: Vec<Checklist>,
    /// Facts by id.
    pub by_name: HashMap<String, FactId>,
    /// Everything a name can mean.
    pub defined: HashMap<String, Defined>,
}

impl Questions {
    /// A question that was reported, whose readers are not to blame.
    pub fn is_unread(&self, name: &str) -> bool {
        let defined = self.defined.get(name);
        defined.is_some_and(|defined| matches!(defined.seen, Seen::Unread))
    }

    /// The facts that an ask shows.
    pub fn shown(&self, asked: Asked) -> Vec<FactId> {
        match asked {
            Asked::Question(id) => vec![id],
            Asked::Checklist(id) => self.members(id).to_vec(),
        }
    }

    /// What a checklist lists.
    pub fn members(&self, id: ChecklistId) -> &[FactId] {
        let list = self.checklists.get(id.index());
        list.map(|list| list.members.as_slice()).unwrap_or_default()
    }
}

/// A question's name and where it may be read.
pub struct Defined {
    /// Where it stands.
    pub file: Arc<str>,
    /// It may be read only in its file.
    pub local: bool,
    /// What it is.
    pub seen: Seen,
}

/// What a question's name means.
pub enum Seen {
    /// One fact.
    Fact(FactId),
    /// One fact for each complaint that reads it, by pathway.
    AboutComplaint(HashMap<String, FactId>),
    /// A screen.
    Checklist(ChecklistId),
    /// A question that was reported; its readers are not to blame.
    Unread,
}

/// A question and where it stands.
#[derive(Clone, Copy)]
pub struct Written<'s> {
    /// What is written.
    pub question: &'s Question,
    /// In which file.
    pub file: &'s Arc<str>,
    /// It may be read only there.
    pub local: bool,
    /// It is a system fact.
    pub system: bool,
}

/// Every file that holds statements, with its lists.
pub fn flow_files(sources: &Sources) -> Vec<(&FlowFile, Vec<&[Statement]>)> {
    let library = [
        &sources.first_flow,
        &sources.risk_history,
        &sources.interrupts,
    ]
    .into_iter()
    .flatten();
    let flows = library
        .chain(&sources.shared)
        .chain(sources.pathways.iter().map(|pathway| &pathway.flow));
    flows
        .map(|flow| (flow, vec![flow.danger.as_slice(), flow.flow.as_slice()]))
        .collect()
}

/// Builds them all.
pub fn build(
    sources: &Sources,
    rules: &Rules,
    tables: &[Table],
    forms: &mut Forms,
    findings: &mut Findings,
) -> Questions {
    let standing = standing(sources);
    names_are_good(sources, &standing, rules, findings);
    let mut ordered = order::ordered(sources, &standing, rules, findings);
    if let Some(placed) = ordered.get(MOST) {
        let span = placed.standing.question.id.span.clone();
        findings.push(
            Diagnostic::error(
                span,
                "P540",
                "the content is too large: it has too many questions",
            )
            .help("remove some, or ask less often about the complaint"),
        );
        ordered.truncate(MOST);
    }
    let mut questions = Questions::default();
    for (placed, place) in ordered.iter().zip(0..) {
        let id = FactId(place);
        let kind = kind::kind(placed.standing.question, sources, tables, findings);
        let kind = kind.filter(|kind| system::has_shape(placed, kind, findings));
        define(&mut questions, placed, id, kind.is_some());
        questions.facts.push(match kind {
            Some(kind) => fact(placed, kind, findings),
            // What it says of its answers cannot be judged; the content is refused anyway.
            None => fact(placed, Kind::Text, &mut Findings::new()),
        });
        questions.by_name.insert(placed.id.clone(), id);
    }
    for item in &standing {
        if item.question.about_complaint {
            of_no_complaint(&mut questions, item);
        }
        if let Answers::Checklist(members) = &item.question.answers {
            checklist::checklist(&mut questions, item, members, findings);
        }
    }
    let applies = leaning::applies(
        &questions, &ordered, sources, rules, tables, forms, findings,
    );
    for (fact, applies) in questions.facts.iter_mut().zip(applies) {
        fact.applies = applies;
    }
    leaning::means(&mut questions, &ordered, findings);
    system::system(&mut questions, &ordered, tables, findings);
    questions
}

/// A question about the complaint that no pathway reads has no fact, and is known all the same.
fn of_no_complaint(questions: &mut Questions, item: &Written<'_>) {
    let name = item.question.id.text.clone();
    questions.defined.entry(name).or_insert_with(|| Defined {
        file: item.file.clone(),
        local: item.local,
        seen: Seen::AboutComplaint(HashMap::new()),
    });
}

/// Every question, and where it stands.
fn standing(sources: &Sources) -> Vec<Written<'_>> {
    let written = |question, file, local, system| Written {
        question,
        file,
        local,
        system,
    };
    let system = sources.system.iter();
    let system = system.map(|question| written(question, &question.id.span.file, false, true));
    let shared = sources.questions.iter();
    let shared = shared.map(|question| written(question, &question.id.span.file, false, false));
    let library = [
        &sources.first_flow,
        &sources.risk_history,
        &sources.interrupts,
    ];
    let library = library.into_iter().flatten().map(|flow| (flow, false));
    let pathways = sources.pathways.iter().map(|pathway| &pathway.flow);
    let own = sources.shared.iter().chain(pathways);
    let flows = library.chain(own.map(|flow| (flow, true)));
    let of_flows = flows.flat_map(|(flow, local)| {
        let questions = flow.questions.iter();
        questions.map(move |question| written(question, &flow.file, local, false))
    });
    system.chain(shared).chain(of_flows).collect()
}

fn names_are_good(
    sources: &Sources,
    standing: &[Written<'_>],
    rules: &Rules,
    findings: &mut Findings,
) {
    let mut names: Vec<&Name> = standing.iter().map(|item| &item.question.id).collect();
    let files = flow_files(sources);
    let definitions: Vec<_> = files
        .iter()
        .map(|(_, lists)| Definitions::of(lists))
        .collect();
    names.extend(definitions.iter().flat_map(|found| &found.names));
    for name in &names {
        check_name(name, rules, findings);
    }
    // A guide is answered by its name, as a question is.
    names.extend(sources.guides.iter().map(|guide| &guide.id));
    twice(names, findings);
    for item in standing {
        if let Answers::OneOf(choices) = &item.question.answers {
            for choice in choices {
                check_name(&choice.id, rules, findings);
            }
        }
    }
    let tables = sources.tables.iter().flat_map(|table| &table.names);
    let items = sources.risk_items.iter().map(|item| &item.id);
    let exits = sources.guides.iter().flat_map(|guide| &guide.exits);
    for name in tables.chain(items).chain(exits.map(|(id, ..)| id)) {
        check_name(name, rules, findings);
    }
}

fn define(questions: &mut Questions, placed: &order::Placed<'_>, id: FactId, is_read: bool) {
    let name = placed.standing.question.id.text.clone();
    let defined = questions.defined.entry(name).or_insert_with(|| Defined {
        file: placed.standing.file.clone(),
        local: placed.standing.local,
        seen: match placed.complaint {
            _ if !is_read => Seen::Unread,
            Some(_) => Seen::AboutComplaint(HashMap::new()),
            None => Seen::Fact(id),
        },
    });
    if let (Seen::AboutComplaint(instances), Some(complaint)) =
        (&mut defined.seen, &placed.complaint)
    {
        instances.insert(complaint.clone(), id);
    }
}

fn fact(placed: &order::Placed<'_>, kind: Kind, findings: &mut Findings) -> Fact {
    let written = placed.standing.question;
    let not_sure = written.not_sure.as_ref();
    Fact {
        id: placed.id.clone(),
        not_sure: not_sure.and_then(|name| kind::option(&kind, name, findings)),
        ask_again_after: worse::freshness(written, findings),
        order: worse::order(written, &kind, findings),
        wording: written.wording.clone(),
        why: written.why.clone(),
        help: written.help.clone(),
        rephrase: written.rephrase.clone(),
        red_flag: written.red_flag,
        applies: None,
        source: FactSource::Question,
        means: Vec::new(),
        implied_by: Vec::new(),
        kind,
    }
}
