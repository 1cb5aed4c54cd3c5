//! A directory of services: the port by which use cases search one, and the port behind the one that is kept beside the record.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::case::ids::{Hash, ProviderId};
use crate::directory::{Listing, PlaceName, Point, Selection, Wanted};

use super::StoreError;

/// Finds services near a place that take this disposition now.
///
/// Obligations: a service that may not fit (its hours, or the patient's age, are not known) is no offer; the offers stand in the
/// order of their distance; the disposition is never changed. An adapter may ask somebody else over the network: whoever calls
/// waits only for a bounded time, and shows the national ways to help whatever becomes of it.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The services that fit, and for staff those that nearly do.
    ///
    /// # Errors
    /// [`DirectoryError`] if nothing could be searched.
    async fn find(
        &self,
        provider: &ProviderId,
        near: &Near,
        wanted: &Wanted,
    ) -> Result<Found, DirectoryError>;
}

/// Where somebody is.
#[derive(Debug, Clone, PartialEq)]
pub enum Near {
    /// There.
    Point(Point),
    /// In a postcode or a district.
    Name(PlaceName),
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which directory was searched.
    pub edition: Edition,
    /// The postcode is not known, and the middle of its district stood in for it: distances are rough.
    pub is_rough: bool,
    /// The services.
    pub selection: Selection,
}

/// Why nothing was searched.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The directory does not know where this is.
    #[error("the directory does not know the place")]
    UnknownPlace,
    /// No directory was imported for this provider.
    #[error("there is no directory of services")]
    Empty,
    /// It took too long.
    #[error("the directory of services took too long")]
    TooSlow,
    /// It cannot be read.
    #[error("the directory of services cannot be read")]
    Store(#[from] StoreError),
}

/// A directory as it was imported: immutable, and named by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The SHA-256 of the files it was made from.
    pub name: Hash,
    /// Where it came from, in a word of the operator's.
    pub source: String,
    /// When it became the one that is searched.
    pub imported_at: Timestamp,
    /// How many services it has.
    pub services: u32,
    /// How many postcodes and districts it has.
    pub places: u32,
}

/// What the record keeps of a directory, by editions.
///
/// Obligations: what is kept of an edition cannot be seen before it is activated, and is seen whole from then on; keeping the same
/// again changes nothing; no call answers for another provider.
#[async_trait]
pub trait Listings: Send + Sync {
    /// The edition that is searched, or `None` if there is none yet.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn edition(&self, provider: &ProviderId) -> Result<Option<Edition>, StoreError>;

    /// Every service of an edition, in the order of the ids. One that cannot be read is named in the log and left out.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn listings(
        &self,
        provider: &ProviderId,
        edition: Hash,
    ) -> Result<Vec<Listing>, StoreError>;

    /// Where the first of these is that an edition knows, and which it is.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn place(
        &self,
        provider: &ProviderId,
        edition: Hash,
        names: &[PlaceName],
    ) -> Result<Option<(PlaceName, Point)>, StoreError>;

    /// Keeps a part of an edition that is to come.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn keep(
        &self,
        provider: &ProviderId,
        edition: Hash,
        part: EditionPart,
    ) -> Result<(), StoreError>;

    /// Makes an edition the one that is searched. `false` if it is not there whole: then nothing was changed.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn activate_edition(
        &self,
        provider: &ProviderId,
        edition: &Edition,
    ) -> Result<bool, StoreError>;

    /// Takes away some of what is kept of other editions than the one that is searched. `false` once nothing is left of them.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn sweep(&self, provider: &ProviderId) -> Result<bool, StoreError>;
}

/// A part of an edition, small enough that answers do not wait for it.
#[derive(Debug, Clone, Default)]
pub struct EditionPart {
    /// Some services.
    pub services: Vec<Listing>,
    /// Some postcodes and districts.
    pub places: Vec<(PlaceName, Point)>,
}
