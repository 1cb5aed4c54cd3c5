//! The door of the API: whose token it is, and whether it may go where it wants. What is not listed here is refused.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, ClientCredentials, Flow, OAuth2, Scopes as Described, SecurityRequirement,
    SecurityScheme,
};
use utoipa::{Modify, openapi::OpenApi};

use crate::http::App;
use crate::http::error::Error;
use crate::service::Caller;
use crate::service::access::Secret;
use crate::service::credentials::GrantError;
use crate::service::rights::{Right, SCOPES};
use crate::service::staff::{self, OnBehalfOf};

/// What an address needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it says nothing of anybody.
    Nothing,
    /// A token that gives this.
    Right(Right),
}

use Needs::{Nothing, Right as A};

/// Every address of the API with what it needs. A test holds it against the description: a new address stands here or is refused.
pub const ROUTES: &[(Method, &str, Needs)] = &[
    (Method::GET, "/openapi.json", Nothing),
    (Method::GET, "/complaints", A(Right::Triage)),
    (Method::GET, "/releases", A(Right::Triage)),
    (Method::GET, "/releases/{hash}/proof", Nothing),
    (Method::POST, "/walk", A(Right::Triage)),
    (Method::POST, "/carry-on", A(Right::CarryOn)),
    (Method::POST, "/cases", A(Right::Triage)),
    (Method::GET, "/cases/{case}", A(Right::Triage)),
    (Method::POST, "/cases/{case}/contacts", A(Right::Triage)),
    (Method::POST, "/cases/{case}/complaints", A(Right::Triage)),
    (Method::GET, "/cases/{case}/next", A(Right::Triage)),
    (Method::POST, "/cases/{case}/answers", A(Right::Triage)),
    (Method::POST, "/cases/{case}/early-exit", A(Right::Triage)),
    (Method::GET, "/cases/{case}/outcome", A(Right::Triage)),
    (
        Method::POST,
        "/cases/{case}/carry-on-code",
        A(Right::Triage),
    ),
    (Method::POST, "/cases/{case}/feedback", A(Right::Triage)),
    (
        Method::POST,
        "/cases/{case}/services/search",
        A(Right::FindServices),
    ),
    (
        Method::POST,
        "/cases/{case}/services/choice",
        A(Right::FindServices),
    ),
    (Method::PUT, "/cases/{case}/person", A(Right::Identify)),
    (Method::GET, "/cases/{case}/person", A(Right::ReadPerson)),
    (Method::GET, "/cases/{case}/history", A(Right::ReadHistory)),
    (Method::POST, "/cases/{case}/links", A(Right::LinkPeople)),
    (Method::POST, "/cases/{case}/unlinks", A(Right::LinkPeople)),
    (
        Method::POST,
        "/cases/{case}/missed-call-backs",
        A(Right::RecordMissedCallBack),
    ),
    (Method::GET, "/inbox", A(Right::ReadInbox)),
    (Method::PUT, "/inbox/{item}/state", A(Right::ReadInbox)),
    (
        Method::PUT,
        "/cases/{case}/callback-number",
        A(Right::GiveCallbackNumber),
    ),
    (
        Method::POST,
        "/cases/{case}/releases",
        A(Right::ReleaseGrounds),
    ),
    (
        Method::POST,
        "/cases/{case}/cancellations",
        A(Right::CancelStart),
    ),
];

/// What an address needs, without the `/api/v1` before it; `None` for one that is not listed.
fn needs(method: &Method, path: &str) -> Option<Needs> {
    let method = if *method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let mut listed = ROUTES.iter();
    listed
        .find(|(known, at, _)| known == method && *at == path)
        .map(|(_, _, needs)| *needs)
}

/// Lets in whoever has a token that allows it, and says to the handler who it is.
///
/// 401 without a token that is good, 403 where it does not allow this.
pub async fn let_in(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let needed = needs(request.method(), path);
    if needed == Some(Nothing) {
        return Ok(next.run(request).await);
    }
    let is_listed = ROUTES.iter().any(|(_, at, _)| *at == path);
    let caller = caller(&app, request.headers()).await?;
    match needed {
        Some(Needs::Right(right)) => caller.may(right)?,
        // An address that is there and does not take this method, or one that nobody listed.
        _ if is_listed => return Err(Error::Method),
        _ => return Err(Error::NotListed),
    }
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

async fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, Error> {
    let given = headers
        .get(header::AUTHORIZATION)
        .ok_or(Error::TokenMissing)?;
    let (scheme, token) = given
        .to_str()
        .ok()
        .and_then(|given| given.split_once(' '))
        .ok_or(Error::TokenMissing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Error::TokenMissing);
    }
    // What is no token is one that nobody has.
    let token: Secret = token.trim().parse().map_err(|_| Error::TokenEnded)?;
    let grant = app.service.credentials().grant(&token).await;
    let grant = grant.map_err(|error| match error {
        GrantError::Ended => Error::TokenEnded,
        GrantError::Store(error) => error.into(),
    })?;
    Ok(staff::caller(&grant, on_behalf_of(headers)?.as_ref())?)
}

fn on_behalf_of(headers: &HeaderMap) -> Result<Option<OnBehalfOf>, Error> {
    headers
        .get("on-behalf-of")
        .map(|given| {
            let text = given.to_str().unwrap_or_default();
            text.parse().map_err(Error::OnBehalfOf)
        })
        .transpose()
}

/// Says in the description what each address needs.
pub struct InDescription;

impl Modify for InDescription {
    fn modify(&self, description: &mut OpenApi) {
        let components = description.components.get_or_insert_default();
        let scopes: Vec<(&str, &str)> = SCOPES
            .iter()
            .map(|(_, word, what, _)| (*word, *what))
            .collect();
        let flow = ClientCredentials::new("/oauth/token", Described::from_iter(scopes));
        components.add_security_scheme(
            "token",
            SecurityScheme::OAuth2(OAuth2::with_description(
                [Flow::ClientCredentials(flow)],
                "A token of the client, in the header `Authorization: Bearer …`. With the scope for it, the header `On-Behalf-Of` \
                 names the member of staff who acts: `handler` or `clinician`, a space, and their id.",
            )),
        );
        components.add_security_scheme(
            "case_secret",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                "Case-Secret",
                "The secret that starting the case gave.",
            ))),
        );
        for (path, item) in &mut description.paths.paths {
            for (method, operation) in [
                (Method::GET, &mut item.get),
                (Method::PUT, &mut item.put),
                (Method::POST, &mut item.post),
                (Method::DELETE, &mut item.delete),
                (Method::PATCH, &mut item.patch),
            ] {
                if let Some(operation) = operation {
                    describe(&method, path, operation);
                }
            }
        }
    }
}

fn describe(method: &Method, path: &str, operation: &mut Operation) {
    let Some(Needs::Right(right)) = needs(method, path) else {
        return;
    };
    let words: Vec<&str> = SCOPES
        .iter()
        .filter(|(_, _, _, rights)| rights.contains(&right))
        .map(|(_, word, _, _)| *word)
        .collect();
    let mut needed = SecurityRequirement::new("token", words);
    if path.contains("{case}") {
        needed = needed.add("case_secret", Vec::<String>::new());
    }
    operation.security = Some(vec![needed]);
}
