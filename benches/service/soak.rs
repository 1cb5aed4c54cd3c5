//! Random cases over HTTP for a long time, while the program is killed again and again in the middle of its work.
//!
//! After each kill and restart: every acknowledged answer is in the record, every case stands exactly where the last reply said it
//! stood, and the one request that had no reply is sent again under its key and takes effect once.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::case::{Case, body};
use crate::said::{Dice, Manner};
use crate::server::Server;
use crate::wire::Wire;

/// At once.
const CALLERS: u64 = 16;

const COMPLAINTS: [&str; 5] = [
    "sore-throat",
    "chest-pain",
    "fever",
    "head-injury",
    "unwell",
];

/// A case as its caller knows it.
struct Known {
    case: Case,
    /// Where the last reply said that it stands.
    state: Value,
    /// How many requests were acknowledged.
    acknowledged: usize,
    /// The questions that they answered.
    answered: Vec<String>,
    /// A request that had no reply, and what it answers.
    pending: Option<(String, Vec<String>)>,
}

/// The questions that a request answers: of a checklist, the members that become yes or no by it.
fn answered(next: &Value, said: &Value) -> Vec<String> {
    let item = &said["answers"][0];
    let names = |list: &Value| -> Vec<String> {
        let all = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let name = |one: &Value| one["id"].as_str().or(one.as_str()).map(str::to_owned);
        all.iter().filter_map(name).collect()
    };
    match (&item["ticked"], item["others"].as_str()) {
        (Value::Array(_), Some("no")) => names(&next["questions"]),
        (ticked @ Value::Array(_), _) => names(ticked),
        _ => names(&json!([item["question"]])),
    }
}

/// Soaks the service for so many seconds, with a kill about every 20 of them. `true` if nothing was lost.
///
/// # Errors
/// What was lost, or the first request that did not go as it should.
pub async fn soak(seconds: u64, seed: u64) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    let kills = (seconds / 20).max(1);
    let span = Duration::from_millis(seconds * 1000 / kills);
    let mut server = Server::start(folder.path());
    let (mut cases, mut answers, mut resent) = (0, 0, 0);
    let mut earlier: Vec<Known> = Vec::new();
    for kill in 0..kills {
        let callers = (0..CALLERS).map(|caller| Dice(seed << 32 | kill << 8 | caller));
        let mut calling = JoinSet::new();
        for dice in callers {
            calling.spawn(call(server.address, dice));
        }
        tokio::time::sleep(span).await;
        server.kill();
        let mut known = Vec::new();
        while let Some(ended) = calling.join_next().await {
            known.extend(ended.map_err(Error::other)??);
        }
        server = Server::start(folder.path());
        let mut wire = Wire::open(server.address).await?;
        for known in &mut known {
            resent += usize::from(known.pending.is_some());
            known.go_on(&mut wire).await?;
        }
        // A case that survived a kill must survive the next ones too.
        for known in known.iter().chain(&earlier) {
            known.stands(&mut wire).await?;
        }
        cases += known.len();
        answers += known.iter().map(|known| known.acknowledged).sum::<usize>();
        let kept = known.len().min(50);
        earlier.extend(known.into_iter().take(kept));
        println!(
            "soak: kill {} of {kills}: {cases} cases, {answers} acknowledged answers, {resent} sent again; none lost",
            kill + 1
        );
    }
    Ok(true)
}

/// Random cases one after the other until the service is gone.
async fn call(address: SocketAddr, mut dice: Dice) -> Result<Vec<Known>> {
    let mut all = Vec::new();
    let mut wire = Wire::open(address).await?;
    loop {
        let (case, state) = match begin(&mut wire, &mut dice).await {
            Ok(begun) => begun,
            // A reply that says something else is a fault; no reply is the kill.
            Err(error) if error.kind() == ErrorKind::Other => return Err(error),
            Err(_) => return Ok(all),
        };
        let mut known = Known {
            case,
            state,
            acknowledged: 0,
            answered: Vec::new(),
            pending: None,
        };
        let gone = known.walk(&mut wire, &mut dice).await?;
        all.push(known);
        if gone {
            return Ok(all);
        }
    }
}

async fn begin(wire: &mut Wire, dice: &mut Dice) -> Result<(Case, Value)> {
    let complaint = COMPLAINTS[dice.below(COMPLAINTS.len())];
    let age = [8, 20, 40, 58, 81][dice.below(5)];
    let party = ["first", "third"][dice.below(2)];
    let sex = ["female", "male"][dice.below(2)];
    let request = json!({
        "complaints": [complaint], "mark": "test",
        "patient": {"party": party, "age": format!("{age} years"), "sex": sex},
    });
    Case::start(wire, &request).await
}

impl Known {
    /// Answers to the end, or until the service is gone: then `true`.
    async fn walk(&mut self, wire: &mut Wire, dice: &mut Dice) -> Result<bool> {
        let mut manner = Manner::Any(Dice(dice.next()));
        while let Some(said) = manner.answer(&self.state["next"]) {
            let answered = answered(&self.state["next"], &said);
            let request = self.case.answers(&said.to_string(), dice.next());
            // Whatever breaks the connection, nobody was told that it is recorded.
            let Ok(reply) = wire.send(&request).await else {
                self.pending = Some((request, answered));
                return Ok(true);
            };
            self.take(body(&reply.is(200)?)?, answered);
        }
        Ok(false)
    }

    fn take(&mut self, state: Value, answered: Vec<String>) {
        self.state = state;
        self.acknowledged += 1;
        self.answered.extend(answered);
    }

    /// Sends again what had no reply; it takes effect once, whether or not it was recorded before.
    async fn go_on(&mut self, wire: &mut Wire) -> Result<()> {
        if let Some((request, answered)) = self.pending.take() {
            let first = body(&wire.send(&request).await?.is(200)?)?;
            let second = body(&wire.send(&request).await?.is(200)?)?;
            self.same("a request sent again", &first, &second)?;
            self.take(first, answered);
        }
        Ok(())
    }

    /// The record holds every acknowledged answer, and replays to where the last reply said that the case stands.
    async fn stands(&self, wire: &mut Wire) -> Result<()> {
        let now = body(&wire.send(&self.case.read("/next")).await?.is(200)?)?;
        self.same("the case", &self.state, &now)?;
        let record = body(&wire.send(&self.case.read("")).await?.is(200)?)?;
        let told = record["answers"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let lost = self
            .answered
            .iter()
            .find(|question| told.iter().all(|told| told["question"] != **question));
        match lost {
            None => Ok(()),
            Some(question) => Err(Error::other(format!(
                "case {}: the answer to {question} is lost",
                self.case.id
            ))),
        }
    }

    fn same(&self, what: &str, expected: &Value, found: &Value) -> Result<()> {
        if expected == found {
            return Ok(());
        }
        Err(Error::other(format!(
            "case {}: {what} was {expected}, and is {found}",
            self.case.id
        )))
    }
}
