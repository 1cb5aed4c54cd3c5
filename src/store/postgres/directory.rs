//! The directory of services that is kept beside the record.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::PgPool;

use crate::case::ids::{Hash, ProviderId};
use crate::directory::{Listing, PlaceName, Point};
use crate::service::ports::StoreError;
use crate::service::ports::directory::{Edition, EditionPart, Listings};
use crate::store::directory::{EditionRow, PlaceRow, SWEPT_AT_ONCE, ServiceRow, columns, first};
use crate::store::rows;
use crate::store::writer::Trouble;

use super::PostgresStore;
use super::error::from_sqlx;
use super::transaction::Session;

#[async_trait]
impl Listings for PostgresStore {
    async fn edition(&self, provider: &ProviderId) -> Result<Option<Edition>, StoreError> {
        self.read(|| edition(&self.readers, provider)).await
    }

    async fn listings(
        &self,
        provider: &ProviderId,
        edition: Hash,
    ) -> Result<Vec<Listing>, StoreError> {
        self.read(|| listings(&self.readers, provider, edition))
            .await
    }

    async fn place(
        &self,
        provider: &ProviderId,
        edition: Hash,
        names: &[PlaceName],
    ) -> Result<Option<(PlaceName, Point)>, StoreError> {
        self.read(|| place(&self.readers, provider, edition, names))
            .await
    }

    async fn keep(
        &self,
        provider: &ProviderId,
        edition: Hash,
        part: EditionPart,
    ) -> Result<(), StoreError> {
        let (provider, part) = (provider.clone(), Arc::new(part));
        self.writer
            .run(move |session| Box::pin(keep(session, provider.clone(), edition, part.clone())))
            .await
    }

    async fn activate_edition(
        &self,
        provider: &ProviderId,
        wanted: &Edition,
    ) -> Result<bool, StoreError> {
        let (owner, new) = (provider.clone(), wanted.clone());
        self.writer
            .run(move |session| Box::pin(activate(session, owner.clone(), new.clone())))
            .await?;
        let now = self.edition(provider).await?;
        Ok(now.is_some_and(|now| now.name == wanted.name))
    }

    async fn sweep(&self, provider: &ProviderId) -> Result<bool, StoreError> {
        let provider = provider.clone();
        self.writer
            .run(move |session| Box::pin(sweep(session, provider.clone())))
            .await
    }
}

async fn edition(readers: &PgPool, provider: &ProviderId) -> Result<Option<Edition>, StoreError> {
    let row: Option<EditionRow> = sqlx::query_as(
        "SELECT name, source, imported_at, services, places FROM directory_editions WHERE provider = $1 ORDER BY id DESC LIMIT 1",
    )
    .bind(&provider.0)
    .fetch_optional(readers)
    .await
    .map_err(from_sqlx)?;
    row.map(Edition::try_from).transpose()
}

async fn listings(
    readers: &PgPool,
    provider: &ProviderId,
    edition: Hash,
) -> Result<Vec<Listing>, StoreError> {
    let found = sqlx::query(
        "SELECT service, listing FROM directory_services WHERE provider = $1 AND edition = $2 ORDER BY service",
    )
    .bind(&provider.0)
    .bind(edition.0.as_slice())
    .fetch_all(readers)
    .await
    .map_err(from_sqlx)?;
    Ok(rows::readable::<_, ServiceRow, _>(&found))
}

async fn place(
    readers: &PgPool,
    provider: &ProviderId,
    edition: Hash,
    names: &[PlaceName],
) -> Result<Option<(PlaceName, Point)>, StoreError> {
    let wanted: Vec<String> = names.iter().map(ToString::to_string).collect();
    let rows: Vec<PlaceRow> = sqlx::query_as(
        "SELECT place, latitude, longitude FROM directory_places WHERE provider = $1 AND edition = $2 AND place = ANY($3)",
    )
    .bind(&provider.0)
    .bind(edition.0.as_slice())
    .bind(wanted)
    .fetch_all(readers)
    .await
    .map_err(from_sqlx)?;
    Ok(first(names, rows))
}

