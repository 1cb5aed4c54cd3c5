//! What a typed line means.

use jiff::SignedDuration;

use super::Call;
use crate::pathway::content::{Asked, FactId, Kind};
use crate::pathway::text::UNNAMED;
use crate::walk::{Answer, explain};

/// What came of a typed line.
pub enum Reply {
    /// Something was answered.
    Told,
    /// Nothing was, and why.
    Again(String),
    /// The line was lost.
    Left,
}

impl Call<'_> {
    /// Reads a line typed under a screen.
    pub(super) fn reply(&mut self, asked: Asked, shown: &[FactId], line: &str) -> Reply {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "end" => return Reply::Left,
            "back" => {
                return match self.trail.pop() {
                    Some(name) if self.facts.withdraw(self.content, &name).is_ok() => Reply::Told,
                    _ => Reply::Again("there is nothing to go back to".to_owned()),
                };
            }
            "why" => return Reply::Again(self.why()),
            "v" => return self.volunteer(rest),
            _ => {}
        }
        match asked {
            Asked::Question(fact) => {
                let name = self.content.fact(fact).id.clone();
                match self.answer(fact, line) {
                    Ok(answer) => self.tell(&name, &answer),
                    Err(why) => Reply::Again(why),
                }
            }
            Asked::Checklist(_) => self.ticks(shown, line),
        }
    }

    fn why(&self) -> String {
        let explanation = explain(self.content, &self.plan, &self.facts);
        super::screen::reasons(self.content, &explanation, self.voice(), UNNAMED).join("\n")
    }

    fn volunteer(&mut self, rest: &str) -> Reply {
        let Some((name, said)) = rest.trim().split_once(' ') else {
            return Reply::Again("write: v NAME ANSWER".to_owned());
        };
        let Some(fact) = self.content.fact_named(name) else {
            return Reply::Again(format!("there is no question `{name}`"));
        };
        match self.answer(fact, said.trim()) {
            Ok(answer) => self.tell(name, &answer),
            Err(why) => Reply::Again(why),
        }
    }

    /// Numbers of what is ticked; the others become no. `none`: all no. `?`: each is asked on its own.
    fn ticks(&mut self, shown: &[FactId], line: &str) -> Reply {
        let ticked: Option<Vec<usize>> = match line {
            "" => {
                return Reply::Again(
                    "type the numbers that apply, `none`, or `?` for not sure".to_owned(),
                );
            }
            "none" | "no" => Some(Vec::new()),
            "?" => None,
            line => match line
                .split([',', ' '])
                .filter(|word| !word.is_empty())
                .map(str::parse)
                .collect()
            {
                Ok(numbers) => Some(numbers),
                Err(_) => {
                    return Reply::Again(
                        "type the numbers that apply, `none`, or `?` for not sure".to_owned(),
                    );
                }
            },
        };
        if ticked.as_ref().is_some_and(|ticked| {
            ticked
                .iter()
                .any(|number| *number == 0 || *number > shown.len())
        }) {
            return Reply::Again(format!("the numbers go from 1 to {}", shown.len()));
        }
        for (place, fact) in shown.iter().enumerate() {
            let answer = match &ticked {
                None => Answer::NotSure,
                Some(ticked) => Answer::Word(
                    if ticked.contains(&(place + 1)) {
                        "yes"
                    } else {
                        "no"
                    }
                    .to_owned(),
                ),
            };
            let name = self.content.fact(*fact).id.clone();
            if let Reply::Again(why) = self.tell(&name, &answer) {
                return Reply::Again(why);
            }
        }
        Reply::Told
    }

    /// The answer that a typed word is, for a question.
    fn answer(&self, fact: FactId, word: &str) -> Result<Answer, String> {
        match word {
            "" => return Err("type an answer".to_owned()),
            "?" => {
                return Ok(
                    if fact == self.content.system.age || fact == self.content.system.sex {
                        Answer::NotTold
                    } else {
                        Answer::NotSure
                    },
                );
            }
            _ => {}
        }
        if let Some(words) = word.strip_prefix('x')
            && (words.is_empty() || words.starts_with(' '))
        {
            return Ok(Answer::NoneFit(words.trim().to_owned()));
        }
        match self.kind(fact) {
            Kind::OneOf { options, .. } => {
                let number: Option<usize> = word.parse().ok();
                let short = |id: &str| {
                    id == word
                        || (word.len() == 1 && matches!((word, id), ("y", "yes") | ("n", "no")))
                };
                let found = options
                    .iter()
                    .enumerate()
                    .find(|(place, option)| short(&option.id) || number == Some(place + 1));
                found
                    .map(|(_, option)| Answer::Word(option.id.clone()))
                    .ok_or_else(|| format!("type a number from 1 to {}", options.len()))
            }
            Kind::Number(number) => word
                .split(' ')
                .next()
                .unwrap_or_default()
                .parse()
                .map(Answer::Number)
                .map_err(|_| format!("type a number of {}", number.unit)),
            Kind::Ago { unit_minutes, .. } => self.instant(word, -*unit_minutes),
            Kind::Due { unit_minutes, .. } => self.instant(word, *unit_minutes),
            Kind::Pick(table) => {
                let rows = &self.content.table(*table).rows;
                let picked =
                    word.split([',', ' '])
                        .filter(|word| !word.is_empty())
                        .map(|word| {
                            let found = rows.iter().enumerate().find(|(place, row)| {
                                row.id == word || word.parse() == Ok(place + 1)
                            });
                            found
                                .map(|(_, row)| row.id.clone())
                                .ok_or_else(|| format!("there is no row `{word}`"))
                        });
                picked.collect::<Result<_, _>>().map(Answer::Rows)
            }
            Kind::Age => match word.parse() {
                Ok(date) => Ok(Answer::BirthDate(date)),
                Err(_) => Ok(Answer::Age(word.to_owned())),
            },
            Kind::Text => Ok(Answer::Word(word.to_owned())),
        }
    }

    fn instant(&self, word: &str, unit_minutes: i64) -> Result<Answer, String> {
        let count: f64 = word
            .split(' ')
            .next()
            .unwrap_or_default()
            .parse()
            .map_err(|_| "type a number".to_owned())?;
        let minutes = (count * unit_minutes as f64).round() as i64;
        self.at
            .contact_began
            .checked_add(SignedDuration::from_mins(minutes))
            .map(Answer::At)
            .map_err(|_| "that is too long".to_owned())
    }
}
