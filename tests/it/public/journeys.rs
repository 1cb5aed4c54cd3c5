//! Journeys that go well.

use super::{App, begun, begun_by, with_a_sore_throat};

#[tokio::test(flavor = "multi_thread")]
async fn a_mild_sore_throat_ends_in_self_care_with_reasons_and_advice() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser
        .says("Why we ask this")
        .says("Swelling this bad can close the airway.")
        .says("Ask me in another way");
    browser.submit(&[("answer", "no")]).await;
    browser.says("Is your immune system weak?");
    browser.submit(&[("answer", "no")]).await;
    assert_eq!(browser.heading(), "How is your swallowing?");
    browser.submit(&[("answer", "sore")]).await;
    browser.submit(&[("number", "37,2 °C")]).await;
    assert_eq!(browser.heading(), "When did it start?");
    browser.submit(&[("number", "2"), ("unit", "days")]).await;
    browser.submit(&[("row", "paracetamol")]).await;
    assert_eq!(browser.path, "/outcome");
    assert_eq!(
        browser.heading(),
        "Non-urgent advice: You can look after this yourself"
    );
    browser
        .says("Most sore throats get better within a week.")
        .says("Drink plenty.")
        .says("When to get help sooner")
        .says("Phone 111 if it is not better in a week.");
    browser
        .says("What would change this")
        .says("Answered at 3 November 2026, 15:")
        .says("(an example that no clinician has approved)");
    browser.says("Are you drooling because you cannot swallow your spit? No");
    browser.follow("See and change your answers").await;
    browser
        .says("36 years")
        .says("37.2 °C")
        .says("2 days ago")
        .says("It hurts but I can eat and drink")
        .says("Paracetamol")
        .says("Sore throat");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_is_said_at_once_and_the_questions_go_on_beneath_it() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser.submit(&[("answer", "yes")]).await;
    assert_eq!(browser.path, "/outcome");
    assert!(
        browser.main().starts_with(
            "Immediate action required: Phone 999 now You need emergency help. Phone 999"
        ),
        "{}",
        browser.main()
    );
    browser
        .says("Your airway may be closing.")
        .says("Is this right?")
        .says("Are you drooling because you cannot swallow your spit? Yes Change");
    assert_eq!(browser.cookies["nhs111-urgent"], "1");
    // Everything more urgent is settled, so what is left is for whoever takes over.
    browser.follow("Go on with the questions").await;
    assert!(
        browser
            .main()
            .starts_with("Phone 999 now Do not wait for the questions."),
        "{}",
        browser.main()
    );
    browser.submit(&[("answer", "no")]).await;
    browser.says("What worries you most?");
    browser.submit(&[("text", "that I cannot breathe")]).await;
    assert_eq!(browser.path, "/outcome");
    browser
        .says("Phone 999 now")
        .says_not("Go on with the questions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistaken_answer_is_corrected_after_its_effect_was_shown() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser.submit(&[("answer", "yes")]).await;
    let events = browser.events(&app).await;
    browser.follow("Change").await;
    assert_eq!(
        browser.heading(),
        "Are you drooling because you cannot swallow your spit?"
    );
    browser.submit(&[("answer", "no")]).await;
    assert_eq!(browser.path, "/change");
    browser
        .says("Your answer now Yes Your new answer No")
        .says("The advice becomes less urgent.")
        .says("Only change it if the first answer was a mistake.");
    browser.says("Before Phone 999 now. You need emergency help. After Not known yet.");
    assert_eq!(
        browser.events(&app).await,
        events,
        "nothing is recorded by looking"
    );
    browser.submit(&[("question", "drooling")]).await;
    browser
        .says("Is your immune system weak?")
        .says_not("Do not wait for the questions");
    assert!(!browser.cookies.contains_key("nhs111-urgent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_that_is_ticked_is_taken_at_once_without_the_rest_of_the_form() {
    let app = App::start().await;
    let mut browser = begun(&app).await;
    browser.submit(&[("add.cough", "")]).await;
    browser.submit(&[("go", "on")]).await;
    browser.submit(&[("sign", "blue_lips")]).await;
    assert!(
        browser
            .main()
            .starts_with("Immediate action required: Phone 999 now")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn not_sure_is_never_less_urgent_and_is_asked_one_by_one() {
    let app = App::start().await;
    let mut browser = begun(&app).await;
    browser.submit(&[("add.sore-throat", "")]).await;
    browser.submit(&[("go", "on")]).await;
    browser.submit(&[("rest", "not_sure")]).await;
    assert_eq!(browser.heading(), "Are you gasping for breath?");
    browser.submit(&[("answer", "not_sure")]).await;
    assert!(
        browser
            .main()
            .starts_with("Immediate action required: Phone 999 now")
    );
    browser.says("You were not sure of 1 answer.");
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_these_fit_keeps_the_words_and_asks_for_a_clinician() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser.submit(&[("answer", "no")]).await;
    browser.submit(&[("answer", "no")]).await;
    browser
        .submit(&[
            ("answer", "none_fit"),
            ("words", "it <i>clicks</i> & sticks"),
        ])
        .await;
    browser.get("/answers").await;
    assert!(
        browser
            .html
            .contains("it &lt;i&gt;clicks&lt;&#x2f;i&gt; &amp; sticks"),
        "{}",
        browser.html
    );
    browser.get("/questions").await;
    while browser.path != "/outcome" {
        if browser.html.contains("name=\"unsure\"") {
            browser.submit(&[("unsure", "yes")]).await;
        } else {
            browser.submit(&[("answer", "not_sure")]).await;
        }
    }
    // Not sure about the swallowing: it could be the worst.
    assert_eq!(browser.heading(), "Urgent advice: Go to A&E");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_is_spoken_about_and_a_guide_is_shown_while_help_comes() {
    let app = App::start().await;
    let mut browser = begun_by(&app, "third").await;
    browser.submit(&[("add.cough", "")]).await;
    browser.submit(&[("go", "on")]).await;
    assert_eq!(
        browser.heading(),
        "About them: is there no answer when you shout?"
    );
    browser.submit(&[("answer", "yes")]).await;
    browser.says("They need emergency help.");
    browser.follow("Show me what to do").await;
    assert_eq!(browser.heading(), "Press on the chest");
    browser
        .says("Do this for 2 minutes.")
        .says("Phone 999 now Do not wait for the questions.");
    browser.submit(&[("answer", "breathing_again")]).await;
    assert_eq!(
        browser.heading(),
        "About them: is there no answer when you shout?",
        "it is asked again"
    );
    browser.submit(&[("answer", "no")]).await;
    browser.says("About them: is any of this happening now?");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_is_found_by_the_words_people_use_and_several_may_be_added() {
    let app = App::start().await;
    let mut browser = begun(&app).await;
    browser
        .submit(&[("search", "It is painful when I swalow")])
        .await;
    browser
        .says("1 problem found for")
        .says_not("Nothing found");
    assert!(browser.html.contains("value=\"Sore throat\""));
    assert_eq!(
        browser.path, "/complaints",
        "what was typed is not in the address"
    );
    browser.submit(&[("add.sore-throat", "")]).await;
    browser
        .says("Is there anything else wrong?")
        .says("You have told us about Sore throat");
    browser.submit(&[("search", "xyzzy")]).await;
    browser
        .says("Nothing found for ‘xyzzy’")
        .says("See the whole list (1)");
    browser.submit(&[("add.cough", "")]).await;
    browser.says("You have told us about Cough Sore throat");
    browser.submit(&[("go", "on")]).await;
    browser.submit(&[("rest", "none")]).await;
    browser.says("Are you drooling");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_counts_what_was_on_the_screen_as_not_known() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser.follow("I cannot go on").await;
    browser.says("We have not asked everything");
    browser.submit(&[]).await;
    assert_eq!(browser.path, "/outcome");
    assert!(
        browser
            .main()
            .starts_with("Immediate action required: Phone 999 now"),
        "a red flag that was on the screen could be true"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_takes_everything_off_the_device() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser.get("/leave").await;
    browser.submit(&[]).await;
    browser.says("Your answers are removed from this device");
    assert!(browser.cookies.is_empty());
    browser.get("/questions").await;
    browser.says("Your answers are not on this device any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_needs_help_can_be_corrected() {
    let app = App::start().await;
    let mut browser = with_a_sore_throat(&app).await;
    browser.get("/answers").await;
    browser.follow("Change").await;
    assert_eq!(browser.path, "/about-you/change");
    assert!(browser.html.contains("value=\"36\""));
    browser
        .submit(&[
            ("party", "first"),
            ("age_by", "birth"),
            ("birth_day", "3"),
            ("birth_month", "11"),
            ("birth_year", "2025"),
            ("sex", "female"),
        ])
        .await;
    browser.says("How old are you? Your answer now 36 years Your new answer Born 3 November 2025");
    browser.submit(&[("form", "change")]).await;
    browser.get("/answers").await;
    browser.says("Born 3 November 2025");
}
