//! `nhs111 walk`: a call, in the terminal, by keyboard. Nothing is recorded.
//!
//! It reads its answers from standard input, so a script can drive it too; or everything is told beforehand ([`told`]).

mod reply;
mod screen;
pub(super) mod told;

use std::io::{BufRead, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

use self::reply::Reply;
use super::{folder::read_content, say};
use crate::clock::SystemClock;
use crate::pathway::content::{Asked, FactId, Kind};
use crate::pathway::text::{Party, UNNAMED, Voice};
use crate::pathway::{self, Content, Severity};
use crate::service::london;
use crate::service::ports::Clock;
use crate::walk::{Answer, Facts, Moment, Next, Plan, Scratch, explain, step};

/// A call in progress.
struct Call<'c> {
    content: &'c Content,
    families: Vec<String>,
    plan: Plan,
    facts: Facts,
    at: Moment,
    scratch: Scratch,
    /// Names answered, in order, for `back`.
    trail: Vec<String>,
    reached: Option<pathway::content::DispositionId>,
}

/// Walks a call over the content of a folder. Exit code 1 if the content does not check, 2 if the call breaks off.
pub fn run(
    dir: &Path,
    complaints: &[String],
    told: &[String],
    on: Option<jiff::civil::Date>,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let files = read_content(dir)?;
    let content = match pathway::read(&files) {
        Ok(checked) => checked.content,
        Err(findings) => {
            findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .for_each(|finding| say(&finding.to_string()));
            return Ok(ExitCode::from(1));
        }
    };
    if !told.is_empty() {
        return told::run(&content, complaints, told, on, as_json);
    }
    say("Example content, not clinically approved. In a real emergency phone 999.");
    say(
        "Answer with a number or the answer's name; ? not sure, x none of these, v NAME ANSWER to volunteer, back, why, end.",
    );
    let mut lines = std::io::stdin().lock().lines().map_while(Result::ok);
    let families = match choose(&content, complaints, &mut lines) {
        Some(families) => families,
        None => return Ok(ExitCode::from(2)),
    };
    let names: Vec<&str> = families.iter().map(String::as_str).collect();
    let plan = Plan::new(&content, &names, false)?;
    let contact_began = SystemClock.now();
    let at = Moment {
        contact_began,
        today: contact_began.to_zoned(london()).date(),
    };
    let mut call = Call {
        facts: Facts::new(&content),
        content: &content,
        families,
        plan,
        at,
        scratch: Scratch::new(),
        trail: Vec::new(),
        reached: None,
    };
    let ended = call.walk(&mut lines);
    let explanation = explain(&content, &call.plan, &call.facts);
    if as_json {
        say(&serde_json::to_string_pretty(&screen::value(
            &content,
            &call.families,
            &explanation,
        ))?);
    } else {
        screen::outcome(&content, &explanation, call.voice(), UNNAMED)
            .iter()
            .for_each(|line| say(line));
    }
    Ok(ExitCode::from(if ended { 0 } else { 2 }))
}

/// The complaints of the call: as given, or by words.
fn choose(
    content: &Content,
    given: &[String],
    lines: &mut impl Iterator<Item = String>,
) -> Option<Vec<String>> {
    let known: Vec<String> = content
        .families()
        .iter()
        .map(|(family, _)| (*family).to_owned())
        .collect();
    if !given.is_empty() {
        if let Some(unknown) = given.iter().find(|family| !known.contains(family)) {
            say(&format!(
                "there is no complaint `{unknown}`; there are {}",
                known.join(", ")
            ));
            return None;
        }
        return Some(given.to_vec());
    }
    loop {
        say("\nWhat is the matter?");
        for (number, (family, title)) in content.families().iter().enumerate() {
            say(&format!("  {}  {} ({family})", number + 1, title.say));
        }
        let line = lines.next()?;
        let chosen: Vec<String> = line
            .split([',', ' '])
            .filter(|word| !word.is_empty())
            .filter_map(|word| {
                known
                    .iter()
                    .enumerate()
                    .find(|(place, family)| word == **family || word.parse() == Ok(place + 1))
                    .map(|(_, family)| family.clone())
            })
            .collect();
        if !chosen.is_empty() {
            return Some(chosen);
        }
        say("Type one or more numbers, for example: 1, 3");
    }
}

