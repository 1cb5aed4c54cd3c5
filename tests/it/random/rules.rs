//! Random rules over the facts that may be read somewhere.

use super::Dice;

/// What kind of fact a rule can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    YesNo(String),
    /// A condition by its name; it is not compared.
    Let(String),
    /// One-of, with its options.
    OneOf(String, Vec<String>),
    /// A whole number from 0 to this.
    Number(String, i64),
    /// A whole number: least, most and the step between two answers.
    Steps(String, (i64, i64, i64)),
    /// A temperature, 35.0 to 42.0.
    Decimal(String),
    /// An amount and a weight.
    PerKg(String, String),
    /// A score from 0 to about this.
    Score(String, i64),
    /// Hours ago, up to this.
    Ago(String, i64),
    /// Due in hours, up to this.
    Due(String, i64),
    /// Rows of the table `substances`.
    Pick(String),
    Age,
}

impl Read {
    /// Whether this is a question or a fact of this name.
    pub fn named(&self, name: &str) -> bool {
        matches!(self, Read::YesNo(read) | Read::OneOf(read, _) if read == name)
    }
}

/// A leaf: one comparison that is neither always true nor always false.
fn leaf(dice: &mut Dice, reads: &[Read]) -> String {
    // Mostly what was added last, which is the file's own.
    let own = if dice.one_in(2) {
        &reads[reads.len().saturating_sub(5)..]
    } else {
        reads
    };
    match dice.pick(own) {
        Read::YesNo(name) => match dice.below(8) {
            0 | 1 => format!("!{name}"),
            2 => format!("{name} == no"),
            3 => format!("{name} != no"),
            _ => name.clone(),
        },
        Read::Let(name) if dice.one_in(3) => format!("!{name}"),
        Read::Let(name) => name.clone(),
        Read::OneOf(name, options) => match dice.below(3) {
            0 => format!("{name} != {}", dice.pick(options)),
            1 if options.len() > 2 => {
                let other = 1 + dice.below(options.len() - 1);
                format!("{name} in [{}, {}]", options[0], options[other])
            }
            _ => format!("{name} == {}", dice.pick(options)),
        },
        Read::Number(name, to) => {
            let value = dice.between(1, to - 1);
            match dice.below(8) {
                0 => format!("{name} < {value}"),
                1 => format!("{name} == {value}"),
                2 => format!("{name} in {value}..={to}"),
                3 => format!("{name} in 0..{value}"),
                4 => format!("{name} <= {value}"),
                5 => format!("{name} != {value}"),
                6 => format!("{name} > {value}"),
                _ => format!("{name} >= {value}"),
            }
        }
        Read::Steps(name, (from, to, step)) => {
            let answer = from + step * dice.between(1, (to - from) / step - 1);
            let between = dice.between(from + 1, to - 1);
            match dice.below(7) {
                0 => format!("{name} == {answer}"),
                1 => format!("{name} != {answer}"),
                2 => format!("{name} <= {between}"),
                3 => format!("{name} > {between}"),
                4 => format!("{name} in {answer}..={to}"),
                5 => format!("{name} in {from}..{answer}"),
                _ => format!("{name} >= {answer}"),
            }
        }
        Read::Decimal(name) => {
            // A rule may compare with what lies between two steps, as long as some answer meets it.
            let value = format!("{}.{}", dice.between(36, 41), dice.below(10));
            match dice.below(4) {
                0 => format!("{name} < {value}"),
                1 => format!("{name} == {}.5", dice.between(36, 41)),
                2 => format!("({name} >= 36.0 && {name} <= {value})"),
                _ => format!("{name} >= {value}"),
            }
        }
        Read::PerKg(amount, weight) => format!(
            "per_kg({amount}, {weight}) {} {}",
            dice.pick(&[">=", "<", "=="]),
            dice.between(1, 12)
        ),
        Read::Score(name, to) => {
            let value = dice.between(1, (*to).max(1));
            let part = if dice.one_in(3) {
                format!("highest({name})")
            } else {
                name.clone()
            };
            match dice.below(8) {
                0 => format!("{part} <= {}", value - 1),
                1 => format!("{part} == {value}"),
                2 => format!("{part} in {}..={value}", value - 1),
                3 => format!("{part} < {value}"),
                4 => format!("{part} != {value}"),
                _ => format!("{part} >= {value}"),
            }
        }
        Read::Ago(name, to) => time(dice, &format!("hours_since({name})"), *to),
        Read::Due(name, to) => time(dice, &format!("hours_until({name})"), *to),
        Read::Pick(name) => match dice.below(5) {
            0 => format!("all({name}, harm == low)"),
            1 => format!("any({name}, harm != low)"),
            2 => format!("any({name}, kind in [solid, gas])"),
            3 => format!("all({name}, kind == fluid)"),
            _ => format!("any({name}, harm == high)"),
        },
        Read::Age => age(dice),
    }
}

