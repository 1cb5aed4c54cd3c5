//! A difference as one page that needs nothing beside it.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

use super::report::Report;

/// The page, as HTML.
///
/// # Errors
/// The template names what is not there; found by the tests.
pub(super) fn page(report: &Report) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("page.html", include_str!("page.html"))?;
    environment
        .get_template("page.html")?
        .render(context! { report => Serde(report), lists => Serde(report.lists()) })
}
