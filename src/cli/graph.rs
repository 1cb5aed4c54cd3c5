//! `nhs111 graph DIR`: pathways as pictures, or as outlines in text; the path of somebody lit, what does not hold marked.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::walk::told::{moment, read};
use super::{folder::read_folder, say};
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
    let content = match pathway::read(&read_folder(dir)?) {
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

/// What does not hold in a pathway, where it stands, and the path of the first for whom it does not.
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
    let first = broken.iter().find_map(|(_, shown)| shown.people.first());
    let mut marks = match first {
        Some(person) => lit_for(content, place, person)?,
        None => Marks::default(),
    };
    let mut notes: Vec<String> = Vec::new();
    for (name, shown) in &broken {
        let sign = match shown.weight {
            Weight::Unproven => "? not known within the time",
            _ => "\u{2717} does not hold",
        };
        let (at, line) = shown
            .place
            .as_ref()
            .map_or((String::new(), None), |(file, line)| {
                (format!(" ({file}:{line})"), Some((file.as_str(), *line)))
            });
        notes.push(format!("{sign}: {name}, {}{at}", shown.says));
        for id in line.into_iter().flat_map(|line| lines_at(content, line)) {
            let here = marks.lines.entry(id).or_default();
            here.push(format!("{sign}: {name}, {}", shown.says));
        }
    }
    if let Some(person) = first {
        notes.push(format!("For instance {}.", person.words));
        // The end of the example is where the promise should have held.
        let decides = "\u{25b6} true: it decides";
        for words in marks
            .lines
            .values_mut()
            .flatten()
            .filter(|words| *words == decides)
        {
            words.push_str(", and should not: \u{2717} see above");
        }
    }
    if broken.is_empty() {
        let count = proof.found.len();
        notes.push(format!("\u{2713} Proven of this pathway: {count} guarantees hold. The others are about the whole content: nhs111 prove."));
    }
    notes.append(&mut marks.notes);
    marks.notes = notes;
    Ok(marks)
}

fn lit_for(content: &Content, place: PathwayId, person: &Person) -> anyhow::Result<Marks> {
    let replay = Replay {
        family: person.complaint.clone(),
        told: person.told.clone(),
        on: person.on,
    };
    let followed = replay.follow(content)?;
    Ok(lit(content, place, &followed, moment(Some(person.on))?))
}

fn lines_at<'c>(
    content: &'c Content,
    (file, line): (&'c str, u32),
) -> impl Iterator<Item = LineId> + 'c {
    let all = (0..).map(LineId).zip(&content.lines);
    all.filter(move |(_, known)| &*known.place.file == file && known.place.line == line)
        .map(|(id, _)| id)
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
