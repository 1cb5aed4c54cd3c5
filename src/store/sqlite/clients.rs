//! Organisations, machine clients and their tokens.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Connection as _, SqliteConnection};

use crate::case::ids::Hash;
use crate::service::ports::StoreError;
use crate::service::ports::clients::{Clients, Grant, KnownClient, Provider};
use crate::store::access::{
    ADD_CLIENT, ADD_PROVIDER, ADD_SECRET, CLIENT, CLIENTS, ClientRow, DISABLE, DROP_SECRETS,
    END_ALL_TOKENS, END_TOKENS, FORGET_TOKENS, GRANT, GrantRow, IS_SECRET, KEEP_TOKEN, PROVIDERS,
    ProviderRow, REVOKE, SECRETS,
};
use crate::store::rows;

use super::SqliteStore;
use super::error::{from_sqlx, trouble};

/// The statement that begins what is read and written together: others wait, and nobody gets in between.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";

#[async_trait]
impl Clients for SqliteStore {
    async fn add_provider(&self, provider: &Provider) -> Result<bool, StoreError> {
        let provider = provider.clone();
        self.writer
            .run(move |connection| {
                let provider = provider.clone();
                Box::pin(async move {
                    sqlx::query(ADD_PROVIDER)
                        .bind(provider.id.0)
                        .bind(provider.title)
                        .execute(&mut connection.connection)
                        .await
                        .map(|done| done.rows_affected() == 1)
                        .map_err(trouble)
                })
            })
            .await
    }

    async fn providers(&self) -> Result<Vec<Provider>, StoreError> {
        let rows: Vec<ProviderRow> = sqlx::query_as(PROVIDERS)
            .fetch_all(&self.readers)
            .await
            .map_err(from_sqlx)?;
        Ok(rows.into_iter().map(Provider::from).collect())
    }

    async fn add_client(&self, client: &KnownClient, secret: Hash) -> Result<bool, StoreError> {
        let client = client.clone();
        self.writer
            .run(move |connection| {
                let client = client.clone();
                Box::pin(async move {
                    let mut all = connection
                        .connection
                        .begin_with(BEGIN)
                        .await
                        .map_err(trouble)?;
                    let added = sqlx::query(ADD_CLIENT)
                        .bind(&client.id)
                        .bind(&client.provider.0)
                        .bind(&client.title)
                        .bind(client.scopes.to_string())
                        .bind(client.created_at.to_string())
                        .execute(&mut *all)
                        .await
                        .map_err(trouble)?;
                    if added.rows_affected() == 0 {
                        // Of this name already: another client, or this very one, which was added before the session was lost.
                        let mine: i64 = sqlx::query_scalar(IS_SECRET)
                            .bind(secret.0.as_slice())
                            .bind(&client.id)
                            .fetch_one(&mut *all)
                            .await
                            .map_err(trouble)?;
                        return Ok(mine > 0);
                    }
                    add_secret(&mut all, &client, secret, client.created_at)
                        .await
                        .map_err(trouble)?;
                    all.commit().await.map(|()| true).map_err(trouble)
                })
            })
            .await
    }

    async fn clients(&self) -> Result<Vec<KnownClient>, StoreError> {
        let found = sqlx::query(CLIENTS)
            .fetch_all(&self.readers)
            .await
            .map_err(from_sqlx)?;
        Ok(rows::readable::<_, ClientRow, _>(&found))
    }

    async fn client(&self, id: &str) -> Result<Option<(KnownClient, Vec<Hash>)>, StoreError> {
        let row: Option<ClientRow> = sqlx::query_as(CLIENT)
            .bind(id)
            .fetch_optional(&self.readers)
            .await
            .map_err(from_sqlx)?;
        let secrets: Vec<Vec<u8>> = sqlx::query_scalar(SECRETS)
            .bind(id)
            .fetch_all(&self.readers)
            .await
            .map_err(from_sqlx)?;
        row.map(|row| Ok((row.try_into()?, rows::hashes(&secrets))))
            .transpose()
    }

