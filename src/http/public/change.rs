//! Changes of answers: what one would do is shown before it is made.

use crate::case::answer::{Occasion, Others, Said, What};
use crate::pathway::content::FactId;
use crate::pathway::text::Voice;
use crate::service::view::View;
use crate::walk::Answer;

use super::form::{Form, read_about, read_answer, read_ticks};
use super::outcome;
use super::questions::{is_emergency_alone, next};
use super::reply::{DraftOf, Reply};
use super::screen::{latest, place};
use super::told::Told;
use super::trouble::Trouble;
use super::view::{ChangePage, Changed, Effect, FieldError, Page};
use super::visit::Visit;

/// What a form says of questions that are answered already; what is not answered now is left out.
pub fn read_changed(visit: &Visit, view: &View, form: &Form) -> Result<Vec<Said>, Vec<FieldError>> {
    let content = &view.release.content;
    let known = |name: &str| {
        content
            .fact_named(name)
            .filter(|fact| view.present.facts.said(*fact).is_some())
    };
    if form.get("form") == "change" {
        return read_about(content, form, visit.service.today());
    }
    if let Some(fact) = known(form.get("question")) {
        let answer =
            read_answer(content, fact, form, visit.service.now()).map_err(|fault| vec![fault])?;
        return Ok(vec![Said {
            name: form.get("question").to_owned(),
            what: What::Answer(answer),
        }]);
    }
    let (ticked, others) = read_ticks(form).map_err(|fault| vec![fault])?;
    let answer = |name: &str| match others {
        _ if ticked.iter().any(|ticked| ticked == name) => Some(Answer::from("yes")),
        Some(Others::No) => Some(Answer::from("no")),
        Some(Others::NotSure) => Some(Answer::NotSure),
        None => None,
    };
    let shown = form.all("shown").filter(|name| known(name).is_some());
    Ok(shown
        .filter_map(|name| {
            Some(Said {
                name: name.to_owned(),
                what: What::Answer(answer(name)?),
            })
        })
        .collect())
}

/// Of what was said, what differs from what stands: the fact, what stands, what would.
fn differing(visit: &Visit, view: &View, said: Vec<Said>) -> Vec<(Said, Changed)> {
    let told = Told {
        content: &view.release.content,
        speech: view.speech(Voice::Public),
    };
    let differs = |said: Said| {
        let fact: FactId = view.release.content.fact_named(&said.name)?;
        let event = latest(view, fact)?;
        let What::Answer(answer) = &said.what else {
            return None;
        };
        let from = told.answer(fact, event.answer.as_ref()?, event.at);
        let to = told.answer(fact, answer, visit.service.now());
        let changed = Changed {
            question: told.wording(fact),
            from,
            to,
        };
        (changed.from != changed.to).then_some((said, changed))
    };
    said.into_iter().filter_map(differs).collect()
}

/// To the page that shows what a change would do; straight on, if nothing differs.
pub fn change_of(
    visit: &Visit,
    view: &View,
    said: Vec<Said>,
    form: &Form,
) -> Result<Reply, Trouble> {
    let is_known = !said.is_empty();
    if !differing(visit, view, said).is_empty() {
        return Ok(Reply::draft("/change", DraftOf::Change, form));
    }
    let place = place(view);
    Ok(Reply::taken(
        if is_known {
            place
        } else {
            format!("{place}?notice=not-asked")
        },
        view,
    ))
}

/// What a change would do.
pub async fn preview(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let Some(form) = visit.draft(DraftOf::Change) else {
        return Ok(Reply::go("/answers"));
    };
    let said = read_changed(&visit, &view, &form).unwrap_or_default();
    let (said, changes): (Vec<Said>, Vec<Changed>) =
        differing(&visit, &view, said).into_iter().unzip();
    if said.is_empty() {
        return Ok(Reply::go(place(&view)));
    }
    let preview = visit
        .service
        .preview(&visit.caller(), visit.access()?, Occasion::Changed, &said)
        .await?;
    let known = |view: &View| {
        view.result()
            .filter(|_| view.is_ended() || outcome::emergency(view).is_some())
    };
    let (before, after) = (known(&preview.before), known(&preview.after));
    let effect = match (before, after) {
        (Some(before), Some(after)) if after < before => Effect::More,
        (Some(before), Some(after)) if after > before => Effect::Less,
        (Some(_), Some(_)) => Effect::Same,
        (None, Some(_)) => Effect::More,
        (Some(before), None) if outcome::is_999(view.release.content.disposition(before)) => {
            Effect::Less
        }
        (_, None) => Effect::Open,
    };
    let headline = |view: &View, result: Option<_>| {
        let told = Told {
            content: &view.release.content,
            speech: view.speech(Voice::Public),
        };
        result.map(|result| told.say(&view.release.content.disposition(result).headline))
    };
    let page = ChangePage {
        changes,
        effect,
        before: headline(&preview.before, before),
        after: headline(&preview.after, after),
        asks_again: before.is_some() && !preview.after.is_ended(),
        fields: form.with("token", visit.token()),
        cancel: "/answers".to_owned(),
    };
    Ok(Reply::page(
        Page::Change(page),
        Some("/answers".to_owned()),
        Some(view),
    ))
}

/// Makes a change that was shown.
pub async fn make(visit: Visit, form: Form) -> Result<Reply, Trouble> {
    let view = match visit.look().await {
        Ok(view) => view,
        Err(trouble) => return Err(trouble.or_emergency(is_emergency_alone(&visit, &form).await)),
    };
    if !visit.is_of_this_case(&form) {
        return Ok(Reply::go(format!("{}?notice=other-tab", place(&view))));
    }
    let said = read_changed(&visit, &view, &form).unwrap_or_default();
    let said: Vec<Said> = differing(&visit, &view, said)
        .into_iter()
        .map(|(said, _)| said)
        .collect();
    if said.is_empty() {
        return Ok(Reply::taken(place(&view), &view));
    }
    let after = visit.say(&view, &form, Occasion::Changed, &said).await?;
    Ok(next(&view, &after))
}
