//! `nhs111 inbox list|show|mark`: what people said that authors are to read.
//!
//! It opens words, so it needs the master key beside the database. It never says whose case an item is from.

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::record::Record;
use super::{complain, say, serve};
use crate::service::inbox::{InboxError, ReadItem, Words};
use crate::service::ports::{InboxQuery, ItemName, ItemState, OfCases};
use crate::service::{Caller, Service};

/// What is asked of the inbox.
#[derive(Debug, Subcommand)]
pub enum Asked {
    /// Items, the latest first.
    List {
        /// Only in this state.
        #[arg(long)]
        state: Option<State>,
        /// Only of this kind: none_fit or feedback.
        #[arg(long)]
        kind: Option<String>,
        /// Practice and test cases as well.
        #[arg(long)]
        all: bool,
        /// Only those before this one.
        #[arg(long)]
        before: Option<ItemName>,
        /// At most so many, up to 200.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Print them as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// One item, whole.
    Show {
        /// Its name, from the list.
        item: ItemName,
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// Say how far an item is.
    Mark {
        /// Its name, from the list.
        item: ItemName,
        /// How far it is now.
        state: State,
        /// Who says so: it is kept with the item.
        #[arg(long)]
        by: String,
        #[command(flatten)]
        settings: serve::Flags,
    },
}

/// How far an item is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum State {
    /// Nobody has read it.
    New,
    /// Somebody has.
    Read,
    /// Nothing more is to be done about it.
    Done,
}

impl From<State> for ItemState {
    fn from(state: State) -> Self {
        match state {
            State::New => ItemState::New,
            State::Read => ItemState::Read,
            State::Done => ItemState::Done,
        }
    }
}

/// Answers; exit code 1 if there is no such item.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let (Asked::List { settings, .. }
    | Asked::Show { settings, .. }
    | Asked::Mark { settings, .. }) = &asked;
    let config = serve::settings(settings.clone())?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let service = Record::open(&config).await?.service(&config);
        let answered = answer(&service, asked).await;
        service.close().await;
        answered
    })
}

async fn answer(service: &Service, asked: Asked) -> anyhow::Result<ExitCode> {
    let caller = Caller::at_command_line();
    match asked {
        Asked::List {
            state,
            kind,
            all,
            before,
            limit,
            json,
            ..
        } => {
            let query = InboxQuery {
                only: None,
                kind,
                state: state.map(ItemState::from),
                cases: if all { OfCases::All } else { OfCases::Real },
                before,
                limit,
            };
            let items = service.read_inbox(&caller, query).await?;
            if json {
                let items: Vec<Value> = items.iter().map(as_json).collect();
                say(&serde_json::to_string_pretty(&items)?);
            } else {
                items.iter().for_each(|item| say(&line(item)));
            }
            Ok(ExitCode::SUCCESS)
        }
        Asked::Show { item, json, .. } => {
            let query = InboxQuery {
                only: Some(item),
                kind: None,
                state: None,
                cases: OfCases::All,
                before: None,
                limit: 1,
            };
            let Some(found) = service.read_inbox(&caller, query).await?.pop() else {
                complain(&InboxError::NoSuchItem(item).to_string());
                return Ok(ExitCode::from(1));
            };
            if json {
                say(&serde_json::to_string_pretty(&as_json(&found))?);
            } else {
                whole(&found);
            }
            Ok(ExitCode::SUCCESS)
        }
        Asked::Mark {
            item, state, by, ..
        } => {
            match service
                .set_inbox_state(&caller, item, state.into(), by)
                .await
            {
                Ok(()) => Ok(ExitCode::SUCCESS),
                Err(error @ InboxError::NoSuchItem(_)) => {
                    complain(&error.to_string());
                    Ok(ExitCode::from(1))
                }
                Err(error) => Err(error.into()),
            }
        }
    }
}

fn as_json(item: &ReadItem) -> Value {
    let words = match &item.words {
        Words::Said(words) => Some(words),
        Words::None | Words::Destroyed | Words::Unreadable => None,
    };
    let changed = item
        .changed
        .as_ref()
        .map(|(who, at)| json!({ "by": who, "at": at }));
    json!({
        "item": item.name, "kind": item.kind, "subject": item.subject, "release": item.release.to_string(), "at": item.at,
        "mark": item.mark, "helpful": item.helpful, "words": words, "words_are": item.words.code(),
        "state": item.state, "changed": changed,
    })
}

fn line(item: &ReadItem) -> String {
    let words = words(item).replace('\n', " ");
    let short: String = words.chars().take(60).collect();
    let cut = if short.len() < words.len() { "…" } else { "" };
    format!(
        "{}  {}  {:4}  {}  {}  {short}{cut}",
        item.name,
        item.at.strftime("%Y-%m-%d %H:%M"),
        item.state.word(),
        item.kind,
        item.subject
    )
}

fn whole(item: &ReadItem) {
    say(&format!("item      {}", item.name));
    say(&format!("kind      {}", item.kind));
    say(&format!("about     {}", item.subject));
    say(&format!("release   {}", item.release));
    say(&format!("said      {}", item.at));
    say(&format!(
        "case      {}",
        as_json(item)
            .get("mark")
            .and_then(|mark| mark.as_str())
            .unwrap_or_default()
    ));
    if let Some(helpful) = as_json(item)
        .get("helpful")
        .and_then(|helpful| helpful.as_str())
    {
        say(&format!("helpful   {helpful}"));
    }
    match &item.changed {
        Some((who, at)) => say(&format!("state     {}, by {who}, {at}", item.state.word())),
        None => say(&format!("state     {}", item.state.word())),
    }
    say("");
    say(&words(item));
}

/// What was said is somebody's own: it may hold anything, so signs that steer a terminal are taken out.
fn words(item: &ReadItem) -> String {
    match &item.words {
        Words::Said(words) => words
            .chars()
            .filter(|letter| *letter == '\n' || !letter.is_control())
            .collect(),
        Words::None => "(no words)".to_owned(),
        Words::Destroyed => "(the words were destroyed with the key of their case)".to_owned(),
        Words::Unreadable => "(the words do not open)".to_owned(),
    }
}
