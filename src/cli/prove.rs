//! `nhs111 prove DIR`: every promise of a content, proven or broken.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::{folder::read_folder, say};
use crate::pathway::content::Promised;
use crate::pathway::{self, Content, Severity};
use crate::proof::order::Lowered;
use crate::proof::promises::Broken;
use crate::proof::{Claim, Verdict, order, promises};

/// Prints every broken promise with somebody for whom it does not hold; exit code 1 if there is one, or the content does not check.
pub fn run(dir: &Path, with_order: bool, as_json: bool) -> anyhow::Result<ExitCode> {
    let files = read_folder(dir)?;
    let content = match pathway::read(&files) {
        Ok(checked) => checked.content,
        Err(findings) => {
            findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .for_each(|finding| say(&finding.to_string()));
            say("the content does not check, so nothing was proven");
            return Ok(ExitCode::from(1));
        }
    };
    let claims = promises(&content)?;
    let broken = claims
        .iter()
        .filter(|claim| matches!(claim.verdict, Verdict::Broken(_)))
        .count();
    let ordered = with_order.then(|| order(&content)).transpose()?;
    if as_json {
        let claims: Vec<Value> = claims
            .iter()
            .map(|claim| as_value(&content, claim))
            .collect();
        let ordered = ordered.as_ref().map(|ordered| {
            let lowered = ordered.lowered.iter();
            json!({
                "proven": ordered.proven,
                "broken": lowered.map(|lowered| lowered_value(&content, lowered)).collect::<Vec<_>>(),
            })
        });
        say(&serde_json::to_string_pretty(
            &json!({ "claims": claims, "order": ordered }),
        )?);
    } else {
        for claim in &claims {
            if let Verdict::Broken(broken) = &claim.verdict {
                say(&told(&content, claim, broken));
            }
        }
        let empty = claims
            .iter()
            .filter(|claim| matches!(claim.verdict, Verdict::Empty))
            .count();
        say(&format!(
            "{} promises in {} pathways: {} proven, {broken} broken, {empty} about nobody there",
            content.promises.len(),
            content.pathways.len(),
            claims.len() - broken - empty,
        ));
        if let Some(ordered) = &ordered {
            for lowered in &ordered.lowered {
                say(&told_lowered(&content, lowered));
            }
            say(&format!(
                "worse never lowers: {} proven, {} broken",
                ordered.proven,
                ordered.lowered.len()
            ));
        }
    }
    Ok(ExitCode::from(u8::from(
        broken > 0 || ordered.is_some_and(|ordered| !ordered.lowered.is_empty()),
    )))
}

fn promised(content: &Content, what: &Promised) -> String {
    match what {
        Promised::NeverBelow(id) => format!("never below `{}`", content.disposition(*id).id),
        Promised::NeverAbove(id) => format!("never above `{}`", content.disposition(*id).id),
        Promised::AlwaysAsked { below, .. } => {
            format!("always asked below `{}`", content.disposition(*below).id)
        }
    }
}

fn told(content: &Content, claim: &Claim<'_>, broken: &Broken) -> String {
    let promise = claim.promise;
    let caught = if broken.caught {
        "; an interrupt or a risk line catches everybody for whom it is broken"
    } else {
        ""
    };
    format!(
        "{}:{}: broken in `{}`: {}{caught}\n  {}\n  reaches `{}`",
        promise.place.file,
        promise.place.line,
        content.pathway(claim.pathway).id,
        promised(content, &promise.what),
        broken
            .example
            .words(content, &content.forms.facts(promise.when)),
        content.disposition(broken.walked.disposition).id,
    )
}

fn told_lowered(content: &Content, lowered: &Lowered) -> String {
    let [worse, milder] = &lowered.answers;
    let [reached, before] = lowered
        .walked
        .map(|walked| content.disposition(walked.disposition).id.as_str());
    format!(
        "`{}` in `{}`: {worse} reaches `{reached}`, and {milder} reaches `{before}`\n  {}",
        content.fact(lowered.fact).id,
        content.pathway(lowered.pathway).id,
        lowered.example.words(content, &[lowered.fact]),
    )
}

fn lowered_value(content: &Content, lowered: &Lowered) -> Value {
    let sides = lowered
        .answers
        .iter()
        .zip(&lowered.replays)
        .zip(lowered.walked);
    let [worse, milder]: [Value; 2] = std::array::from_fn(|place| {
        sides
            .clone()
            .nth(place)
            .map_or(Value::Null, |((answer, replay), walked)| {
                json!({
                    "answer": answer,
                    "told": replay.told,
                    "reached": content.disposition(walked.disposition).id,
                })
            })
    });
    json!({
        "pathway": content.pathway(lowered.pathway).id,
        "question": content.fact(lowered.fact).id,
        "words": lowered.example.words(content, &[lowered.fact]),
        "worse": worse,
        "milder": milder,
    })
}

fn as_value(content: &Content, claim: &Claim<'_>) -> Value {
    let promise = claim.promise;
    let (verdict, example) = match &claim.verdict {
        Verdict::Proven => ("proven", Value::Null),
        Verdict::Empty => ("empty", Value::Null),
        Verdict::Broken(broken) => (
            "broken",
            json!({
                "words": broken.example.words(content, &content.forms.facts(promise.when)),
                "complaint": broken.replay.family,
                "told": broken.replay.told,
                "reached": content.disposition(broken.walked.disposition).id,
                "caught": broken.caught,
            }),
        ),
    };
    json!({
        "file": &*promise.place.file,
        "line": promise.place.line,
        "pathway": content.pathway(claim.pathway).id,
        "promise": promised(content, &promise.what),
        "verdict": verdict,
        "example": example,
    })
}