    async fn rotate(
        &self,
        client: &KnownClient,
        secret: Hash,
        keep: u32,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let client = client.clone();
        self.writer
            .run(move |connection| {
                let client = client.clone();
                Box::pin(async move {
                    let mut all = connection
                        .connection
                        .begin_with(BEGIN)
                        .await
                        .map_err(trouble)?;
                    add_secret(&mut all, &client, secret, at)
                        .await
                        .map_err(trouble)?;
                    sqlx::query(DROP_SECRETS)
                        .bind(&client.id)
                        .bind(secret.0.as_slice())
                        .bind(i64::from(keep))
                        .execute(&mut *all)
                        .await
                        .map_err(trouble)?;
                    all.commit().await.map_err(trouble)
                })
            })
            .await
    }

    async fn disable(&self, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.writer
            .run(move |connection| {
                let id = id.clone();
                Box::pin(async move {
                    let mut all = connection
                        .connection
                        .begin_with(BEGIN)
                        .await
                        .map_err(trouble)?;
                    let found = sqlx::query(DISABLE)
                        .bind(&id)
                        .bind(at.to_string())
                        .execute(&mut *all)
                        .await
                        .map_err(trouble)?;
                    sqlx::query(END_TOKENS)
                        .bind(&id)
                        .execute(&mut *all)
                        .await
                        .map_err(trouble)?;
                    all.commit().await.map_err(trouble)?;
                    Ok(found.rows_affected() == 1)
                })
            })
            .await
    }

    async fn keep_token(&self, token: Hash, grant: &Grant) -> Result<(), StoreError> {
        let grant = grant.clone();
        self.writer
            .run(move |connection| {
                let grant = grant.clone();
                Box::pin(async move {
                    let mut all = connection
                        .connection
                        .begin_with(BEGIN)
                        .await
                        .map_err(trouble)?;
                    sqlx::query(FORGET_TOKENS)
                        .bind(grant.issued_at.to_string())
                        .execute(&mut *all)
                        .await
                        .map_err(trouble)?;
                    sqlx::query(KEEP_TOKEN)
                        .bind(token.0.as_slice())
                        .bind(&grant.client)
                        .bind(&grant.provider.0)
                        .bind(grant.scopes.to_string())
                        .bind(grant.issued_at.to_string())
                        .bind(grant.expires_at.to_string())
                        .execute(&mut *all)
                        .await
                        .map_err(trouble)?;
                    all.commit().await.map_err(trouble)
                })
            })
            .await
    }

    async fn grant(&self, token: Hash) -> Result<Option<Grant>, StoreError> {
        let row: Option<GrantRow> = sqlx::query_as(GRANT)
            .bind(token.0.as_slice())
            .fetch_optional(&self.readers)
            .await
            .map_err(from_sqlx)?;
        row.map(Grant::try_from).transpose()
    }

    async fn revoke(&self, client: &str, token: Hash) -> Result<(), StoreError> {
        let client = client.to_owned();
        self.writer
            .run(move |connection| {
                let client = client.clone();
                Box::pin(async move {
                    sqlx::query(REVOKE)
                        .bind(token.0.as_slice())
                        .bind(client)
                        .execute(&mut connection.connection)
                        .await
                        .map(|_| ())
                        .map_err(trouble)
                })
            })
            .await
    }

    async fn end_tokens(&self) -> Result<u64, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    sqlx::query(END_ALL_TOKENS)
                        .execute(&mut connection.connection)
                        .await
                        .map(|done| done.rows_affected())
                        .map_err(trouble)
                })
            })
            .await
    }
}

async fn add_secret(
    connection: &mut SqliteConnection,
    client: &KnownClient,
    secret: Hash,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(ADD_SECRET)
        .bind(secret.0.as_slice())
        .bind(&client.id)
        .bind(&client.provider.0)
        .bind(at.to_string())
        .execute(connection)
        .await
        .map(|_| ())
}
