//! Pages from templates and a locale. Whatever goes wrong here, what comes out says to phone 999 in an emergency.

use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use minijinja::value::{Kwargs, Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use rust_embed::RustEmbed;
use serde::Serialize;
use unic_langid::LanguageIdentifier;

/// The locale that every message is written in first.
pub const FIRST_LOCALE: &str = "en-GB";

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Locales;

/// What the pages link to: the style sheet.
#[derive(RustEmbed)]
#[folder = "assets/"]
pub struct Assets;

/// A template or a message that cannot be used. Found at the start, or by the tests; never by a visitor.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template does not parse, or names what is not there.
    #[error("template cannot be rendered")]
    Template(#[from] minijinja::Error),
    /// A file of messages does not parse, or says a message twice.
    #[error("messages of `{file}` cannot be read: {fault}")]
    Messages {
        /// The file.
        file: String,
        /// What the reader said.
        fault: String,
    },
    /// A name of a folder of `locales/` is no language.
    #[error("`{0}` is not a locale")]
    Locale(String),
}

/// Every template, once in each locale.
pub struct Pages {
    locales: Vec<(String, Environment<'static>)>,
}

impl Pages {
    /// Reads all templates and messages.
    ///
    /// # Errors
    /// The first template or file of messages that cannot be read.
    pub fn new() -> Result<Self, RenderError> {
        let locales = locale_names()
            .into_iter()
            .map(|name| Ok((name.clone(), environment(Arc::new(bundle(&name)?))?)));
        Ok(Pages {
            locales: locales.collect::<Result<_, RenderError>>()?,
        })
    }

    /// The page of a template, or, if that fails, a page that says to phone 999 or 111: nobody is left with nothing.
    pub fn page(
        &self,
        locale: &str,
        template: &str,
        frame: impl Serialize,
        page: impl Serialize,
    ) -> String {
        self.try_page(locale, template, frame, page).unwrap_or_else(|error| {
            tracing::error!(template.name = template, error.chain = %chain(&error), "page could not be rendered");
            self.last_resort(locale)
        })
    }

    /// The page of a template.
    ///
    /// # Errors
    /// If the template is unknown or what it is given does not fit it.
    pub fn try_page(
        &self,
        locale: &str,
        template: &str,
        frame: impl Serialize,
        page: impl Serialize,
    ) -> Result<String, RenderError> {
        let template = self.environment(locale)?.get_template(template)?;
        let html = template.render(
            context! { frame => Value::from(Serde(frame)), page => Value::from(Serde(page)) },
        )?;
        Ok(without_blank_lines(&html))
    }

    /// The names of all templates that are pages.
    pub fn templates(&self) -> Vec<String> {
        Templates::iter().map(|name| name.into_owned()).collect()
    }

    fn environment(&self, locale: &str) -> Result<&Environment<'static>, RenderError> {
        let known = |wanted: &str| {
            self.locales
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, environment)| environment)
        };
        known(locale)
            .or_else(|| known(FIRST_LOCALE))
            .ok_or_else(|| RenderError::Locale(locale.to_owned()))
    }

    fn last_resort(&self, locale: &str) -> String {
        let source = r#"<!doctype html><html lang="{{ t("lang") }}"><title>{{ t("problem-failed-title") }}</title><main><p><strong>{{ t("problem-999") }}</strong></p><h1>{{ t("problem-failed-title") }}</h1><p>{{ t("problem-failed-text") }}</p></main></html>"#;
        self.environment(locale)
            .ok()
            .and_then(|environment| {
                environment
                    .render_named_str("last-resort.html", source, ())
                    .ok()
            })
            .unwrap_or_else(|| "999".to_owned())
    }
}

/// The path of the style sheet. It changes when the sheet does, so a browser may keep what it has for ever.
pub fn stylesheet() -> String {
    let hash = Assets::get("public.css").map(|file| hex::encode(file.metadata.sha256_hash()));
    format!(
        "/assets/public.css?v={}",
        hash.as_deref()
            .and_then(|hash| hash.get(..8))
            .unwrap_or("0")
    )
}

fn locale_names() -> Vec<String> {
    let mut names: Vec<String> = Locales::iter()
        .filter_map(|path| path.split_once('/').map(|(locale, _)| locale.to_owned()))
        .collect();
    names.dedup();
    names
}

fn environment(
    messages: Arc<FluentBundle<FluentResource>>,
) -> Result<Environment<'static>, RenderError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_function("t", move |message: Value, named: Kwargs| {
        told(&messages, &message, &named)
    });
    for name in Templates::iter() {
        if let Some(file) = Templates::get(&name) {
            environment.add_template_owned(
                name.into_owned(),
                String::from_utf8_lossy(&file.data).into_owned(),
            )?;
        }
    }
    Ok(environment)
}

