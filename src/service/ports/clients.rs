//! Who may call by a machine: organisations, their clients, and what clients show to be let in.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::case::ids::{Hash, ProviderId};
use crate::service::rights::Scopes;

use super::StoreError;

/// Organisations, machine clients, their secrets and tokens.
///
/// Obligations: what a call acknowledged holds on every node from then on; secrets and tokens are known by their SHA-256 only.
#[async_trait]
pub trait Clients: Send + Sync {
    /// Adds an organisation; `false` if there is one of this name.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn add_provider(&self, provider: &Provider) -> Result<bool, StoreError>;

    /// Every organisation, in order of its name.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn providers(&self) -> Result<Vec<Provider>, StoreError>;

    /// Adds a client with its first secret; `false` if there is one of this name, with any provider.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded, or there is no such provider.
    async fn add_client(&self, client: &KnownClient, secret: Hash) -> Result<bool, StoreError>;

    /// Every client, in order of its name.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn clients(&self) -> Result<Vec<KnownClient>, StoreError>;

    /// A client, and the secrets that open it, the newest first; `None` if there is none of this name.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn client(&self, id: &str) -> Result<Option<(KnownClient, Vec<Hash>)>, StoreError>;

    /// Gives a client another secret; of the others the `keep` newest stay.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn rotate(
        &self,
        client: &KnownClient,
        secret: Hash,
        keep: u32,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Lets a client in no more; its tokens end at once. `false` if there is none of this name.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn disable(&self, id: &str, at: Timestamp) -> Result<bool, StoreError>;

    /// Keeps a token until it expires; those that expired before it was issued are forgotten.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn keep_token(&self, token: Hash, grant: &Grant) -> Result<(), StoreError>;

    /// What a token allows; `None` for one that is unknown or revoked, or whose client was disabled. It may have expired.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn grant(&self, token: Hash) -> Result<Option<Grant>, StoreError>;

    /// Ends a token of this client. One that there is not, or another's, is left alone.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn revoke(&self, client: &str, token: Hash) -> Result<(), StoreError>;

    /// Ends every token of every client; how many there were, unless it had to be done twice.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn end_tokens(&self) -> Result<u64, StoreError>;
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its name in the record.
    pub id: ProviderId,
    /// As people call it.
    pub title: String,
}

/// A machine client as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownClient {
    /// The organisation it acts for.
    pub provider: ProviderId,
    /// Its name, one for all providers.
    pub id: String,
    /// What it is, for people.
    pub title: String,
    /// What it may ask for.
    pub scopes: Scopes,
    /// When it was added.
    pub created_at: Timestamp,
    /// Since when it is let in no more.
    pub disabled_at: Option<Timestamp>,
}

/// What a token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The organisation.
    pub provider: ProviderId,
    /// The client.
    pub client: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Since when, in whole seconds.
    pub issued_at: Timestamp,
    /// Until when, in whole seconds.
    pub expires_at: Timestamp,
}
