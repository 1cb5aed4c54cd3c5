//! One request of a visitor: whose it is, and what they are shown.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{HOST, LOCATION, ORIGIN, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use crate::case::answer::{Occasion, Said};
use crate::case::ids::{Hash, ProviderId};
use crate::http::observe::RequestId;
use crate::http::render::{FIRST_LOCALE, Pages, stylesheet};
use crate::http::source::Source;
use crate::service::access::Access;
use crate::service::idempotency::{Asked, Key};
use crate::service::limits::TooMany;
use crate::service::releases::{Approval, Release};
use crate::service::view::View;
use crate::service::{Caller, Service};

use super::device::Device;
use super::form::Form;
use super::outcome;
use super::reply::{DraftOf, Keep, Reply};
use super::trouble::Trouble;
use super::view::{ErrorPage, Fault, Frame, KEPT_HOURS, LimitedPage, Page};

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
    /// What the device remembers.
    pub device: Device,
    /// Where the request came from.
    pub source: Source,
    request: Option<String>,
    /// The name and the message of what has just happened.
    notice: Option<(&'static str, &'static str)>,
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
        self.device.access.as_ref().ok_or(Trouble::NoCase)
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
        self.device.draft(of)
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
            self.device
                .access
                .as_ref()
                .map_or_else(|| "new".to_owned(), tag),
            hex::encode(random)
        )
    }

    /// Whether a form was made for the case of this device, and not for one that another tab has left since.
    pub fn is_of_this_case(&self, form: &Form) -> bool {
        let of = form.get("token").split_once('.').map(|(of, _)| of);
        self.device
            .access
            .as_ref()
            .is_some_and(|access| of == Some(&tag(access)))
    }

    /// The key of a form's sending.
    pub fn key(&self, form: &Form) -> Option<Key> {
        form.get("token").parse().ok()
    }

    /// Records what a form says of a case as it was shown.
    ///
    /// # Errors
    /// [`Trouble`] if it could not be recorded, or somebody was faster.
    pub async fn say(
        &self,
        view: &View,
        form: &Form,
        occasion: Occasion,
        said: &[Said],
    ) -> Result<View, Trouble> {
        let asked = Asked {
            key: self.key(form),
            after: Some(view.case.seq),
        };
        let access = self.access()?;
        Ok(self
            .service
            .answer(&self.caller(), access, occasion, said, &asked)
            .await?)
    }

    /// The page, address or trouble as a response. Nothing that is shown here is kept by a browser or a proxy.
    pub async fn respond(&self, reply: Result<Reply, Trouble>) -> Response {
        match reply {
            Ok(Reply::Page(sheet)) => {
                let frame = self.frame(sheet.back, sheet.view.as_ref()).await;
                self.html(StatusCode::OK, &frame, &sheet.page)
            }
            Ok(Reply::Go { to, keep }) => self.redirect(&to, &keep),
            Err(trouble) => self.trouble(trouble).await,
        }
    }

    async fn trouble(&self, trouble: Trouble) -> Response {
        let (status, what, emergency) = match trouble {
            Trouble::Elsewhere(to) => return self.redirect(&to, &[]),
            Trouble::Limited(wait) => return self.limited(wait).await,
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
        // Whatever went wrong, and whoever's fault it is: an emergency that was reached stays one.
        let emergency = emergency || self.device.urgent;
        let retry = is_ours.then(|| "/questions".to_owned());
        let frame = self.frame(None, None).await;
        let mut response = self.html(
            status,
            &frame,
            &Page::Problem(ErrorPage {
                what,
                emergency,
                retry,
                request: is_ours.then(|| self.request.clone()).flatten(),
            }),
        );
        if emergency {
            self.device
                .keep(response.headers_mut(), &Keep::Urgent(true));
        }
        response
    }

    /// Whoever is held back is told first for what to phone 999, as on the page before the first question.
    async fn limited(&self, wait: TooMany) -> Response {
        let frame = self.frame(None, None).await;
        let page = Page::Limited(LimitedPage {
            minutes: wait.retry_after.div_ceil(60),
            emergency: self.device.urgent,
        });
        let mut response = self.html(StatusCode::TOO_MANY_REQUESTS, &frame, &page);
        let wait = HeaderValue::from(wait.retry_after);
        response.headers_mut().insert(RETRY_AFTER, wait);
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
            proof: release
                .as_ref()
                .map(|release| format!("/about/release/{}", release.hash)),
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
            self.device.keep(headers, keep);
        }
        response
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
    ("no-such-problem", "notice-no-such-problem"),
    ("code-refused", "notice-code-refused"),
    ("thanks", "notice-thanks"),
    ("feedback-again", "notice-feedback-again"),
];

impl FromRequestParts<Public> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        public: &Public,
    ) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().map(Form::read).unwrap_or_default();
        let notice = NOTICES
            .iter()
            .find(|(name, _)| *name == query.get("notice"))
            .copied();
        Ok(Visit {
            service: public.service.clone(),
            pages: public.pages.clone(),
            device: Device::read(&parts.headers),
            source: parts.extensions.get().copied().unwrap_or(Source(None)),
            request: parts.extensions.get::<RequestId>().map(|id| id.0.clone()),
            notice,
        })
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_comes_from_our_own_pages() {
        let cases: [(&[(&str, &str)], bool); 7] = [
            (&[("host", "111.test")], false),
            (
                &[("host", "111.test"), ("origin", "https://111.test")],
                false,
            ),
            (
                &[
                    ("host", "111.test:8111"),
                    ("origin", "http://111.test:8111"),
                ],
                false,
            ),
            (
                &[("host", "111.test"), ("origin", "https://elsewhere.test")],
                true,
            ),
            (&[("host", "111.test"), ("origin", "null")], true),
            (
                &[("host", "111.test"), ("sec-fetch-site", "same-origin")],
                false,
            ),
            (
                &[("host", "111.test"), ("sec-fetch-site", "same-site")],
                true,
            ),
        ];
        for (headers, expected) in cases {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, HeaderValue::from_str(value).unwrap());
            }
            assert_eq!(is_from_elsewhere(&map), expected, "{headers:?}");
        }
    }
}
