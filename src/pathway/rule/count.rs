//! `count([a, b, c]) >= n`.

use rhai::{Expr, FnCallExpr, Position};

use super::extent::Extent;
use super::{Lower, MOST_OPERANDS};
use crate::pathway::form::Rule;

impl Lower<'_, '_, '_> {
    pub(super) fn count(
        &mut self,
        call: &FnCallExpr,
        at: Position,
        operator: &str,
        right: &Expr,
        whole: Extent,
    ) -> Option<Rule> {
        let [Expr::Array(parts, _)] = call.args.as_slice() else {
            return self
                .fault(at, 5, "P407", "`count` takes a list of conditions")
                .help("write `count([a, b, c]) >= 2`")
                .report();
        };
        let Expr::IntegerConstant(value, _) = right else {
            return self
                .fault_on(right, "P421", "the right side is not a whole number")
                .help("write `count([a, b, c]) >= 2`")
                .report();
        };
        if operator != ">=" {
            let list = self.written((whole.0, whole.1));
            let list = list
                .rsplit_once(operator)
                .map_or("count([…])", |(list, _)| list);
            return self.other_operator(operator, list.trim(), *value, whole);
        }
        if parts.len() > MOST_OPERANDS {
            let message = format!(
                "`count` takes at most {MOST_OPERANDS} conditions, and this one has {}",
                parts.len()
            );
            return self
                .fault(at, 5, "P403", message)
                .help("name parts of it with `let`")
                .report();
        }
        let enough = u32::try_from(*value).ok().filter(|n| *n >= 1);
        let Some(n) = enough.filter(|n| *n as usize <= parts.len()) else {
            let message = format!(
                "of {} conditions, `>= {value}` always has one result",
                parts.len()
            );
            return self
                .fault_over(whole, "P414", message)
                .help(format!("compare with 1 to {}", parts.len()))
                .report();
        };
        let lowered: Vec<Option<Rule>> = parts.iter().map(|part| self.rule(part)).collect();
        let parts: Option<Vec<Rule>> = lowered.into_iter().collect();
        Some(self.on.forms.at_least(n, parts?))
    }

    fn other_operator(
        &mut self,
        operator: &str,
        list: &str,
        value: i64,
        whole: Extent,
    ) -> Option<Rule> {
        let more = value.saturating_add(1);
        let instead = match operator {
            ">" => format!("{list} >= {more}"),
            "<" => format!("!({list} >= {value})"),
            "<=" => format!("!({list} >= {more})"),
            "!=" => format!("!({list} >= {value} && !({list} >= {more}))"),
            _ => format!("({list} >= {value} && !({list} >= {more}))"),
        };
        self.fault_over(whole, "P424", "`count` is compared with `>=` only")
            .help(format!("write `{instead}`"))
            .fix(instead)
            .report()
    }
}
