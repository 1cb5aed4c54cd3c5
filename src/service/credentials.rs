//! Machine clients: their secrets, and the tokens they get for them (OAuth 2.0 client credentials, RFC 6749 section 4.4). Whom a token
//! lets act: [`super::staff`].
//!
//! A token is 256 random bits and means nothing by itself: what it allows stands in the record, so it can be ended. A node asks the
//! record again after half a minute; while the record cannot be reached, what it said last counts until the token expires.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use crate::case::ids::{Hash, ProviderId};

use super::access::Secret;
use super::limits::{TooMany, Window, whole_seconds};
use super::ports::attempts::Attempts;
use super::ports::clients::{Clients, Grant, KnownClient, Provider};
use super::ports::{Clock, Ids, StoreError};
use super::rights::Scopes;

/// How long a token is good, unless it is set otherwise.
pub const TOKEN_SECONDS: u32 = 600;

/// How long a node goes on with what the record said of a token. An ended token may be good for as long on another node.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// So many tokens are known to a node at once; then it forgets them and asks again.
const KNOWN: usize = 10_000;

/// So many wrong secrets of one client from one address are looked at in five minutes.
const WRONG_SECRETS: Window = Window {
    kind: "client",
    seconds: 300,
    most: 10,
};

/// Machine clients and their tokens.
pub struct Credentials {
    clients: Arc<dyn Clients>,
    attempts: Arc<dyn Attempts>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    lifetime: SignedDuration,
    known: Mutex<HashMap<Hash, Known>>,
}

/// What the record said of a token, and when.
#[derive(Clone)]
struct Known {
    grant: Grant,
    asked: Timestamp,
}

/// A token that was given out.
#[derive(Debug)]
pub struct Issued {
    /// What a client sends as `Bearer`; it is not shown again.
    pub token: Secret,
    /// What it allows.
    pub grant: Grant,
}

