//! The services that fit what a case came to: offered with reasons, recorded, and never in the way of the outcome.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};

use nhs111::case::ids::{Hash, ProviderId};
use nhs111::directory::Wanted;
use nhs111::directory::read::{places, services};
use nhs111::service::directory::{NewDirectory, import};
use nhs111::service::ports::directory::{Directory, DirectoryError, Found, Near};

use crate::test_app::{Call, TestApp, also_on_postgres};

const PLACES: &str = "postcode,latitude,longitude\nZZ1 1AA,54.0,1.0\nZZ1 1AB,54.01,1.0\nZZ1 1AC,54.03,1.0\nZZ9 9ZZ,58.0,-3.0\n";

/// It is noon of Sunday, 22 November 2026.
const SERVICES: &str = "id,name,kind,way,phone,postcode,takes,age_from,sex,hours,capacity\n\
    far,Far Walk-in Centre,walk_in_centre,,,ZZ1 1AC,primary-care,,,Daily 08:00-20:00,\n\
    gp,The Surgery,gp_practice,phone_first,01632 960001,ZZ1 1AB,primary-care:6h-,,,Mon-Fri 08:00-18:30,\n\
    here,Holm Treatment Centre,urgent_treatment_centre,,01632 960002,ZZ1 1AA,primary-care:-24h,,,Daily 08:00-22:00,\n\
    shut,Tuesday Clinic,walk_in_centre,,,ZZ1 1AA,primary-care,,,Tue 08:00-22:00,\n\
    old,Clinic for Older People,walk_in_centre,,,ZZ1 1AA,primary-care,65 years,,always,\n\
    men,Clinic for Men,walk_in_centre,,,ZZ1 1AA,primary-care,,male,always,\n\
    full,Full Clinic,walk_in_centre,,,ZZ1 1AA,primary-care,,,always,none\n\
    slow,Routine Clinic,gp_practice,,,ZZ1 1AA,primary-care:3d-,,,always,\n\
    why,Clinic without Hours,walk_in_centre,,,ZZ1 1AA,primary-care,,,unknown,\n\
    chemist,Pharmacy,pharmacy,,,ZZ1 1AA,pharmacy,,,always,\n\
    ae,A&E,emergency_department,,,ZZ1 1AA,emergency-department ambulance,,,always,\n";

async fn with_services() -> TestApp {
    let app = TestApp::new().await;
    let places = places(PLACES).unwrap();
    let new = NewDirectory {
        name: Hash::of(SERVICES),
        source: "test".to_owned(),
        services: services(SERVICES, &places).unwrap(),
        places,
    };
    let listings = app.database().listings;
    import(
        listings.as_ref(),
        &ProviderId::default(),
        &new,
        app.service.now(),
    )
    .await
    .unwrap();
    app
}

/// Primary care within 24 hours.
async fn to_be_seen(app: &TestApp) -> Call<'_> {
    let call = Call::sore_throat(app).await;
    hardly_swallows(call).await
}

/// Answers up to primary care within 24 hours.
async fn hardly_swallows(call: Call<'_>) -> Call<'_> {
    call.answers("unresponsive", "no")
        .await
        .none_of("throat_signs")
        .await
        .answers("weak_immunity", "no")
        .await
        .answers("swallowing", "unable")
        .await
        .holds("primary-care-24-hours")
}

fn ids<'a>(list: &'a Value, what: &str) -> Vec<&'a str> {
    let services = list[what].as_array().unwrap();
    services
        .iter()
        .map(|offer| offer["service"]["id"].as_str().unwrap())
        .collect()
}

#[track_caller]
fn has_the_national_ways(reply: &Value) {
    let ways = reply["fall_back"].as_array().unwrap();
    assert!(ways.iter().any(|way| way["phone"] == "999"), "{reply:#}");
}

async fn search(call: &Call<'_>, place: &str) -> Value {
    call.send(
        "/services/search",
        &[],
        json!({"place": {"postcode": place}}),
    )
    .await
    .is(200)
}

#[tokio::test]
async fn the_nearest_that_fit_are_offered_with_the_reasons_for_these_and_the_others() {
    let app = with_services().await;
    let call = to_be_seen(&app).await;
    let reply = search(&call, "zz11aa").await;
    assert_eq!(reply["status"], "searched");
    assert_eq!(ids(&reply, "services"), ["here", "gp", "far"]);
    assert_eq!(reply["services"][0]["why"], json!(["takes", "open_now"]));
    assert_eq!(reply["services"][0]["closes"], "2026-11-22T22:00:00Z");
    assert_eq!(reply["services"][1]["opens"], "2026-11-23T08:00:00Z");
    assert_eq!(reply["services"][1]["service"]["distance_metres"], 1112);
    let why: Vec<(&str, &str)> = reply["near_misses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|miss| {
            (
                miss["service"]["id"].as_str().unwrap(),
                miss["why_not"].as_str().unwrap(),
            )
        })
        .collect();
    for expected in [
        ("shut", "shut"),
        ("old", "age"),
        ("men", "sex"),
        ("full", "no_room"),
        ("slow", "other_dispositions"),
    ] {
        assert!(why.contains(&expected), "{expected:?} is not among {why:?}");
    }
    has_the_national_ways(&reply);
    assert_eq!(reply["fall_back"][0]["id"], "gp");
    assert_eq!(reply["directory"]["source"], "test");
}