fn bundle(locale: &str) -> Result<FluentBundle<FluentResource>, RenderError> {
    let language: LanguageIdentifier = locale
        .parse()
        .map_err(|_| RenderError::Locale(locale.to_owned()))?;
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    for path in Locales::iter().filter(|path| {
        path.split_once('/')
            .is_some_and(|(folder, _)| folder == locale)
    }) {
        let fault = |fault: String| RenderError::Messages {
            file: path.to_string(),
            fault,
        };
        let text = Locales::get(&path)
            .map(|file| String::from_utf8_lossy(&file.data).into_owned())
            .unwrap_or_default();
        let resource =
            FluentResource::try_new(text).map_err(|(_, faults)| fault(format!("{faults:?}")))?;
        bundle
            .add_resource(resource)
            .map_err(|faults| fault(format!("{faults:?}")))?;
    }
    Ok(bundle)
}

/// What `t` says: a message by its key, or a [`super::public::view::Phrase`].
fn told(
    messages: &FluentBundle<FluentResource>,
    message: &Value,
    named: &Kwargs,
) -> Result<String, minijinja::Error> {
    let mut args = FluentArgs::new();
    for name in named.args() {
        args.set(name.to_owned(), fluent_value(&named.get::<Value>(name)?));
    }
    if let Some(key) = message.as_str() {
        return Ok(message_text(messages, key, &args));
    }
    if let Some(text) = message.get_attr("text")?.as_str() {
        return Ok(text.to_owned());
    }
    let inner = message.get_attr("message")?;
    let given = inner.get_attr("args")?;
    if given.kind() == ValueKind::Map {
        for name in given.try_iter()? {
            args.set(name.to_string(), fluent_value(&given.get_item(&name)?));
        }
    }
    Ok(message_text(
        messages,
        inner.get_attr("key")?.as_str().unwrap_or_default(),
        &args,
    ))
}

/// A message that is missing shows as its key in marks that the tests look for: one odd word is better than no page.
fn message_text(messages: &FluentBundle<FluentResource>, key: &str, args: &FluentArgs) -> String {
    let Some(pattern) = messages
        .get_message(key)
        .and_then(|message| message.value())
    else {
        return format!("⟦{key}⟧");
    };
    let mut faults = Vec::new();
    let text = messages.format_pattern(pattern, Some(args), &mut faults);
    if faults.is_empty() {
        text.into_owned()
    } else {
        format!("⟦{text}⟧")
    }
}

fn fluent_value(value: &Value) -> FluentValue<'static> {
    match i64::try_from(value.clone()) {
        Ok(number) if value.kind() == ValueKind::Number => FluentValue::from(number),
        _ => FluentValue::from(value.to_string()),
    }
}

fn without_blank_lines(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    // What stands inside a text box is the visitor's own, blank lines and all.
    let mut own_words = false;
    for line in html.lines() {
        if own_words || !line.trim().is_empty() {
            out.push_str(line);
            out.push('\n');
        }
        if let Some(opened) = line.rfind("<textarea") {
            own_words = true;
            own_words &= !line
                .get(opened..)
                .unwrap_or_default()
                .contains("</textarea>");
        } else if line.contains("</textarea>") {
            own_words = false;
        }
    }
    out
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        chain = format!("{chain}: {inner}");
        source = inner.source();
    }
    chain
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use fluent_bundle::FluentResource;

    use super::*;

    fn keys(locale: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys = BTreeMap::new();
        for path in Locales::iter().filter(|path| path.starts_with(locale)) {
            let text = String::from_utf8(Locales::get(&path).unwrap().data.into_owned()).unwrap();
            for (at, line) in text.lines().enumerate() {
                if let Some((key, _)) = line
                    .split_once(" =")
                    .filter(|(key, _)| !key.starts_with([' ', '#']))
                {
                    let rest: String = text
                        .lines()
                        .skip(at + 1)
                        .take_while(|line| line.starts_with([' ', '}']))
                        .collect();
                    let placeholders = format!("{line}{rest}")
                        .match_indices("{ $")
                        .map(|(from, _)| {
                            format!("{line}{rest}")[from + 3..]
                                .split([' ', '}'])
                                .next()
                                .unwrap()
                                .to_owned()
                        })
                        .collect();
                    keys.insert(key.to_owned(), placeholders);
                }
            }
            FluentResource::try_new(text).unwrap();
        }
        keys
    }

    #[test]
    fn every_locale_has_every_message_with_the_same_placeholders() {
        let first = keys(FIRST_LOCALE);
        for locale in locale_names() {
            assert_eq!(keys(&locale), first, "{locale}");
        }
    }

    #[test]
    fn every_message_that_a_template_names_is_there() {
        let keys = keys(FIRST_LOCALE);
        for name in Templates::iter() {
            let text = String::from_utf8(Templates::get(&name).unwrap().data.into_owned()).unwrap();
            for (from, _) in text.match_indices("t(\"") {
                let key = text[from + 3..].split('"').next().unwrap();
                let built = text[from + 3 + key.len()..].starts_with("\" ~");
                assert!(
                    keys.contains_key(key)
                        || (built && keys.keys().any(|known| known.starts_with(key))),
                    "{name}: {key}"
                );
            }
        }
    }

    #[test]
    fn a_page_that_cannot_be_rendered_still_says_phone_999() {
        let page = Pages::new()
            .unwrap()
            .page(FIRST_LOCALE, "public/no-such.html", (), ());
        assert!(page.contains("phone 999"), "{page}");
    }
}
