//! The directory of services that is kept beside the record.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;

use crate::case::ids::{Hash, ProviderId};
use crate::directory::{Listing, PlaceName, Point};
use crate::service::ports::StoreError;
use crate::service::ports::directory::{Edition, EditionPart, Listings};
use crate::store::directory::{EditionRow, PlaceRow, SWEPT_AT_ONCE, ServiceRow, columns, first};
use crate::store::rows;
use crate::store::writer::Trouble;

use super::SqliteStore;
use super::error::{from_sqlx, trouble};
use super::transaction::Connection;

#[async_trait]
impl Listings for SqliteStore {
    async fn edition(&self, provider: &ProviderId) -> Result<Option<Edition>, StoreError> {
        let row: Option<EditionRow> = sqlx::query_as(
            "SELECT name, source, imported_at, services, places FROM directory_editions WHERE provider = ?1 ORDER BY id DESC LIMIT 1",
        )
        .bind(&provider.0)
        .fetch_optional(&self.readers)
        .await
        .map_err(from_sqlx)?;
        row.map(Edition::try_from).transpose()
    }

    async fn listings(
        &self,
        provider: &ProviderId,
        edition: Hash,
    ) -> Result<Vec<Listing>, StoreError> {
        let found = sqlx::query(
            "SELECT service, listing FROM directory_services WHERE provider = ?1 AND edition = ?2 ORDER BY service",
        )
        .bind(&provider.0)
        .bind(edition.0.as_slice())
        .fetch_all(&self.readers)
        .await
        .map_err(from_sqlx)?;
        Ok(rows::readable::<_, ServiceRow, _>(&found))
    }

    async fn place(
        &self,
        provider: &ProviderId,
        edition: Hash,
        names: &[PlaceName],
    ) -> Result<Option<(PlaceName, Point)>, StoreError> {
        let wanted: Vec<String> = names.iter().map(ToString::to_string).collect();
        let rows: Vec<PlaceRow> = sqlx::query_as(
            "SELECT place, latitude, longitude FROM directory_places
             WHERE provider = ?1 AND edition = ?2 AND place IN (SELECT value FROM json_each(?3))",
        )
        .bind(&provider.0)
        .bind(edition.0.as_slice())
        .bind(json!(wanted).to_string())
        .fetch_all(&self.readers)
        .await
        .map_err(from_sqlx)?;
        Ok(first(names, rows))
    }

    async fn keep(
        &self,
        provider: &ProviderId,
        edition: Hash,
        part: EditionPart,
    ) -> Result<(), StoreError> {
        let (provider, part) = (provider.clone(), Arc::new(part));
        self.writer
            .run(move |connection| {
                Box::pin(keep(connection, provider.clone(), edition, part.clone()))
            })
            .await
    }

    async fn activate_edition(
        &self,
        provider: &ProviderId,
        edition: &Edition,
    ) -> Result<bool, StoreError> {
        let (owner, wanted) = (provider.clone(), edition.clone());
        self.writer
            .run(move |connection| Box::pin(activate(connection, owner.clone(), wanted.clone())))
            .await?;
        let now = self.edition(provider).await?;
        Ok(now.is_some_and(|now| now.name == edition.name))
    }

    async fn sweep(&self, provider: &ProviderId) -> Result<bool, StoreError> {
        let provider = provider.clone();
        self.writer
            .run(move |connection| Box::pin(sweep(connection, provider.clone())))
            .await
    }
}

async fn keep(
    connection: &mut Connection,
    provider: ProviderId,
    edition: Hash,
    part: Arc<EditionPart>,
) -> Result<(), Trouble> {
    let (ids, texts) = columns(&part.services).map_err(Trouble::OfOne)?;
    let services: Vec<_> = ids.into_iter().zip(texts).collect();
    let places: Vec<_> = part
        .places
        .iter()
        .map(|(name, at)| (name.to_string(), at.latitude, at.longitude))
        .collect();
    for (sql, rows) in [
        (KEEP_SERVICES, json!(services).to_string()),
        (KEEP_PLACES, json!(places).to_string()),
    ] {
        sqlx::query(sql)
            .bind(&provider.0)
            .bind(edition.0.as_slice())
            .bind(rows)
            .execute(&mut connection.connection)
            .await
            .map_err(trouble)?;
    }
    Ok(())
}

const KEEP_SERVICES: &str = "
    INSERT INTO directory_services (provider, edition, service, listing)
    SELECT ?1, ?2, value ->> 0, value ->> 1 FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING";

const KEEP_PLACES: &str = "
    INSERT INTO directory_places (provider, edition, place, latitude, longitude)
    SELECT ?1, ?2, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING";

/// Only an edition that is there whole, and that is not the one already.
async fn activate(
    connection: &mut Connection,
    provider: ProviderId,
    edition: Edition,
) -> Result<(), Trouble> {
    sqlx::query(
        "INSERT INTO directory_editions (provider, name, source, imported_at, services, places)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6
         WHERE ?5 = (SELECT count(*) FROM directory_services WHERE provider = ?1 AND edition = ?2)
           AND ?6 = (SELECT count(*) FROM directory_places WHERE provider = ?1 AND edition = ?2)
           AND ?2 IS NOT (SELECT name FROM directory_editions WHERE provider = ?1 ORDER BY id DESC LIMIT 1)",
    )
    .bind(provider.0)
    .bind(edition.name.0.to_vec())
    .bind(edition.source)
    .bind(edition.imported_at.to_string())
    .bind(i64::from(edition.services))
    .bind(i64::from(edition.places))
    .execute(&mut connection.connection)
    .await
    .map(|_| ())
    .map_err(trouble)
}

async fn sweep(connection: &mut Connection, provider: ProviderId) -> Result<bool, Trouble> {
    let mut swept = 0;
    for sql in [SWEEP_SERVICES, SWEEP_PLACES] {
        let done = sqlx::query(sql)
            .bind(&provider.0)
            .bind(SWEPT_AT_ONCE)
            .execute(&mut connection.connection)
            .await
            .map_err(trouble)?;
        swept += done.rows_affected();
    }
    Ok(swept > 0)
}

const SWEEP_SERVICES: &str = "
    DELETE FROM directory_services WHERE (provider, edition, service) IN (
        SELECT provider, edition, service FROM directory_services
        WHERE provider = ?1 AND edition <> (SELECT name FROM directory_editions WHERE provider = ?1 ORDER BY id DESC LIMIT 1)
        LIMIT ?2)";

const SWEEP_PLACES: &str = "
    DELETE FROM directory_places WHERE (provider, edition, place) IN (
        SELECT provider, edition, place FROM directory_places
        WHERE provider = ?1 AND edition <> (SELECT name FROM directory_editions WHERE provider = ?1 ORDER BY id DESC LIMIT 1)
        LIMIT ?2)";
