//! The directory of services that is kept beside the record: imported by editions, searched in memory.
//!
//! An edition is immutable and named by its content, so no two nodes can disagree about it. Which edition is searched is asked of
//! the record each time; a new one is picked up without a restart.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::Mutex;

use crate::case::ids::{Hash, ProviderId};
use crate::directory::read::Places;
use crate::directory::{Index, Listing, PlaceName, Point, Wanted};

use super::london;
use super::ports::StoreError;
use super::ports::directory::{
    Directory, DirectoryError, Edition, EditionPart, Found, Listings, Near,
};

/// How many rows of an edition are kept at a time.
const PART: usize = 500;

/// The port [`Directory`] over what the record keeps.
pub struct KeptDirectory {
    kept: Arc<Kept>,
    london: TimeZone,
}

struct Kept {
    listings: Arc<dyn Listings>,
    loaded: RwLock<HashMap<ProviderId, (Hash, Arc<Index>)>>,
    /// One loads while others wait for it.
    loading: Mutex<()>,
}

impl KeptDirectory {
    /// Over what this record keeps.
    pub fn new(listings: Arc<dyn Listings>) -> Self {
        KeptDirectory {
            kept: Arc::new(Kept {
                listings,
                loaded: RwLock::default(),
                loading: Mutex::new(()),
            }),
            london: london(),
        }
    }

    /// Which edition is searched, and its services.
    async fn index(&self, provider: &ProviderId) -> Result<(Edition, Arc<Index>), DirectoryError> {
        let edition = self.kept.listings.edition(provider).await?;
        let edition = edition.ok_or(DirectoryError::Empty)?;
        if let Some(index) = self.kept.loaded(provider, edition.name) {
            return Ok((edition, index));
        }
        // A task of its own: whoever does not wait any longer does not stop it, and the next search finds it done.
        let (kept, provider) = (self.kept.clone(), provider.clone());
        tokio::spawn(async move { kept.load(&provider).await })
            .await
            .unwrap_or(Err(DirectoryError::Empty))
    }

    async fn locate(
        &self,
        provider: &ProviderId,
        edition: Hash,
        near: &Near,
    ) -> Result<(Point, bool), DirectoryError> {
        let name = match near {
            Near::Point(point) => return Ok((*point, false)),
            Near::Name(name) => name,
        };
        let names = [name.clone(), name.district()];
        let place = self.kept.listings.place(provider, edition, &names).await?;
        let (found, point) = place.ok_or(DirectoryError::UnknownPlace)?;
        Ok((point, found != *name))
    }
}

#[async_trait]
impl Directory for KeptDirectory {
    async fn find(
        &self,
        provider: &ProviderId,
        near: &Near,
        wanted: &Wanted,
    ) -> Result<Found, DirectoryError> {
        let (edition, index) = self.index(provider).await?;
        let (point, is_rough) = self.locate(provider, edition.name, near).await?;
        Ok(Found {
            selection: index.select(wanted, point, &self.london),
            edition,
            is_rough,
        })
    }
}

impl Kept {
    fn loaded(&self, provider: &ProviderId, edition: Hash) -> Option<Arc<Index>> {
        // What is in the map is whole, whoever panicked while it was held.
        let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        let (name, index) = loaded.get(provider)?;
        (*name == edition).then(|| index.clone())
    }

    async fn load(&self, provider: &ProviderId) -> Result<(Edition, Arc<Index>), DirectoryError> {
        let _one_at_a_time = self.loading.lock().await;
        let mut edition = self.edition(provider).await?;
        loop {
            if let Some(index) = self.loaded(provider, edition.name) {
                return Ok((edition, index));
            }
            let listings = self.listings.listings(provider, edition.name).await?;
            // What was read is whole if its edition still stands: it is swept away only after another took its place.
            let now = self.edition(provider).await?;
            if now.name != edition.name {
                edition = now;
                continue;
            }
            let index = Arc::new(Index::new(listings));
            let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
            loaded.insert(provider.clone(), (edition.name, index.clone()));
            tracing::info!(edition = %edition.name, services = index.len(), "a directory of services was loaded");
            return Ok((edition, index));
        }
    }

    async fn edition(&self, provider: &ProviderId) -> Result<Edition, DirectoryError> {
        let edition = self.listings.edition(provider).await?;
        edition.ok_or(DirectoryError::Empty)
    }
}

/// A directory to import.
#[derive(Debug, Clone)]
pub struct NewDirectory {
    /// The SHA-256 of the files it was made from.
    pub name: Hash,
    /// Where it came from, in a word of the operator's.
    pub source: String,
    /// Its services.
    pub services: Vec<Listing>,
    /// Where postcodes and districts are.
    pub places: Places,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// It is searched from now on.
    Done(Edition),
    /// It was searched already.
    Unchanged(Edition),
}

/// Why nothing was imported. What was searched before still is.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Another import took away what this one had kept.
    #[error("another import got in between; run it again")]
    Overtaken,
    /// Too many rows.
    #[error("the directory has more rows than can be counted")]
    TooLarge,
    /// From the record.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts a directory in the place of the one that a provider has: whole, or not at all.
///
/// It is kept in parts beside the one that is searched, so nobody's answer waits; then one step makes it the one.
///
/// # Errors
/// [`ImportError`]; what was searched before still is.
pub async fn import(
    listings: &dyn Listings,
    provider: &ProviderId,
    new: &NewDirectory,
    at: Timestamp,
) -> Result<Imported, ImportError> {
    let count = |rows: usize| u32::try_from(rows).map_err(|_| ImportError::TooLarge);
    let edition = Edition {
        name: new.name,
        source: new.source.clone(),
        imported_at: at,
        services: count(new.services.len())?,
        places: count(new.places.len())?,
    };
    if let Some(now) = listings.edition(provider).await?
        && now.name == edition.name
    {
        return Ok(Imported::Unchanged(now));
    }
    for services in new.services.chunks(PART) {
        let part = EditionPart {
            services: services.to_vec(),
            places: Vec::new(),
        };
        listings.keep(provider, edition.name, part).await?;
    }
    let places: Vec<(&PlaceName, &Point)> = new.places.iter().collect();
    for places in places.chunks(PART) {
        let part = EditionPart {
            services: Vec::new(),
            places: places
                .iter()
                .map(|(name, point)| ((*name).clone(), **point))
                .collect(),
        };
        listings.keep(provider, edition.name, part).await?;
    }
    if !listings.activate_edition(provider, &edition).await? {
        return Err(ImportError::Overtaken);
    }
    while listings.sweep(provider).await? {}
    Ok(Imported::Done(edition))
}