impl Call<'_> {
    /// Asks until the walk ends; false if the caller's line was lost first.
    fn walk(&mut self, lines: &mut impl Iterator<Item = String>) -> bool {
        loop {
            let position = step(self.content, &self.plan, &self.facts, &mut self.scratch);
            self.announce(position.disposition);
            let going_on = match position.next {
                Next::End => return true,
                Next::Guide(guide) => {
                    screen::guide(self.content, guide, self.voice(), UNNAMED)
                        .iter()
                        .for_each(|line| say(line));
                    self.guide(guide, lines)
                }
                Next::Patient { asked, shown }
                | Next::Ask { asked, shown }
                | Next::Keep { asked, shown } => self.ask(asked, &shown, lines),
            };
            if !going_on {
                return false;
            }
        }
    }

    fn announce(&mut self, disposition: Option<pathway::content::DispositionId>) {
        if disposition != self.reached {
            if let Some(id) = disposition {
                let now = self.content.disposition(id);
                let mark = if now.starts_at_once {
                    "START NOW: "
                } else {
                    "so far: "
                };
                say(&format!(
                    "\n>>> {mark}{} <<<",
                    now.title.wording(self.voice().0, self.voice().1, UNNAMED)
                ));
            }
            self.reached = disposition;
        }
    }

    fn ask(
        &mut self,
        asked: Asked,
        shown: &[FactId],
        lines: &mut impl Iterator<Item = String>,
    ) -> bool {
        let page = match asked {
            Asked::Question(fact) => screen::question(self.content, fact, self.voice(), UNNAMED),
            Asked::Checklist(list) => {
                screen::checklist(self.content, list, shown, self.voice(), UNNAMED)
            }
        };
        page.iter().for_each(|line| say(line));
        loop {
            let Some(line) = lines.next() else {
                return false;
            };
            if !std::io::stdin().is_terminal() {
                say(&format!("> {line}"));
            }
            match self.reply(asked, shown, line.trim()) {
                Reply::Told => return true,
                Reply::Again(why) => say(&why),
                Reply::Left => return false,
            }
        }
    }

    fn guide(
        &mut self,
        guide: pathway::content::GuideId,
        lines: &mut impl Iterator<Item = String>,
    ) -> bool {
        let known = self.content.guide(guide);
        loop {
            let Some(line) = lines.next() else {
                return false;
            };
            let word = line.trim();
            let exit = known
                .exits
                .iter()
                .enumerate()
                .find(|(place, exit)| exit.id == word || word.parse() == Ok(place + 1));
            match exit {
                Some((_, exit)) => {
                    let told = self.facts.tell(
                        self.content,
                        &known.id,
                        &Answer::Exit(exit.id.clone()),
                        self.at,
                    );
                    if let Err(fault) = told {
                        say(&fault.to_string());
                        continue;
                    }
                    return true;
                }
                None if word == "end" => return false,
                None => say("Type the number of what happened."),
            }
        }
    }

    fn tell(&mut self, name: &str, answer: &Answer) -> Reply {
        match self.facts.tell(self.content, name, answer, self.at) {
            Ok(_) => {
                self.trail.push(name.to_owned());
                Reply::Told
            }
            Err(fault) => Reply::Again(fault.to_string()),
        }
    }

    /// The handler's voice, to the patient or about them.
    fn voice(&self) -> (Voice, Party) {
        let third = matches!(self.facts.said(self.content.system.party), Some(Answer::Word(word)) if word == "third");
        (
            Voice::Handler,
            if third { Party::Third } else { Party::First },
        )
    }

    fn kind(&self, fact: FactId) -> &Kind {
        &self.content.fact(fact).kind
    }
}
