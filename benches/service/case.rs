//! A recorded case over the API.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::load::{Caller, timed};
use crate::said::{Dice, Manner};
use crate::wire::{Reply, Wire, get, post};

const JSON: &str = "application/json";

/// What opens a case.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// Its id.
    pub id: String,
    /// The header that opens it, a whole line.
    pub secret: String,
}

/// A JSON body, as text.
pub fn body(reply: &Reply) -> Result<Value> {
    serde_json::from_slice(&reply.body).map_err(Error::other)
}

impl Case {
    /// Starts a case; gives where it stands too.
    pub async fn start(wire: &mut Wire, request: &Value) -> Result<(Self, Value)> {
        let reply = wire
            .send(&post("/api/v1/cases", JSON, "", &request.to_string()))
            .await?
            .is(201)?;
        let started = body(&reply)?;
        let secret = started["secret"].as_str().unwrap_or_default();
        let case = Case {
            id: started["state"]["case"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            secret: format!("case-secret: {secret}\r\n"),
        };
        Ok((case, started["state"].clone()))
    }

    /// The request that records answers, under a key so that it can be sent again.
    pub fn answers(&self, said: &str, key: u64) -> String {
        let headers = format!("{}idempotency-key: {key:032}\r\n", self.secret);
        post(
            &format!("/api/v1/cases/{}/answers", self.id),
            JSON,
            &headers,
            said,
        )
    }

    /// The request that reads a part of it.
    pub fn read(&self, part: &str) -> String {
        get(&format!("/api/v1/cases/{}{part}", self.id), &self.secret)
    }
}

/// A visit that is the same for everybody: how it starts and what is said, in order.
#[derive(Debug, Clone)]
pub struct Script {
    /// How the case starts.
    pub start: Value,
    /// The bodies of the answers.
    pub answers: Vec<String>,
    /// Events of the case after the last one.
    pub events: u64,
}

impl Script {
    /// Somebody of 40 with a complaint, who says the mildest to everything.
    pub async fn mild(wire: &mut Wire, complaint: &str) -> Result<Self> {
        let start = json!({
            "complaints": [complaint], "mark": "test",
            "patient": {"party": "first", "age": "40 years", "sex": "female"},
        });
        let (case, mut state) = Case::start(wire, &start).await?;
        let mut answers = Vec::new();
        while let Some(said) = Manner::Mild.answer(&state["next"]) {
            let said = said.to_string();
            state = body(
                &wire
                    .send(&case.answers(&said, answers.len() as u64))
                    .await?
                    .is(200)?,
            )?;
            answers.push(said);
        }
        Ok(Script {
            start,
            answers,
            events: state["seq"].as_u64().unwrap_or_default(),
        })
    }
}

/// Somebody who goes through the script again and again, a new case each time.
pub struct Recorded {
    wire: Wire,
    script: Arc<Script>,
    case: Case,
    said: usize,
    keys: Dice,
    begun: Vec<Case>,
}

impl Recorded {
    /// At the start of a case, or (so that not all begin at once) in the middle of one.
    pub async fn new(address: SocketAddr, script: Arc<Script>, number: usize) -> Result<Self> {
        let mut caller = Recorded {
            wire: Wire::open(address).await?,
            case: Case::default(),
            said: script.answers.len(),
            keys: Dice(number as u64),
            script,
            begun: Vec::new(),
        };
        for _ in 0..=number % caller.script.answers.len() {
            caller.step().await?;
        }
        Ok(caller)
    }
}

impl Caller for Recorded {
    async fn step(&mut self) -> Result<Option<Duration>> {
        let script = self.script.clone();
        if self.said == script.answers.len() {
            self.said = 0;
            match self.begun.pop() {
                Some(begun) => self.case = begun,
                None => {
                    self.case = Case::start(&mut self.wire, &script.start).await?.0;
                    return Ok(None);
                }
            }
        }
        let said = script.answers.get(self.said).map_or("", String::as_str);
        let request = self.case.answers(said, self.keys.next());
        let (reply, took) = timed(self.wire.send(&request)).await?;
        reply.is(200)?;
        self.said += 1;
        Ok(Some(took))
    }

    /// So many cases begin that no answer waits behind the start of one.
    async fn prepare(&mut self, requests: usize) -> Result<()> {
        while self.begun.len() * self.script.answers.len() < requests {
            let case = Case::start(&mut self.wire, &self.script.start).await?.0;
            self.begun.push(case);
        }
        Ok(())
    }
}

/// Somebody who sends one request again and again.
pub struct Same {
    wire: Wire,
    request: String,
}

impl Same {
    /// With a connection of their own.
    pub async fn new(address: SocketAddr, request: String) -> Result<Self> {
        let wire = Wire::open(address).await?;
        Ok(Same { wire, request })
    }
}

impl Caller for Same {
    async fn step(&mut self) -> Result<Option<Duration>> {
        let (reply, took) = timed(self.wire.send(&self.request)).await?;
        reply.is(200)?;
        Ok(Some(took))
    }
}

/// The man of 58 with chest pain, as the API that stores nothing is asked.
pub fn chest_pain() -> String {
    let asked = json!({
        "complaints": ["chest-pain"], "patient": {"age": "58 years", "sex": "male", "party": "first"},
        "facts": {"chest_tight": "yes", "chest_pain_when": "there_now"},
    });
    post("/api/v1/walk", JSON, "", &asked.to_string())
}
