//! YAML text to a tree of [`Node`]s that remember where they stand, or what is wrong with the text.
//!
//! The parser is the one of `serde_yaml` (serde-saphyr), read event by event: a typed reader stops at the first fault, and an
//! author wants all of them, with tags, anchors, comments and spans, which YAML's traps are made of. Every scalar is text: a bare
//! `yes`, `no` or `1.0` is a word to us. What is legal YAML and a trap for an author is an error here.

mod traps;

use std::collections::HashMap;
use std::sync::Arc;

use serde_yaml::granit_parser::{Event, Parser, ScalarStyle, Span as Marks, StructureStyle};

use super::diagnostic::{Diagnostic, Findings, Span};

/// A file larger than this is refused unread, in bytes.
pub const LARGEST_FILE: usize = 1 << 20;
/// Lists and maps nest no deeper than this.
const DEEPEST: usize = 48;
/// Keys whose value is a rule.
pub const RULE_KEYS: [&str; 4] = ["if", "unless", "when", "only_if"];

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands.
    pub span: Span,
    /// The line on which it ends.
    pub last_line: u32,
    /// Written in `{ }` or `[ ]`, or inside them.
    pub in_flow: bool,
}

/// A YAML value.
#[derive(Debug, Clone)]
pub enum Value {
    /// Nothing after the colon.
    Null,
    /// Text.
    Scalar {
        /// As YAML reads it.
        text: String,
        /// How it is written.
        style: Style,
        /// Where its text stands, line by line; the first piece begins the text.
        pieces: Vec<Piece>,
    },
    /// A list.
    List(Vec<Node>),
    /// A map, in the order written.
    Map(Vec<(Node, Node)>),
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// After `|` or `>`.
    Block,
}

/// A run of the text of a scalar that stands on one line of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins in the text, in characters.
    pub offset: usize,
    /// Its line in the file, from 1.
    pub line: u32,
    /// Its column in the file, from 1.
    pub column: u32,
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// What an author would call it.
    pub fn what(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Scalar { .. } => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a map of keys",
        }
    }
}

/// Reads one file. `None` where the text holds no tree; the findings say why.
pub fn parse(file: &Arc<str>, text: &str, findings: &mut Findings) -> Option<Node> {
    let mut traps = Vec::new();
    if text.len() > LARGEST_FILE {
        traps.push(
            Diagnostic::error(
                place(file, 1, 1),
                "P101",
                format!("the file is larger than {} KiB", LARGEST_FILE / 1024),
            )
            .help("split it into several files"),
        );
        findings.extend(traps);
        return None;
    }
    let mended = traps::in_text(file, text, &mut traps);
    let source = mended.text.as_deref().unwrap_or(text);
    let mut reader = Reader {
        file,
        source,
        longer: &mended.longer,
        parser: Parser::new_from_str(source),
        findings: &mut traps,
        comments: Vec::new(),
        depth: 0,
    };
    let tree = reader.document();
    let comments = std::mem::take(&mut reader.comments);
    let tree = match tree {
        Ok(tree) => tree,
        Err(fault) => {
            // A trap found by eye explains the fault better than the parser's words.
            if traps.is_empty() {
                traps.push(*fault);
            }
            None
        }
    };
    if let Some(tree) = &tree {
        traps::cut_rules(tree, &comments, &mut traps);
    }
    findings.extend(traps);
    tree
}

pub(super) fn place(file: &Arc<str>, line: usize, column: usize) -> Span {
    Span {
        file: file.clone(),
        line: line as u32,
        column: column as u32,
        length: 0,
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

/// Where the text of a scalar stands, line by line, as YAML folds it: a line end is a space, and a blank line a line end.
fn pieces(written: &str, span: &Span, style: Style) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut offset = 0;
    let mut blank = 0;
    let header = usize::from(style == Style::Block && written.starts_with(['|', '>']));
    for (line, whole) in written.lines().enumerate().skip(header) {
        let text = whole.trim();
        if text.is_empty() {
            blank += 1;
            continue;
        }
        if !pieces.is_empty() {
            offset += 1.max(blank);
        }
        let indent = whole.chars().take_while(|c| *c == ' ').count() as u32;
        let quote = u32::from(style == Style::Quoted);
        pieces.push(Piece {
            offset,
            line: span.line + line as u32,
            column: if line == 0 {
                span.column + quote
            } else {
                indent + 1
            },
        });
        offset += text.chars().count();
        if line == 0 {
            offset -= quote as usize;
        }
        blank = 0;
    }
    pieces
}

struct Reader<'t> {
    file: &'t Arc<str>,
    source: &'t str,
    /// Lines of the source that are longer than the author's, and by how much.
    longer: &'t [(u32, u32)],
    parser: Parser<'t, serde_yaml::granit_parser::StrInput<'t>>,
    findings: &'t mut Vec<Diagnostic>,
    /// Lines that end in a comment after content.
    comments: Vec<u32>,
    depth: usize,
}

type Fault = Box<Diagnostic>;

impl<'t> Reader<'t> {
    fn document(&mut self) -> Result<Option<Node>, Fault> {
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
        let pieces = pieces(self.written(marks), &span, style);
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
