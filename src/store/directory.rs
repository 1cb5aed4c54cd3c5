//! Rows of the directory of services, whatever database they come from, and what they mean.

use sqlx::FromRow;

use crate::case::ids::Hash;
use crate::directory::{Listing, PlaceName, Point};
use crate::service::ports::StoreError;
use crate::service::ports::directory::Edition;

use super::rows::unreadable;

/// How many rows are swept away at a time, so that no answer waits for long.
pub(super) const SWEPT_AT_ONCE: i64 = 2000;

/// A row of `directory_editions`.
#[derive(FromRow)]
pub(super) struct EditionRow {
    name: Vec<u8>,
    source: String,
    imported_at: String,
    services: i64,
    places: i64,
}

impl TryFrom<EditionRow> for Edition {
    type Error = StoreError;

    fn try_from(row: EditionRow) -> Result<Self, StoreError> {
        let edition = || {
            Some(Edition {
                name: Hash(row.name.as_slice().try_into().ok()?),
                source: row.source.clone(),
                imported_at: row.imported_at.parse().ok()?,
                services: row.services.try_into().ok()?,
                places: row.places.try_into().ok()?,
            })
        };
        edition().ok_or_else(|| unreadable("an edition of the directory of services".to_owned()))
    }
}

/// A row of `directory_services`.
#[derive(FromRow)]
pub(super) struct ServiceRow {
    service: String,
    listing: String,
}

impl TryFrom<ServiceRow> for Listing {
    type Error = StoreError;

    fn try_from(row: ServiceRow) -> Result<Self, StoreError> {
        serde_json::from_str(&row.listing)
            .map_err(|_| unreadable(format!("service {} of the directory", row.service)))
    }
}

/// A row of `directory_places`.
#[derive(FromRow)]
pub(super) struct PlaceRow {
    place: String,
    latitude: f64,
    longitude: f64,
}

/// The first of these names that is among the rows.
pub(super) fn first(names: &[PlaceName], rows: Vec<PlaceRow>) -> Option<(PlaceName, Point)> {
    let found = |name: &PlaceName| {
        let text = name.to_string();
        let row = rows.iter().find(|row| row.place == text)?;
        Some((name.clone(), Point::new(row.latitude, row.longitude)?))
    };
    names.iter().find_map(found)
}

/// The columns of services to keep: their ids and their text.
///
/// # Errors
/// [`StoreError`] if one cannot be written as JSON.
pub(super) fn columns(services: &[Listing]) -> Result<(Vec<&str>, Vec<String>), StoreError> {
    services
        .iter()
        .map(|listing| {
            let text = serde_json::to_string(listing)
                .map_err(|_| unreadable(format!("service {} of the directory", listing.id)))?;
            Ok((listing.id.as_str(), text))
        })
        .collect()
}
