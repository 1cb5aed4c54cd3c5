//! A patient in plain words: as few volunteered facts, "not sure"s and alarming answers as the finding needs.

use std::rc::Rc;

use jiff::civil::{Date, date};

use super::super::age::{AgeUnit as ToldIn, days_in, somebody_aged};
use super::super::content::{Content, FactId, FactSource, Kind, Order};
use super::super::encode::{Ages, Cuts, Encoder, FactState, Gates, Lit, Value};
use super::super::form::AgeUnit;
use super::super::words;
use super::scope::Scope;

/// The day on which every example is walked, unless its age needs another.
pub const DAY: Date = date(2026, 1, 15);

/// Somebody, and what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Age, sex and party, in words.
    pub who: String,
    /// What was asked and answered, in the order of the asks.
    pub asked: Vec<Answered>,
    /// What was said without being asked, and what the service told.
    pub volunteered: Vec<(FactId, String)>,
    /// All that was said, age, sex and party first, in the terms of each fact.
    pub said: Vec<(FactId, Said)>,
}

/// What was said of a fact, in its own terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Not sure; of age and sex, not told; of what the service states, that its look-up failed.
    NotSure,
    /// The place of an option.
    Option(usize),
    /// In the fact's own steps; of an instant, minutes.
    Number(i64),
    /// Exactly so many months or days old, on this day; [`DAY`] unless there is nobody of the age on it.
    Age(AgeUnit, i64, Date),
    /// An age as told.
    ToldAge(i64, ToldIn),
    /// Rows of a table.
    Rows(Vec<u16>),
    /// Words.
    Words,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// To what.
    pub fact: FactId,
    /// In words.
    pub words: String,
    /// It is the mildest answer there is.
    pub mild: bool,
}

impl Example {
    /// The same without the questions that were not asked after all.
    #[must_use]
    pub fn asked_only(mut self, content: &Content, asked: &[FactId]) -> Self {
        let is_told = |fact: &FactId| {
            content.fact(*fact).source != FactSource::Question || asked.contains(fact)
        };
        self.asked.retain(|answer| is_told(&answer.fact));
        self.volunteered.retain(|(fact, _)| is_told(fact));
        self.said.retain(|(fact, _)| is_told(fact));
        self
    }

    /// In one sentence: the answers to what is `telling`, and those that are not mild.
    pub fn words(&self, content: &Content, telling: &[FactId]) -> String {
        let said = |fact: FactId, value: &str| format!("{} is {value}", words::name(content, fact));
        let mut parts = vec![self.who.clone()];
        let (told, left_out): (Vec<&Answered>, Vec<&Answered>) = self
            .asked
            .iter()
            .partition(|answer| !answer.mild || telling.contains(&answer.fact));
        parts.extend(
            told.into_iter()
                .map(|answer| said(answer.fact, &answer.words)),
        );
        parts.extend(
            self.volunteered
                .iter()
                .map(|(fact, value)| format!("{} (not asked)", said(*fact, value))),
        );
        if !left_out.is_empty() {
            parts.push("the mildest answer to everything else".to_owned());
        }
        parts.join("; ")
    }
}

/// The plainest patient for whom `finding` holds; it must be possible. The example last found is this one.
pub(crate) fn shortest(scope: &mut Scope<'_>, finding: Lit) -> Example {
    let facts = scope.encoder.read_facts();
    plainest(scope, finding, &facts)
}

/// The same where everything that applies was answered: what was said of questions that nobody asks is left out later, and may be anything.
pub(crate) fn shortest_of_the_answered(scope: &mut Scope<'_>, finding: Lit) -> Example {
    let content = scope.content;
    let mut stated = scope.encoder.read_facts();
    stated.retain(|fact| content.fact(*fact).source != FactSource::Question);
    plainest(scope, finding, &stated)
}

/// As few as can be of these are said without being asked.
fn plainest(scope: &mut Scope<'_>, finding: Lit, best_unsaid: &[FactId]) -> Example {
    let facts = scope.encoder.read_facts();
    let mut wishes = Vec::new();
    for fact in best_unsaid {
        wishes.extend(unsaid(scope, *fact));
    }
    for wish in [sure, exact, mildest] {
        for fact in &facts {
            wishes.extend(wish(scope, *fact));
        }
    }
    scope.gates.grant(&[finding], wishes);
    read_example(scope, &facts)
}