async fn keep(
    session: &mut Session,
    provider: ProviderId,
    edition: Hash,
    part: Arc<EditionPart>,
) -> Result<(), Trouble> {
    let (ids, texts) = columns(&part.services).map_err(Trouble::OfOne)?;
    let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
    session
        .with(|connection| {
            Box::pin(async move {
                // The work may be done again, and then changes nothing: each statement may stand alone.
                sqlx::query(
                    "INSERT INTO directory_services (provider, edition, service, listing)
                     SELECT $1, $2, * FROM unnest($3::text[], $4::text[]) ON CONFLICT DO NOTHING",
                )
                .bind(&provider.0)
                .bind(edition.0.as_slice())
                .bind(ids)
                .bind(texts)
                .execute(&mut *connection)
                .await?;
                let places = part.places.iter();
                let names: Vec<String> = places.clone().map(|(name, _)| name.to_string()).collect();
                let north: Vec<f64> = places.clone().map(|(_, at)| at.latitude).collect();
                let east: Vec<f64> = places.map(|(_, at)| at.longitude).collect();
                sqlx::query(
                    "INSERT INTO directory_places (provider, edition, place, latitude, longitude)
                     SELECT $1, $2, * FROM unnest($3::text[], $4::float8[], $5::float8[]) ON CONFLICT DO NOTHING",
                )
                .bind(&provider.0)
                .bind(edition.0.as_slice())
                .bind(names)
                .bind(north)
                .bind(east)
                .execute(connection)
                .await
                .map(|_| ())
            })
        })
        .await
}

/// Only an edition that is there whole, and that is not the one already.
async fn activate(
    session: &mut Session,
    provider: ProviderId,
    edition: Edition,
) -> Result<(), Trouble> {
    session
        .with(|connection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO directory_editions (provider, name, source, imported_at, services, places)
                     SELECT $1, $2, $3, $4, $5, $6
                     WHERE $5 = (SELECT count(*) FROM directory_services WHERE provider = $1 AND edition = $2)
                       AND $6 = (SELECT count(*) FROM directory_places WHERE provider = $1 AND edition = $2)
                       AND $2 IS DISTINCT FROM (SELECT name FROM directory_editions WHERE provider = $1 ORDER BY id DESC LIMIT 1)",
                )
                .bind(provider.0)
                .bind(edition.name.0.to_vec())
                .bind(edition.source)
                .bind(edition.imported_at.to_string())
                .bind(i64::from(edition.services))
                .bind(i64::from(edition.places))
                .execute(connection)
                .await
                .map(|_| ())
            })
        })
        .await
}

async fn sweep(session: &mut Session, provider: ProviderId) -> Result<bool, Trouble> {
    session
        .with(|connection| {
            Box::pin(async move {
                let mut swept = 0;
                for sql in [SWEEP_SERVICES, SWEEP_PLACES] {
                    let done = sqlx::query(sql)
                        .bind(&provider.0)
                        .bind(SWEPT_AT_ONCE)
                        .execute(&mut *connection)
                        .await?;
                    swept += done.rows_affected();
                }
                Ok(swept > 0)
            })
        })
        .await
}

const SWEEP_SERVICES: &str = "
    DELETE FROM directory_services WHERE (provider, edition, service) IN (
        SELECT provider, edition, service FROM directory_services
        WHERE provider = $1 AND edition <> (SELECT name FROM directory_editions WHERE provider = $1 ORDER BY id DESC LIMIT 1)
        LIMIT $2)";

const SWEEP_PLACES: &str = "
    DELETE FROM directory_places WHERE (provider, edition, place) IN (
        SELECT provider, edition, place FROM directory_places
        WHERE provider = $1 AND edition <> (SELECT name FROM directory_editions WHERE provider = $1 ORDER BY id DESC LIMIT 1)
        LIMIT $2)";
