//! Clients, codes and attempts as they are written and read: the same statements on both databases, and what their rows mean.

use sqlx::FromRow;

use crate::case::ids::{CaseId, ProviderId};
use crate::service::ports::StoreError;
use crate::service::ports::clients::{Grant, KnownClient, Provider};
use crate::service::rights::Scopes;

use super::rows::unreadable;

pub(super) const ADD_PROVIDER: &str =
    "INSERT INTO providers (provider, title) VALUES ($1, $2) ON CONFLICT (provider) DO NOTHING";

pub(super) const PROVIDERS: &str = "SELECT provider, title FROM providers ORDER BY provider";

pub(super) const ADD_CLIENT: &str = "
    INSERT INTO clients (client_id, provider, title, scopes, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (client_id) DO NOTHING";

pub(super) const CLIENTS: &str = "SELECT client_id, provider, title, scopes, created_at, disabled_at FROM clients ORDER BY client_id";

pub(super) const CLIENT: &str = "SELECT client_id, provider, title, scopes, created_at, disabled_at FROM clients WHERE client_id = $1";

pub(super) const SECRETS: &str =
    "SELECT secret FROM client_secrets WHERE client_id = $1 ORDER BY made_at DESC, secret";

pub(super) const IS_SECRET: &str =
    "SELECT count(*) FROM client_secrets WHERE secret = $1 AND client_id = $2";

pub(super) const ADD_SECRET: &str = "
    INSERT INTO client_secrets (secret, client_id, provider, made_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (secret) DO NOTHING";

/// Of the secrets beside this one, the newest stay.
pub(super) const DROP_SECRETS: &str = "
    DELETE FROM client_secrets WHERE client_id = $1 AND secret <> $2 AND secret NOT IN (
        SELECT secret FROM client_secrets WHERE client_id = $1 AND secret <> $2 ORDER BY made_at DESC, secret LIMIT $3)";

pub(super) const DISABLE: &str =
    "UPDATE clients SET disabled_at = coalesce(disabled_at, $2) WHERE client_id = $1";

pub(super) const END_TOKENS: &str = "DELETE FROM access_tokens WHERE client_id = $1";

pub(super) const END_ALL_TOKENS: &str = "DELETE FROM access_tokens";

pub(super) const KEEP_TOKEN: &str = "
    INSERT INTO access_tokens (token, client_id, provider, scopes, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (token) DO NOTHING";

pub(super) const FORGET_TOKENS: &str = "DELETE FROM access_tokens WHERE expires_at < $1";

pub(super) const GRANT: &str = "
    SELECT access_tokens.provider, access_tokens.client_id, access_tokens.scopes, issued_at, expires_at
    FROM access_tokens JOIN clients ON clients.client_id = access_tokens.client_id
    WHERE token = $1 AND disabled_at IS NULL";

pub(super) const REVOKE: &str = "DELETE FROM access_tokens WHERE token = $1 AND client_id = $2";

/// Codes of nobody's use any more go with the next one that is made.
pub(super) const FORGET_CODES: &str = "DELETE FROM carry_on_codes WHERE expires_at < $1";

pub(super) const END_ALL_CODES: &str = "DELETE FROM carry_on_codes";

pub(super) const IS_TAKEN: &str =
    "SELECT count(*) FROM carry_on_codes WHERE proof = $1 AND case_id <> $2";

pub(super) const KEEP_CODE: &str = "
    INSERT INTO carry_on_codes (case_id, provider, proof, made_at, expires_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (case_id) DO UPDATE SET proof = excluded.proof, made_at = excluded.made_at, expires_at = excluded.expires_at,
        used_at = NULL";

pub(super) const REDEEMED: &str =
    "SELECT case_id FROM case_secrets WHERE secret = $1 AND provider = $2";

pub(super) const USE_UP: &str = "
    UPDATE carry_on_codes SET used_at = $3 WHERE provider = $1 AND proof = $2 AND used_at IS NULL AND expires_at > $3
    RETURNING case_id";

pub(super) const LET_IN: &str =
    "INSERT INTO case_secrets (secret, case_id, provider, granted_at) VALUES ($1, $2, $3, $4)";

pub(super) const OPENS: &str =
    "SELECT count(*) FROM case_secrets WHERE secret = $1 AND case_id = $2 AND provider = $3";

pub(super) const FORGET_ATTEMPTS: &str = "DELETE FROM attempts WHERE until < $1";

pub(super) const COUNT: &str = "
    INSERT INTO attempts (kind, subject, since, until, provider, tried) VALUES ($1, $2, $3, $4, $5, 1)
    ON CONFLICT (kind, subject, since) DO UPDATE SET tried = attempts.tried + 1
    RETURNING tried";

pub(super) const COUNTED: &str =
    "SELECT coalesce(max(tried), 0) FROM attempts WHERE kind = $1 AND subject = $2 AND since = $3";

/// A row of `clients`.
#[derive(FromRow)]
pub(super) struct ClientRow {
    client_id: String,
    provider: String,
    title: String,
    scopes: String,
    created_at: String,
    disabled_at: Option<String>,
}

impl TryFrom<ClientRow> for KnownClient {
    type Error = StoreError;

    fn try_from(row: ClientRow) -> Result<Self, StoreError> {
        let named = || unreadable(format!("client {}", row.client_id));
        let disabled_at = row.disabled_at.as_deref().map(str::parse).transpose();
        Ok(KnownClient {
            scopes: Scopes::read(&row.scopes),
            created_at: row.created_at.parse().map_err(|_| named())?,
            disabled_at: disabled_at.map_err(|_| named())?,
            provider: ProviderId(row.provider),
            title: row.title,
            id: row.client_id,
        })
    }
}

/// A row of `providers`.
#[derive(FromRow)]
pub(super) struct ProviderRow {
    provider: String,
    title: String,
}

impl From<ProviderRow> for Provider {
    fn from(row: ProviderRow) -> Self {
        Provider {
            id: ProviderId(row.provider),
            title: row.title,
        }
    }
}

/// A row of `access_tokens`, without the token.
#[derive(FromRow)]
pub(super) struct GrantRow {
    provider: String,
    client_id: String,
    scopes: String,
    issued_at: String,
    expires_at: String,
}

impl TryFrom<GrantRow> for Grant {
    type Error = StoreError;

    fn try_from(row: GrantRow) -> Result<Self, StoreError> {
        let named = || unreadable(format!("a token of client {}", row.client_id));
        Ok(Grant {
            scopes: Scopes::read(&row.scopes),
            issued_at: row.issued_at.parse().map_err(|_| named())?,
            expires_at: row.expires_at.parse().map_err(|_| named())?,
            provider: ProviderId(row.provider),
            client: row.client_id,
        })
    }
}

/// The case of a code.
///
/// # Errors
/// [`StoreError::Unreadable`] if it is none.
pub(super) fn case(stored: &[u8]) -> Result<CaseId, StoreError> {
    uuid::Uuid::from_slice(stored)
        .map(CaseId)
        .map_err(|_| unreadable("the case of a code".to_owned()))
}

/// A count as it is read back.
pub(super) fn count(stored: i64) -> u32 {
    u32::try_from(stored).unwrap_or(u32::MAX)
}