/// Not said unless asked.
fn unsaid(scope: &mut Scope<'_>, id: FactId) -> Vec<Lit> {
    if scope.content.fact(id).source == FactSource::Patient {
        return Vec::new();
    }
    let said = scope.encoder.fact(&mut scope.gates, id).said.known;
    let open: Vec<Lit> = scope
        .asks
        .iter()
        .filter(|ask| ask.fact == id)
        .map(|ask| ask.open)
        .collect();
    vec![scope.gates.or(open.into_iter().chain([!said]))]
}

fn sure(scope: &mut Scope<'_>, id: FactId) -> Vec<Lit> {
    vec![!scope.encoder.fact(&mut scope.gates, id).said.voiced]
}

fn exact(scope: &mut Scope<'_>, id: FactId) -> Vec<Lit> {
    match &scope.encoder.fact(&mut scope.gates, id).said.value {
        Value::Age(ages) => vec![ages.exact(&mut scope.gates)],
        _ => Vec::new(),
    }
}

/// The least worse answer, else the next.
fn benign(scope: &mut Scope<'_>, id: FactId) -> Vec<Lit> {
    let fact = scope.encoder.fact(&mut scope.gates, id);
    let order = &scope.content.fact(id).order;
    match (&fact.said.value, order) {
        (Value::Options(options), Order::WorstFirst) => options.iter().map(|lit| !*lit).collect(),
        (Value::Options(options), _) => options.iter().rev().map(|lit| !*lit).collect(),
        (Value::Number(cuts), Order::Lower) => cuts.above.iter().map(|(_, lit)| *lit).collect(),
        (Value::Number(cuts), _) => cuts.above.iter().rev().map(|(_, lit)| !*lit).collect(),
        (Value::Age(ages), _) => {
            let old = ages
                .months
                .0
                .above
                .iter()
                .rev()
                .filter(|(cut, _)| *cut > 216)
                .map(|(_, lit)| !*lit);
            [216, 192, 60, 24]
                .into_iter()
                .map(|months| nearest(ages, &scope.gates, months))
                .chain(old)
                .collect()
        }
        (Value::Rows(rows), _) => rows.iter().map(|(_, lit)| !*lit).collect(),
        (Value::Words, _) => Vec::new(),
    }
}

/// At least so many months old, as near as the cuts tell.
fn nearest(ages: &Ages, gates: &Gates, months: i64) -> Lit {
    let above = &ages.months.0.above;
    above
        .iter()
        .rev()
        .find(|(cut, _)| *cut <= months)
        .map_or(gates.yes(), |(_, lit)| *lit)
}

fn read_example(scope: &mut Scope<'_>, facts: &[FactId]) -> Example {
    let content = scope.content;
    let mut asked: Vec<Answered> = Vec::new();
    for ask in scope.asks.clone() {
        let said = scope.encoder.said(&mut scope.gates, ask.fact).known;
        let fresh = !asked.iter().any(|known| known.fact == ask.fact);
        if fresh
            && scope.gates.holds(ask.open)
            && scope.gates.holds(said)
            && content.fact(ask.fact).source != FactSource::Patient
        {
            let wishes = [sure(scope, ask.fact), mildest(scope, ask.fact)].concat();
            let mild = wishes.into_iter().all(|wish| scope.gates.holds(wish));
            let state = scope.encoder.fact(&mut scope.gates, ask.fact);
            asked.push(Answered {
                fact: ask.fact,
                words: said_words(content, &scope.gates, ask.fact, &state),
                mild,
            });
        }
    }
    let Scope { gates, encoder, .. } = scope;
    let mut volunteered: Vec<(FactId, String)> = Vec::new();
    for id in facts {
        let fact = encoder.fact(gates, *id);
        let patient = content.fact(*id).source == FactSource::Patient;
        if !patient && gates.holds(fact.said.known) && !asked.iter().any(|known| known.fact == *id)
        {
            volunteered.push((*id, said_words(content, gates, *id, &fact)));
        }
    }
    let told = all_said(content, gates, encoder, facts);
    Example {
        who: who(content, gates, encoder),
        asked,
        volunteered,
        said: told,
    }
}

