//! Back buttons, second tabs, resubmissions, broken forms, other websites, and a record that fails.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;

use super::{App, begun, with_a_sore_throat};

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_nothing_in_it_is_shown_again_with_what_is_wrong() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.get("/about-you").await;
    browser
        .submit(&[
            ("party", "third"),
            ("age_by", "birth"),
            ("birth_day", "31"),
            ("birth_month", "2"),
            ("birth_year", "2020"),
        ])
        .await;
    assert!(
        browser.title().starts_with("Error: Who needs help?"),
        "{}",
        browser.title()
    );
    browser
        .says("The date of birth must be a real date")
        .says("Choose female, male or");
    assert!(
        browser.html.contains("tabindex=\"-1\" autofocus")
            && browser.html.contains("href=\"#birth-day\"")
            && browser.html.contains("value=\"2020\"")
    );
    assert!(
        browser.html.contains("value=\"third\" checked"),
        "what was answered is kept"
    );
    assert_eq!(
        browser.path, "/about-you",
        "refresh shows the same page and sends nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_question_says_what_is_wrong_and_keeps_what_was_typed() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let wrong = "Choose an answer. If you do not know, choose ‘I am not sure’";
    browser.submit(&[("answer", "")]).await;
    browser.says(wrong);
    browser.submit(&[("answer", "maybe")]).await;
    browser.says(wrong);
    browser.submit(&[("answer", "no")]).await;
    browser.says_not("There is a problem");
    browser.submit(&[("answer", "no")]).await;
    browser.submit(&[("answer", "normal")]).await;
    browser.submit(&[("number", "hot")]).await;
    browser.says("Enter a number, such as 37.5");
    assert!(browser.html.contains("value=\"hot\"") && browser.title().starts_with("Error: "));
    browser.submit(&[("number", "37"), ("unsure", "yes")]).await;
    browser.says("Enter a number or choose ‘I am not sure’, not both");
    browser.submit(&[("number", "37")]).await;
    browser.submit(&[("number", ""), ("unit", "days")]).await;
    browser.says("Enter how long, or choose");
    browser.submit(&[("unsure", "yes")]).await;
    browser.says("What was taken for it?");
    browser.submit(&[("row", "no-such-row")]).await;
    browser.says("Choose from the list, or choose");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_checklist_is_refused() {
    let app = App::start().await;
    let mut browser = begun(&app).await;
    browser.submit(&[("add.cough", "")]).await;
    browser.submit(&[("go", "on")]).await;
    let events = browser.events(&app).await;
    browser.submit(&[("rest", "")]).await;
    browser
        .says("There is a problem")
        .says("Choose any that are happening, or choose ‘None of these’ or ‘I am not sure’");
    assert!(browser.title().starts_with("Error: Is any of this"));
    assert_eq!(browser.events(&app).await, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_search_and_going_on_without_a_complaint_say_what_is_wrong() {
    let app = App::start().await;
    let mut browser = begun(&app).await;
    let (action, body) = browser.form(&[("search", "")]);
    browser.post(&action, body.clone()).await;
    browser.says("Enter a word for the problem");
    browser.post(&action, body + "&go=on").await;
    browser.says("Choose at least one problem, or phone 111");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_token_is_not_taken() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let (address, events) = (browser.path.clone(), browser.events(&app).await);
    browser
        .post(&address, "question=drooling&answer=yes".to_owned())
        .await;
    browser.post("/stop", String::new()).await;
    assert_eq!(
        (browser.path.clone(), browser.events(&app).await),
        (format!("{address}?notice=other-tab"), events)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_is_recorded_once() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let (action, body) = browser.form(&[("answer", "no")]);
    browser.post(&action, body.clone()).await;
    let (events, place) = (browser.events(&app).await, browser.path.clone());
    browser.post(&action, body).await;
    assert_eq!(
        (browser.events(&app).await, browser.path.clone()),
        (events, place)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_start_sent_twice_is_one_case() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.get("/about-you").await;
    let (action, body) = browser.form(&[
        ("party", "first"),
        ("age_by", "not_told"),
        ("sex", "not_told"),
    ]);
    browser.post(&action, body.clone()).await;
    let case = browser.cookies["nhs111-case"].clone();
    browser.post(&action, body).await;
    assert_eq!(browser.cookies["nhs111-case"], case);
}

#[tokio::test(flavor = "multi_thread")]
async fn back_shows_the_earlier_question_with_its_answer_and_another_answer_is_a_change() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let earlier = browser.path.clone();
    let (action, changed) = browser.form(&[("answer", "yes")]);
    browser.submit(&[("answer", "no")]).await;
    let events = browser.events(&app).await;
    browser.get(&earlier).await;
    assert_eq!(
        browser.heading(),
        "Are you drooling because you cannot swallow your spit?"
    );
    assert!(browser.html.contains("value=\"no\" checked"));
    // The page of a second tab, from before the answer.
    browser.post(&action, changed).await;
    assert_eq!(browser.path, "/change");
    browser
        .says("Your answer now No Your new answer Yes")
        .says("The advice becomes more urgent.");
    assert_eq!(
        browser.events(&app).await,
        events,
        "nothing is recorded unseen"
    );
    browser.submit(&[("question", "drooling")]).await;
    assert!(
        browser
            .main()
            .starts_with("Immediate action required: Phone 999 now")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_link_leads_from_every_question_to_the_one_before() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser.submit(&[("answer", "no")]).await;
    browser.follow("Back").await;
    assert_eq!(
        browser.heading(),
        "Are you drooling because you cannot swallow your spit?"
    );
    browser.follow("Back").await;
    assert_eq!(browser.heading(), "Is any of this happening to you now?");
    assert!(browser.html.contains("value=\"none\" checked"));
    browser
        .submit(&[("sign", "gasping"), ("rest", "none")])
        .await;
    browser
        .says("Is this change right?")
        .says("Are you gasping for breath? Your answer now No Your new answer Yes");
    browser.get("/questions").await;
    browser.says("Is your immune system weak?");
    browser.get("/complaints").await;
    browser.follow("Back").await;
    assert_eq!(browser.path, "/about-you/change");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_that_was_shown_can_be_shown_again_and_records_nothing() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser.submit(&[("answer", "yes")]).await;
    let (events, seen) = (browser.events(&app).await, browser.seen.clone());
    for address in seen.iter().map(String::as_str).chain([
        "/change",
        "/stop",
        "/leave",
        "/answers/3",
        "/answers/999",
        "/questions/0",
        "/questions/999",
    ]) {
        browser.get(address).await;
        assert_eq!(browser.status, StatusCode::OK, "{address}");
    }
    assert_eq!(browser.events(&app).await, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_a_case_that_another_tab_has_left_is_not_taken() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let (action, body) = browser.form(&[("answer", "yes")]);
    browser.get("/about-you").await;
    assert!(
        !browser.html.contains("value=\"36\""),
        "the next one who uses this device sees nothing of the last"
    );
    browser
        .submit(&[
            ("party", "first"),
            ("age_by", "not_told"),
            ("sex", "not_told"),
        ])
        .await;
    let events = browser.events(&app).await;
    browser.post(&action, body).await;
    browser
        .says("You started again in another window")
        .says_not("Phone 999 now Do not wait");
    assert_eq!(browser.events(&app).await, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_another_website_is_refused() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let (action, body) = browser.form(&[("answer", "yes")]);
    let events = browser.events(&app).await;
    for headers in [
        [("origin", "https://elsewhere.test")],
        [("sec-fetch-site", "cross-site")],
        [("origin", "null")],
    ] {
        browser
            .send("POST", &action, Some(body.clone()), &headers)
            .await;
        assert_eq!(browser.status, StatusCode::FORBIDDEN);
        browser
            .says("If this is an emergency, phone 999 now.")
            .says("Phone 111");
    }
    assert_eq!(browser.events(&app).await, events);
    browser
        .send(
            "POST",
            &action,
            Some(body),
            &[("origin", "http://111.test")],
        )
        .await;
    assert_eq!(browser.path, "/outcome");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_case_of_another_device_is_not_shown() {
    let app = App::start().await;
    let browser = with_a_sore_throat(&app).await;
    let mut other = app.browser();
    let (case, secret) = browser.cookies["nhs111-case"].split_once('.').unwrap();
    let guessed = format!("{case}.{}", "0".repeat(secret.len()));
    for cookie in [guessed.as_str(), "nonsense", case] {
        other
            .cookies
            .insert("nhs111-case".to_owned(), cookie.to_owned());
        other.get("/questions").await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
        other
            .says("Your answers are not on this device any more")
            .says("If this is an emergency, phone 999 now.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_that_cannot_be_recorded_is_said_all_the_same() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    app.store.no_writes.store(true, Ordering::SeqCst);
    browser.submit(&[("answer", "yes")]).await;
    assert_eq!(browser.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        browser
            .main()
            .starts_with("Immediate action required: Phone 999 now"),
        "{}",
        browser.main()
    );
    // From now on even a failing page says so.
    app.store.no_reads.store(true, Ordering::SeqCst);
    browser.get("/outcome").await;
    assert!(
        browser
            .main()
            .starts_with("Immediate action required: Phone 999 now"),
        "{}",
        browser.main()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_is_said_when_the_case_cannot_even_be_read() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    app.store.no_reads.store(true, Ordering::SeqCst);
    let mut other = browser.clone();
    browser.submit(&[("answer", "yes")]).await;
    assert!(
        browser
            .main()
            .starts_with("Immediate action required: Phone 999 now"),
        "{}",
        browser.main()
    );
    other.submit(&[("answer", "no")]).await;
    assert!(
        other.main().starts_with(
            "If this is an emergency, phone 999 now. Sorry, this website has a problem"
        ),
        "{}",
        other.main()
    );
    other.says("phone 111").says("Try again");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_that_need_no_record_are_shown_without_it() {
    let app = App::start().await;
    app.store.no_reads.store(true, Ordering::SeqCst);
    app.store.no_writes.store(true, Ordering::SeqCst);
    let mut browser = app.browser();
    for address in [
        "/",
        "/emergency-check",
        "/about-you",
        "/about-this-service",
        "/privacy",
        "/accessibility",
    ] {
        browser.get(address).await;
        assert_eq!(browser.status, StatusCode::OK, "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_with_where_to_get_help() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.get("/no-such-page").await;
    assert_eq!(browser.status, StatusCode::NOT_FOUND);
    browser
        .says("We cannot find this page")
        .says("If this is an emergency, phone 999 now.");
    browser.get("/questions/sore-throat").await;
    assert_eq!(browser.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_still_there_after_four_hours() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    app.clock.advance(4 * 60 * 60);
    browser.submit(&[("answer", "no")]).await;
    browser.says("Is your immune system weak?");
}
