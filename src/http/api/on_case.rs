//! What every change of a case is given beside its body.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::http::error::Error;
use crate::http::extract::{ApiCaller, CaseAccess, Query, RequestKey};
use crate::service::Caller;
use crate::service::access::Access;
use crate::service::idempotency::{Asked, Key};

use super::request::InVoice;

/// Who changes which case, under what key, and in whose words the reply is.
#[derive(Debug)]
pub struct OnCase {
    /// Who.
    pub caller: Caller,
    /// The case, and what opens it.
    pub access: Access,
    /// In whose words.
    pub voice: InVoice,
    key: Option<Key>,
}

impl OnCase {
    /// How the change is asked for, by somebody who last saw the event `after`.
    pub fn asked(&self, after: Option<u64>) -> Asked {
        Asked {
            key: self.key.clone(),
            after,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OnCase {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let CaseAccess(access) = CaseAccess::from_request_parts(parts, state).await?;
        let RequestKey(key) = RequestKey::from_request_parts(parts, state).await?;
        let Query(voice) = Query::from_request_parts(parts, state).await?;
        let ApiCaller(caller) = ApiCaller::from_request_parts(parts, state).await?;
        Ok(OnCase {
            caller,
            access,
            voice,
            key,
        })
    }
}
