//! What the device of a visitor remembers: three cookies, none for anybody else.
//!
//! The case and its secret; what was typed last and not taken, so that it need not be typed again; and that an emergency was
//! reached, so that even a page of errors says to phone 999.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

use crate::case::ids::ProviderId;
use crate::service::access::Access;

use super::form::Form;
use super::reply::{DraftOf, Keep};
use super::view::KEPT_HOURS;

const CASE: &str = "nhs111-case";
const DRAFT: &str = "nhs111-draft";
const URGENT: &str = "nhs111-urgent";

const SECONDS: u32 = KEPT_HOURS * 60 * 60;
const DRAFT_SECONDS: u32 = 15 * 60;

/// What the device of a visitor remembers.
pub struct Device {
    /// The case, and what opens it.
    pub access: Option<Access>,
    draft: Option<String>,
    /// An emergency was reached.
    pub urgent: bool,
    is_behind_tls: bool,
}

impl Device {
    /// From the headers of a request.
    pub fn read(headers: &HeaderMap) -> Self {
        Device {
            access: cookie(headers, CASE).and_then(read_access),
            draft: cookie(headers, DRAFT)
                .filter(|draft| !draft.is_empty())
                .map(str::to_owned),
            urgent: cookie(headers, URGENT) == Some("1"),
            is_behind_tls: headers
                .get("x-forwarded-proto")
                .is_some_and(|scheme| scheme == "https"),
        }
    }

    /// What was typed on a page and not taken.
    pub fn draft(&self, of: DraftOf) -> Option<Form> {
        let draft = self.draft.as_deref()?.strip_prefix(of.letter())?;
        Some(Form::read(draft))
    }

    /// Has the device remember something.
    pub fn keep(&self, headers: &mut HeaderMap, keep: &Keep) {
        match keep {
            Keep::Case(access) => self.keep_case(headers, access),
            Keep::Draft(of, body) => {
                self.set(
                    headers,
                    DRAFT,
                    &format!("{}{body}", of.letter()),
                    DRAFT_SECONDS,
                );
            }
            Keep::NoDraft => {
                if self.draft.is_some() {
                    self.set(headers, DRAFT, "", 0);
                }
                // Whoever goes on keeps what they have for as long again.
                if let Some(access) = &self.access {
                    self.keep_case(headers, access);
                }
            }
            Keep::Urgent(true) => self.set(headers, URGENT, "1", SECONDS),
            Keep::Urgent(false) if self.urgent => self.set(headers, URGENT, "", 0),
            Keep::Urgent(false) => {}
            Keep::Nothing => [CASE, DRAFT, URGENT]
                .into_iter()
                .for_each(|name| self.set(headers, name, "", 0)),
        }
    }

    fn keep_case(&self, headers: &mut HeaderMap, access: &Access) {
        let value = format!("{}.{}", access.case, access.secret.reveal());
        self.set(headers, CASE, &value, SECONDS);
    }

    fn set(&self, headers: &mut HeaderMap, name: &str, value: &str, seconds: u32) {
        let secure = if self.is_behind_tls { "; Secure" } else { "" };
        let cookie =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            headers.append(SET_COOKIE, cookie);
        }
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

fn read_access(cookie: &str) -> Option<Access> {
    let (case, secret) = cookie.split_once('.')?;
    Some(Access {
        provider: ProviderId::default(),
        case: case.parse().ok()?,
        secret: secret.parse().ok()?,
    })
}
