//! The code on the public pages: got on one device, entered on another, without scripts.

use super::begun;
use super::browser::{App, Browser};

/// Somebody with a sore throat, at the first question.
async fn at_the_first_question(app: &App) -> Browser {
    let mut browser = begun(app).await;
    browser.submit(&[("add.sore-throat", "")]).await;
    browser.submit(&[("go", "on")]).await;
    browser.says("Is any of this happening to you now?");
    browser
}

/// The code that the page shows.
fn code_shown(browser: &Browser) -> String {
    let (_, shown) = browser.html.split_once("nhsuk-inset-text").unwrap();
    let (_, code) = shown.split_once("nhsuk-heading-l\">").unwrap();
    code.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_code_puts_the_case_on_another_device_and_the_first_one_goes_on() {
    let app = App::start().await;
    let mut first = at_the_first_question(&app).await;
    first.follow("Carry on by phone or on another device").await;
    first
        .submit(&[("by", "phone"), ("last_four", "07700 900123")])
        .await;
    first.says("Your code");
    let code = code_shown(&first);
    first.says("You also need the last 4 numbers you gave.");
    let mut second = app.browser();
    second.get("/").await;
    second.follow("Carry on with a code").await;
    second
        .submit(&[
            ("code", &code.to_lowercase()),
            ("by", "phone"),
            ("last_four", "0123"),
        ])
        .await;
    assert!(second.path.starts_with("/questions/"), "{}", second.path);
    second.says("Is any of this happening to you now?");
    second.submit(&[("rest", "none")]).await;
    second.says("Are you drooling");
    first.get("/questions").await;
    first.says("Are you drooling");
}

#[tokio::test]
async fn a_code_that_opens_nothing_says_so_and_keeps_what_was_typed() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.get("/carry-on").await;
    browser
        .submit(&[
            ("code", "4F7K-9QXM"),
            ("by", "phone"),
            ("last_four", "0123"),
        ])
        .await;
    browser.says("This code does not open any answers.");
    assert!(browser.html.contains("value=\"4F7K-9QXM\""));
    browser.submit(&[("code", "4F7"), ("by", "birth")]).await;
    browser.says("Enter the code. It has 8 letters and numbers");
    browser.says("Enter the date of birth that goes with the code");
}

#[tokio::test]
async fn an_emergency_that_was_reached_is_shown_at_once_on_the_other_device() {
    let app = App::start().await;
    let mut first = at_the_first_question(&app).await;
    first.submit(&[("sign", "gasping")]).await;
    assert_eq!(first.path, "/outcome");
    first.follow("Carry on by phone or on another device").await;
    first
        .submit(&[
            ("by", "birth"),
            ("birth_day", "27"),
            ("birth_month", "3"),
            ("birth_year", "1990"),
        ])
        .await;
    let code = code_shown(&first);
    let mut second = app.browser();
    second.get("/carry-on").await;
    second
        .submit(&[
            ("code", &code),
            ("by", "birth"),
            ("birth_day", "27"),
            ("birth_month", "3"),
            ("birth_year", "1990"),
        ])
        .await;
    assert_eq!(second.path, "/outcome");
    second.says("Phone 999 now");
}
