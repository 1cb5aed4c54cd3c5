//! Comparisons: the leaves of a rule.

use rhai::{Expr, FnCallExpr, Position};

use super::bounds::{Bounds, Left};
use super::extent::Extent;
use super::{Lower, Meaning, instead, name_of};
use crate::pathway::content::Kind;
use crate::pathway::form::Rule;

impl Lower<'_, '_, '_> {
    /// `left op right`.
    pub(super) fn compare(
        &mut self,
        left: &Expr,
        operator: &str,
        right: &Expr,
        position: Position,
    ) -> Option<Rule> {
        let whole = self.whole(left, right, position);
        if is_comparison(left) || is_comparison(right) {
            return self.chained(left, operator, right, whole);
        }
        match left {
            Expr::FnCall(call, at) if !call.namespace.is_empty() => return self.qualified(*at),
            Expr::FnCall(call, at) if call.name == "count" => {
                return self.count(call, *at, operator, right, whole);
            }
            Expr::FnCall(call, _) if call.name == "!" => {
                return self.binds_closer(call, operator, right, whole);
            }
            _ if is_constant(left) => {
                return self.turned_round(left, operator, right, whole);
            }
            _ => {}
        }
        if let Some((name, at)) = name_of(left) {
            match self.meaning(&name, at)? {
                Meaning::Fact(id) if matches!(self.fact(id).kind, Kind::OneOf { .. }) => {
                    return self.option(id, &name, operator, right, whole);
                }
                Meaning::Let(_) => {
                    let message = format!("`{name}` is a condition, and is not compared");
                    return self
                        .fault(at, name.len(), "P404", message)
                        .help(format!("write `{name}` or `!{name}`"))
                        .report();
                }
                Meaning::Fact(_) | Meaning::Score(_) => {}
            }
        }
        let (left, scale) = self.left(left)?;
        let value = match left {
            Left::Age(id) => return self.compare_age(id, operator, right, whole),
            Left::Time { .. } => self.span_of_time(right)?,
            _ => self.constant(right, scale)?,
        };
        let rule = self.within(&left, bounds_of(operator, value), whole)?;
        Some(if operator == "!=" {
            self.on.forms.not(rule)
        } else {
            rule
        })
    }

    /// `1 < n < 9`: rhai would compare the truth of the first with the last.
    fn chained(
        &mut self,
        left: &Expr,
        operator: &str,
        right: &Expr,
        whole: Extent,
    ) -> Option<Rule> {
        let report = self
            .fault_over(whole, "P411", "comparisons cannot be chained")
            .help("write `n in 2..9`, or two comparisons joined by `&&`");
        match range_of_chain(left, operator, right) {
            Some(range) => report.fix(range).report(),
            None => report.report(),
        }
    }

    /// `!a == b` and `!a in [b]`.
    fn binds_closer(
        &mut self,
        negation: &FnCallExpr,
        operator: &str,
        right: &Expr,
        whole: Extent,
    ) -> Option<Rule> {
        let name = negation.args.first().and_then(name_of);
        let value = self.extent(right).map(|extent| self.written(extent));
        let report = self
            .fault_over(
                whole,
                "P412",
                format!("`!` binds closer than `{operator}`, so this is always false"),
            )
            .help("write `a != b`, or put what `!` is about in parentheses: `!(a in [b, c])`");
        match (name, value, operator) {
            (Some((name, _)), Some(value), "==") => report.fix(format!("{name} != {value}")),
            (Some((name, _)), Some(value), "!=") => report.fix(format!("{name} == {value}")),
            (Some((name, _)), Some(value), _) => {
                report.fix(format!("!({name} {operator} {value})"))
            }
            _ => report,
        }
        .report()
    }

    /// `5 <= n`.
    fn turned_round(
        &mut self,
        left: &Expr,
        operator: &str,
        right: &Expr,
        whole: Extent,
    ) -> Option<Rule> {
        let constant = self.extent(left).map(|extent| self.written(extent));
        let fact = self.extent(right).map(|extent| self.written(extent));
        let turned = match operator {
            "<" => ">",
            "<=" => ">=",
            ">" => "<",
            ">=" => "<=",
            same => same,
        };
        let report = self
            .fault_over(whole, "P416", "the left side of a comparison is not a fact")
            .help("write the fact first: `fever_days >= 3`");
        match (fact, constant) {
            (Some(fact), Some(constant)) if !is_constant(right) => {
                report.fix(format!("{fact} {turned} {constant}")).report()
            }
            _ => report.report(),
        }
    }

    /// `element in set`.
    pub(super) fn contained(
        &mut self,
        element: &Expr,
        set: &Expr,
        position: Position,
    ) -> Option<Rule> {
        let whole = self.whole(element, set, position);
        if let Expr::FnCall(call, _) = element
            && call.name == "!"
        {
            return self.binds_closer(call, "in", set, whole);
        }
        match set {
            Expr::Array(options, _) => self.in_list(element, options, whole),
            Expr::FnCall(range, at) if matches!(range.name.as_str(), ".." | "..=") => {
                self.range(element, range, *at, whole)
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

    fn in_list(&mut self, element: &Expr, options: &[Expr], whole: Extent) -> Option<Rule> {
        let Some((name, at)) = name_of(element) else {
            return self
                .outside(
                    element.position(),
                    "on the left of `in [..]` stands a question",
                )
                .help("write `swallowing in [unable, sore]`")
                .report();
        };
        let (what, help) = match self.meaning(&name, at)? {
            Meaning::Fact(id) => match &self.fact(id).kind {
                Kind::OneOf { .. } => {
                    let bits: Vec<Option<u64>> = options
                        .iter()
                        .map(|option| self.option_bit(id, &name, option))
                        .collect();
                    let options = bits
                        .into_iter()
                        .try_fold(0, |all, bit| bit.map(|bit| all | bit))?;
                    return self.one_of(id, &name, options, whole);
                }
                Kind::Text => return self.text(&name, at),
                Kind::Number(_) => (
                    "is a number",
                    format!("compare it with a range: `{name} in 1..=3`"),
                ),
                kind => instead(&name, kind),
            },
            Meaning::Score(_) => (
                "is a score",
                format!("compare it with a range: `{name} in 1..=3`"),
            ),
            Meaning::Let(_) => ("is a condition", format!("write `{name}` or `!{name}`")),
        };
        self.fault(
            at,
            name.len(),
            "P404",
            format!("`{name}` {what} and has no options"),
        )
        .help(help)
        .report()
    }

    fn range(
        &mut self,
        element: &Expr,
        range: &FnCallExpr,
        at: Position,
        whole: Extent,
    ) -> Option<Rule> {
        let [from, to] = range.args.as_slice() else {
            return self.unknown_call(range, at);
        };
        let inclusive = range.name == "..=";
        let (left, scale) = self.left(element)?;
        let (from, to) = match left {
            Left::Age(id) => return self.age_range(id, (from, to), inclusive, whole),
            Left::Time { .. } => (self.span_of_time(from)?, self.span_of_time(to)?),
            _ if scale > 0 => return self.decimal_range(element, from, to, inclusive, whole),
            _ => (self.constant(from, 0)?, self.constant(to, 0)?),
        };
        let to = if inclusive { to } else { to.saturating_sub(1) };
        if from > to {
            return self.empty_range(whole);
        }
        self.within(&left, (from, to), whole)
    }

    /// rhai has ranges of whole numbers only.
    fn decimal_range(
        &mut self,
        element: &Expr,
        from: &Expr,
        to: &Expr,
        inclusive: bool,
        whole: Extent,
    ) -> Option<Rule> {
        let written = |expression| Some(self.written(self.extent(expression)?));
        let parts = (written(element), written(from), written(to));
        let report = self
            .fault_over(whole, "P413", "a range with `in` is of whole numbers")
            .help("write two comparisons: `t >= 36.0 && t <= 37.9`");
        match parts {
            (Some(element), Some(from), Some(to)) => {
                let most = if inclusive { "<=" } else { "<" };
                let instead = format!("({element} >= {from} && {element} {most} {to})");
                report.fix(instead).report()
            }
            _ => report.report(),
        }
    }

    pub(super) fn empty_range(&mut self, whole: Extent) -> Option<Rule> {
        self.fault_over(
            whole,
            "P414",
            "the range is empty, so the rule is always false",
        )
        .help("the first bound is the smaller one; `a..b` leaves b out")
        .report()
    }
}

/// The numbers that an operator lets through; `!=` is the rest of `==`.
pub(super) fn bounds_of(operator: &str, value: i64) -> Bounds {
    match operator {
        "<" => (i64::MIN, value.saturating_sub(1)),
        "<=" => (i64::MIN, value),
        ">" => (value.saturating_add(1), i64::MAX),
        ">=" => (value, i64::MAX),
        _ => (value, value),
    }
}

/// `1 < n < 9` as a range.
fn range_of_chain(left: &Expr, operator: &str, right: &Expr) -> Option<String> {
    let Expr::FnCall(call, _) = left else {
        return None;
    };
    let [Expr::IntegerConstant(least, _), middle] = call.args.as_slice() else {
        return None;
    };
    let Expr::IntegerConstant(most, _) = right else {
        return None;
    };
    let (name, _) = name_of(middle)?;
    let least = match call.name.as_str() {
        "<" => least.checked_add(1)?,
        "<=" => *least,
        _ => return None,
    };
    match operator {
        "<" => Some(format!("{name} in {least}..{most}")),
        "<=" => Some(format!("{name} in {least}..={most}")),
        _ => None,
    }
}

/// A number, an age or a span of time.
fn is_constant(expression: &Expr) -> bool {
    let spans = ["years", "months", "days", "hours", "minutes"];
    match expression {
        Expr::IntegerConstant(..) | Expr::FloatConstant(..) => true,
        Expr::FnCall(call, _) => spans.contains(&call.name.as_str()),
        _ => false,
    }
}

fn is_comparison(expression: &Expr) -> bool {
    let Expr::FnCall(call, _) = expression else {
        return false;
    };
    call.args.len() == 2 && matches!(call.name.as_str(), "==" | "!=" | "<" | "<=" | ">" | ">=")
}
