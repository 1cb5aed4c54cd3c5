//! Rules in plain words, for authors: in diagnostics, pictures and lists of differences. No caller reads them.

use super::content::{Content, Effect, Fact, FactId, FactSource, Kind, Number, Table};
use super::form::{AgeUnit, Node, Rule};

/// A rule in plain words: `swallowing is "I can hardly swallow even water"`.
pub fn words(content: &Content, rule: Rule) -> String {
    Words { content }.rule(rule, Around::Nothing)
}

/// The opposite of a rule in plain words.
pub fn negated(content: &Content, rule: Rule) -> String {
    Words { content }.negated(rule)
}

/// What must all hold for a rule to hold: the parts of an `all`, else the rule itself.
pub fn conjuncts(content: &Content, rule: Rule) -> Vec<Rule> {
    match content.forms.node(rule) {
        Node::All(of) => content.forms.children(*of).to_vec(),
        Node::Constant(true) => Vec::new(),
        _ => vec![rule],
    }
}

/// A rule as it reads to those for whom all of `known` holds already: those of its conjuncts are left out. `None` if nothing is left.
pub fn within(content: &Content, rule: Rule, known: &[Rule]) -> Option<String> {
    all(
        content,
        conjuncts(content, rule)
            .into_iter()
            .filter(|part| !known.contains(part)),
    )
}

/// That all of these hold, in plain words; `None` if there are none.
pub fn all(content: &Content, rules: impl IntoIterator<Item = Rule>) -> Option<String> {
    let rules: Vec<Rule> = rules.into_iter().collect();
    match rules.as_slice() {
        [] => None,
        [only] => Some(words(content, *only)),
        _ => Some(Words { content }.joined(&rules, " and ", Around::All, Around::Nothing)),
    }
}

/// What a line does, in plain words: `reach ambulance-category-2`.
pub fn effect(content: &Content, effect: Effect) -> String {
    match effect {
        Effect::Reach(disposition) => format!("reach {}", content.disposition(disposition).id),
        Effect::Settle(disposition) => format!("settle {}", content.disposition(disposition).id),
        Effect::Otherwise(disposition) => {
            format!("otherwise {}", content.disposition(disposition).id)
        }
        Effect::Also(need) => format!("also {}", content.need(need).id),
    }
}

/// The name of a fact as its author writes it.
pub fn name(content: &Content, fact: FactId) -> &str {
    let id = &content.fact(fact).id;
    id.rsplit_once('/').map_or(id, |(_, name)| name)
}

/// An option as shown, in quotation marks; the bare word where it is yes, no, a sex or a party.
pub fn option(fact: &Fact, place: usize) -> String {
    let Kind::OneOf { options, yes_no } = &fact.kind else {
        return String::new();
    };
    let Some(choice) = options.get(place) else {
        return String::new();
    };
    if *yes_no || fact.source == FactSource::Patient {
        choice.id.clone()
    } else {
        format!("\u{201c}{}\u{201d}", choice.text.say)
    }
}

/// A value of a number or an instant, with its unit.
pub fn number(fact: &Fact, value: i64) -> String {
    match &fact.kind {
        Kind::Number(kind) => format!("{} {}", decimal(kind, value), kind.unit),
        Kind::Ago { .. } => format!("{} ago", duration(value)),
        Kind::Due { .. } if value < 0 => format!("{} overdue", duration(-value)),
        Kind::Due { .. } => format!("due in {}", duration(value)),
        Kind::OneOf { .. } | Kind::Pick(_) | Kind::Age | Kind::Text => value.to_string(),
    }
}

/// So many minutes, in the largest units that say it whole.
pub fn duration(minutes: i64) -> String {
    let counted =
        |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match (minutes / 1440, minutes / 60, minutes % 60) {
        (days, hours, 0) if days > 3 && hours % 24 == 0 => counted(days, "day"),
        (_, 0, rest) => counted(rest, "minute"),
        (_, hours, 0) => counted(hours, "hour"),
        (_, hours, rest) => format!("{} {}", counted(hours, "hour"), counted(rest, "minute")),
    }
}

/// An age of so many months or days, in the unit people use.
pub fn age(unit: AgeUnit, count: i64) -> String {
    let counted =
        |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match unit {
        AgeUnit::Months if count > 0 && count % 12 == 0 => counted(count / 12, "year"),
        AgeUnit::Months => counted(count, "month"),
        AgeUnit::Days if count >= 14 && count % 7 == 0 => counted(count / 7, "week"),
        AgeUnit::Days => counted(count, "day"),
    }
}

/// Whether brackets are needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    All,
    Any,
}

struct Words<'c> {
    content: &'c Content,
}

