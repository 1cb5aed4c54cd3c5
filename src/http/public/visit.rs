//! One request of a visitor: who they are by their cookies, and what they are shown.
//!
//! Three cookies, none for anybody else: the case and its secret; what was typed last and not taken, so that it need not be typed
//! again; and that an emergency was reached, so that even a page of errors says to phone 999.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use crate::case::ids::{Hash, ProviderId};
use crate::http::render::{FIRST_LOCALE, Pages, stylesheet};
use crate::service::access::Access;
use crate::service::idempotency::Key;
use crate::service::releases::{Approval, Release};
use crate::service::view::View;
use crate::service::{Caller, Service};

use super::form::Form;
use super::outcome;
use super::trouble::Trouble;
use super::view::{ErrorPage, Fault, Frame, KEPT_HOURS, Page};

const CASE: &str = "nhs111-case";
const DRAFT: &str = "nhs111-draft";
const URGENT: &str = "nhs111-urgent";

/// Longer drafts are not kept: a browser may drop a cookie beyond 4096 bytes.
const DRAFT_LIMIT: usize = 3600;
const DRAFT_SECONDS: u32 = 15 * 60;

/// What the public pages need.
#[derive(Clone)]
pub struct Public {
    /// The use cases.
    pub service: Arc<Service>,
    /// The templates.
    pub pages: Arc<Pages>,
}

/// One request of a visitor.
pub struct Visit {
    /// The use cases.
    pub service: Arc<Service>,
    pages: Arc<Pages>,
    /// The case of this device, and what opens it.
    pub access: Option<Access>,
    draft: Option<String>,
    urgent: bool,
    secure: bool,
    /// The name and the message of what has just happened.
    notice: Option<(&'static str, &'static str)>,
}

/// Of what page a draft is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftOf {
    /// Party, age and sex.
    About,
    /// The search for a complaint.
    Search,
    /// A question that stands open.
    Question,
    /// A change that waits to be confirmed.
    Change,
}

impl DraftOf {
    fn letter(self) -> char {
        match self {
            DraftOf::About => 'a',
            DraftOf::Search => 's',
            DraftOf::Question => 'q',
            DraftOf::Change => 'c',
        }
    }
}

/// What a visitor is shown. The guard of all pages makes the response of it.
#[derive(Clone)]
pub enum Reply {
    /// A page, with where "back" leads.
    Page {
        /// What it shows.
        page: Page,
        /// Where "back" leads.
        back: Option<String>,
        /// The case it is about.
        view: Option<Box<View>>,
    },
    /// Another address.
    Go {
        /// Which.
        to: String,
        /// What to remember on this device.
        keep: Vec<Keep>,
    },
}

/// What to remember on this device.
#[derive(Clone)]
pub enum Keep {
    /// The case.
    Case(Access),
    /// What was typed.
    Draft(DraftOf, String),
    /// Nothing that was typed.
    NoDraft,
    /// Whether an emergency was reached.
    Urgent(bool),
    /// Nothing at all.
    Nothing,
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        Shown(Ok(self)).into_response()
    }
}

/// What a handler came to, on its way to the guard.
#[derive(Clone)]
pub struct Shown(pub Result<Reply, Trouble>);

