//! A difference in an author's words.

use std::path::Path;

use anyhow::anyhow;
use serde::Serialize;

use crate::pathway::content::{Content, FactId, LineId, Place, Promise, Promised};
use crate::pathway::{effects, words};
use crate::proof::difference::whom::said;
use crate::proof::difference::{self, Difference, What};

/// What changes; the shape of `nhs111 diff --json`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Report {
    /// One sentence: how much goes up, down, and is asked or needed otherwise.
    pub(super) summary: String,
    /// How many ways go up, go down, ask more, ask less, need something more, need something less.
    pub(super) counts: Counts,
    /// By the edit that causes it; what goes down first.
    pub(super) edits: Vec<Edit>,
    /// Complaints that are new, and that are gone.
    pub(super) new: Vec<String>,
    /// Complaints that are gone.
    pub(super) gone: Vec<String>,
    /// Lines that decided for somebody before and no longer do.
    pub(super) superseded: Vec<String>,
    /// Promises that are new or say something else.
    pub(super) promised: Vec<String>,
    /// Promises that are no longer made.
    pub(super) unpromised: Vec<String>,
    /// Pathways in which nothing changes for anybody: proven.
    pub(super) alike: Vec<String>,
    /// Pathways of which it is not known who is asked something else.
    pub(super) too_long: Vec<String>,
    /// A unified diff of the files.
    pub(super) wording: String,
}

/// How many ways.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Counts {
    pub(super) up: usize,
    pub(super) down: usize,
    pub(super) asked: usize,
    pub(super) asked_no_more: usize,
    pub(super) needs: usize,
    pub(super) needs_no_more: usize,
}

/// An edit and what it changes.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Edit {
    /// Where it stands, what it said and what it says.
    pub(super) what: String,
    /// For whom what is otherwise.
    pub(super) changes: Vec<Change>,
}

/// One way in which something changes, and the plainest patient.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Change {
    /// In words.
    pub(super) what: String,
    /// What the same patient is asked, and asked no more, in words; nothing where the change itself says all.
    pub(super) also: Vec<String>,
    /// Less urgent than before.
    pub(super) down: bool,
    /// In which pathway.
    pub(super) pathway: String,
    /// Sexes and ages for which it does, in words.
    pub(super) whom: Option<String>,
    /// The patient and the answers, in words.
    pub(super) who: String,
    /// A command that walks it before, and one that walks it after.
    pub(super) replay: [String; 2],
}

impl Report {
    pub(super) fn new(
        folders: [&Path; 2],
        contents: [&Content; 2],
        found: &Difference,
        wording: String,
    ) -> anyhow::Result<Self> {
        let mut counts = Counts::default();
        for what in found.changes().flat_map(|(_, change)| change.whats()) {
            let count = match what {
                What::Moved { is_down: true, .. } => &mut counts.down,
                What::Moved { .. } => &mut counts.up,
                What::Needs(_) => &mut counts.needs,
                What::NeedsNoMore(_) => &mut counts.needs_no_more,
                What::Asked(_) => &mut counts.asked,
                What::AskedNoMore(_) => &mut counts.asked_no_more,
            };
            *count += 1;
        }
        let edits = found.edits.iter().map(|(edit, changes)| {
            let changes = changes
                .iter()
                .map(|change| Change::new(folders, contents, edit, change));
            Edit {
                what: edited(contents, edit),
                changes: changes.collect(),
            }
        });
        let [before, after] = contents;
        let (own, other) = (promises(before), promises(after));
        let only = |here: &[String], there: &[String]| -> Vec<String> {
            here.iter()
                .filter(|promise| !there.contains(promise))
                .cloned()
                .collect()
        };
        let superseded = superseded(contents, found)?;
        let mut report = Report {
            summary: String::new(),
            counts,
            edits: edits.collect(),
            new: found.new.clone(),
            gone: found.gone.clone(),
            superseded,
            promised: only(&other, &own),
            unpromised: only(&own, &other),
            alike: found.alike.clone(),
            too_long: found.too_long.clone(),
            wording,
        };
        report.summary = report.summed();
        Ok(report)
    }