impl Words<'_> {
    fn rule(&self, rule: Rule, around: Around) -> String {
        let forms = &self.content.forms;
        match forms.node(rule) {
            Node::Constant(true) => "always".into(),
            Node::Constant(false) => "never".into(),
            Node::All(of) => self.joined(forms.children(*of), " and ", Around::All, around),
            Node::Any(of) => self.joined(forms.children(*of), " or ", Around::Any, around),
            Node::AtLeast { n, of } => {
                let parts: Vec<String> = forms
                    .children(*of)
                    .iter()
                    .map(|part| self.rule(*part, Around::Nothing))
                    .collect();
                format!("at least {n} of ({})", parts.join("; "))
            }
            Node::Not(inner) => self.negated(*inner),
            Node::Surely(inner) => format!("surely ({})", self.rule(*inner, Around::Nothing)),
            Node::Unsure(fact) => format!("{} is not sure", name(self.content, *fact)),
            Node::Score {
                score,
                highest,
                from,
                to,
            } => {
                let of = if *highest { "the largest part of " } else { "" };
                format!(
                    "{of}{} is {}",
                    forms.score(*score).name,
                    range(*from, *to, |points| points.to_string())
                )
            }
            Node::OneOf { .. }
            | Node::Number { .. }
            | Node::Age { .. }
            | Node::Picked { .. }
            | Node::PerKg { .. } => self.leaf(rule),
        }
    }

    fn joined(&self, parts: &[Rule], with: &str, own: Around, around: Around) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.rule(*part, own)).collect();
        let joined = parts.join(with);
        if around == Around::Nothing || around == own {
            joined
        } else {
            format!("({joined})")
        }
    }

    fn leaf(&self, rule: Rule) -> String {
        let content = self.content;
        match content.forms.node(rule) {
            Node::OneOf { fact, options } => self.one_of(*fact, *options),
            Node::Number { fact, from, to } => self.number(*fact, *from, *to),
            Node::Age {
                fact,
                unit,
                from,
                to,
            } => format!("{} is {}", name(content, *fact), ages(*unit, *from, *to)),
            Node::Picked { fact, rows } => self.picked(*fact, content.forms.rows(*rows), true),
            Node::PerKg {
                amount,
                weight,
                from,
                to,
            } => {
                let per = format!(
                    "{} per kg of {}",
                    name(content, *amount),
                    name(content, *weight)
                );
                format!("{per} is {}", range(*from, *to, |dose| dose.to_string()))
            }
            _ => String::new(),
        }
    }

    /// The complement of a leaf reads better than its negation, and means the same for "not sure" too.
    fn negated(&self, inner: Rule) -> String {
        let content = self.content;
        match content.forms.node(inner) {
            Node::OneOf { fact, options } => self.one_of(*fact, !options),
            Node::Number {
                fact,
                from: i64::MIN,
                to,
            } => self.number(*fact, to + 1, i64::MAX),
            Node::Number {
                fact,
                from,
                to: i64::MAX,
            } => self.number(*fact, i64::MIN, from - 1),
            Node::Age {
                fact,
                unit,
                from: i64::MIN,
                to,
            } => format!(
                "{} is {}",
                name(content, *fact),
                ages(*unit, to + 1, i64::MAX)
            ),
            Node::Age {
                fact,
                unit,
                from,
                to: i64::MAX,
            } => format!(
                "{} is {}",
                name(content, *fact),
                ages(*unit, i64::MIN, from - 1)
            ),
            Node::Picked { fact, rows } => self.picked(*fact, content.forms.rows(*rows), false),
            Node::Unsure(fact) => {
                format!("{} is not \u{201c}not sure\u{201d}", name(content, *fact))
            }
            _ => format!("not ({})", self.rule(inner, Around::Nothing)),
        }
    }

    fn one_of(&self, id: FactId, options: u64) -> String {
        let fact = self.content.fact(id);
        let Kind::OneOf {
            options: choices, ..
        } = &fact.kind
        else {
            return String::new();
        };
        let (held, left_out): (Vec<usize>, Vec<usize>) =
            (0..choices.len()).partition(|place| options & (1 << place) != 0);
        let name = name(self.content, id);
        match (held.as_slice(), left_out.as_slice()) {
            ([], _) => format!("{name} is none of its answers"),
            (_, []) => format!("{name} is answered"),
            ([only], _) => format!("{name} is {}", option(fact, *only)),
            (_, [only]) => format!("{name} is not {}", option(fact, *only)),
            (many, _) => {
                let many: Vec<String> = many.iter().map(|place| option(fact, *place)).collect();
                format!("{name} is one of {}", many.join(", "))
            }
        }
    }

    fn number(&self, id: FactId, from: i64, to: i64) -> String {
        let fact = self.content.fact(id);
        let name = name(self.content, id);
        let (from, to) = match &fact.kind {
            Kind::Number(kind) => (
                opened(from, kind.from, i64::MIN),
                opened(to, kind.to, i64::MAX),
            ),
            Kind::Ago { to: most, .. } => (opened(from, 0, i64::MIN), opened(to, *most, i64::MAX)),
            _ => (from, to),
        };
        match &fact.kind {
            Kind::Number(kind) => format!(
                "{name} is {}",
                range(from, to, |value| decimal(kind, value))
            ),
            Kind::Ago { .. } => format!("{name} was {} ago", range(from, to, duration)),
            Kind::Due { .. } if from == to => format!("{name} is {}", number(fact, from)),
            Kind::Due { .. } if from == i64::MIN => {
                format!("{name} is {} or sooner", number(fact, to))
            }
            Kind::Due { .. } if to == i64::MAX => {
                format!("{name} is {} or later", number(fact, from))
            }
            Kind::Due { .. } => format!(
                "{name} is between {} and {}",
                number(fact, from),
                number(fact, to)
            ),
            Kind::OneOf { .. } | Kind::Pick(_) | Kind::Age | Kind::Text => String::new(),
        }
    }

    fn picked(&self, id: FactId, rows: &[u16], some: bool) -> String {
        let name = name(self.content, id);
        let Kind::Pick(table) = self.content.fact(id).kind else {
            return String::new();
        };
        let table = self.content.table(table);
        if some {
            return format!("{name} includes {}", which_rows(table, rows));
        }
        let others: Vec<u16> = (0u16..)
            .take(table.rows.len())
            .filter(|row| !rows.contains(row))
            .collect();
        format!("{name} includes only {}", which_rows(table, &others))
    }
}