impl IntoResponse for Shown {
    fn into_response(self) -> Response {
        let mut response = StatusCode::OK.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Reply {
    /// A page that is about no case.
    pub fn plain(page: Page) -> Self {
        Reply::Page {
            page,
            back: None,
            view: None,
        }
    }

    /// Another address, where what was typed has been taken.
    pub fn taken(to: impl Into<String>, view: &View) -> Self {
        Reply::Go {
            to: to.into(),
            keep: vec![
                Keep::NoDraft,
                Keep::Urgent(outcome::emergency(view).is_some()),
            ],
        }
    }

    /// Another address.
    pub fn go(to: impl Into<String>) -> Self {
        Reply::Go {
            to: to.into(),
            keep: Vec::new(),
        }
    }

    /// Another address, which shows what was typed again.
    pub fn draft(to: impl Into<String>, of: DraftOf, body: &str) -> Self {
        let keep = if body.len() <= DRAFT_LIMIT {
            Keep::Draft(of, body.to_owned())
        } else {
            Keep::NoDraft
        };
        Reply::Go {
            to: to.into(),
            keep: vec![keep],
        }
    }
}

impl Visit {
    /// Who calls.
    pub fn caller(&self) -> Caller {
        Caller::visitor()
    }

    /// The case of this device.
    ///
    /// # Errors
    /// [`Trouble::NoCase`] if there is none.
    pub fn access(&self) -> Result<&Access, Trouble> {
        self.access.as_ref().ok_or(Trouble::NoCase)
    }

    /// The case of this device, as it stands.
    ///
    /// # Errors
    /// [`Trouble`] if there is none or it cannot be read.
    pub async fn look(&self) -> Result<View, Trouble> {
        Ok(self.service.look(self.access()?).await?)
    }

    /// What was typed on a page and not taken.
    pub fn draft(&self, of: DraftOf) -> Option<Form> {
        let draft = self.draft.as_deref()?.strip_prefix(of.letter())?;
        Some(Form::read(draft))
    }

    /// The name of the notice that was asked for, to be passed on.
    pub fn notice_name(&self) -> Option<&'static str> {
        self.notice.map(|(name, _)| name)
    }

    /// A fresh token for a form: it says of which case the form is, and makes a second sending harmless.
    pub fn token(&self) -> String {
        let mut random = [0; 16];
        self.service.ids().fill(&mut random);
        format!(
            "{}.{}",
            self.access.as_ref().map_or_else(|| "new".to_owned(), tag),
            hex::encode(random)
        )
    }

    /// Whether a form was made for the case of this device, and not for one that another tab has left since.
    pub fn is_of_this_case(&self, form: &Form) -> bool {
        let of = form.get("token").split_once('.').map(|(of, _)| of);
        self.access
            .as_ref()
            .is_some_and(|access| of == Some(&tag(access)))
    }

    /// The key of a form's sending.
    pub fn key(&self, form: &Form) -> Option<Key> {
        form.get("token").parse().ok()
    }

    /// The page, address or trouble as a response. Nothing that is shown here is kept by a browser or a proxy.
    pub async fn respond(&self, reply: Result<Reply, Trouble>) -> Response {
        match reply {
            Ok(Reply::Page { page, back, view }) => {
                let frame = self.frame(back, view.as_deref()).await;
                self.html(StatusCode::OK, &frame, &page)
            }
            Ok(Reply::Go { to, keep }) => self.redirect(&to, &keep),
            Err(trouble) => self.trouble(trouble).await,
        }
    }

    async fn trouble(&self, trouble: Trouble) -> Response {
        let (status, what, emergency) = match trouble {
            Trouble::Elsewhere(to) => return self.redirect(&to, &[]),
            Trouble::NoCase => (StatusCode::NOT_FOUND, Fault::NoCase, false),
            Trouble::NotFound => (StatusCode::NOT_FOUND, Fault::NotFound, false),
            Trouble::Refused => (StatusCode::FORBIDDEN, Fault::Refused, false),
            Trouble::Busy { emergency } => {
                (StatusCode::SERVICE_UNAVAILABLE, Fault::Busy, emergency)
            }
            Trouble::Failed { emergency } => {
                (StatusCode::INTERNAL_SERVER_ERROR, Fault::Failed, emergency)
            }
        };
        let is_ours = matches!(what, Fault::Busy | Fault::Failed);
        let emergency = emergency || (is_ours && self.urgent);
        let retry = is_ours.then(|| "/questions".to_owned());
        let frame = self.frame(None, None).await;
        let mut response = self.html(
            status,
            &frame,
            &Page::Problem(ErrorPage {
                what,
                emergency,
                retry,
                request: None,
            }),
        );
        if emergency {
            self.remember(response.headers_mut(), &Keep::Urgent(true));
        }
        response
    }

    async fn frame(&self, back: Option<String>, view: Option<&View>) -> Frame {
        let release = match view {
            Some(view) => Some(view.release.clone()),
            None => self
                .service
                .releases()
                .active_or_last(&ProviderId::default())
                .await
                .ok(),
        };
        let short = |release: &Arc<Release>| release.hash.to_string().chars().take(12).collect();
        Frame {
            release: release.as_ref().map_or_else(|| "–".to_owned(), short),
            approved: release.is_some_and(|release| match release.approval {
                Approval::Example => false,
            }),
            stylesheet: stylesheet(),
            back,
            emergency: view.and_then(outcome::emergency).is_some(),
            notice: self.notice.map(|(_, key)| key),
            hours: KEPT_HOURS,
        }
    }

    fn html(&self, status: StatusCode, frame: &Frame, page: &Page) -> Response {
        (
            status,
            Html(self.pages.page(FIRST_LOCALE, page.template(), frame, page)),
        )
            .into_response()
    }

    fn redirect(&self, to: &str, keep: &[Keep]) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let headers = response.headers_mut();
        // INVARIANT: every address is our own and plain ASCII.
        headers.insert(
            LOCATION,
            HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/")),
        );
        for keep in keep {
            self.remember(headers, keep);
        }
        response
    }

