//! Organisations, machine clients and their tokens.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Connection as _, PgConnection};

use crate::case::ids::Hash;
use crate::service::ports::StoreError;
use crate::service::ports::clients::{Clients, Grant, KnownClient, Provider};
use crate::store::access::{
    ADD_CLIENT, ADD_PROVIDER, ADD_SECRET, CLIENT, CLIENTS, ClientRow, DISABLE, DROP_SECRETS,
    END_ALL_TOKENS, END_TOKENS, FORGET_TOKENS, GRANT, GrantRow, IS_SECRET, KEEP_TOKEN, PROVIDERS,
    ProviderRow, REVOKE, SECRETS,
};
use crate::store::rows;

use super::PostgresStore;
use super::error::from_sqlx;

#[async_trait]
impl Clients for PostgresStore {
    async fn add_provider(&self, provider: &Provider) -> Result<bool, StoreError> {
        let provider = provider.clone();
        self.writer
            .run(move |session| {
                let provider = provider.clone();
                Box::pin(session.with(move |connection| {
                    Box::pin(async move {
                        sqlx::query(ADD_PROVIDER)
                            .bind(provider.id.0)
                            .bind(provider.title)
                            .execute(connection)
                            .await
                            .map(|done| done.rows_affected() == 1)
                    })
                }))
            })
            .await
    }

    async fn providers(&self) -> Result<Vec<Provider>, StoreError> {
        let rows: Vec<ProviderRow> = self
            .read(|| async {
                sqlx::query_as(PROVIDERS)
                    .fetch_all(&self.readers)
                    .await
                    .map_err(from_sqlx)
            })
            .await?;
        Ok(rows.into_iter().map(Provider::from).collect())
    }

    async fn add_client(&self, client: &KnownClient, secret: Hash) -> Result<bool, StoreError> {
        let client = client.clone();
        self.writer
            .run(move |session| {
                let client = client.clone();
                Box::pin(session.with(move |connection| {
                    Box::pin(async move {
                        let mut all = connection.begin().await?;
                        let added = sqlx::query(ADD_CLIENT)
                            .bind(&client.id)
                            .bind(&client.provider.0)
                            .bind(&client.title)
                            .bind(client.scopes.to_string())
                            .bind(client.created_at.to_string())
                            .execute(&mut *all)
                            .await?;
                        if added.rows_affected() == 0 {
                            // Of this name already: another client, or this very one, which was added before the session was lost.
                            let mine: i64 = sqlx::query_scalar(IS_SECRET)
                                .bind(secret.0.as_slice())
                                .bind(&client.id)
                                .fetch_one(&mut *all)
                                .await?;
                            return Ok(mine > 0);
                        }
                        add_secret(&mut all, &client, secret, client.created_at).await?;
                        all.commit().await.map(|()| true)
                    })
                }))
            })
            .await
    }

    async fn clients(&self) -> Result<Vec<KnownClient>, StoreError> {
        let found = self
            .read(|| async {
                sqlx::query(CLIENTS)
                    .fetch_all(&self.readers)
                    .await
                    .map_err(from_sqlx)
            })
            .await?;
        Ok(rows::readable::<_, ClientRow, _>(&found))
    }

    async fn client(&self, id: &str) -> Result<Option<(KnownClient, Vec<Hash>)>, StoreError> {
        let row: Option<ClientRow> = self
            .read(|| async {
                sqlx::query_as(CLIENT)
                    .bind(id)
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(from_sqlx)
            })
            .await?;
        let secrets: Vec<Vec<u8>> = self
            .read(|| async {
                sqlx::query_scalar(SECRETS)
                    .bind(id)
                    .fetch_all(&self.readers)
                    .await
                    .map_err(from_sqlx)
            })
            .await?;
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
            .run(move |session| {
                let client = client.clone();
                Box::pin(session.with(move |connection| {
                    Box::pin(async move {
                        let mut all = connection.begin().await?;
                        add_secret(&mut all, &client, secret, at).await?;
                        sqlx::query(DROP_SECRETS)
                            .bind(&client.id)
                            .bind(secret.0.as_slice())
                            .bind(i64::from(keep))
                            .execute(&mut *all)
                            .await?;
                        all.commit().await
                    })
                }))
            })
            .await
    }

    async fn disable(&self, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.writer
            .run(move |session| {
                let id = id.clone();
                Box::pin(session.with(move |connection| {
                    Box::pin(async move {
                        let mut all = connection.begin().await?;
                        let found = sqlx::query(DISABLE)
                            .bind(&id)
                            .bind(at.to_string())
                            .execute(&mut *all)
                            .await?;
                        sqlx::query(END_TOKENS).bind(&id).execute(&mut *all).await?;
                        all.commit().await?;
                        Ok(found.rows_affected() == 1)
                    })
                }))
            })
            .await
    }

    async fn keep_token(&self, token: Hash, grant: &Grant) -> Result<(), StoreError> {
        let grant = grant.clone();
        self.writer
            .run(move |session| {
                let grant = grant.clone();
                Box::pin(session.with(move |connection| {
                    Box::pin(async move {
                        let mut all = connection.begin().await?;
                        sqlx::query(FORGET_TOKENS)
                            .bind(grant.issued_at.to_string())
                            .execute(&mut *all)
                            .await?;
                        sqlx::query(KEEP_TOKEN)
                            .bind(token.0.as_slice())
                            .bind(&grant.client)
                            .bind(&grant.provider.0)
                            .bind(grant.scopes.to_string())
                            .bind(grant.issued_at.to_string())
                            .bind(grant.expires_at.to_string())
                            .execute(&mut *all)
                            .await?;
                        all.commit().await
                    })
                }))
            })
            .await
    }

    async fn grant(&self, token: Hash) -> Result<Option<Grant>, StoreError> {
        let row: Option<GrantRow> = self
            .read(|| async {
                sqlx::query_as(GRANT)
                    .bind(token.0.as_slice())
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(from_sqlx)
            })
            .await?;
        row.map(Grant::try_from).transpose()
    }

    async fn revoke(&self, client: &str, token: Hash) -> Result<(), StoreError> {
        let client = client.to_owned();
        self.writer
            .run(move |session| {
                let client = client.clone();
                Box::pin(session.with(move |connection| {
                    Box::pin(async move {
                        sqlx::query(REVOKE)
                            .bind(token.0.as_slice())
                            .bind(client)
                            .execute(connection)
                            .await
                            .map(|_| ())
                    })
                }))
            })
            .await
    }

    async fn end_tokens(&self) -> Result<u64, StoreError> {
        self.writer
            .run(move |session| {
                Box::pin(session.with(move |connection| {
                    Box::pin(async move {
                        sqlx::query(END_ALL_TOKENS)
                            .execute(connection)
                            .await
                            .map(|done| done.rows_affected())
                    })
                }))
            })
            .await
    }
}

async fn add_secret(
    connection: &mut PgConnection,
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
