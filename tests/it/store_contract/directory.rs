//! The directory of services: imported by editions, seen whole or not at all.

use std::sync::Arc;

use jiff::Timestamp;

use nhs111::case::ids::{Hash, ProviderId};
use nhs111::directory::read::{places, services};
use nhs111::directory::{Disposition, PlaceName, Wanted};
use nhs111::pathway::age::AgeRange;
use nhs111::pathway::content::Setting;
use nhs111::service::directory::{Imported, KeptDirectory, NewDirectory, import};
use nhs111::service::ports::directory::{
    Directory, DirectoryError, Edition, EditionPart, Listings, Near,
};
use nhs111::store::postgres::{self, PostgresStore, PostgresUrl};
use nhs111::store::sqlite::{self, SqliteStore};

use super::database::{Fresh, Place};

/// What the record keeps of directories, as another process sees it.
async fn listings(fresh: &Fresh) -> Arc<dyn Listings> {
    match &fresh.place {
        Place::Sqlite(folder) => {
            let path = folder.path().join("record.db");
            Arc::new(
                SqliteStore::open(&path, sqlite::Limits::default())
                    .await
                    .unwrap(),
            )
        }
        Place::Postgres(database) => {
            let url = PostgresUrl::new(&database.url()).unwrap();
            Arc::new(
                PostgresStore::open(&url, postgres::Limits::default())
                    .await
                    .unwrap(),
            )
        }
    }
}

/// So many pharmacies, named after the edition.
fn directory(name: u8, count: usize) -> NewDirectory {
    let places =
        places("postcode,latitude,longitude\nZZ1 1AA,54.0,1.0\nZZ1 1AB,54.01,1.0\n").unwrap();
    let mut csv = "id,name,kind,postcode,takes,hours\n".to_owned();
    for number in 0..count {
        csv.push_str(&format!(
            "p{number},Pharmacy {number} of {name},pharmacy,ZZ1 1AB,pharmacy,always\n"
        ));
    }
    NewDirectory {
        name: Hash([name; 32]),
        source: format!("edition {name}"),
        services: services(&csv, &places).unwrap(),
        places,
    }
}

fn wanted() -> Wanted {
    Wanted {
        disposition: Disposition {
            id: "pharmacy-24-hours".to_owned(),
            dx: None,
            family: "pharmacy".to_owned(),
            setting: Setting::Pharmacy,
            within_minutes: Some(60),
            emergency: false,
        },
        age: AgeRange::ANY,
        sex: None,
        complaints: Vec::new(),
        at: Timestamp::UNIX_EPOCH,
        since: Timestamp::UNIX_EPOCH,
        limit: 2000,
    }
}

fn near(name: &str) -> Near {
    Near::Name(name.parse().unwrap())
}

fn provider() -> ProviderId {
    ProviderId::default()
}

pub async fn a_directory_is_imported_whole_and_takes_the_place_of_the_one_before(fresh: &Fresh) {
    let listings = listings(fresh).await;
    let search = KeptDirectory::new(listings.clone());
    let found = search.find(&provider(), &near("ZZ1 1AA"), &wanted()).await;
    assert!(matches!(found, Err(DirectoryError::Empty)));
    // More than one part.
    let first = directory(1, 1203);
    let done = import(
        listings.as_ref(),
        &provider(),
        &first,
        Timestamp::UNIX_EPOCH,
    )
    .await;
    let Imported::Done(edition) = done.unwrap() else {
        panic!("not done")
    };
    assert_eq!((edition.services, edition.places), (1203, 3));
    assert_eq!(
        listings.edition(&provider()).await.unwrap(),
        Some(edition.clone())
    );
    let mut kept = listings.listings(&provider(), first.name).await.unwrap();
    let mut given = first.services.clone();
    kept.sort_by(|one, other| one.id.cmp(&other.id));
    given.sort_by(|one, other| one.id.cmp(&other.id));
    assert_eq!(kept, given);
    let found = search
        .find(&provider(), &near("zz1 1aa"), &wanted())
        .await
        .unwrap();
    assert_eq!(found.selection.offers.len(), 1203);
    assert!(!found.is_rough);
    let rough = search
        .find(&provider(), &near("ZZ1 9ZZ"), &wanted())
        .await
        .unwrap();
    assert!(rough.is_rough, "the middle of the district");
    let unknown = search.find(&provider(), &near("ZZ2"), &wanted()).await;
    assert!(matches!(unknown, Err(DirectoryError::UnknownPlace)));

    let again = import(listings.as_ref(), &provider(), &first, Timestamp::MAX).await;
    assert_eq!(again.unwrap(), Imported::Unchanged(edition));
    let second = directory(2, 2);
    import(
        listings.as_ref(),
        &provider(),
        &second,
        Timestamp::UNIX_EPOCH,
    )
    .await
    .unwrap();
    let found = search
        .find(&provider(), &near("ZZ1 1AA"), &wanted())
        .await
        .unwrap();
    let names: Vec<&str> = found
        .selection
        .offers
        .iter()
        .map(|offer| offer.listing.name.as_str())
        .collect();
    assert_eq!(names, ["Pharmacy 0 of 2", "Pharmacy 1 of 2"]);
    let swept = listings.listings(&provider(), first.name).await.unwrap();
    assert!(swept.is_empty(), "{} are left", swept.len());
    let name: PlaceName = "ZZ1 1AA".parse().unwrap();
    assert_eq!(
        listings
            .place(&provider(), first.name, &[name])
            .await
            .unwrap(),
        None
    );
}

