//! Going on by phone or on another device: a code for this case, and entering one on the other device.

use crate::service::carry_on::CarryOnError;
use crate::service::codes::{Code, SecondThing};

use super::form::{Form, fault, read_birth};
use super::outcome;
use super::reply::{DraftOf, Keep, Reply};
use super::screen::place;
use super::trouble::Trouble;
use super::view::{CarryOnPage, CodePage, FieldError, Page, Phrase, SecondFields};
use super::visit::Visit;

impl From<CarryOnError> for Trouble {
    fn from(error: CarryOnError) -> Self {
        match error {
            CarryOnError::Refused => Trouble::Elsewhere("/carry-on?notice=code-refused".to_owned()),
            CarryOnError::TooMany(wait) => wait.into(),
            CarryOnError::Triage(error) => error.into(),
        }
    }
}

/// Where to enter a code.
pub async fn enter(visit: Visit) -> Reply {
    let draft = visit.draft(DraftOf::CarryOn);
    let page = draft.map_or_else(CarryOnPage::default, |form| CarryOnPage {
        code: form.get("code").to_owned(),
        second: typed(&form),
        // What was refused is no fault of a field: which part was wrong is not said.
        errors: if visit.notice_name().is_some() {
            Vec::new()
        } else {
            read(&visit, &form).err().unwrap_or_default()
        },
    });
    Reply::page(Page::CarryOn(page), Some("/".to_owned()), None)
}

/// Goes on with the case of a code on this device.
pub async fn entered(visit: Visit, form: Form) -> Result<Reply, Trouble> {
    let Ok((code, second)) = read(&visit, &form) else {
        return Ok(Reply::draft("/carry-on", DraftOf::CarryOn, &form));
    };
    let (caller, source) = (visit.caller(), visit.source.counted());
    let done = visit.service.carry_on(&caller, code, &second, source).await;
    let started = match done {
        Err(CarryOnError::Refused) => {
            return Ok(Reply::draft(
                "/carry-on?notice=code-refused",
                DraftOf::CarryOn,
                &form,
            ));
        }
        done => done?,
    };
    let access = crate::service::access::Access {
        provider: caller.provider,
        case: started.view.case.id,
        secret: started.secret,
    };
    let is_emergency = outcome::emergency(&started.view).is_some();
    let to = if is_emergency {
        "/outcome".to_owned()
    } else {
        place(&started.view)
    };
    Ok(Reply::Go {
        to,
        keep: vec![
            Keep::NoDraft,
            Keep::Urgent(is_emergency),
            Keep::Case(access),
        ],
    })
}

/// What to give beside the code; and the code, once it was made.
pub async fn choose(visit: Visit) -> Result<Reply, Trouble> {
    let view = visit.look().await?;
    let go_on = place(&view);
    let draft = visit.draft(DraftOf::Code);
    let page = match draft {
        Some(form) if !form.get("made").is_empty() => CodePage {
            code: Some(form.get("made").to_owned()),
            until: form.get("until").to_owned(),
            by_birth: form.get("by") == "birth",
            go_on: go_on.clone(),
            ..CodePage::default()
        },
        draft => CodePage {
            token: visit.token(),
            errors: draft
                .as_ref()
                .and_then(|form| read_second(&visit, form).err())
                .into_iter()
                .collect(),
            second: draft.as_ref().map(typed).unwrap_or_default(),
            go_on: go_on.clone(),
            ..CodePage::default()
        },
    };
    Ok(Reply::page(Page::Code(page), Some(go_on), Some(view)))
}

/// Makes a code for the case of this device.
pub async fn chosen(visit: Visit, form: Form) -> Result<Reply, Trouble> {
    let access = visit.access()?;
    if !visit.is_of_this_case(&form) {
        return Ok(Reply::go("/questions?notice=other-tab"));
    }
    let Ok(second) = read_second(&visit, &form) else {
        return Ok(Reply::draft("/carry-on/code", DraftOf::Code, &form));
    };
    let made = visit
        .service
        .make_code(&visit.caller(), access, &second)
        .await?;
    let until = visit.service.london(made.expires_at);
    // The code stands on this device for as long as a draft does, and nowhere else.
    let made = Form(vec![
        ("made".to_owned(), made.code.reveal()),
        (
            "until".to_owned(),
            until.strftime("%H:%M on %-d %B").to_string(),
        ),
        ("by".to_owned(), form.get("by").to_owned()),
    ]);
    Ok(Reply::draft("/carry-on/code", DraftOf::Code, &made))
}

fn read<'f>(visit: &Visit, form: &'f Form) -> Result<(&'f str, SecondThing), Vec<FieldError>> {
    let code = form.get("code");
    let is_code = code
        .parse::<Code>()
        .map_err(|_| fault("code", "code", Phrase::key("error-code")));
    match (is_code, read_second(visit, form)) {
        (Ok(_), Ok(second)) => Ok((code, second)),
        (code, second) => Err(code.err().into_iter().chain(second.err()).collect()),
    }
}

fn read_second(visit: &Visit, form: &Form) -> Result<SecondThing, FieldError> {
    match form.get("by") {
        "birth"
            if ["birth_day", "birth_month", "birth_year"].map(|part| form.get(part)) == [""; 3] =>
        {
            Err(fault(
                "second",
                "birth-day",
                Phrase::key("error-second-birth"),
            ))
        }
        "birth" => read_birth(form, visit.service.today())
            .map(SecondThing::BirthDate)
            .map_err(|error| FieldError {
                group: "second",
                ..error
            }),
        "phone" => SecondThing::last_four(form.get("last_four"))
            .map_err(|_| fault("second", "last-four", Phrase::key("error-last-four"))),
        _ => Err(fault("second", "second", Phrase::key("error-second"))),
    }
}

fn typed(form: &Form) -> SecondFields {
    let typed = |field: &str| form.get(field).to_owned();
    SecondFields {
        by: typed("by"),
        birth_day: typed("birth_day"),
        birth_month: typed("birth_month"),
        birth_year: typed("birth_year"),
        last_four: typed("last_four"),
    }
}
