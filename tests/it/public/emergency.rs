//! Whoever reached an emergency is told to phone 999 by every page from then on, whatever fails.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;

use super::{App, Browser, with_a_sore_throat};

/// On the page that says to phone 999.
async fn in_an_emergency(app: &App) -> Browser {
    let mut browser = with_a_sore_throat(app).await;
    browser.submit(&[("answer", "yes")]).await;
    assert_eq!(browser.path, "/outcome");
    says_999(&browser);
    browser
}

/// The page begins with it.
#[track_caller]
fn says_999(browser: &Browser) {
    assert!(
        browser
            .main()
            .starts_with("Immediate action required: Phone 999 now"),
        "{}: {}",
        browser.path,
        browser.main()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_an_emergency_stands_while_the_record_fails() {
    let app = App::start().await;
    let mut browser = in_an_emergency(&app).await;
    app.store.no_writes.store(true, Ordering::SeqCst);
    browser.get("/outcome").await;
    assert_eq!(browser.status, StatusCode::OK);
    says_999(&browser);
    app.store.no_reads.store(true, Ordering::SeqCst);
    for path in [
        "/outcome",
        "/questions",
        "/answers",
        "/questions/3",
        "/change",
        "/stop",
    ] {
        browser.get(path).await;
        assert_eq!(browser.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        says_999(&browser);
    }
    app.store.no_reads.store(false, Ordering::SeqCst);
    browser.get("/outcome").await;
    browser.says("Your airway may be closing.");
    says_999(&browser);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_form_in_an_emergency_says_999() {
    let app = App::start().await;
    let mut browser = in_an_emergency(&app).await;
    let events = browser.events(&app).await;
    let bodies = [
        b"answer=\xff\xfe".to_vec(),
        vec![b'a'; 10 * 1024 * 1024],
        b"%ZZ=%&&&=".to_vec(),
        b"question=no-such-question&answer=yes".to_vec(),
        Vec::new(),
    ];
    for body in bodies {
        for path in [
            "/questions/9",
            "/change",
            "/stop",
            "/complaints",
            "/about-you/change",
        ] {
            browser.post_bytes(path, body.clone()).await;
            assert!(
                browser.text().contains("Phone 999"),
                "{path}: {}",
                browser.text()
            );
            assert!(
                !browser.status.is_server_error(),
                "{path}: {}",
                browser.status
            );
            if browser.status != StatusCode::OK {
                says_999(&browser);
            }
        }
    }
    assert_eq!(
        browser.events(&app).await,
        events,
        "nothing is recorded of it"
    );
    browser
        .send(
            "POST",
            "/stop",
            Some(String::new()),
            &[("origin", "https://elsewhere.test")],
        )
        .await;
    assert_eq!(browser.status, StatusCode::FORBIDDEN);
    says_999(&browser);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_step_in_an_emergency_leads_to_a_page_that_says_999() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let (action, stale) = browser.form(&[("answer", "no")]);
    browser.submit(&[("answer", "yes")]).await;
    let events = browser.events(&app).await;
    browser.post(&action, stale).await;
    assert_eq!(
        browser.path, "/change",
        "a change is shown before it is made"
    );
    browser.says("Phone 999 now");
    for path in [
        "/questions/999",
        "/questions/0",
        "/answers/999",
        "/questions",
    ] {
        browser.get(path).await;
        assert_eq!(browser.status, StatusCode::OK, "{path}");
        browser.says("Phone 999 now");
    }
    browser.get("/questions/x").await;
    says_999(&browser);
    browser.get("/no-such-page").await;
    says_999(&browser);
    assert_eq!(browser.events(&app).await, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_is_said_after_the_cookie_of_the_case_has_gone() {
    let app = App::start().await;
    let mut browser = in_an_emergency(&app).await;
    let case = browser.cookies.remove("nhs111-case").unwrap();
    for path in ["/outcome", "/questions", "/answers"] {
        browser.get(path).await;
        assert_eq!(browser.status, StatusCode::NOT_FOUND, "{path}");
        says_999(&browser);
        browser.says("Your answers are not on this device any more");
    }
    // With both gone nothing is known of the emergency, and the page says what holds for everybody.
    let mut forgotten = browser.clone();
    forgotten.cookies.clear();
    forgotten.get("/outcome").await;
    assert!(
        forgotten
            .main()
            .starts_with("If this is an emergency, phone 999 now."),
        "{}",
        forgotten.main()
    );
    // The same where only the other cookie has gone: the case itself says it.
    browser.cookies.clear();
    browser.cookies.insert("nhs111-case".to_owned(), case);
    browser.get("/outcome").await;
    says_999(&browser);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_is_said_where_the_case_is_lost() {
    let app = App::start().await;
    let mut browser = in_an_emergency(&app).await;
    let other = App::start().await;
    let mut elsewhere = other.browser();
    elsewhere.cookies = browser.cookies.clone();
    for path in ["/outcome", "/questions"] {
        elsewhere.get(path).await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
        says_999(&elsewhere);
    }
    let (_, secret) = browser.cookies["nhs111-case"].split_once('.').unwrap();
    let nonsense = format!("nonsense.{secret}");
    browser.cookies.insert("nhs111-case".to_owned(), nonsense);
    browser.get("/outcome").await;
    says_999(&browser);
    // Whoever starts again is told of the new case only.
    browser.get("/about-you").await;
    browser
        .submit(&[
            ("party", "first"),
            ("age_by", "not_told"),
            ("sex", "not_told"),
        ])
        .await;
    browser.says_not("Immediate action required");
}
