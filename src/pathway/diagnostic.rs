//! What is wrong with a content, said to its author.

use std::fmt;

use serde::Serialize;

/// How bad it is: an error keeps a content from being used, a warning and a note do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The content cannot be used.
    Error,
    /// It can, and somebody should look.
    Warning,
    /// Nothing is wrong; whoever approves the content should know.
    Note,
}

/// Where in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// Relative to the content folder.
    pub file: std::sync::Arc<str>,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// In characters; 0 where only a place is known.
    pub length: u32,
}

/// A change to one line of one file that mends a fault: the text to put in the place of the span.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// What stands there instead.
    pub replacement: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Diagnostic {
    /// Where.
    pub span: Span,
    /// Stable, for example `P201`; explained in `docs/authors/diagnostics.md`.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong: lower-case, one line, no full stop.
    pub message: String,
    /// How to mend it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// How to mend it, as an edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        write!(
            f,
            "{}:{}:{}: {} {}: {}",
            self.span.file, self.span.line, self.span.column, severity, self.code, self.message
        )?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}

impl Diagnostic {
    /// A finding that keeps the content from being used.
    pub fn error(span: Span, code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            span,
            code,
            severity: Severity::Error,
            message: message.into(),
            help: None,
            fix: None,
        }
    }

    /// A finding that somebody should look at.
    pub fn warning(span: Span, code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Self::error(span, code, message)
        }
    }

    /// Nothing to mend, and something to know.
    pub fn note(span: Span, code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Note,
            ..Self::error(span, code, message)
        }
    }

    /// With how to mend it, in words.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With an edit that replaces the span.
    pub fn fix(mut self, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix {
            span: self.span.clone(),
            replacement: replacement.into(),
        });
        self
    }

    /// With an edit in another place.
    pub fn fix_at(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix {
            span,
            replacement: replacement.into(),
        });
        self
    }

    /// With "did you mean …?" and its edit, where one of the known names is close to what was written.
    pub fn did_you_mean<'a>(self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(written, known) {
            Some(name) => self.help(format!("did you mean `{name}`?")).fix(name),
            None => self,
        }
    }
}

/// The known name that is closest to what was written, if any is close.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(written, name), name))
        .filter(|(distance, name)| {
            *distance <= 1 + name.chars().count().max(written.chars().count()) / 4
        })
        .min()
        .map(|(_, name)| name)
}

/// What has been found so far, in any order.
pub type Findings = Vec<Diagnostic>;
