//! Comparisons: the leaves of a rule.

use rhai::{Expr, FnCallExpr, Position};

use super::{Lower, MOST_OPERANDS, Meaning};
use crate::pathway::content::{FactId, Kind, Number};
use crate::pathway::diagnostic::{Diagnostic, nearest};
use crate::pathway::form::{AgeUnit, Node, Rule, ScoreId};

/// Inclusive bounds.
type Bounds = (i64, i64);

const ALL: Bounds = (i64::MIN, i64::MAX);

/// What stands on the left of a comparison with a number.
enum Left {
    Number(FactId),
    Score {
        score: ScoreId,
        highest: bool,
    },
    PerKg {
        amount: FactId,
        weight: FactId,
    },
    /// `hours_since`, `hours_until`: compared with a span of time.
    Time(FactId),
    Age(FactId),
}

impl Lower<'_, '_, '_> {
    /// `left op right`.
    pub(super) fn compare(
        &mut self,
        left: &Expr,
        operator: &str,
        right: &Expr,
        position: Position,
    ) -> Option<Rule> {
        if is_comparison(left) || is_comparison(right) {
            return self
                .fault(
                    position,
                    operator.len(),
                    "P411",
                    "comparisons cannot be chained",
                )
                .help("write `n in 2..9`, or two comparisons joined by `&&`")
                .report();
        }
        if let Expr::FnCall(call, at) = left {
            if call.name == "count" {
                return self.count(call, *at, operator, right, position);
            }
            if call.name == "!" {
                return self
                    .fault(*at, 1, "P412", "`!` binds closer than a comparison")
                    .help("write `!(a == b)`, or `a != b`")
                    .report();
            }
        }
        if let Expr::Variable(variable, _, at) = left {
            let name = variable.1.to_string();
            match self.meaning(&name, *at)? {
                Meaning::Fact(id) if matches!(self.fact(id).kind, Kind::OneOf { .. }) => {
                    return self.option(id, &name, operator, right, position);
                }
                Meaning::Let(_) => {
                    return self
                        .fault(
                            *at,
                            name.len(),
                            "P404",
                            format!("`{name}` is a condition, and is not compared"),
                        )
                        .help(format!("write `{name}` or `!{name}`"))
                        .report();
                }
                Meaning::Fact(_) | Meaning::Score(_) => {}
            }
        }
        let (left, scale) = self.left(left)?;
        let unit = matches!(left, Left::Age(_));
        if unit {
            return self.compare_age(left, operator, right, position);
        }
        let value = if let Left::Time(_) = left {
            self.span_of_time(right)?
        } else {
            self.constant(right, scale)?
        };
        let bounds = match operator {
            "<" => (i64::MIN, value - 1),
            "<=" => (i64::MIN, value),
            ">" => (value + 1, i64::MAX),
            ">=" => (value, i64::MAX),
            _ => (value, value),
        };
        let rule = self.within(&left, bounds, position)?;
        Some(if operator == "!=" {
            self.on.forms.not(rule)
        } else {
            rule
        })
    }

    /// `element in set`.
    pub(super) fn contained(
        &mut self,
        element: &Expr,
        set: &Expr,
        position: Position,
    ) -> Option<Rule> {
        if let Expr::FnCall(call, at) = element {
            if call.name == "!" {
                return self
                    .fault(
                        *at,
                        1,
                        "P412",
                        "`!` binds closer than `in`, so this is always false",
                    )
                    .help("write `!(a in [b, c])`")
                    .report();
            }
        }
        match set {
            Expr::Array(options, _) => {
                let Expr::Variable(variable, _, at) = element else {
                    return self
                        .outside(
                            element.position(),
                            "on the left of `in [..]` stands a question",
                        )
                        .help("write `swallowing in [unable, sore]`")
                        .report();
                };
                let name = variable.1.to_string();
                match self.meaning(&name, *at)? {
                    Meaning::Fact(id) if matches!(self.fact(id).kind, Kind::OneOf { .. }) => {
                        let bits: Vec<Option<u64>> = options
                            .iter()
                            .map(|option| self.option_bit(id, &name, option))
                            .collect();
                        let options = bits
                            .into_iter()
                            .try_fold(0, |all, bit| bit.map(|bit| all | bit))?;
                        self.one_of(id, &name, options, position)
                    }
                    _ => self
                        .fault(*at, name.len(), "P404", format!("`{name}` has no options"))
                        .help(format!("compare it with a range: `{name} in 1..=3`"))
                        .report(),
                }
            }
            Expr::FnCall(range, at) if matches!(range.name.as_str(), ".." | "..=") => {
                self.range(element, range, *at, position)
            }
            other => self
                .outside(
                    other.position(),
                    "on the right of `in` stands a list or a range",
                )
                .help("write `in [a, b]` or `in 1..=3`")
                .report(),
        }
    }

    fn range(
        &mut self,
        element: &Expr,
        range: &FnCallExpr,
        at: Position,
        position: Position,
    ) -> Option<Rule> {
        let [from, to] = range.args.as_slice() else {
            return None;
        };
        let inclusive = range.name == "..=";
        let (left, scale) = self.left(element)?;
        if let Left::Age(id) = left {
            let ((from_unit, from), (to_unit, to)) =
                (self.age_constant(from)?, self.age_constant(to)?);
            if inclusive && to_unit == AgeUnit::Months {
                return self
                    .fault(
                        at,
                        3,
                        "P417",
                        "`..=` is unclear for an age: a person is five for a whole year",
                    )
                    .help("write `age in years(2)..years(6)`")
                    .report();
            }
            let least = self.age(id, from_unit, (from, i64::MAX));
            let most = self.age(id, to_unit, (i64::MIN, if inclusive { to } else { to - 1 }));
            if from_unit == to_unit {
                return Some(self.age(id, from_unit, (from, if inclusive { to } else { to - 1 })));
            }
            return Some(self.on.forms.all([least, most]));
        }
        if scale > 0 {
            return self
                .fault(at, 2, "P413", "a range with `in` is of whole numbers")
                .help("write two comparisons: `t >= 36.0 && t <= 37.9`")
                .report();
        }
        let (from, to) = if let Left::Time(_) = left {
            (self.span_of_time(from)?, self.span_of_time(to)?)
        } else {
            (self.constant(from, 0)?, self.constant(to, 0)?)
        };
        let to = if inclusive { to } else { to - 1 };
        if from > to {
            return self
                .fault(
                    at,
                    2,
                    "P414",
                    "the range is empty, so the rule is always false",
                )
                .help("the first number is the smaller one; `a..b` leaves b out")
                .report();
        }
        self.within(&left, (from, to), position)
    }

    /// What may stand left of a number, and its decimal places.
    fn left(&mut self, expression: &Expr) -> Option<(Left, u32)> {
        match expression {
            Expr::Variable(variable, _, at) => {
                let name = variable.1.to_string();
                match self.meaning(&name, *at)? {
                    Meaning::Score(score) => Some((
                        Left::Score {
                            score,
                            highest: false,
                        },
                        0,
                    )),
                    Meaning::Fact(id) => match &self.fact(id).kind {
                        Kind::Number(number) => Some((Left::Number(id), number.scale)),
                        Kind::Age => Some((Left::Age(id), 0)),
                        Kind::Ago { .. } => self
                            .fault(*at, name.len(), "P404", format!("`{name}` is a time ago"))
                            .help(format!("write `hours_since({name})`"))
                            .report(),
                        Kind::Due { .. } => self
                            .fault(
                                *at,
                                name.len(),
                                "P404",
                                format!("`{name}` is a time to come"),
                            )
                            .help(format!("write `hours_until({name})`"))
                            .report(),
                        Kind::Pick(_) => self
                            .fault(
                                *at,
                                name.len(),
                                "P404",
                                format!("`{name}` is picked from a table"),
                            )
                            .help(format!("write `any({name}, column == value)`"))
                            .report(),
                        Kind::Text => self
                            .fault(
                                *at,
                                name.len(),
                                "P405",
                                format!("`{name}` is text, and no rule reads text"),
                            )
                            .help("ask a question with options")
                            .report(),
                        Kind::OneOf { .. } => self
                            .fault(*at, name.len(), "P404", format!("`{name}` is not a number"))
                            .help("compare it with one of its options")
                            .report(),
                    },
                    Meaning::Let(_) => self
                        .fault(
                            *at,
                            name.len(),
                            "P404",
                            format!("`{name}` is a condition, and is not compared"),
                        )
                        .report(),
                }
            }
            Expr::FnCall(call, at) => match (call.name.as_str(), call.args.as_slice()) {
                ("highest", [Expr::Variable(variable, _, at)]) => {
                    match self.meaning(&variable.1, *at)? {
                        Meaning::Score(score) => Some((
                            Left::Score {
                                score,
                                highest: true,
                            },
                            0,
                        )),
                        _ => self
                            .fault(
                                *at,
                                variable.1.len(),
                                "P404",
                                format!("`{}` is not a score", variable.1),
                            )
                            .report(),
                    }
                }
                ("hours_since" | "hours_until", [Expr::Variable(variable, _, at)]) => {
                    let Meaning::Fact(id) = self.meaning(&variable.1, *at)? else {
                        return self
                            .fault(
                                *at,
                                variable.1.len(),
                                "P404",
                                format!("`{}` is not a question", variable.1),
                            )
                            .report();
                    };
                    match (&self.fact(id).kind, call.name.as_str()) {
                        (Kind::Ago { .. }, "hours_since") | (Kind::Due { .. }, "hours_until") => Some((Left::Time(id), 0)),
                        _ => self.fault(*at, variable.1.len(), "P404", format!("`{}(…)` does not fit `{}`", call.name, variable.1)).help("`hours_since` reads `{ ago: … }`, `hours_until` reads `{ due: … }`").report(),
                    }
                }
                ("per_kg", [Expr::Variable(amount, _, a), Expr::Variable(weight, _, w)]) => {
                    let (amount, weight) = (
                        self.number_fact(&amount.1, *a)?,
                        self.number_fact(&weight.1, *w)?,
                    );
                    if self.on.facts.get(weight.index()).is_some_and(
                        |fact| matches!(&fact.kind, Kind::Number(number) if number.from <= 0),
                    ) {
                        return self
                            .fault(*w, 1, "P415", "a weight must be more than zero")
                            .help("give the question a lower bound above 0")
                            .report();
                    }
                    Some((Left::PerKg { amount, weight }, 0))
                }
                (name, _) => {
                    let name = name.to_owned();
                    let hint = if matches!(name.as_str(), "+" | "-" | "*" | "/") {
                        "rules do no arithmetic, and a hyphen cannot stand in a name: write `_`"
                    } else {
                        "on the left stands a fact, a score, `count`, `highest`, `per_kg`, `hours_since` or `hours_until`"
                    };
                    self.fault(
                        *at,
                        name.len(),
                        "P407",
                        format!("`{name}` cannot be compared"),
                    )
                    .help(hint)
                    .report()
                }
            },
            other => self
                .fault(
                    other.position(),
                    1,
                    "P416",
                    "the left side of a comparison is not a fact",
                )
                .help("write the fact first: `fever_days >= 3`")
                .report(),
        }
    }

    fn number_fact(&mut self, name: &str, at: Position) -> Option<FactId> {
        match self.meaning(name, at)? {
            Meaning::Fact(id) if matches!(self.fact(id).kind, Kind::Number(_)) => Some(id),
            _ => self
                .fault(at, name.len(), "P404", format!("`{name}` is not a number"))
                .help("`per_kg(amount, weight)` takes two number questions")
                .report(),
        }
    }

    fn compare_age(
        &mut self,
        left: Left,
        operator: &str,
        right: &Expr,
        position: Position,
    ) -> Option<Rule> {
        let Left::Age(id) = left else { return None };
        let (unit, value) = self.age_constant(right)?;
        let bounds = match operator {
            "<" => (i64::MIN, value - 1),
            "<=" => (i64::MIN, value),
            ">" => (value + 1, i64::MAX),
            ">=" => (value, i64::MAX),
            _ => {
                return self
                    .fault(
                        position,
                        operator.len(),
                        "P417",
                        "an age is not compared with `==` or `!=`",
                    )
                    .help("write a range: `age in years(5)..years(6)`")
                    .report();
            }
        };
        if unit == AgeUnit::Months && matches!(operator, "<=" | ">") {
            let (word, count) = if value % 12 == 0 {
                ("years", value / 12)
            } else {
                ("months", value)
            };
            let hint = format!(
                "write `age {} {word}({})`",
                if operator == "<=" { "<" } else { ">=" },
                count + 1
            );
            return self.fault(position, operator.len(), "P417", format!("`{operator}` is unclear for an age: a person is {count} {word} old for a whole one of them")).help(hint).report();
        }
        if bounds.1 < 0 {
            return self
                .fault(
                    position,
                    operator.len(),
                    "P414",
                    "no age is below zero, so the rule is always false",
                )
                .report();
        }
        Some(self.age(id, unit, bounds))
    }

    fn age(&mut self, fact: FactId, unit: AgeUnit, (from, to): Bounds) -> Rule {
        self.on.forms.leaf(Node::Age {
            fact,
            unit,
            from,
            to,
        })
    }

    /// `years(5)`, `months(3)`, `days(28)`.
    fn age_constant(&mut self, expression: &Expr) -> Option<(AgeUnit, i64)> {
        if let Expr::FnCall(call, _) = expression {
            if let [Expr::IntegerConstant(count, _)] = call.args.as_slice() {
                match call.name.as_str() {
                    "years" => return Some((AgeUnit::Months, count.saturating_mul(12))),
                    "months" => return Some((AgeUnit::Months, *count)),
                    "days" => return Some((AgeUnit::Days, *count)),
                    _ => {}
                }
            }
        }
        self.fault(
            expression.position(),
            1,
            "P418",
            "an age is compared with an age",
        )
        .help("write `years(5)`, `months(3)` or `days(28)`")
        .report()
    }

    /// `hours(6)`, `minutes(30)`, `days(2)` in minutes.
    fn span_of_time(&mut self, expression: &Expr) -> Option<i64> {
        if let Expr::FnCall(call, _) = expression {
            if let [Expr::IntegerConstant(count, _)] = call.args.as_slice() {
                match call.name.as_str() {
                    "hours" => return Some(count.saturating_mul(60)),
                    "minutes" => return Some(*count),
                    "days" => return Some(count.saturating_mul(1440)),
                    _ => {}
                }
            }
        }
        self.fault(
            expression.position(),
            1,
            "P418",
            "a time is compared with a span of time",
        )
        .help("write `hours(6)` or `minutes(30)`")
        .report()
    }

    /// A number in units of `10^-scale`.
    fn constant(&mut self, expression: &Expr, scale: u32) -> Option<i64> {
        let factor = 10_i64.pow(scale);
        match expression {
            Expr::IntegerConstant(value, position) => match value.checked_mul(factor) {
                Some(value) => Some(value),
                None => self
                    .fault(*position, 1, "P419", "the number is too long")
                    .report(),
            },
            Expr::FloatConstant(value, position) => {
                let value: f64 = **value;
                let scaled = value * factor as f64;
                if scaled.abs() > 1e15 {
                    return self
                        .fault(*position, 1, "P419", "the number is too long")
                        .report();
                }
                if (scaled - scaled.round()).abs() > 1e-6 {
                    return self
                        .fault(
                            *position,
                            1,
                            "P420",
                            format!("`{value}` has more decimal places than the question's step"),
                        )
                        .help("round it, or give the question a finer `step`")
                        .report();
                }
                Some(scaled.round() as i64)
            }
            other => self
                .fault(
                    other.position(),
                    1,
                    "P421",
                    "the right side is not a number",
                )
                .help("facts are compared with constants, not with each other")
                .report(),
        }
    }

    fn within(&mut self, left: &Left, bounds: Bounds, position: Position) -> Option<Rule> {
        let bounds = match *left {
            Left::Number(fact) => match &self.fact(fact).kind {
                Kind::Number(number) => number.drawn_in(bounds),
                _ => bounds,
            },
            _ => bounds,
        };
        let (limits, node): (Bounds, Node) = match *left {
            Left::Number(fact) | Left::Time(fact) => {
                let limits = match &self.fact(fact).kind {
                    Kind::Number(Number { from, to, .. }) => (*from, *to),
                    Kind::Ago { to, .. } => (0, *to),
                    Kind::Due { from, to, .. } => (*from, *to),
                    _ => ALL,
                };
                // Overdue reads as due now.
                let (limits, from) = match left {
                    Left::Time(_) if bounds.0 == 0 => ((0, limits.1), i64::MIN),
                    Left::Time(_) => ((limits.0.max(0), limits.1), bounds.0),
                    _ => (limits, bounds.0),
                };
                (
                    limits,
                    Node::Number {
                        fact,
                        from,
                        to: bounds.1,
                    },
                )
            }
            Left::Score { score, highest } => (
                ALL,
                Node::Score {
                    score,
                    highest,
                    from: bounds.0,
                    to: bounds.1,
                },
            ),
            Left::PerKg { amount, weight } => (
                ALL,
                Node::PerKg {
                    amount,
                    weight,
                    from: bounds.0,
                    to: bounds.1,
                },
            ),
            Left::Age(_) => return None,
        };
        if bounds.0 > bounds.1 || bounds.1 < limits.0 || bounds.0 > limits.1 {
            return self.fault(position, 2, "P414", format!("no answer lies there, so this is always false: the answers go from {} to {}", limits.0, limits.1)).help("compare with a number within the bounds").report();
        }
        if bounds.0 <= limits.0 && bounds.1 >= limits.1 {
            return self.fault(position, 2, "P414", format!("every answer lies there, so this is always true: the answers go from {} to {}", limits.0, limits.1)).help("compare with a number within the bounds").report();
        }
        Some(self.on.forms.leaf(node))
    }

    fn option(
        &mut self,
        id: FactId,
        name: &str,
        operator: &str,
        right: &Expr,
        position: Position,
    ) -> Option<Rule> {
        if !matches!(operator, "==" | "!=") {
            return self
                .fault(
                    position,
                    operator.len(),
                    "P422",
                    format!("`{name}` has options, which have no size"),
                )
                .help(format!("write `{name} in [a, b]`"))
                .report();
        }
        let bit = self.option_bit(id, name, right)?;
        let rule = self.one_of(id, name, bit, position)?;
        Some(if operator == "!=" {
            self.on.forms.not(rule)
        } else {
            rule
        })
    }

    fn one_of(
        &mut self,
        fact: FactId,
        name: &str,
        options: u64,
        position: Position,
    ) -> Option<Rule> {
        let all = match &self.fact(fact).kind {
            Kind::OneOf { options, .. } => options.len() as u32,
            _ => 0,
        };
        if options.count_ones() == all {
            return self
                .fault(
                    position,
                    2,
                    "P414",
                    format!("these are all the options of `{name}`, so this is always true"),
                )
                .help("leave one out, or remove the guard")
                .report();
        }
        Some(self.on.forms.leaf(Node::OneOf { fact, options }))
    }

    fn option_bit(&mut self, id: FactId, name: &str, expression: &Expr) -> Option<u64> {
        let Kind::OneOf { options, .. } = &self.fact(id).kind else {
            return None;
        };
        let ids: Vec<String> = options.iter().map(|option| option.id.clone()).collect();
        let (written, position) = match expression {
            Expr::Variable(variable, _, position) => (variable.1.to_string(), *position),
            Expr::StringConstant(text, position) => {
                let hint = format!("write `{name} == {text}` without quotes");
                return self
                    .fault(
                        *position,
                        text.len() + 2,
                        "P423",
                        "an option is written without quotes",
                    )
                    .help(hint)
                    .report();
            }
            Expr::BoolConstant(value, position) => {
                let word = if *value { "yes" } else { "no" };
                return self
                    .fault(
                        *position,
                        4,
                        "P423",
                        format!("`{value}` is no option of `{name}`"),
                    )
                    .help(format!("write `{name} == {word}`"))
                    .report();
            }
            other => {
                return self
                    .fault(
                        other.position(),
                        1,
                        "P423",
                        format!("the right side is no option of `{name}`"),
                    )
                    .help(format!("its options are {}", ids.join(", ")))
                    .report();
            }
        };
        if let Some(place) = ids.iter().position(|option| *option == written) {
            return Some(1 << place);
        }
        let close = nearest(&written, ids.iter().map(String::as_str)).map(str::to_owned);
        let mut diagnostic = Diagnostic::error(
            self.span(position, written.len()),
            "P303",
            format!("`{written}` is no option of `{name}`"),
        )
        .help(format!("its options are {}", ids.join(", ")));
        if let Some(close) = close {
            diagnostic = diagnostic
                .help(format!(
                    "did you mean `{close}`? its options are {}",
                    ids.join(", ")
                ))
                .fix(close);
        }
        self.on.findings.push(diagnostic);
        None
    }

    /// `any(picked, column == value)` and `all(…)`: a finite set of rows.
    pub(super) fn picked(
        &mut self,
        name: &str,
        at: Position,
        condition: &Expr,
        all: bool,
    ) -> Option<Rule> {
        let Meaning::Fact(id) = self.meaning(name, at)? else {
            return self
                .fault(
                    at,
                    name.len(),
                    "P404",
                    format!("`{name}` is not a question"),
                )
                .report();
        };
        let Kind::Pick(table) = self.fact(id).kind else {
            return self
                .fault(
                    at,
                    name.len(),
                    "P404",
                    format!("`{name}` is not picked from a table"),
                )
                .help("`any(…)` and `all(…)` read a question with `answers: { table: … }`")
                .report();
        };
        let rows = self.rows(table.index(), condition)?;
        let count = self
            .on
            .tables
            .get(table.index())
            .map_or(0, |table| table.rows.len());
        if rows.is_empty() || rows.len() == count {
            return self
                .fault(
                    condition.position(),
                    1,
                    "P414",
                    "no row, or every row, is meant, so the rule always has one result",
                )
                .report();
        }
        Some(if all {
            // Every picked row is among these: no picked row is among the others.
            let others = (0..count as u16)
                .filter(|row| !rows.contains(row))
                .collect();
            let some_other = self.on.forms.picked(id, others);
            self.on.forms.not(some_other)
        } else {
            self.on.forms.picked(id, rows)
        })
    }

    fn rows(&mut self, table: usize, condition: &Expr) -> Option<Vec<u16>> {
        let (column, operator, values) = match condition {
            Expr::FnCall(call, _) => match (call.name.as_str(), call.args.as_slice()) {
                ("==" | "!=", [Expr::Variable(column, _, at), value]) => ((column.1.to_string(), *at), call.name.to_string(), vec![value]),
                ("contains", [Expr::Array(values, _), Expr::Variable(column, _, at)]) => ((column.1.to_string(), *at), "==".to_owned(), values.iter().collect()),
                _ => return self.outside(condition.position(), "rows are chosen by one column").help("write `any(taken, harm == minutes)` or `any(taken, harm in [minutes, hours])`").report(),
            },
            _ => return self.outside(condition.position(), "rows are chosen by one column").help("write `any(taken, harm == minutes)`").report(),
        };
        let found = self.on.tables.get(table)?;
        let (name, at) = column;
        let Some(place) = found.columns.iter().position(|(column, _)| *column == name) else {
            let diagnostic = Diagnostic::error(
                self.span(at, name.len()),
                "P304",
                format!("the table `{}` has no column `{name}`", found.id),
            )
            .did_you_mean(
                &name,
                found.columns.iter().map(|(column, _)| column.as_str()),
            );
            self.on.findings.push(diagnostic);
            return None;
        };
        let mut wanted = Vec::new();
        for value in values {
            let Expr::Variable(variable, _, at) = value else {
                return self
                    .outside(
                        value.position(),
                        "a value of a column is written without quotes",
                    )
                    .report();
            };
            let allowed = found
                .columns
                .get(place)
                .map(|(_, values)| values.as_slice())
                .unwrap_or_default();
            match allowed.iter().position(|allowed| *allowed == *variable.1) {
                Some(value) => wanted.push(value as u16),
                None => {
                    let diagnostic = Diagnostic::error(
                        self.span(*at, variable.1.len()),
                        "P304",
                        format!("the column `{name}` has no value `{}`", variable.1),
                    )
                    .did_you_mean(&variable.1, allowed.iter().map(String::as_str));
                    self.on.findings.push(diagnostic);
                    return None;
                }
            }
        }
        let matches = |row: &crate::pathway::content::Row| {
            row.values
                .get(place)
                .is_some_and(|value| wanted.contains(value))
                == (operator == "==")
        };
        Some(
            found
                .rows
                .iter()
                .enumerate()
                .filter(|(_, row)| matches(row))
                .map(|(index, _)| index as u16)
                .collect(),
        )
    }

    fn count(
        &mut self,
        call: &FnCallExpr,
        at: Position,
        operator: &str,
        right: &Expr,
        position: Position,
    ) -> Option<Rule> {
        let [Expr::Array(parts, _)] = call.args.as_slice() else {
            return self
                .fault(at, 5, "P407", "`count` takes a list of conditions")
                .help("write `count([a, b, c]) >= 2`")
                .report();
        };
        let Expr::IntegerConstant(value, _) = right else {
            return self
                .fault(
                    right.position(),
                    1,
                    "P421",
                    "the right side is not a whole number",
                )
                .help("write `count([a, b, c]) >= 2`")
                .report();
        };
        if operator != ">=" {
            let hint = match operator {
                ">" => format!("write `>= {}`", value + 1),
                "<" => format!("write `!(count([…]) >= {value})`"),
                "<=" => format!("write `!(count([…]) >= {})`", value + 1),
                _ => {
                    "write `>= n`, and `!(… >= n + 1)` beside it where it must be exact".to_owned()
                }
            };
            return self
                .fault(
                    position,
                    operator.len(),
                    "P424",
                    "`count` is compared with `>=` only",
                )
                .help(hint)
                .report();
        }
        if parts.len() > MOST_OPERANDS {
            return self
                .fault(
                    at,
                    5,
                    "P403",
                    format!("`count` takes at most {MOST_OPERANDS} conditions"),
                )
                .help("name parts of it with `let`")
                .report();
        }
        if *value < 1 || *value as usize > parts.len() {
            return self
                .fault(
                    right.position(),
                    1,
                    "P414",
                    format!(
                        "of {} conditions, `>= {value}` always has one result",
                        parts.len()
                    ),
                )
                .help(format!("compare with 1 to {}", parts.len()))
                .report();
        }
        let lowered: Vec<Option<Rule>> = parts.iter().map(|part| self.rule(part)).collect();
        let parts: Option<Vec<Rule>> = lowered.into_iter().collect();
        Some(self.on.forms.at_least(*value as u32, parts?))
    }
}

fn is_comparison(expression: &Expr) -> bool {
    matches!(expression, Expr::FnCall(call, _) if matches!(call.name.as_str(), "==" | "!=" | "<" | "<=" | ">" | ">=") && call.args.len() == 2)
}