/// All that was said of somebody in the example last found, age, sex and party first.
pub(crate) fn all_said(
    content: &Content,
    gates: &mut Gates,
    encoder: &mut Encoder<'_>,
    facts: &[FactId],
) -> Vec<(FactId, Said)> {
    let patient = [content.system.party, content.system.age, content.system.sex];
    let others = facts.iter().copied().filter(|id| !patient.contains(id));
    let mut told = Vec::new();
    for id in patient.into_iter().chain(others) {
        let fact = encoder.fact(gates, id);
        if gates.holds(fact.said.known) {
            told.push((id, said(content, gates, id, &fact)));
        }
    }
    for (amount, weight) in encoder.read_doses() {
        if let Some(numbers) = dose(content, gates, encoder, amount, weight) {
            for (id, number) in [amount, weight].into_iter().zip(numbers) {
                told.iter_mut()
                    .filter(|(told, said)| *told == id && matches!(said, Said::Number(_)))
                    .for_each(|(_, said)| *said = Said::Number(number));
            }
        }
    }
    told
}

/// An amount and a weight that make the dose of the example, which the solver does not reckon: it takes any dose for any of the two.
fn dose(
    content: &Content,
    gates: &mut Gates,
    encoder: &mut Encoder<'_>,
    amount: FactId,
    weight: FactId,
) -> Option<[i64; 2]> {
    let (_, (dose, _)) = encoder.per_kg(gates, amount, weight);
    let (least, most) = dose.found(gates);
    let mut between = |id: FactId| match &encoder.fact(gates, id).said.value {
        Value::Number(cuts) => Some((cuts.found(gates), cuts.step)),
        _ => None,
    };
    let ((fewest, highest), step) = between(amount)?;
    let ((lightest, heaviest), weight_step) = between(weight)?;
    let scale = |id: FactId| match &content.fact(id).kind {
        Kind::Number(number) => 10_i128.pow(number.scale),
        _ => 1,
    };
    let (amount_scale, weight_scale) = (scale(amount), scale(weight));
    // A dose is rounded up: the amount lies above the dose before the least one, and not above the greatest.
    let up_to = |dose: i64, weight: i64| {
        let amount = i128::from(dose) * i128::from(weight) * amount_scale / weight_scale;
        i64::try_from(amount).unwrap_or(i64::MAX)
    };
    let fitting = |weight: i64| {
        let from = match least {
            0 => fewest,
            least => up_to(least - 1, weight).saturating_add(1).max(fewest),
        };
        let to = if most == dose.bounds.1 {
            highest
        } else {
            up_to(most, weight).min(highest)
        };
        let from = from + (step - (from - fewest).rem_euclid(step)) % step;
        (from <= to).then_some([from, weight])
    };
    let middle = i64::midpoint(lightest, heaviest);
    let middle = middle - (middle - lightest).rem_euclid(weight_step);
    let all = (0..).map(|place| lightest + place * weight_step);
    let all = all.take_while(|weight| *weight <= heaviest);
    [middle]
        .into_iter()
        .chain(all)
        .filter(|weight| *weight > 0)
        .find_map(fitting)
}

/// All wishes for a mild answer but the one that leaves no answer at all.
fn mildest(scope: &mut Scope<'_>, id: FactId) -> Vec<Lit> {
    let mut wishes = benign(scope, id);
    if matches!(
        scope.encoder.fact(&mut scope.gates, id).said.value,
        Value::Options(_) | Value::Rows(_)
    ) {
        wishes.pop();
    }
    wishes
}

/// Age, sex and party of somebody in the example last found, in words.
pub(crate) fn who(content: &Content, gates: &mut Gates, encoder: &mut Encoder<'_>) -> String {
    let mut word = |id: FactId| -> String {
        let fact: Rc<FactState> = encoder.fact(gates, id);
        said_words(content, gates, id, &fact)
    };
    let (sex, age, party) = (
        word(content.system.sex),
        word(content.system.age),
        word(content.system.party),
    );
    format!("sex {sex}, age {age}, {party} party")
}