fn time(dice: &mut Dice, left: &str, to: i64) -> String {
    let hours = if dice.one_in(2) {
        dice.between(1, 3)
    } else {
        dice.between(1, to - 1)
    };
    match dice.below(7) {
        0 => format!("{left} > hours({hours})"),
        1 => format!("{left} < minutes({})", 30 * hours),
        2 => format!(
            "{left} in hours({})..=hours({hours})",
            if dice.one_in(2) { 0 } else { hours - 1 }
        ),
        3 => format!("{left} >= hours({hours})"),
        4 => format!("{left} in hours({hours})..=hours({to})"),
        _ => format!("{left} <= hours({hours})"),
    }
}

fn age(dice: &mut Dice) -> String {
    match dice.below(9) {
        0 => "age < months(3)".to_owned(),
        1 => "age >= days(28)".to_owned(),
        // About as long as some months, and any other.
        2 if dice.one_in(2) => format!(
            "age < days({})",
            dice.pick(&[29, 58, 62, 88, 90, 94, 180, 363])
        ),
        2 => format!("age < days({})", dice.between(1, 200)),
        3 => "age in days(28)..months(3)".to_owned(),
        4 => "age in months(1)..years(2)".to_owned(),
        5 => format!(
            "age in years({})..years({})",
            dice.below(20),
            20 + dice.below(60)
        ),
        6 => format!("age in days(7)..=days({})", dice.pick(&[27, 90])),
        _ => format!("age >= years({})", 1 + dice.below(70)),
    }
}

/// A rule of some depth. With `unsure` it may hold `unsure(q)` outside of any `!`.
pub fn rule(dice: &mut Dice, reads: &[Read], depth: usize, unsure: bool) -> String {
    if unsure
        && dice.one_in(8)
        && let Some(name) = asked(dice, reads)
    {
        return format!("unsure({name})");
    }
    if depth == 0 || dice.one_in(2) {
        return leaf(dice, reads);
    }
    match dice.below(6) {
        0 | 1 => format!("({})", parts(dice, reads, depth, unsure, " && ")),
        2 | 3 => format!("({})", parts(dice, reads, depth, unsure, " || ")),
        4 if !unsure => format!("!({})", rule(dice, reads, depth - 1, false)),
        _ => {
            let counted = parts(dice, reads, depth, unsure, ", ");
            format!("(count([{counted}]) >= {})", 1 + dice.below(2))
        }
    }
}

fn parts(dice: &mut Dice, reads: &[Read], depth: usize, unsure: bool, by: &str) -> String {
    let parts: Vec<String> = (0..2 + dice.below(2))
        .map(|_| rule(dice, reads, depth - 1, unsure))
        .collect();
    parts.join(by)
}

/// Some question of which one may be unsure; a one-of may have a stand-in.
fn asked<'r>(dice: &mut Dice, reads: &'r [Read]) -> Option<&'r str> {
    let one_of: Vec<&Read> = reads
        .iter()
        .filter(|read| matches!(read, Read::OneOf(..)))
        .collect();
    let picked = if one_of.is_empty() || dice.one_in(2) {
        dice.pick(reads)
    } else {
        *dice.pick(&one_of)
    };
    match picked {
        Read::YesNo(name)
        | Read::OneOf(name, _)
        | Read::Number(name, _)
        | Read::Steps(name, _)
        | Read::Decimal(name)
        | Read::Ago(name, _)
        | Read::Due(name, _)
        | Read::Pick(name) => Some(name),
        Read::Age => Some("age"),
        Read::Let(_) | Read::PerKg(..) | Read::Score(..) => None,
    }
}

/// A rule as it may stand in YAML: a leading `!` would be a tag.
pub fn plain(rule: String) -> String {
    if rule.starts_with('!') {
        format!("({rule})")
    } else {
        rule
    }
}
