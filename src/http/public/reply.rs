//! What a handler came to: a page, another address, or trouble; and what the device is to remember.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::service::access::Access;
use crate::service::view::View;

use super::form::Form;
use super::outcome;
use super::trouble::Trouble;
use super::view::Page;

/// Longer drafts are not kept: a browser may drop a cookie beyond 4096 bytes.
const DRAFT_LIMIT: usize = 3600;

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
    /// The postcode near which to look for services.
    Place,
    /// What somebody thinks of the service.
    Feedback,
}

impl DraftOf {
    /// The first letter of its cookie.
    pub fn letter(self) -> char {
        match self {
            DraftOf::About => 'a',
            DraftOf::Search => 's',
            DraftOf::Question => 'q',
            DraftOf::Change => 'c',
            DraftOf::Place => 'p',
            DraftOf::Feedback => 'f',
        }
    }
}

/// What a visitor is shown. The guard of all pages makes the response of it.
#[derive(Clone)]
pub enum Reply {
    /// A page.
    Page(Box<Sheet>),
    /// Another address.
    Go {
        /// Which.
        to: String,
        /// What to remember on this device.
        keep: Vec<Keep>,
    },
}

/// A page, and what is around it.
#[derive(Clone)]
pub struct Sheet {
    /// What it shows.
    pub page: Page,
    /// Where "back" leads.
    pub back: Option<String>,
    /// The case it is about.
    pub view: Option<View>,
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
    /// A page, where "back" leads, and the case it is about.
    pub fn page(page: Page, back: Option<String>, view: Option<View>) -> Self {
        Reply::Page(Box::new(Sheet { page, back, view }))
    }

    /// A page that is about no case.
    pub fn plain(page: Page) -> Self {
        Reply::page(page, None, None)
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

    /// Whether a device can keep what was typed.
    pub fn can_be_kept(form: &Form) -> bool {
        form.written().len() <= DRAFT_LIMIT
    }

    /// Another address, which shows what was typed again.
    pub fn draft(to: impl Into<String>, of: DraftOf, form: &Form) -> Self {
        let body = form.written();
        let keep = if body.len() <= DRAFT_LIMIT {
            Keep::Draft(of, body)
        } else {
            Keep::NoDraft
        };
        Reply::Go {
            to: to.into(),
            keep: vec![keep],
        }
    }
}