fn said_words(content: &Content, gates: &Gates, id: FactId, state: &FactState) -> String {
    words_of(content, id, &said(content, gates, id, state))
}

/// What was said, in words.
pub(crate) fn words_of(content: &Content, id: FactId, said: &Said) -> String {
    let fact = content.fact(id);
    match said {
        Said::NotSure => match (fact.source == FactSource::Patient, &fact.source) {
            (true, _) => "not told".into(),
            (_, FactSource::System { .. }) => "unknown".into(),
            _ => "not sure".into(),
        },
        Said::Option(place) => words::option(fact, *place),
        Said::Number(number) => words::number(fact, *number),
        Said::Age(unit, count, _) => words::age(*unit, *count),
        Said::ToldAge(count, unit) => format!("told as {count} {}", told_in(*unit)),
        Said::Rows(rows) => {
            let Kind::Pick(table) = fact.kind else {
                return String::new();
            };
            let picked: Vec<&str> = rows
                .iter()
                .filter_map(|row| content.table(table).rows.get(usize::from(*row)))
                .map(|row| row.text.say.as_str())
                .collect();
            format!("\u{201c}{}\u{201d}", picked.join("\u{201d} and \u{201c}"))
        }
        Said::Words => "said".into(),
    }
}

/// The unit of an age, as people say it.
pub(crate) fn told_in(unit: ToldIn) -> &'static str {
    match unit {
        ToldIn::Days => "days",
        ToldIn::Weeks => "weeks",
        ToldIn::Months => "months",
        ToldIn::Years => "years",
    }
}

fn said(content: &Content, gates: &Gates, id: FactId, state: &FactState) -> Said {
    // "Not sure" of a question with a declared stand-in reads as an option, and was not said so.
    if gates.holds(state.said.voiced) {
        return Said::NotSure;
    }
    match &state.said.value {
        Value::Options(options) => {
            let place = options.iter().position(|lit| gates.holds(*lit));
            place.map_or(Said::NotSure, Said::Option)
        }
        Value::Number(cuts) => Said::Number(likely(cuts, cuts.found(gates))),
        Value::Age(ages) => age(gates, ages),
        Value::Rows(rows) => {
            let picked = rows
                .iter()
                .filter(|(_, lit)| gates.holds(*lit))
                .filter_map(|(class, _)| class.first().copied());
            match content.fact(id).kind {
                Kind::Pick(_) => Said::Rows(picked.collect()),
                _ => Said::NotSure,
            }
        }
        Value::Words => Said::Words,
    }
}

/// An answer between the two that does not look odd: the one next to a cut.
fn likely(cuts: &Cuts, (low, high): (i64, i64)) -> i64 {
    let (least, most) = cuts.bounds;
    if low == least && high == most {
        let middle = i64::midpoint(low, high);
        middle - (middle - least) % cuts.step
    } else if low == least {
        high
    } else {
        low
    }
}

fn age(gates: &Gates, ages: &Ages) -> Said {
    if let Some(told) = ages.told.iter().find(|told| gates.holds(told.lit)) {
        return Said::ToldAge(told.count, told.unit);
    }
    let (months, days) = (ages.months.0.found(gates), ages.days.0.found(gates));
    let usual = [30, 40, 50, 60, 70, 80, 20, 18, 16, 10, 8, 5, 3].map(|years| years * 12);
    let nearby = months.0..=months.1.min(months.0 + 24);
    let fits = |month: &i64| {
        (months.0..=months.1).contains(month)
            && days_in(*month).0 >= days.0
            && days_in(*month + 1).1 - 1 <= days.1
    };
    if let Some(month) = usual.into_iter().chain(nearby).find(fits) {
        return Said::Age(AgeUnit::Months, month, DAY);
    }
    match somebody_aged(months, days, DAY) {
        Some((born, on)) => {
            let days = on.since(born).map_or(0, |lived| lived.get_days());
            Said::Age(AgeUnit::Days, i64::from(days), on)
        }
        // INVARIANT: an age that is exact is one of the calendar.
        None => Said::Age(AgeUnit::Days, days.0, DAY),
    }
}