/// Rows by the column that sets them apart, else by name.
fn which_rows(table: &Table, rows: &[u16]) -> String {
    let inside = |row: usize| u16::try_from(row).is_ok_and(|row| rows.contains(&row));
    for (column, (title, values)) in table.columns.iter().enumerate() {
        let value_of = |row: usize| {
            table
                .rows
                .get(row)
                .and_then(|row| row.values.get(column))
                .copied()
        };
        let mut held: Vec<u16> = (0..table.rows.len())
            .filter(|row| inside(*row))
            .filter_map(value_of)
            .collect();
        held.sort_unstable();
        held.dedup();
        if (0..table.rows.len())
            .all(|row| inside(row) == value_of(row).is_some_and(|value| held.contains(&value)))
        {
            let held: Vec<&str> = held
                .iter()
                .filter_map(|value| values.get(usize::from(*value)))
                .map(String::as_str)
                .collect();
            return format!("what has {title} {}", held.join(" or "));
        }
    }
    let named: Vec<String> = rows
        .iter()
        .filter_map(|row| table.rows.get(usize::from(*row)))
        .map(|row| format!("\u{201c}{}\u{201d}", row.text.say))
        .collect();
    named.join(" or ")
}

fn opened(value: i64, bound: i64, open: i64) -> i64 {
    if value == bound { open } else { value }
}

fn range(from: i64, to: i64, show: impl Fn(i64) -> String) -> String {
    match (from, to) {
        (i64::MIN, i64::MAX) => "anything".into(),
        (i64::MIN, to) => format!("{} or less", show(to)),
        (from, i64::MAX) => format!("{} or more", show(from)),
        (from, to) if from == to => show(from),
        (from, to) => format!("{} to {}", show(from), show(to)),
    }
}

fn ages(unit: AgeUnit, from: i64, to: i64) -> String {
    match (from, to) {
        (i64::MIN, i64::MAX) => "anything".into(),
        (i64::MIN, to) => format!("under {}", age(unit, to + 1)),
        (from, i64::MAX) => format!("{} or more", age(unit, from)),
        (from, to) if from == to && !(unit == AgeUnit::Months && to % 12 == 11) => age(unit, from),
        (from, to) => format!("from {} to under {}", age(unit, from), age(unit, to + 1)),
    }
}

/// A number as written, with its decimal places.
pub fn decimal(kind: &Number, value: i64) -> String {
    if kind.scale == 0 {
        return value.to_string();
    }
    let unit = 10_i64.saturating_pow(kind.scale);
    let sign = if value < 0 { "-" } else { "" };
    let places = usize::try_from(kind.scale).unwrap_or(0);
    format!(
        "{sign}{}.{:0places$}",
        value.abs() / unit,
        value.abs() % unit
    )
}
