//! A visitor of the public pages, without scripts.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::load::{Caller, timed};
use crate::said::Dice;
use crate::wire::{Reply, Wire, get, post};

const FORM: &str = "application/x-www-form-urlencoded";

/// What a visitor says on each page of questions, without the token.
pub type Forms = Arc<Vec<String>>;

/// A visitor, and where they are.
pub struct Visitor {
    wire: Wire,
    /// The header with their case, a whole line.
    pub cookie: String,
    /// The page they are on.
    pub path: String,
    /// Names their case in every form.
    tag: String,
    forms: Forms,
    said: usize,
    dice: Dice,
}

impl Visitor {
    /// Somebody of 40 with a sore throat, at their first question. `forms` may be empty: then they only look.
    pub async fn new(address: SocketAddr, forms: Forms, number: usize) -> Result<Self> {
        let mut visitor = Visitor {
            wire: Wire::open(address).await?,
            cookie: String::new(),
            path: String::new(),
            tag: String::new(),
            said: 0,
            dice: Dice(number as u64),
            forms,
        };
        visitor.begin().await?;
        Ok(visitor)
    }

    async fn begin(&mut self) -> Result<()> {
        self.cookie.clear();
        let about = self.open("/about-you").await?;
        let token = hidden(about.text(), "token").ok_or_else(|| Error::other("no token"))?;
        let about = format!(
            "token={token}&form=start&party=first&age_by=years&age_count=40&age_unit=years&sex=female"
        );
        let begun = self.send("/about-you", &about).await?;
        let cookie = begun
            .headers
            .iter()
            .find(|(name, value)| name == "set-cookie" && value.starts_with("nhs111-case="));
        let cookie = cookie.and_then(|(_, value)| value.split(';').next());
        self.cookie = format!(
            "cookie: {}\r\n",
            cookie.ok_or_else(|| Error::other("no case"))?
        );
        let complaints = self.open("/complaints").await?;
        let token = hidden(complaints.text(), "token").ok_or_else(|| Error::other("no token"))?;
        self.tag = token.split('.').next().unwrap_or_default().to_owned();
        for what in ["add.sore-throat=on", "go=on"] {
            let form = format!("{}&{what}", self.token());
            self.send("/complaints", &form).await?;
        }
        let first = self
            .wire
            .send(&get("/questions", &self.cookie))
            .await?
            .is(303)?;
        self.path = first.header("location").unwrap_or_default().to_owned();
        self.said = 0;
        Ok(())
    }

    fn token(&mut self) -> String {
        format!(
            "token={}.{:016x}{:016x}",
            self.tag,
            self.dice.next(),
            self.dice.next()
        )
    }

    /// Opens a page.
    pub async fn open(&mut self, path: &str) -> Result<Reply> {
        self.wire.send(&get(path, &self.cookie)).await?.is(200)
    }

    /// Sends a form, and notes where it leads.
    async fn send(&mut self, path: &str, form: &str) -> Result<Reply> {
        let reply = self
            .wire
            .send(&post(path, FORM, &self.cookie, form))
            .await?
            .is(303)?;
        self.path = reply.header("location").unwrap_or_default().to_owned();
        Ok(reply)
    }

    /// Opens the page they are on as browsers ask for it; how many bytes came.
    pub async fn compressed(&mut self, path: &str) -> Result<usize> {
        let headers = format!("{}accept-encoding: gzip\r\n", self.cookie);
        let reply = self.wire.send(&get(path, &headers)).await?.is(200)?;
        if reply.header("content-encoding") != Some("gzip") {
            return Err(Error::other(format!("{path} is not compressed")));
        }
        Ok(reply.body.len())
    }

    /// Sends the mildest answer to the page they are on; gives it without its token.
    pub async fn answer_mildly(&mut self, page: &str) -> Result<String> {
        let form = mildest(page);
        let sent = format!("{}{form}", self.token());
        self.send(&self.path.clone(), &sent).await?;
        Ok(form)
    }

    /// Everything that is said on the way to the outcome.
    pub async fn forms(address: SocketAddr) -> Result<Forms> {
        let mut visitor = Visitor::new(address, Forms::default(), 0).await?;
        let mut forms = Vec::new();
        while visitor.path.starts_with("/questions/") {
            let page = visitor.open(&visitor.path.clone()).await?;
            forms.push(visitor.answer_mildly(page.text()).await?);
        }
        Ok(Arc::new(forms))
    }
}

impl Caller for Visitor {
    async fn step(&mut self) -> Result<Option<Duration>> {
        let forms = self.forms.clone();
        let Some(form) = forms.get(self.said) else {
            self.begin().await?;
            return Ok(None);
        };
        let (form, path) = (format!("{}{form}", self.token()), self.path.clone());
        let (_, took) = timed(self.send(&path, &form)).await?;
        self.said += 1;
        let leads_on = self.path.starts_with("/questions/") && !self.path.contains('?');
        if !leads_on && self.said < forms.len() {
            return Err(Error::other(format!("{path} led to {}", self.path)));
        }
        Ok(Some(took))
    }
}

/// The value of an attribute of a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

fn inputs(page: &str) -> impl Iterator<Item = &str> {
    page.split("<input")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
}

fn hidden(page: &str, name: &str) -> Option<String> {
    let mut all = inputs(page).filter(|tag| attribute(tag, "name") == Some(name));
    all.find_map(|tag| attribute(tag, "value"))
        .map(str::to_owned)
}

/// None of these, no, the last option, or not sure.
fn mildest(page: &str) -> String {
    let mut form = String::new();
    for tag in inputs(page).filter(|tag| attribute(tag, "type") == Some("hidden")) {
        if let (Some(name), Some(value)) = (attribute(tag, "name"), attribute(tag, "value"))
            && name != "token"
        {
            form.push_str(&format!("&{name}={value}"));
        }
    }
    let named = |wanted: &'static str| {
        inputs(page).filter(move |tag| attribute(tag, "name") == Some(wanted))
    };
    let options: Vec<&str> = named("answer")
        .filter_map(|tag| attribute(tag, "value"))
        .collect();
    let mildest = options
        .iter()
        .rfind(|value| !matches!(**value, "not_sure" | "none_fit"));
    if named("rest").next().is_some() {
        form.push_str("&rest=none");
    } else if let Some(value) = mildest {
        form.push_str(&format!("&answer={value}"));
    } else {
        form.push_str("&unsure=yes");
    }
    form
}
