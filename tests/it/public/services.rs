//! Services near a visitor, on the page of what to do.

use nhs111::case::ids::{Hash, ProviderId};
use nhs111::directory::read::{places, services};
use nhs111::service::directory::{NewDirectory, import};
use nhs111::service::ports::Database;

use super::browser::{App, Browser};
use super::with_a_sore_throat;

/// It is the afternoon of Tuesday, 3 November 2026.
const SERVICES: &str = "id,name,kind,way,phone,address,postcode,takes,hours,note\n\
    ae,Holm General & District,emergency_department,,01632 960001,1 High Street,ZZ1 1AB,emergency-department,always,\n\
    utc,Quay <Urgent> Centre,urgent_treatment_centre,phone_first,01632 960002,2 Quay,ZZ1 1AA,emergency-department:4h-,Daily 08:00-16:00,Bring your medicines.\n\
    chemist,The Pharmacy,pharmacy,,,3 Quay,ZZ1 1AA,pharmacy,always,\n";

async fn with_services() -> App {
    let app = App::start().await;
    let places =
        places("postcode,latitude,longitude\nZZ1 1AA,54.0,1.0\nZZ1 1AB,54.01,1.0\n").unwrap();
    let new = NewDirectory {
        name: Hash([1; 32]),
        source: "test".to_owned(),
        services: services(SERVICES, &places).unwrap(),
        places,
    };
    let listings = Database::of(app.store.record()).listings;
    import(
        listings.as_ref(),
        &ProviderId::default(),
        &new,
        jiff::Timestamp::UNIX_EPOCH,
    )
    .await
    .unwrap();
    app
}

/// Told to go to A&E within 4 hours.
async fn to_hospital(app: &App) -> Browser {
    let mut browser = with_a_sore_throat(app).await;
    browser.submit(&[("answer", "no")]).await;
    browser.submit(&[("answer", "no")]).await;
    browser.submit(&[("answer", "unable")]).await;
    while browser.path != "/outcome" {
        if browser.html.contains("name=\"text\"") {
            browser.submit(&[("text", "nothing")]).await;
        } else if browser.html.contains("name=\"number\"")
            || browser.html.contains("name=\"unsure\"")
        {
            browser.submit(&[("unsure", "yes")]).await;
        } else {
            browser.submit(&[("answer", "no")]).await;
        }
    }
    assert_eq!(browser.heading(), "Urgent advice: Go to A&E");
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_services_are_shown_once_a_postcode_is_told() {
    let app = with_services().await;
    let mut browser = to_hospital(&app).await;
    browser
        .says("Where the person who needs help is now")
        .says("You can get help in these ways: Go to any A&E.");
    browser.submit(&[("postcode", " zz11aa ")]).await;
    assert_eq!(browser.path, "/outcome");
    assert_eq!(browser.heading(), "Urgent advice: Go to A&E");
    browser
        .says("Where you can go Quay <Urgent> Centre Urgent treatment centre, very near Open now, until 4pm. It closes soon. 2 Quay, ZZ1 1AA")
        .says("Phone before you go. Phone 01632 960002 Bring your medicines.")
        .says("Holm General & District A&E, 0.7 miles away Open all day and night.")
        .says("We looked near ZZ1 1AA.")
        .says("You can also get help in these ways:")
        .says_not("The Pharmacy");
    assert!(browser.html.contains("href=\"tel:01632960002\""));
    // Nothing of it stands in an address, and it is there when the page is seen again.
    assert!(
        browser
            .seen
            .iter()
            .all(|address| !address.to_lowercase().contains("zz1"))
    );
    browser.get("/outcome").await;
    browser.says("Holm General & District");
    browser.follow("Use another postcode").await;
    assert_eq!(browser.heading(), "Find a service near you");
    browser.submit(&[("postcode", "ZZ1 1AB")]).await;
    browser.says("Holm General & District A&E, very near");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postcode_that_is_none_is_said_beside_its_field_and_the_outcome_stands() {
    let app = with_services().await;
    let mut browser = to_hospital(&app).await;
    browser.submit(&[("postcode", "near <the> pier")]).await;
    assert_eq!(browser.path, "/services");
    browser
        .says("There is a problem")
        .says("Enter a postcode such as ZZ1 4DX");
    assert!(browser.html.contains("value=\"near &lt;the&gt; pier\""));
    browser.follow("Go back to what to do").await;
    assert_eq!(browser.heading(), "Urgent advice: Go to A&E");
    browser.submit(&[("postcode", "ZZ7 7AA")]).await;
    assert_eq!(browser.path, "/outcome");
    browser
        .says("We do not know where that postcode is.")
        .says("Go to any A&E.");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_looked_for_all_the_same() {
    let app = with_services().await;
    let mut browser = to_hospital(&app).await;
    app.store
        .no_writes
        .store(true, std::sync::atomic::Ordering::SeqCst);
    browser.submit(&[("postcode", "ZZ1 1AA")]).await;
    assert_eq!(browser.path, "/outcome");
    browser.says("Quay <Urgent> Centre");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_to_phone_999_is_asked_for_no_postcode() {
    let app = with_services().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser.submit(&[("answer", "yes")]).await;
    assert_eq!(browser.path, "/outcome");
    browser
        .says("Phone 999 now")
        .says_not("Postcode")
        .says_not("Where to get help");
}
