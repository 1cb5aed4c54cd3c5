//! The events of the parser to a tree.

use std::collections::HashMap;
use std::sync::Arc;

use serde_yaml::granit_parser::{
    Event, Parser, ScalarStyle, Span as Marks, StrInput, StructureStyle,
};

use super::pieces::pieces;
use super::{Node, Style, Value, place};
use crate::pathway::diagnostic::{Diagnostic, Span};

/// Lists and maps nest no deeper than this.
const DEEPEST: usize = 48;

/// The parser of one file.
pub(super) struct Reader<'t> {
    pub(super) file: &'t Arc<str>,
    pub(super) source: &'t str,
    /// Lines of the source that are longer than the author's, and by how much.
    pub(super) longer: &'t [(u32, u32)],
    pub(super) parser: Parser<'t, StrInput<'t>>,
    pub(super) findings: &'t mut Vec<Diagnostic>,
    /// Lines that end in a comment after content.
    pub(super) comments: Vec<u32>,
    pub(super) depth: usize,
}

type Fault = Box<Diagnostic>;

impl<'t> Reader<'t> {
    /// The tree of the file; the first fault of YAML ends it.
    pub(super) fn document(&mut self) -> Result<Option<Node>, Fault> {
        let mut tree = None;
        let mut documents = 0;
        while let Some((event, marks)) = self.next()? {
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(Box::new(
                            self.error(&marks, "P108", "the file holds more than one document")
                                .help("remove the `---`; one file is one thing"),
                        ));
                    }
                }
                other => tree = Some(self.node(other, marks, false)?),
            }
        }
        match tree {
            Some(Node {
                value: Value::Null, ..
            })
            | None => Err(Box::new(
                Diagnostic::error(place(self.file, 1, 1), "P109", "the file is empty")
                    .help("delete it, or write what it is for"),
            )),
            Some(tree) => Ok(Some(tree)),
        }
    }

    fn next(&mut self) -> Result<Option<(Event<'t>, Marks)>, Fault> {
        loop {
            match self.parser.next_event() {
                None => return Ok(None),
                Some(Ok((Event::Comment(..), marks))) => {
                    let line_start = self
                        .source
                        .get(..marks.start.byte_offset().unwrap_or(0))
                        .unwrap_or_default()
                        .rsplit('\n')
                        .next()
                        .unwrap_or_default();
                    if !line_start.trim().is_empty() {
                        self.comments.push(marks.start.line() as u32);
                    }
                }
                Some(Ok(event)) => return Ok(Some(event)),
                // The parser has a limit of its own for what is nested in one line.
                Some(Err(fault)) if fault.info().contains("recursion limit") => {
                    let span = place(self.file, fault.marker().line(), fault.marker().col() + 1);
                    return Err(Box::new(too_deep(span)));
                }
                Some(Err(fault)) => {
                    let span = place(self.file, fault.marker().line(), fault.marker().col() + 1);
                    return Err(Box::new(
                        Diagnostic::error(span, "P110", format!("this is not YAML: {}", fault.info().lines().next().unwrap_or("it cannot be read")))
                            .help("look at the indentation and at colons, quotes and brackets on this line and the one above"),
                    ));
                }
            }
        }
    }

    fn node(&mut self, event: Event<'t>, marks: Marks, in_flow: bool) -> Result<Node, Fault> {
        let span = self.span(&marks);
        let (anchor, tagged) = match &event {
            Event::Scalar(_, _, anchor, tag) => (*anchor, tag.is_some()),
            Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag) => {
                (*anchor, tag.is_some())
            }
            _ => (0, false),
        };
        if anchor != 0 {
            self.findings.push(Diagnostic::error(span.clone(), "P111", "`&name` (an anchor) may not be used").help("write the thing out; shared questions, flows and advice have files of their own"));
        }
        if tagged {
            self.findings.push(
                Diagnostic::error(span.clone(), "P112", "`!name` (a tag) may not be used").help(
                    "put the value in quotes if it is text, or write `unless:` if it is a rule",
                ),
            );
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Box::new(too_deep(self.span(&marks))));
        }
        let (value, in_flow) = match event {
            Event::Scalar(text, style, ..) => {
                let empty = style == ScalarStyle::Plain
                    && marks.start.byte_offset() == marks.end.byte_offset();
                if empty {
                    (Value::Null, in_flow)
                } else {
                    (self.scalar(text.into_owned(), style, &marks), in_flow)
                }
            }
            Event::SequenceStart(style, ..) => {
                let in_flow = in_flow || style == StructureStyle::Flow;
                (Value::List(self.list(in_flow)?), in_flow)
            }
            Event::MappingStart(style, ..) => {
                let in_flow = in_flow || style == StructureStyle::Flow;
                (Value::Map(self.map(in_flow)?), in_flow)
            }
            Event::Alias(_) => {
                self.findings.push(
                    Diagnostic::error(span.clone(), "P111", "`*name` (an alias) may not be used")
                        .help("write the thing out where it is needed"),
                );
                (Value::Null, in_flow)
            }
            _ => (Value::Null, in_flow),
        };
        self.depth -= 1;
        Ok(Node {
            value,
            last_line: last_line(&span, &marks),
            span,
            in_flow,
        })
    }

    fn scalar(&self, text: String, style: ScalarStyle, marks: &Marks) -> Value {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        let span = self.span(marks);
        let pieces = pieces(self.written(marks), &text, &span, style);
        Value::Scalar {
            text,
            style,
            pieces,
        }
    }

    fn list(&mut self, in_flow: bool) -> Result<Vec<Node>, Fault> {
        let mut items = Vec::new();
        while let Some((event, marks)) = self.next()? {
            if matches!(event, Event::SequenceEnd) {
                break;
            }
            items.push(self.node(event, marks, in_flow)?);
        }
        Ok(items)
    }

    fn map(&mut self, in_flow: bool) -> Result<Vec<(Node, Node)>, Fault> {
        let mut entries: Vec<(Node, Node)> = Vec::new();
        let mut lines = HashMap::new();
        while let Some((event, marks)) = self.next()? {
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let key = self.node(event, marks, in_flow)?;
            let Some((event, marks)) = self.next()? else {
                break;
            };
            let value = self.node(event, marks, in_flow)?;
            if self.is_good_key(&key, &mut lines) {
                entries.push((key, value));
            }
        }
        Ok(entries)
    }

    /// A word that is not there yet; `lines` holds where the others stand.
    fn is_good_key(&mut self, key: &Node, lines: &mut HashMap<String, u32>) -> bool {
        let found = match key.text() {
            None => Diagnostic::error(key.span.clone(), "P114", "a key must be a single word")
                .help("put the value in quotes if it starts with `[` or `{`"),
            Some("<<") => Diagnostic::error(
                key.span.clone(),
                "P111",
                "`<<` (a merge key) may not be used",
            )
            .help("write the keys out"),
            Some(name) => match lines.get(name) {
                Some(line) => Diagnostic::error(
                    key.span.clone(),
                    "P115",
                    format!("the key `{name}` stands twice; the first is on line {line}"),
                )
                .help("remove one of the two"),
                None => {
                    lines.insert(name.to_owned(), key.span.line);
                    return true;
                }
            },
        };
        self.findings.push(found);
        false
    }

    /// What stands between two marks.
    fn written(&self, marks: &Marks) -> &'t str {
        match (marks.start.byte_offset(), marks.end.byte_offset()) {
            (Some(start), Some(end)) => self.source.get(start..end).unwrap_or_default(),
            _ => "",
        }
    }

    fn span(&self, marks: &Marks) -> Span {
        let written = self.written(marks).lines().next().unwrap_or_default();
        let (line, column) = (marks.start.line(), marks.start.col() + 1);
        let longer = self
            .longer
            .iter()
            .find(|(other, _)| *other as usize == line);
        let longer = longer.map_or(0, |(_, by)| *by as usize);
        Span {
            length: written.trim_end().chars().count() as u32,
            ..place(self.file, line, column.saturating_sub(longer).max(1))
        }
    }

    fn error(&self, marks: &Marks, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.span(marks), code, message)
    }
}

fn too_deep(span: Span) -> Diagnostic {
    let message = format!("lists and maps are nested more than {DEEPEST} deep");
    Diagnostic::error(span, "P113", message)
        .help("move the inner part into a shared flow or a `let`")
}

/// The last line that something stands on; the marks of a block end at the start of the line after it.
fn last_line(span: &Span, marks: &Marks) -> u32 {
    let end = marks.end.line() as u32;
    let last = if marks.end.col() == 0 {
        end.saturating_sub(1)
    } else {
        end
    };
    last.max(span.line)
}