/// Imports, and sweeps away what was imported before: for whoever may do less than the owner of the tables.
pub async fn is_imported_twice(url: &str) {
    let url = PostgresUrl::new(url).unwrap();
    let listings = PostgresStore::open(&url, postgres::Limits::default())
        .await
        .unwrap();
    for name in 1..3 {
        let done = import(
            &listings,
            &provider(),
            &directory(name, 2),
            Timestamp::UNIX_EPOCH,
        )
        .await;
        assert!(matches!(done, Ok(Imported::Done(_))), "{done:?}");
    }
    let swept = listings.listings(&provider(), Hash([1; 32])).await.unwrap();
    assert!(swept.is_empty());
}

pub async fn an_edition_that_is_not_whole_is_not_searched(fresh: &Fresh) {
    let listings = listings(fresh).await;
    let whole = directory(1, 2);
    import(
        listings.as_ref(),
        &provider(),
        &whole,
        Timestamp::UNIX_EPOCH,
    )
    .await
    .unwrap();
    let half = directory(2, 3);
    let part = EditionPart {
        services: half.services[..2].to_vec(),
        places: half.places.clone().into_iter().collect(),
    };
    listings
        .keep(&provider(), half.name, part.clone())
        .await
        .unwrap();
    listings.keep(&provider(), half.name, part).await.unwrap();
    let edition = Edition {
        name: half.name,
        source: half.source.clone(),
        imported_at: Timestamp::UNIX_EPOCH,
        services: 3,
        places: 3,
    };
    assert!(
        !listings
            .activate_edition(&provider(), &edition)
            .await
            .unwrap()
    );
    assert_eq!(
        listings.edition(&provider()).await.unwrap().unwrap().name,
        whole.name
    );
    // An import that was broken off is taken up where it stopped.
    import(listings.as_ref(), &provider(), &half, Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    assert_eq!(
        listings.edition(&provider()).await.unwrap().unwrap().name,
        half.name
    );
}

pub async fn a_directory_of_another_provider_is_not_seen(fresh: &Fresh) {
    fresh
        .tamper(
            "INSERT INTO providers (provider, title) VALUES ('other', 'Other')",
            "INSERT INTO providers (provider, title) VALUES ('other', 'Other')",
        )
        .await;
    let listings = listings(fresh).await;
    let other = ProviderId("other".to_owned());
    let theirs = directory(1, 2);
    import(listings.as_ref(), &other, &theirs, Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    assert_eq!(listings.edition(&provider()).await.unwrap(), None);
    assert!(
        listings
            .listings(&provider(), theirs.name)
            .await
            .unwrap()
            .is_empty()
    );
    let ours = directory(2, 1);
    import(listings.as_ref(), &provider(), &ours, Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    assert_eq!(
        listings.listings(&other, theirs.name).await.unwrap().len(),
        2,
        "nothing of theirs was swept away"
    );
}

pub async fn a_service_that_cannot_be_read_is_left_out(fresh: &Fresh) {
    let listings = listings(fresh).await;
    import(
        listings.as_ref(),
        &provider(),
        &directory(1, 3),
        Timestamp::UNIX_EPOCH,
    )
    .await
    .unwrap();
    let damage = "UPDATE directory_services SET listing = '{}' WHERE service = 'p1'";
    fresh.tamper(damage, damage).await;
    let search = KeptDirectory::new(listings);
    let found = search
        .find(&provider(), &near("ZZ1"), &wanted())
        .await
        .unwrap();
    let ids: Vec<&str> = found
        .selection
        .offers
        .iter()
        .map(|offer| offer.listing.id.as_str())
        .collect();
    assert_eq!(ids, ["p0", "p2"]);
}

pub async fn another_node_searches_the_new_edition_at_once(fresh: &Fresh) {
    let (one, other) = (listings(fresh).await, listings(fresh).await);
    let search = KeptDirectory::new(other);
    for name in 1..4_u8 {
        import(
            one.as_ref(),
            &provider(),
            &directory(name, 1),
            Timestamp::UNIX_EPOCH,
        )
        .await
        .unwrap();
        let found = search
            .find(&provider(), &near("ZZ1"), &wanted())
            .await
            .unwrap();
        assert_eq!(found.edition.source, format!("edition {name}"));
        assert_eq!(
            found.selection.offers[0].listing.name,
            format!("Pharmacy 0 of {name}")
        );
    }
}