    fn remember(&self, headers: &mut HeaderMap, keep: &Keep) {
        let hours = KEPT_HOURS * 60 * 60;
        match keep {
            Keep::Case(access) => {
                self.cookie(
                    headers,
                    CASE,
                    &format!("{}.{}", access.case, access.secret.reveal()),
                    hours,
                );
            }
            Keep::Draft(of, body) => self.cookie(
                headers,
                DRAFT,
                &format!("{}{body}", of.letter()),
                DRAFT_SECONDS,
            ),
            Keep::NoDraft if self.draft.is_some() => self.cookie(headers, DRAFT, "", 0),
            Keep::NoDraft => {}
            Keep::Urgent(true) => self.cookie(headers, URGENT, "1", hours),
            Keep::Urgent(false) if self.urgent => self.cookie(headers, URGENT, "", 0),
            Keep::Urgent(false) => {}
            Keep::Nothing => [CASE, DRAFT, URGENT]
                .into_iter()
                .for_each(|name| self.cookie(headers, name, "", 0)),
        }
        // Whoever goes on keeps what they have for as long again.
        if let (Keep::NoDraft, Some(access)) = (keep, &self.access) {
            self.cookie(
                headers,
                CASE,
                &format!("{}.{}", access.case, access.secret.reveal()),
                hours,
            );
        }
    }

    fn cookie(&self, headers: &mut HeaderMap, name: &str, value: &str, seconds: u32) {
        let secure = if self.secure { "; Secure" } else { "" };
        let cookie =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            headers.append(SET_COOKIE, cookie);
        }
    }
}

/// What a form says of its case. It opens nothing.
fn tag(access: &Access) -> String {
    Hash::of(access.case.to_string())
        .to_string()
        .chars()
        .take(16)
        .collect()
}

/// Messages that may be asked for by `?notice=`; nothing else is.
const NOTICES: &[(&str, &str)] = &[
    ("moved-on", "notice-moved-on"),
    ("changed", "notice-changed"),
    ("unchanged", "notice-unchanged"),
    ("not-asked", "notice-no-longer-asked"),
    ("other-tab", "notice-other-tab"),
];

impl FromRequestParts<Public> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        public: &Public,
    ) -> Result<Self, Self::Rejection> {
        let headers = &parts.headers;
        let query = parts.uri.query().map(Form::read).unwrap_or_default();
        let notice = NOTICES
            .iter()
            .find(|(name, _)| *name == query.get("notice"))
            .copied();
        Ok(Visit {
            service: public.service.clone(),
            pages: public.pages.clone(),
            access: cookie(headers, CASE).and_then(read_access),
            draft: cookie(headers, DRAFT)
                .filter(|draft| !draft.is_empty())
                .map(str::to_owned),
            urgent: cookie(headers, URGENT) == Some("1"),
            secure: headers
                .get("x-forwarded-proto")
                .is_some_and(|scheme| scheme == "https"),
            notice,
        })
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

/// A form that another website sent is refused: cookies of ours would come with it from an old browser.
pub fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (None, _) => false,
        (Some(origin), Some(host)) => origin.split_once("://").map(|(_, of)| of) != Some(host),
        (Some(_), None) => true,
    }
}
