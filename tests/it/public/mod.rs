//! The public pages through their real router, as a browser without scripts sees them.

mod bad_input;
pub mod browser;
mod emergency;
mod feedback;
mod journeys;
mod mishaps;
mod services;

use browser::{App, Browser};

/// Who is well, 36 and asks for themselves, up to the choice of complaints.
async fn begun(app: &App) -> Browser {
    begun_by(app, "first").await
}

async fn begun_by(app: &App, party: &str) -> Browser {
    begun_in(app.browser(), party).await
}

async fn begun_in(mut browser: Browser, party: &str) -> Browser {
    browser.get("/").await;
    browser.follow("Start now").await;
    browser.follow("None of these").await;
    browser
        .submit(&[
            ("party", party),
            ("age_by", "years"),
            ("age_count", "36"),
            ("age_unit", "years"),
            ("sex", "female"),
        ])
        .await;
    assert_eq!(browser.path, "/complaints");
    browser
}

/// The first question about a sore throat, with the emergency signs answered.
async fn with_a_sore_throat(app: &App) -> Browser {
    with_a_sore_throat_in(app.browser()).await
}

/// The same, in a browser of whatever service has this content.
pub async fn with_a_sore_throat_in(browser: Browser) -> Browser {
    let mut browser = begun_in(browser, "first").await;
    browser.submit(&[("add.sore-throat", "")]).await;
    browser.submit(&[("go", "on")]).await;
    browser.says("Is any of this happening to you now?");
    browser.submit(&[("rest", "none")]).await;
    browser.says("Are you drooling");
    browser
}
