//! `nhs111 graph DIR`: pathways as pictures, or as outlines in text; the path of somebody lit, what does not hold marked.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::walk::told::{moment, read};
use super::{folder::read_content, say};
use crate::pathway::content::{Kind, LineId, PathwayId};
use crate::pathway::graph::{Answered, Marks};
use crate::pathway::{self, Content, Severity, graph, words};
use crate::proof::report::{Person, Shown, Weight};
use crate::proof::{Replay, pathway as proof};
use crate::prover::{SECONDS, limit};
use crate::walk::follow::{Followed, Step, Why, written};
use crate::walk::{Answer, Moment, Plan, Reached, explain, follow};

/// How pathways are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    /// An outline in place of a picture.
    pub text: bool,
    /// Whose path is lit.
    pub tell: &'a [String],
    /// On which day they call.
    pub on: Option<Date>,
    /// Prove what is drawn, and mark what does not hold.
    pub proof: bool,
}

/// Prints the picture of one pathway, or writes one file for each pathway into `out`. Exit code 1 if the content does not check.
pub fn run(
    dir: &Path,
    pathway: Option<&str>,
    out: &Path,
    form: Form<'_>,
) -> anyhow::Result<ExitCode> {
    let content = match pathway::read(&read_content(dir)?) {
        Ok(checked) => checked.content,
        Err(findings) => {
            findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .for_each(|finding| say(&finding.to_string()));
            return Ok(ExitCode::from(1));
        }
    };
    let drawn = |place: PathwayId| -> anyhow::Result<String> {
        let marks = marks(&content, place, form)?;
        Ok(if form.text {
            graph::outline(&content, place, &marks)
        } else {
            graph::svg(&content, place, &marks)
        })
    };
    if let Some(id) = pathway {
        say(drawn(place(&content, id)?)?.trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    std::fs::create_dir_all(out)
        .with_context(|| format!("the folder `{}` cannot be made", out.display()))?;
    for (place, pathway) in (0..).zip(&content.pathways) {
        let file = out.join(format!(
            "{}.{}",
            pathway.id,
            if form.text { "txt" } else { "svg" }
        ));
        // Beside it first: whoever opens a picture finds a whole one or none.
        let beside = file.with_extension("new");
        std::fs::write(&beside, drawn(PathwayId(place))?)
            .and_then(|()| std::fs::rename(&beside, &file))
            .with_context(|| format!("`{}` cannot be written", file.display()))?;
        say(&file.display().to_string());
    }
    Ok(ExitCode::SUCCESS)
}

fn marks(content: &Content, place: PathwayId, form: Form<'_>) -> anyhow::Result<Marks> {
    if form.proof {
        return proven(content, place);
    }
    if form.tell.is_empty() {
        return Ok(Marks::default());
    }
    let at = moment(form.on)?;
    let plan = Plan::new(content, &[&content.pathway(place).family], false)?;
    let told = form
        .tell
        .iter()
        .map(|told| read(content, told, at))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let followed = follow(content, &plan, &told, at)?;
    Ok(lit(content, place, &followed, at))
}

/// The path of a call: what was answered when, which lines are true, which decides.
fn lit(content: &Content, place: PathwayId, followed: &Followed, at: Moment) -> Marks {
    let mut marks = Marks::default();
    let mut count = 0;
    for step in &followed.steps {
        let when = match step.why {
            Why::Asked(_) => {
                count += 1;
                format!("answer {count}")
            }
            Why::Kept => "for the hand-over".to_owned(),
            Why::Stated | Why::Patient | Why::Volunteered => "not asked".to_owned(),
        };
        let said = said(content, step, at);
        marks.answered.insert(step.fact, Answered { when, said });
    }
    let Ok(plan) = Plan::new(content, &[&content.pathway(place).family], false) else {
        return marks;
    };
    let explanation = explain(content, &plan, &followed.facts);
    let mut say_of = |reached: Reached, words: &str| {
        if let Reached::Line(line) = reached {
            marks
                .lines
                .entry(line)
                .or_default()
                .push(format!("\u{25b6} {words}"));
        }
    };
    for reason in &explanation.decided_by {
        say_of(reason.reached, "true: it decides");
    }
    for reason in &explanation.also_true {
        say_of(reason.reached, "true as well");
    }
    for need in &explanation.needs {
        say_of(Reached::Line(need.line), "true");
    }
    let end = &content.disposition(followed.outcome.disposition).title.say;
    marks.notes = vec![match followed.left_open {
        Some(open) => format!(
            "\u{25b6} Lit: a call that breaks off, for `{}` is asked and was not told.",
            content.fact(open).id
        ),
        None => format!(
            "\u{25b6} Lit: the path of a call, with its answers in order. It ends in: {end}."
        ),
    }];
    marks
}

/// An answer as the picture words it.
fn said(content: &Content, step: &Step, at: Moment) -> String {
    let fact = content.fact(step.fact);
    if let (Kind::OneOf { options, .. }, Answer::Word(word)) = (&fact.kind, &step.answer)
        && let Some(option) = options.iter().position(|choice| choice.id == *word)
    {
        let words = words::option(fact, option);
        return words.trim_matches(['\u{201c}', '\u{201d}']).to_owned();
    }
    match written(&fact.kind, &step.answer, at).as_str() {
        "not_sure" => "not sure".to_owned(),
        other => other.to_owned(),
    }
}

/// What does not hold in a pathway, where it stands or where the first for whom it does not ends, and the path of the first of all.
fn proven(content: &Content, place: PathwayId) -> anyhow::Result<Marks> {
    let proof = proof::prove(content, place, &limit(Duration::from_secs(SECONDS)))?;
    let broken: Vec<(String, &Shown)> = proof
        .found
        .iter()
        .flat_map(|found| {
            let name = format!("{:?}", found.guarantee);
            found.shown.iter().map(move |shown| (name.clone(), shown))
        })
        .filter(|(_, shown)| matches!(shown.weight, Weight::Broken | Weight::Unproven))
        .collect();
    if broken.is_empty() {
        let count = proof.found.len();
        return Ok(Marks {
            notes: vec![format!(
                "\u{2713} Proven of this pathway: {count} guarantees hold. The others are about the whole content: nhs111 prove."
            )],
            ..Marks::default()
        });
    }
    let first = broken.iter().find_map(|(_, shown)| shown.people.first());
    let lit = first.map(|person| lit_for(content, place, person));
    let mut marks = lit.transpose()?.unwrap_or_default();
    let mut notes: Vec<String> = Vec::new();
    for (name, shown) in &broken {
        let sign = match shown.weight {
            Weight::Unproven => "? not known within the time",
            _ => "\u{2717} does not hold",
        };
        let says = format!("{sign}: {name}, {}", shown.says);
        let at = shown
            .place
            .as_ref()
            .map_or_else(String::new, |(file, line)| format!(" ({file}:{line})"));
        notes.push(format!("{says}{at}"));
        for line in stands_at(content, place, shown)? {
            marks.lines.entry(line).or_default().push(says.clone());
        }
    }
    notes.extend(first.map(|person| format!("For instance {}.", person.words)));
    notes.append(&mut marks.notes);
    marks.notes = notes;
    Ok(marks)
}

/// The lines at which it stands; of what stands at none that is drawn, such as a promise, the lines by which the first of its people ends.
fn stands_at(content: &Content, place: PathwayId, shown: &Shown) -> anyhow::Result<Vec<LineId>> {
    let all = (0..).map(LineId).zip(&content.lines);
    let here = all.filter(|(_, known)| {
        let place = shown.place.as_ref();
        place.is_some_and(|(file, line)| *known.place.file == **file && known.place.line == *line)
    });
    let lines: Vec<LineId> = here.map(|(id, _)| id).collect();
    let Some(person) = shown.people.first().filter(|_| lines.is_empty()) else {
        return Ok(lines);
    };
    let followed = followed(content, person)?;
    let plan = Plan::new(content, &[&content.pathway(place).family], false)?;
    let decided = explain(content, &plan, &followed.facts).decided_by;
    let ends = decided.iter().filter_map(|reason| match reason.reached {
        Reached::Line(line) => Some(line),
        _ => None,
    });
    Ok(ends.collect())
}

fn followed(content: &Content, person: &Person) -> anyhow::Result<Followed> {
    let replay = Replay {
        family: person.complaint.clone(),
        told: person.told.clone(),
        on: person.on,
    };
    Ok(replay.follow(content)?)
}

fn lit_for(content: &Content, place: PathwayId, person: &Person) -> anyhow::Result<Marks> {
    let followed = followed(content, person)?;
    Ok(lit(content, place, &followed, moment(Some(person.on))?))
}

fn place(content: &Content, id: &str) -> anyhow::Result<PathwayId> {
    let found = (0..)
        .zip(&content.pathways)
        .find(|(_, pathway)| pathway.id == id);
    if let Some((place, _)) = found {
        return Ok(PathwayId(place));
    }
    let known = content.pathways.iter().map(|pathway| pathway.id.as_str());
    let near = pathway::diagnostic::nearest(id, known);
    bail!(
        "no pathway is called `{id}`{}",
        near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
    )
}