    /// The lists that follow the edits, each under its heading.
    pub(super) fn lists(&self) -> [(&'static str, &[String]); 6] {
        [
            (
                "Not known: who is asked other questions, in pathways that are too long to be followed:",
                &self.too_long,
            ),
            ("New complaints:", &self.new),
            ("Complaints that are gone:", &self.gone),
            ("Lines that decide nothing any more:", &self.superseded),
            ("Promises that are new or changed:", &self.promised),
            ("Promises that are no longer made:", &self.unpromised),
        ]
    }

    fn summed(&self) -> String {
        let Counts {
            up,
            down,
            asked,
            asked_no_more,
            needs,
            needs_no_more,
        } = self.counts;
        let mut parts = Vec::new();
        let mut part = |count: usize, one: &str, more: &str| match count {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            _ => parts.push(format!("{count} {more}")),
        };
        part(up, "pattern goes up", "patterns go up");
        part(
            down,
            "pattern goes down (needs sign-off)",
            "patterns go down (needs sign-off)",
        );
        part(
            needs,
            "need is new to somebody",
            "needs are new to somebody",
        );
        part(
            needs_no_more,
            "need is gone for somebody",
            "needs are gone for somebody",
        );
        part(
            asked,
            "question is asked of more people",
            "questions are asked of more people",
        );
        part(
            asked_no_more,
            "question is asked of fewer people",
            "questions are asked of fewer people",
        );
        part(self.new.len(), "complaint is new", "complaints are new");
        part(self.gone.len(), "complaint is gone", "complaints are gone");
        part(
            self.superseded.len(),
            "line decides nothing any more",
            "lines decide nothing any more",
        );
        let promises = self.promised.len() + self.unpromised.len();
        part(promises, "promise changed", "promises changed");
        part(
            self.too_long.len(),
            "pathway is too long to say who is asked other questions",
            "pathways are too long to say who is asked other questions",
        );
        let alike = format!(
            "in {} {} nothing changes for anybody",
            self.alike.len(),
            if self.alike.len() == 1 {
                "pathway"
            } else {
                "pathways"
            }
        );
        match (parts.is_empty(), self.wording.is_empty()) {
            (true, true) => "the two are the same".to_owned(),
            (true, false) => format!("wording only: {alike}"),
            _ => format!("{}; {alike}", parts.join(", ")),
        }
    }
}

impl Change {
    fn new(
        [before_dir, after_dir]: [&Path; 2],
        [before, after]: [&Content; 2],
        edit: &difference::Edit,
        change: &difference::Change,
    ) -> Self {
        let [one, other] = &change.people;
        Change {
            what: changed(before, after, &change.what),
            also: also(&change.asked),
            down: change.what.is_down(),
            pathway: change.pathway.clone(),
            whom: change.whom.as_deref().map(said),
            who: change
                .example
                .words(after, &telling(after, edit, &change.what)),
            replay: [
                one.command(&before_dir.to_string_lossy()),
                other.command(&after_dir.to_string_lossy()),
            ],
        }
    }
}

/// The answers that say why: what the edited line reads, or the question itself.
fn telling(after: &Content, edit: &difference::Edit, what: &What) -> Vec<FactId> {
    let mut telling = match edit {
        difference::Edit::Line {
            after: Some(place), ..
        } => match after.lines.iter().find(|line| line.place == *place) {
            Some(line) => after.forms.facts(line.guard),
            None => Vec::new(),
        },
        difference::Edit::Question(id) => after.fact_named(id).into_iter().collect(),
        difference::Edit::Line { .. } | difference::Edit::Other => Vec::new(),
    };
    if let What::Asked(id) | What::AskedNoMore(id) = what {
        telling.extend(after.fact_named(id));
    }
    telling
}

fn changed(before: &Content, after: &Content, what: &What) -> String {
    let titled = |content: &Content, id: &str| {
        let disposition = content.disposition_named(id);
        disposition.map_or_else(String::new, |found| {
            content.disposition(found).title.say.clone()
        })
    };
    match what {
        What::Moved { from, to, is_down } => {
            let way = if *is_down {
                "down, needs sign-off"
            } else {
                "up"
            };
            format!(
                "{way}: from `{from}` ({}) to `{to}` ({})",
                titled(before, from),
                titled(after, to)
            )
        }
        What::Needs(need) => format!("needs `{need}` as well"),
        What::NeedsNoMore(need) => format!("no longer needs `{need}`"),
        What::Asked(question) => format!("is asked `{question}`"),
        What::AskedNoMore(question) => format!("is no longer asked `{question}`"),
    }
}

/// The questions of each kind, in the order in which they are asked.
fn also(asked: &[What]) -> Vec<String> {
    let named = |asked: Vec<&String>, what: &str| match asked.as_slice() {
        [] => None,
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            Some(format!("{what} {}", names.join(", ")))
        }
    };
    let more = asked.iter().filter_map(|what| match what {
        What::Asked(question) => Some(question),
        _ => None,
    });
    let fewer = asked.iter().filter_map(|what| match what {
        What::AskedNoMore(question) => Some(question),
        _ => None,
    });
    [
        named(more.collect(), "is asked"),
        named(fewer.collect(), "is no longer asked"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn edited([before, after]: [&Content; 2], edit: &difference::Edit) -> String {
    let said = |content: &Content, place: &Place| {
        let line = content.lines.iter().find(|line| line.place == *place);
        line.map_or_else(String::new, |line| {
            format!(
                "`{}` if {}",
                words::effect(content, line.effect),
                words::words(content, line.guard)
            )
        })
    };
    match edit {
        difference::Edit::Line {
            before: Some(was),
            after: Some(is),
        } => format!(
            "{}:{} says {}\n  and said {}",
            is.file,
            is.line,
            said(after, is),
            said(before, was)
        ),
        difference::Edit::Line {
            before: None,
            after: Some(is),
        } => format!("{}:{} is new: {}", is.file, is.line, said(after, is)),
        difference::Edit::Line {
            before: Some(was), ..
        } => format!(
            "the line that stood at {}:{} is gone: {}",
            was.file,
            was.line,
            said(before, was)
        ),
        difference::Edit::Question(id) => {
            let is_there = |content: &Content| content.fact_named(id).is_some();
            match (is_there(before), is_there(after)) {
                (false, true) => format!("the question `{id}` is new"),
                (true, false) => format!("the question `{id}` is gone"),
                _ => format!(
                    "the question `{id}`: its answers, to whom it applies, or where and of whom it is asked"
                ),
            }
        }
        difference::Edit::Line { .. } | difference::Edit::Other => {
            "whom a pathway is for, or the order of dispositions".to_owned()
        }
    }
}

/// Every promise in words.
fn promises(content: &Content) -> Vec<String> {
    content
        .promises
        .iter()
        .map(|promise| promised(content, promise))
        .collect()
}

fn promised(content: &Content, promise: &Promise) -> String {
    let place = match promise.pathway {
        Some(pathway) => format!("`{}`", content.pathway(pathway).id),
        None => "the whole library".to_owned(),
    };
    let disposition = |id| &content.disposition(id).id;
    let what = match &promise.what {
        Promised::NeverBelow(id) => format!("never below `{}`", disposition(*id)),
        Promised::NeverAbove(id) => format!("never above `{}`", disposition(*id)),
        Promised::AlwaysAsked { below, questions } => {
            let names = questions.iter().map(|fact| words::name(content, *fact));
            format!(
                "below `{}` always asked: {}",
                disposition(*below),
                names.collect::<Vec<_>>().join(", ")
            )
        }
    };
    let unless = promise.unless.iter().map(|(name, _)| name.as_str());
    let unless: Vec<&str> = unless.collect();
    let unless = if unless.is_empty() {
        String::new()
    } else {
        format!(", unless {}", unless.join(", "))
    };
    format!(
        "in {place}, for {}, when {}: {what}{unless}",
        words::words(content, promise.whom),
        words::words(content, promise.when)
    )
}

/// Lines that are the same in both, decided for somebody before and do so no more.
fn superseded([before, after]: [&Content; 2], found: &Difference) -> anyhow::Result<Vec<String>> {
    let mut superseded = Vec::new();
    for (place, pathway) in (0..).zip(&after.pathways) {
        if found.alike.contains(&pathway.id) {
            continue;
        }
        let was = before.pathways.iter().position(|own| own.id == pathway.id);
        let Some(was) = was else {
            continue;
        };
        let was = u16::try_from(was).map_err(|_| anyhow!("more pathways than there can be"))?;
        let key = |content: &Content, line: &LineId| content.line(*line).key.clone();
        let deciding = |content: &Content, place: u16| {
            effects::decisive(content, crate::pathway::content::PathwayId(place))
        };
        let now: Vec<String> = deciding(after, place)
            .iter()
            .map(|line| key(after, line))
            .collect();
        for line in deciding(before, was) {
            let own = key(before, &line);
            let there = after.lines.iter().find(|line| line.key == own);
            if let (Some(line), false) = (there, now.contains(&own)) {
                superseded.push(format!(
                    "{}:{}: `{}` if {}",
                    line.place.file,
                    line.place.line,
                    words::effect(after, line.effect),
                    words::words(after, line.guard)
                ));
            }
        }
    }
    superseded.sort_unstable();
    superseded.dedup();
    Ok(superseded)
}
