//! Forms that no page of ours would send: the page says what is wrong in plain words, and nothing is recorded of them.

use axum::http::StatusCode;

use super::{App, Browser, begun, with_a_sore_throat};

/// A form of a page with another value in one field.
fn with(form: &(String, String), field: &str, value: &str) -> (String, String) {
    let others = form_urlencoded::parse(form.1.as_bytes()).filter(|(name, _)| name != field);
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair(field, value)
        .finish();
    (form.0.clone(), body)
}

/// What the page says of a form, of which nothing is recorded.
async fn refuses(app: &App, browser: &mut Browser, form: (String, String), words: &str) {
    let events = browser.events(app).await;
    browser.post(&form.0, form.1).await;
    browser.says(words);
    assert_eq!(browser.events(app).await, events, "{words}");
}

/// Up to when it started, with a sore throat that is mild so far.
async fn asked_when_it_began(app: &App) -> Browser {
    let mut browser = with_a_sore_throat(app).await;
    browser.submit(&[("answer", "no")]).await;
    browser.submit(&[("answer", "no")]).await;
    browser.submit(&[("answer", "normal")]).await;
    browser.submit(&[("number", "37")]).await;
    browser.says("When did it start?");
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_that_is_not_on_the_list_is_not_added() {
    let app = App::start().await;
    let mut browser = begun(&app).await;
    let form = browser.form(&[("add.cough", "")]);
    let form = (form.0, form.1.replace("add.cough", "add.hedache"));
    let words = "That problem is not on our list, so nothing was added.";
    refuses(&app, &mut browser, form, words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_does_not_exist_or_is_not_asked_changes_nothing() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let form = browser.form(&[("answer", "yes")]);
    for question in ["no-such-question", "coughing_blood", "swallowing", ""] {
        let forged = with(&form, "question", question);
        refuses(&app, &mut browser, forged, "Your answer stays as it was.").await;
        browser.says("Are you drooling");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_option_that_is_not_offered_is_asked_again() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let form = browser.form(&[("answer", "perhaps")]);
    refuses(&app, &mut browser, form, "Choose an answer.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_without_its_unit_is_asked_again_and_one_beyond_its_range_is_kept_as_said() {
    let app = App::start().await;
    let mut browser = asked_when_it_began(&app).await;
    let form = browser.form(&[("number", "3"), ("unit", "")]);
    refuses(
        &app,
        &mut browser,
        form,
        "Choose minutes, hours, days or weeks",
    )
    .await;
    assert!(
        browser.html.contains("value=\"3\""),
        "what was typed is kept"
    );
    let form = browser.form(&[("number", "-3"), ("unit", "days")]);
    refuses(&app, &mut browser, form, "Enter a number, such as 2").await;
    browser.get("/about-you/change").await;
    let form = browser.form(&[
        ("party", "first"),
        ("sex", "female"),
        ("age_by", "years"),
        ("age_count", "36"),
        ("age_unit", ""),
    ]);
    refuses(&app, &mut browser, form, "Enter the age").await;
    let mut hot = with_a_sore_throat(&app).await;
    hot.submit(&[("answer", "no")]).await;
    hot.submit(&[("answer", "no")]).await;
    hot.submit(&[("answer", "normal")]).await;
    hot.submit(&[("number", "99")]).await;
    hot.says_not("There is a problem");
    hot.get("/answers").await;
    hot.says("99");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_the_end_changes_nothing_unseen() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let form = browser.form(&[("answer", "yes")]);
    browser.get("/stop").await;
    browser.submit(&[]).await;
    assert_eq!(browser.path, "/outcome");
    let outcome = browser.main();
    let events = browser.events(&app).await;
    browser.post(&form.0, form.1).await;
    assert_eq!(browser.events(&app).await, events);
    browser.get("/outcome").await;
    assert_eq!(browser.main(), outcome);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_cannot_be_read_is_refused_with_where_to_get_help() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    let (address, events) = (browser.path.clone(), browser.events(&app).await);
    for body in [
        b"question=drooling&answer=\xff".to_vec(),
        vec![b'a'; 10 * 1024 * 1024],
    ] {
        browser.post_bytes(&address, body).await;
        assert_eq!(browser.status, StatusCode::FORBIDDEN);
        browser
            .says("We could not take this answer")
            .says("If this is an emergency, phone 999 now.")
            .says("Phone 111");
    }
    assert_eq!(browser.events(&app).await, events);
    browser.get("/questions").await;
    browser.says("Are you drooling");
}
