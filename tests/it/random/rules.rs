//! Random rules over the facts that may be read somewhere.

use super::Dice;

/// What kind of fact a rule can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// Yes/no, or a let.
    YesNo(String),
    /// One-of, with its options.
    OneOf(String, Vec<String>),
    /// A number from 0 to this.
    Number(String, i64),
    /// A score from 0 to about this.
    Score(String, i64),
    /// Hours ago, up to this.
    Ago(String, i64),
    /// Due in hours, up to this.
    Due(String, i64),
    /// Rows of the table `substances`, with column `harm`: high, low.
    Pick(String),
    /// The age.
    Age,
}

/// A leaf: one comparison.
fn leaf(dice: &mut Dice, reads: &[Read]) -> String {
    match dice.pick(reads).clone() {
        Read::YesNo(name) => match dice.below(4) {
            0 => format!("!{name}"),
            _ => name,
        },
        Read::OneOf(name, options) => match dice.below(3) {
            0 => format!("{name} != {}", dice.pick(&options)),
            1 if options.len() > 2 => format!("{name} in [{}, {}]", options[0], options[1]),
            _ => format!("{name} == {}", dice.pick(&options)),
        },
        Read::Number(name, to) => {
            let value = 1 + dice.below(to as usize) as i64;
            match dice.below(4) {
                0 => format!("{name} < {value}"),
                1 => format!("{name} == {value}"),
                2 if value < to => format!("{name} in {value}..={to}"),
                _ => format!("{name} >= {value}"),
            }
        }
        Read::Score(name, to) => {
            let value = 1 + dice.below(to.max(1) as usize) as i64;
            match dice.below(5) {
                0 => format!("{name} <= {}", value - 1),
                1 => format!("highest({name}) >= {value}"),
                2 => format!("{name} == {value}"),
                _ => format!("{name} >= {value}"),
            }
        }
        Read::Ago(name, to) => format!("hours_since({name}) <= hours({})", dice.below(to as usize)),
        Read::Due(name, to) => format!("hours_until({name}) <= hours({})", dice.below(to as usize)),
        Read::Pick(name) => match dice.below(3) {
            0 => format!("all({name}, harm == low)"),
            _ => format!("any({name}, harm == high)"),
        },
        Read::Age => match dice.below(4) {
            0 => "age < months(3)".to_owned(),
            1 => "age >= days(28)".to_owned(),
            2 => format!(
                "age in years({})..years({})",
                dice.below(20),
                20 + dice.below(60)
            ),
            _ => format!("age >= years({})", 1 + dice.below(70)),
        },
    }
}

/// A rule of some depth. With `unsure` it may hold `unsure(q)` outside of any `!`.
pub fn rule(dice: &mut Dice, reads: &[Read], depth: usize, unsure: bool) -> String {
    let asked: Vec<&Read> = reads
        .iter()
        .filter(|read| matches!(read, Read::OneOf(..) | Read::Number(..)))
        .collect();
    if unsure
        && !asked.is_empty()
        && dice.one_in(12)
        && let Read::OneOf(name, _) | Read::Number(name, _) = *dice.pick(&asked)
    {
        return format!("unsure({name})");
    }
    if depth == 0 || dice.one_in(2) {
        return leaf(dice, reads);
    }
    let parts = 2 + dice.below(2);
    let part = |dice: &mut Dice| rule(dice, reads, depth - 1, unsure);
    match dice.below(5) {
        0 | 1 => format!(
            "({})",
            (0..parts)
                .map(|_| part(dice))
                .collect::<Vec<_>>()
                .join(" && ")
        ),
        2 | 3 => format!(
            "({})",
            (0..parts)
                .map(|_| part(dice))
                .collect::<Vec<_>>()
                .join(" || ")
        ),
        _ if !unsure => match dice.below(2) {
            0 => format!("!({})", part(dice)),
            _ => format!(
                "(count([{}]) >= {})",
                (0..3).map(|_| part(dice)).collect::<Vec<_>>().join(", "),
                1 + dice.below(3)
            ),
        },
        _ => format!(
            "(count([{}]) >= {})",
            (0..3).map(|_| part(dice)).collect::<Vec<_>>().join(", "),
            1 + dice.below(3)
        ),
    }
}
