//! From where to where in the text of a rule an expression reaches; rhai tells only where it begins.

use rhai::{Expr, Position};

use super::{Lower, lexical, name_of};
use crate::pathway::diagnostic::Span;

/// First character and the one after the last.
pub(super) type Extent = (usize, usize);

impl Lower<'_, '_, '_> {
    /// `left` and `right` and what stands between; the operator alone where an end is not known.
    pub(super) fn whole(&self, left: &Expr, right: &Expr, operator: Position) -> Extent {
        let at = lexical::offset(self.at, operator);
        self.between(left, right).unwrap_or((at, at + 2))
    }

    fn between(&self, left: &Expr, right: &Expr) -> Option<Extent> {
        let (start, _) = self.extent(left)?;
        let (_, end) = self.extent(right)?;
        // Parentheses are no part of rhai's tree: an extent that opens one and does not close it is not known.
        let text = self.written((start, end));
        let balanced = text.matches('(').count() == text.matches(')').count();
        (balanced && start < end).then_some((start, end))
    }

    /// Where an expression reaches, if that can be told.
    pub(super) fn extent(&self, expression: &Expr) -> Option<Extent> {
        let at = lexical::offset(self.at, expression.position());
        let rest = self.at.text.chars().skip(at);
        match expression {
            Expr::Variable(..) => Some((at, at + name_of(expression)?.0.len())),
            Expr::IntegerConstant(..) | Expr::FloatConstant(..) => {
                let rest: Vec<char> = rest.collect();
                Some((at, at + lexical::number_length(&rest)))
            }
            Expr::Array(..) => Some((at, at + rest.take_while(|c| *c != ']').count() + 1)),
            Expr::And(parts, _) | Expr::Or(parts, _) => self.between(parts.first()?, parts.last()?),
            Expr::FnCall(call, _) => match (call.name.as_str(), call.args.as_slice()) {
                ("!", [inner]) => Some((at, self.extent(inner)?.1)),
                ("contains", [set, element]) => self.between(element, set),
                (_, [left, right]) if call.op_token.is_some() => self.between(left, right),
                _ => {
                    let closing = closing(&rest.collect::<Vec<char>>())?;
                    Some((at, at + closing + 1))
                }
            },
            _ => None,
        }
    }

    /// What is written there.
    pub(super) fn written(&self, (start, end): Extent) -> String {
        self.at.text.chars().take(end).skip(start).collect()
    }

    /// Where it stands in the file; what reaches over a line end is shown to that end.
    pub(super) fn extent_span(&self, (start, end): Extent) -> Span {
        let span = lexical::at(self.at, start, end.saturating_sub(start));
        let last = lexical::at(self.at, end.saturating_sub(1), 1);
        if last.line == span.line {
            span
        } else {
            Span { length: 1, ..span }
        }
    }

    /// Whether it stands on one line of the file.
    pub(super) fn on_one_line(&self, (start, end): Extent) -> bool {
        let (first, last) = (start, end.saturating_sub(1));
        lexical::at(self.at, first, 1).line == lexical::at(self.at, last, 1).line
    }
}

/// The place of the parenthesis that closes the first one.
fn closing(text: &[char]) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, c) in text.iter().enumerate() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at),
            ')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}