/// Why no token was given out.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is no such client, the secret is wrong, or the client is let in no more.
    #[error("there is no such client for this secret")]
    Client,
    /// It was not given these scopes.
    #[error("this client was not given these scopes")]
    Scope,
    /// Too many wrong secrets.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The record cannot be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a token lets nobody act.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// It is unknown, expired or ended.
    #[error("the token is unknown, has expired or was ended")]
    Ended,
    /// The record cannot be asked, and never was.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a client was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The name is taken.
    #[error("there is a `{0}` already")]
    Taken(String),
    /// A name that is none.
    #[error("`{0}` is no name: 3 to 64 of a to z, 0 to 9 and `-`, with a letter first")]
    NotAName(String),
    /// There is no such client.
    #[error("there is no client `{0}`")]
    Unknown(String),
    /// There is no such provider.
    #[error("there is no provider `{0}`; see `nhs111 providers list`")]
    UnknownProvider(ProviderId),
    /// The record failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Credentials {
    /// Over these ports.
    pub fn new(
        clients: Arc<dyn Clients>,
        attempts: Arc<dyn Attempts>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        Credentials {
            clients,
            attempts,
            clock,
            ids,
            lifetime: SignedDuration::from_secs(i64::from(TOKEN_SECONDS)),
            known: Mutex::default(),
        }
    }

    /// The same, with tokens that are good for so many seconds.
    pub fn lasting(self, seconds: u32) -> Self {
        Credentials {
            lifetime: SignedDuration::from_secs(i64::from(seconds)),
            ..self
        }
    }

    /// A token for a client, which gives its secret; `wanted` names scopes, or none for all that the client was given.
    ///
    /// `source` is a keyed digest of where it came from.
    ///
    /// # Errors
    /// [`TokenError`] if none was given out.
    pub async fn issue(
        &self,
        client: &str,
        secret: &str,
        wanted: Option<&str>,
        source: Hash,
    ) -> Result<Issued, TokenError> {
        let client = self.identify(client, secret, source).await?;
        let scopes = match wanted {
            None => client.scopes,
            Some(wanted) => wanted
                .parse()
                .ok()
                .filter(|wanted| client.scopes.hold(*wanted))
                .ok_or(TokenError::Scope)?,
        };
        let token = Secret::fresh(self.ids.as_ref());
        let issued_at = whole_seconds(self.clock.now());
        let grant = Grant {
            provider: client.provider,
            client: client.id,
            scopes,
            issued_at,
            expires_at: issued_at
                .saturating_add(self.lifetime)
                .unwrap_or(Timestamp::MAX),
        };
        self.clients.keep_token(token.hash(), &grant).await?;
        Ok(Issued { token, grant })
    }

    /// Ends a token of a client, which gives its secret. That there is no such token is no error.
    ///
    /// # Errors
    /// [`TokenError`] if it was not ended.
    pub async fn revoke(
        &self,
        client: &str,
        secret: &str,
        token: &str,
        source: Hash,
    ) -> Result<(), TokenError> {
        let client = self.identify(client, secret, source).await?;
        if let Ok(token) = token.parse::<Secret>() {
            self.clients.revoke(&client.id, token.hash()).await?;
            if let Ok(mut known) = self.known.lock() {
                known.remove(&token.hash());
            }
        }
        Ok(())
    }

    /// The client behind a name and a secret. An unknown name takes the same steps as a wrong secret.
    async fn identify(
        &self,
        id: &str,
        secret: &str,
        source: Hash,
    ) -> Result<KnownClient, TokenError> {
        let subject = Hash::of([source.0.as_slice(), id.as_bytes()].concat());
        let attempt = WRONG_SECRETS.of(ProviderId::default(), subject, self.clock.now());
        let tried = self.attempts.counted(&attempt).await?;
        WRONG_SECRETS.admits(tried + 1, &attempt, self.clock.now())?;
        let secret: Option<Secret> = secret.parse().ok();
        let found = self.clients.client(id).await?;
        let right = found.filter(|(client, secrets)| {
            let opens = |secret: &Secret| secrets.iter().any(|stored| secret.opens(*stored));
            client.disabled_at.is_none() && secret.as_ref().is_some_and(opens)
        });
        match right {
            Some((client, _)) => Ok(client),
            None => {
                self.attempts.count(&attempt).await?;
                Err(TokenError::Client)
            }
        }
    }

    /// What a token allows now.
    ///
    /// # Errors
    /// [`GrantError`] if it allows nothing, or nobody can say.
    pub async fn grant(&self, token: &Secret) -> Result<Grant, GrantError> {
        let (token, now) = (token.hash(), self.clock.now());
        let before = self
            .known
            .lock()
            .ok()
            .and_then(|known| known.get(&token).cloned())
            .filter(|known| known.grant.expires_at > now);
        if let Some(known) = &before
            && (SignedDuration::ZERO..FRESH).contains(&now.duration_since(known.asked))
        {
            return Ok(known.grant.clone());
        }
        let said = match (self.clients.grant(token).await, before) {
            (Ok(said), _) => said,
            // Who may act does not change because the record is away: what stores nothing goes on.
            (Err(error), Some(known)) => {
                tracing::warn!(error.message = %error, "a token cannot be looked up; what was known of it counts");
                return Ok(known.grant);
            }
            (Err(error), None) => return Err(error.into()),
        };
        match said.filter(|grant| grant.expires_at > now) {
            Some(grant) => {
                self.remember(token, &grant, now);
                Ok(grant)
            }
            None => {
                if let Ok(mut known) = self.known.lock() {
                    known.remove(&token);
                }
                Err(GrantError::Ended)
            }
        }
    }

    fn remember(&self, token: Hash, grant: &Grant, asked: Timestamp) {
        if let Ok(mut known) = self.known.lock() {
            if known.len() >= KNOWN {
                known.clear();
            }
            let grant = grant.clone();
            known.insert(token, Known { grant, asked });
        }
    }

    /// Every organisation.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub async fn providers(&self) -> Result<Vec<Provider>, StoreError> {
        self.clients.providers().await
    }

    /// Adds an organisation.
    ///
    /// # Errors
    /// [`ClientError`] if it was not added.
    pub async fn add_provider(&self, id: &str, title: &str) -> Result<ProviderId, ClientError> {
        let provider = Provider {
            id: ProviderId(name(id)?),
            title: title.to_owned(),
        };
        if self.clients.add_provider(&provider).await? {
            Ok(provider.id)
        } else {
            Err(ClientError::Taken(id.to_owned()))
        }
    }

    /// Every client.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub async fn clients(&self) -> Result<Vec<KnownClient>, StoreError> {
        self.clients.clients().await
    }

    /// Adds a client and gives its secret, which is not shown again.
    ///
    /// # Errors
    /// [`ClientError`] if it was not added.
    pub async fn add(
        &self,
        provider: &ProviderId,
        id: &str,
        title: &str,
        scopes: Scopes,
    ) -> Result<Secret, ClientError> {
        let known = self.clients.providers().await?;
        if !known.iter().any(|known| known.id == *provider) {
            return Err(ClientError::UnknownProvider(provider.clone()));
        }
        let client = KnownClient {
            provider: provider.clone(),
            id: name(id)?,
            title: title.to_owned(),
            scopes,
            created_at: self.clock.now(),
            disabled_at: None,
        };
        let secret = Secret::fresh(self.ids.as_ref());
        if self.clients.add_client(&client, secret.hash()).await? {
            Ok(secret)
        } else {
            Err(ClientError::Taken(id.to_owned()))
        }
    }

    /// Gives a client another secret, which is not shown again. Of those it had, the `keep` newest go on to open it.
    ///
    /// # Errors
    /// [`ClientError`] if it was not changed.
    pub async fn rotate(&self, id: &str, keep: u32) -> Result<Secret, ClientError> {
        let (client, _) = self
            .clients
            .client(id)
            .await?
            .ok_or_else(|| ClientError::Unknown(id.to_owned()))?;
        let secret = Secret::fresh(self.ids.as_ref());
        self.clients
            .rotate(&client, secret.hash(), keep, self.clock.now())
            .await?;
        Ok(secret)
    }

    /// Lets a client in no more.
    ///
    /// # Errors
    /// [`ClientError`] if it was not changed.
    pub async fn disable(&self, id: &str) -> Result<(), ClientError> {
        if self.clients.disable(id, self.clock.now()).await? {
            Ok(())
        } else {
            Err(ClientError::Unknown(id.to_owned()))
        }
    }
}

/// A name that an operator chose for a client or a provider.
fn name(text: &str) -> Result<String, ClientError> {
    let fits = (3..=64).contains(&text.len())
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
    fits.then(|| text.to_owned())
        .ok_or_else(|| ClientError::NotAName(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain() {
        for text in ["desk-a", "abc", "a2-"] {
            assert!(name(text).is_ok(), "{text}");
        }
        for text in ["", "ab", "1ab", "Desk", "desk a", "desk/a", &"a".repeat(65)] {
            assert!(name(text).is_err(), "{text}");
        }
    }
}