#[tokio::test]
async fn what_was_offered_and_chosen_is_on_the_record_and_the_place_is_sealed() {
    // Known by its district only, so that the directory itself does not hold it.
    const HOME: &str = "ZZ1 9QX";
    let app = with_services().await;
    let call = to_be_seen(&app).await;
    let first = search(&call, HOME).await;
    let again = search(&call, HOME).await;
    assert_eq!(
        first["state"]["seq"], again["state"]["seq"],
        "the same again is no new event"
    );
    let without = call.send("/services/search", &[], json!({})).await.is(200);
    assert_eq!(
        ids(&without, "services"),
        ids(&first, "services"),
        "the place is known"
    );
    call.send("/services/choice", &[], json!({"service": "gp"}))
        .await
        .is(200);
    let read = call.read("").await;
    assert_eq!(read["routing"]["offered"], json!(["gp", "here", "far"]));
    assert_eq!(
        (&read["routing"]["chosen"], &read["routing"]["has_place"]),
        (&json!("gp"), &json!(true))
    );
    assert!(!read.to_string().contains("9QX"), "{read:#}");
    call.send("/services/choice", &[], json!({"service": "chemist"}))
        .await
        .refused(422, "service_not_offered");
    // Another node replays the same.
    let case = call.case.parse().unwrap();
    let stored = app
        .database()
        .store
        .case(&ProviderId::default(), case)
        .await
        .unwrap()
        .unwrap();
    assert!(stored.links.iter().all(|link| !link.text.contains("9QX")));
    assert!(
        stored
            .links
            .iter()
            .any(|link| link.text.contains("\"place_given\"") && link.sealed.is_some())
    );
    app.service.close().await;
    assert!(!app.stores(HOME).await && !app.stores("9QX").await);
}

#[tokio::test]
async fn a_resend_has_no_second_effect_and_a_stale_writer_still_gets_services() {
    let app = with_services().await;
    let call = to_be_seen(&app).await;
    let key = [("idempotency-key", "0123456789abcdef-search")];
    let body = json!({"place": {"postcode": "ZZ1 1AA"}, "after": call.state["seq"]});
    let first = call
        .send("/services/search", &key, body.clone())
        .await
        .is(200);
    let again = call
        .send("/services/search", &key, body.clone())
        .await
        .is(200);
    assert_eq!(first["state"]["seq"], again["state"]["seq"]);
    let other = json!({"place": {"postcode": "ZZ1 1AC"}});
    call.send("/services/search", &key, other)
        .await
        .refused(422, "idempotency_key_reused");
    let stale = call.send("/services/search", &[], body).await.is(200);
    assert_eq!(stale["recorded"], false);
    assert_eq!(ids(&stale, "services"), ["here", "gp", "far"]);
}

#[tokio::test]
async fn an_emergency_lists_no_service_that_takes_the_mind_off_999() {
    let app = with_services().await;
    let call = Call::sore_throat(&app)
        .await
        .volunteers("drooling", "yes")
        .await;
    let reply = search(&call, "ZZ1 1AA").await;
    assert_eq!(
        (
            reply["status"].as_str(),
            reply["services"].as_array().map(Vec::len)
        ),
        (Some("emergency"), Some(0))
    );
    assert_eq!(reply["fall_back"], json!([{"id": "999", "phone": "999"}]));
    assert_eq!(
        reply["state"]["result"]["disposition"],
        "ambulance-category-2"
    );
}

#[tokio::test]
async fn a_place_that_is_not_known_gives_the_national_ways_and_the_same_disposition() {
    let app = with_services().await;
    let call = to_be_seen(&app).await;
    let nowhere = call.send("/services/search", &[], json!({})).await.is(200);
    assert_eq!(nowhere["status"], "no_place");
    let unknown = search(&call, "ZZ5 5AA").await;
    assert_eq!(unknown["status"], "unknown_place");
    let empty = search(&call, "ZZ9 9ZZ").await;
    assert_eq!(
        (&empty["status"], ids(&empty, "services").len()),
        (&json!("searched"), 0)
    );
    for reply in [nowhere, unknown, empty] {
        has_the_national_ways(&reply);
        assert_eq!(
            reply["state"]["result"]["disposition"],
            "primary-care-24-hours"
        );
    }
    for place in [
        json!({"postcode": "here"}),
        json!({"latitude": 1.0, "longitude": 54.0}),
    ] {
        call.send("/services/search", &[], json!({"place": place}))
            .await
            .refused(422, "not_a_place");
    }
    let fields = json!({"place": {"postcode": "ZZ1", "name": "x"}});
    call.send("/services/search", &[], fields)
        .await
        .refused(422, "body_not_understood");
}

