//! What is wrong with a rule, and where it stands.

use rhai::{Expr, Position};

use super::{Lower, extent, lexical};
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};

/// A diagnostic being written.
pub(super) struct Report<'r> {
    findings: &'r mut Findings,
    diagnostic: Diagnostic,
    /// An edit of one line can mend it.
    fixable: bool,
}

impl<'r> Report<'r> {
    fn new(findings: &'r mut Findings, diagnostic: Diagnostic) -> Self {
        Report {
            findings,
            diagnostic,
            fixable: true,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.help(help);
        self
    }

    pub(super) fn fix(mut self, replacement: impl Into<String>) -> Self {
        if self.fixable {
            self.diagnostic = self.diagnostic.fix(replacement);
        }
        self
    }

    pub(super) fn report<T>(self) -> Option<T> {
        self.findings.push(self.diagnostic);
        None
    }
}

impl Lower<'_, '_, '_> {
    pub(super) fn span(&self, position: Position, length: usize) -> Span {
        lexical::span(self.at, position, length)
    }

    pub(super) fn fault(
        &mut self,
        position: Position,
        length: usize,
        code: &'static str,
        message: impl Into<String>,
    ) -> Report<'_> {
        let diagnostic = Diagnostic::error(self.span(position, length), code, message);
        Report::new(self.on.findings, diagnostic)
    }

    /// A fault of all that is written there.
    pub(super) fn fault_over(
        &mut self,
        extent: extent::Extent,
        code: &'static str,
        message: impl Into<String>,
    ) -> Report<'_> {
        let diagnostic = Diagnostic::error(self.extent_span(extent), code, message);
        let fixable = self.on_one_line(extent);
        Report {
            fixable,
            ..Report::new(self.on.findings, diagnostic)
        }
    }

    /// A fault of one expression.
    pub(super) fn fault_on(
        &mut self,
        expression: &Expr,
        code: &'static str,
        message: impl Into<String>,
    ) -> Report<'_> {
        match self.extent(expression) {
            Some(extent) => self.fault_over(extent, code, message),
            None => self.fault(expression.position(), 1, code, message),
        }
    }

    pub(super) fn outside(&mut self, position: Position, message: impl Into<String>) -> Report<'_> {
        self.fault(position, 1, "P402", message)
    }
}
