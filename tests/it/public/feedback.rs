//! What visitors think of the service.

use nhs111::service::Caller;
use nhs111::service::inbox::Words;
use nhs111::service::ports::{InboxQuery, OfCases};

use super::browser::Browser;
use super::{App, with_a_sore_throat};

async fn at_the_end(app: &App) -> Browser {
    let mut browser = with_a_sore_throat(app).await;
    browser.submit(&[("answer", "no")]).await;
    browser.submit(&[("answer", "no")]).await;
    browser.submit(&[("answer", "sore")]).await;
    browser.submit(&[("number", "37")]).await;
    browser.submit(&[("number", "2"), ("unit", "days")]).await;
    browser.submit(&[("row", "paracetamol")]).await;
    assert_eq!(browser.path, "/outcome");
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_says_what_they_think_and_is_told_that_nobody_reads_it_at_once() {
    let app = App::start().await;
    let mut browser = at_the_end(&app).await;
    browser
        .says("Was this helpful?")
        .says("Nobody reads this straight away. If you feel worse, phone 111.");
    // The words are kept while the rest is missing.
    browser.submit(&[("words", "Too many questions")]).await;
    browser
        .says("Say if this was helpful")
        .says("Too many questions");
    browser
        .submit(&[("helpful", "partly"), ("words", "Too many questions")])
        .await;
    browser
        .says("Thank you.")
        .says("You can look after this yourself");
    let query = InboxQuery {
        only: None,
        kind: Some("feedback".to_owned()),
        state: None,
        cases: OfCases::Real,
        before: None,
        limit: 50,
    };
    let read = app
        .service
        .read_inbox(&Caller::at_command_line(), query)
        .await;
    let [item] = read.unwrap().try_into().unwrap();
    assert_eq!(item.words, Words::Said("Too many questions".to_owned()));
    assert_eq!(item.subject, "self-care");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_to_phone_999_is_asked_for_no_feedback() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser.submit(&[("answer", "yes")]).await;
    assert_eq!(browser.path, "/outcome");
    assert!(!browser.main().contains("Was this helpful"));
    browser.get("/feedback").await;
    assert_eq!(browser.path, "/outcome");
}
