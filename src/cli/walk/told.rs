//! `nhs111 walk --tell NAME=ANSWER`: a call of which everything is told beforehand; for the examples of a proof.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use jiff::civil::Date;
use serde_json::json;

use super::super::say;
use super::screen;
use crate::clock::SystemClock;
use crate::pathway::Content;
use crate::pathway::content::Asked;
use crate::pathway::text::{Party, UNNAMED, Voice};
use crate::service::london;
use crate::service::ports::Clock as _;
use crate::walk::follow::{Step, Why, heard, written};
use crate::walk::{Answer, Moment, Plan, explain, follow};

/// Walks a call of these complaints. Exit code 2 if something is asked that was not told.
pub fn run(
    content: &Content,
    complaints: &[String],
    told: &[String],
    on: Option<Date>,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    if complaints.is_empty() {
        bail!("name the complaint: --complaint NAME");
    }
    let at = moment(on)?;
    let names: Vec<&str> = complaints.iter().map(String::as_str).collect();
    let plan = Plan::new(content, &names, false)?;
    let told = told
        .iter()
        .map(|told| read(content, told, at))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let followed = follow(content, &plan, &told, at)?;
    let explanation = explain(content, &plan, &followed.facts);
    let third = content.system.party;
    let party = match followed.facts.said(third) {
        Some(Answer::Word(word)) if word == "third" => Party::Third,
        _ => Party::First,
    };
    let voice = (Voice::Handler, party);
    let open = followed
        .left_open
        .map(|fact| content.fact(fact).id.as_str());
    if as_json {
        let steps = followed.steps.iter().map(|step| {
            json!({ "name": content.fact(step.fact).id, "answer": step.answer, "why": why(content, step.why) })
        });
        say(&serde_json::to_string_pretty(&json!({
            "said": steps.collect::<Vec<_>>(),
            "left_open": open,
            "questions": followed.questions(),
            "reached": content.disposition(followed.outcome.disposition).id,
            "result": screen::value(content, complaints, &explanation),
        }))?);
    } else {
        for step in &followed.steps {
            say(&line(content, step, voice, at));
        }
        if let Some(name) = open {
            say(&format!(
                "`{name}` is asked next, and nothing was told of it: --tell {name}=ANSWER"
            ));
        }
        screen::outcome(content, &explanation, voice, UNNAMED)
            .iter()
            .for_each(|line| say(line));
        say(&format!(
            "reaches `{}` after {} questions",
            content.disposition(followed.outcome.disposition).id,
            followed.questions()
        ));
    }
    Ok(ExitCode::from(if open.is_some() { 2 } else { 0 }))
}

pub(in crate::cli) fn moment(on: Option<Date>) -> anyhow::Result<Moment> {
    let Some(today) = on else {
        let contact_began = SystemClock.now();
        let today = contact_began.to_zoned(london()).date();
        return Ok(Moment {
            contact_began,
            today,
        });
    };
    let noon = today
        .at(12, 0, 0, 0)
        .to_zoned(london())
        .context("no call can begin on this day")?;
    Ok(Moment {
        contact_began: noon.timestamp(),
        today,
    })
}

pub(in crate::cli) fn read(
    content: &Content,
    told: &str,
    at: Moment,
) -> anyhow::Result<(String, Answer)> {
    let Some((name, word)) = told.split_once('=') else {
        bail!("`{told}` is not NAME=ANSWER");
    };
    // A name that nothing has is reported by the walk, with the nearest that there is.
    let answer = match content.fact_named(name) {
        Some(fact) => heard(&content.fact(fact).kind, word, at),
        None => Answer::Word(word.to_owned()),
    };
    Ok((name.to_owned(), answer))
}

fn line(content: &Content, step: &Step, voice: (Voice, Party), at: Moment) -> String {
    let fact = content.fact(step.fact);
    let answer = written(&fact.kind, &step.answer, at);
    let asked = fact.wording.wording(voice.0, voice.1, UNNAMED);
    match step.why {
        Why::Stated => format!("stated       {}: {answer}", fact.id),
        Why::Volunteered => format!("not asked    {}: {answer}", fact.id),
        Why::Kept => format!("hand-over    {}: {answer}   {asked}", fact.id),
        Why::Patient => format!("patient      {}: {answer}", fact.id),
        Why::Asked(Asked::Question(_)) => {
            format!("asked        {}: {answer}   {asked}", fact.id)
        }
        Why::Asked(Asked::Checklist(_)) => {
            format!("on a screen  {}: {answer}   {asked}", fact.id)
        }
    }
}

fn why(content: &Content, why: Why) -> String {
    match why {
        Why::Stated => "stated".to_owned(),
        Why::Patient => "patient".to_owned(),
        Why::Kept => "kept".to_owned(),
        Why::Volunteered => "volunteered".to_owned(),
        Why::Asked(Asked::Question(_)) => "asked".to_owned(),
        Why::Asked(Asked::Checklist(list)) => {
            format!("asked on {}", content.checklist(list).id)
        }
    }
}
