//! What somebody thinks of the service: a short form at the end of what to do.

use crate::case::event::Helpful;
use crate::service::idempotency::Asked;
use crate::service::inbox::{FeedbackWords, MOST_WORDS, TooManyWords};

use super::form::{Form, fault};
use super::reply::{DraftOf, Keep, Reply};
use super::screen::place;
use super::trouble::Trouble;
use super::view::{FeedbackForm, Phrase};
use super::visit::Visit;

/// The form, with what was typed and not taken.
pub fn form(visit: &Visit) -> FeedbackForm {
    let draft = visit.draft(DraftOf::Feedback);
    let token = visit.token();
    let limit = MOST_WORDS;
    match draft {
        None => FeedbackForm {
            token,
            limit,
            ..FeedbackForm::default()
        },
        Some(draft) => FeedbackForm {
            token,
            limit,
            errors: read(&draft).err().into_iter().flatten().collect(),
            helpful: draft.get("helpful").to_owned(),
            words: draft.get("words").to_owned(),
        },
    }
}

fn read(form: &Form) -> Result<(Helpful, FeedbackWords), Vec<super::view::FieldError>> {
    let helpful = match form.get("helpful") {
        "yes" => Ok(Helpful::Yes),
        "partly" => Ok(Helpful::Partly),
        "no" => Ok(Helpful::No),
        _ => Err(fault("helpful", "helpful", Phrase::key("error-helpful"))),
    };
    let most = i64::try_from(MOST_WORDS).unwrap_or(i64::MAX);
    let words = form.get("words").parse().map_err(|TooManyWords| {
        let message = Phrase::key("error-feedback-long").with("most", most);
        fault("words", "words", message)
    });
    match (helpful, words) {
        (Ok(helpful), Ok(words)) => Ok((helpful, words)),
        (helpful, words) => Err([helpful.err(), words.err()].into_iter().flatten().collect()),
    }
}

/// Keeps it, and goes back to what to do.
pub async fn give(visit: Visit, form: Form) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    if !visit.is_of_this_case(&form) {
        return Ok(Reply::go(format!("{}?notice=other-tab", place(&view))));
    }
    let Ok((helpful, words)) = read(&form) else {
        if !Reply::can_be_kept(&form) {
            return Ok(Reply::go("/outcome?notice=feedback-again"));
        }
        return Ok(Reply::draft("/outcome", DraftOf::Feedback, &form));
    };
    let asked = Asked {
        key: visit.key(&form),
        after: None,
    };
    visit
        .service
        .give_feedback(&visit.caller(), visit.access()?, helpful, &words, &asked)
        .await?;
    Ok(Reply::Go {
        to: "/outcome?notice=thanks".to_owned(),
        keep: vec![Keep::NoDraft],
    })
}

/// The address of the form, typed: it stands on the page that says what to do.
pub async fn elsewhere() -> Reply {
    Reply::go("/outcome")
}