#[tokio::test]
async fn without_a_directory_there_are_the_national_ways() {
    let app = TestApp::new().await;
    let call = to_be_seen(&app).await;
    let reply = search(&call, "ZZ1 1AA").await;
    assert_eq!(reply["status"], "no_directory");
    has_the_national_ways(&reply);
}

#[tokio::test]
async fn services_that_could_not_be_recorded_are_given_all_the_same() {
    let app = with_services().await;
    let call = to_be_seen(&app).await;
    app.store.fail(true);
    let reply = search(&call, "ZZ1 1AA").await;
    assert_eq!(
        (&reply["recorded"], ids(&reply, "services")),
        (&json!(false), vec!["here", "gp", "far"])
    );
    app.store.fail(false);
    assert_eq!(search(&call, "ZZ1 1AA").await["recorded"], true);
}

/// Does what the test says in the place of a search.
enum Odd {
    Silent,
    Broken,
}

#[async_trait]
impl Directory for Odd {
    async fn find(&self, _: &ProviderId, _: &Near, _: &Wanted) -> Result<Found, DirectoryError> {
        match self {
            Odd::Silent => std::future::pending().await,
            Odd::Broken => Err(DirectoryError::Store(
                nhs111::service::ports::StoreError::Closed,
            )),
        }
    }
}

#[tokio::test]
async fn a_directory_that_is_slow_or_broken_holds_up_nobody() {
    for odd in [Odd::Silent, Odd::Broken] {
        let app = with_services().await;
        let mut database = app.database();
        database.directory = Arc::new(odd);
        let app = app.over(database, Duration::from_millis(1));
        let call = to_be_seen(&app).await;
        let reply = search(&call, "ZZ1 1AA").await;
        assert_eq!(reply["status"], "unavailable");
        has_the_national_ways(&reply);
        assert_eq!(
            reply["state"]["result"]["disposition"],
            "primary-care-24-hours"
        );
        assert_eq!(reply["recorded"], true, "the place was told, and is kept");
    }
}

#[tokio::test]
async fn an_unknown_age_or_sex_takes_only_what_takes_everybody() {
    let app = with_services().await;
    let call = Call::start(&app, json!({"complaints": ["sore-throat"], "patient": {"party": "first", "age": "not told", "sex": "not told"}})).await;
    let call = hardly_swallows(call).await;
    let reply = search(&call, "ZZ1 1AA").await;
    assert_eq!(ids(&reply, "services"), ["here", "gp", "far"]);
    let near_misses = reply["near_misses"].to_string();
    assert!(near_misses.contains("age_not_known") && near_misses.contains("sex_not_known"));
}

#[tokio::test]
async fn the_time_counts_from_the_answer_and_not_from_the_search() {
    let app = with_services().await;
    let call = to_be_seen(&app).await;
    // Five in the morning of Monday: the surgery opens at eight, within the 24 hours of yesterday noon.
    app.clock.forward(17 * 3600);
    assert_eq!(
        ids(&search(&call, "ZZ1 1AA").await, "services"),
        ["here", "gp", "far"]
    );
    // Half past six in the evening: the time has run out, and only what is open now is offered.
    app.clock.forward(13 * 3600 + 1800);
    assert_eq!(
        ids(&search(&call, "ZZ1 1AA").await, "services"),
        ["here", "far"]
    );
}

#[test]
fn the_directory_for_demonstrations_has_no_fault_and_no_real_number() {
    let read = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("demonstration/directory");
        std::fs::read_to_string(folder.join(name)).unwrap()
    };
    let places = places(&read("postcodes.csv")).unwrap();
    let listings = services(&read("services.csv"), &places).unwrap();
    assert!(listings.len() >= 60, "{}", listings.len());
    for listing in listings {
        let number = listing.phone.unwrap();
        let drama = number
            .strip_prefix("01632 960")
            .is_some_and(|rest| rest.len() == 3);
        assert!(
            drama || ["999", "111"].contains(&number.as_str()),
            "{number}"
        );
        assert!(listing.postcode.unwrap().to_string().starts_with("ZZ"));
    }
}

also_on_postgres![
    the_nearest_that_fit_are_offered_with_the_reasons_for_these_and_the_others,
    what_was_offered_and_chosen_is_on_the_record_and_the_place_is_sealed,
    a_resend_has_no_second_effect_and_a_stale_writer_still_gets_services,
    an_emergency_lists_no_service_that_takes_the_mind_off_999,
    a_place_that_is_not_known_gives_the_national_ways_and_the_same_disposition,
    without_a_directory_there_are_the_national_ways,
    services_that_could_not_be_recorded_are_given_all_the_same,
    a_directory_that_is_slow_or_broken_holds_up_nobody,
    an_unknown_age_or_sex_takes_only_what_takes_everybody,
    the_time_counts_from_the_answer_and_not_from_the_search,
];
