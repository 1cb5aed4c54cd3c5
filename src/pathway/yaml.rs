//! YAML text to a tree of [`Node`]s that remember where they stand, or what is wrong with the text.
//!
//! The parser is the one of `serde_yaml` (serde-saphyr), read event by event: a typed reader stops at the first fault, and an
//! author wants all of them, with tags, anchors, comments and spans, which YAML's traps are made of. Every scalar is text: a bare
//! `yes`, `no` or `1.0` is a word to us. What is legal YAML and a trap for an author is an error here.

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
        /// Without quotes and not in block style.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A map, in the order written.
    Map(Vec<(Node, Node)>),
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
    let mended = lexical_traps(file, text, &mut traps);
    let source = mended.as_deref().unwrap_or(text);
    let mut reader = Reader {
        file,
        source,
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
        cut_rules(tree, &comments, &mut traps);
    }
    findings.extend(traps);
    tree
}

fn place(file: &Arc<str>, line: usize, column: usize) -> Span {
    Span {
        file: file.clone(),
        line: line as u32,
        column: column as u32,
        length: 0,
    }
}

/// Traps that are seen in the text itself. Gives a mended text where the parser would stumble over them.
fn lexical_traps(file: &Arc<str>, text: &str, findings: &mut Vec<Diagnostic>) -> Option<String> {
    let mut mended: Option<String> = None;
    if text.starts_with('\u{feff}') {
        findings.push(
            Diagnostic::error(
                place(file, 1, 1),
                "P102",
                "the file starts with a byte-order mark",
            )
            .help("save it as UTF-8 without a byte-order mark"),
        );
    }
    let crlf = text.matches("\r\n").count();
    if text.matches('\r').count() > crlf || (crlf > 0 && crlf < text.matches('\n').count()) {
        let line = text
            .split('\n')
            .position(|line| line.contains('\r'))
            .unwrap_or(0)
            + 1;
        findings.push(
            Diagnostic::error(
                place(file, line, 1),
                "P103",
                "the file mixes kinds of line end",
            )
            .help("end every line with a line feed alone"),
        );
    }
    let mut offset = 0;
    for (index, line) in text.split('\n').enumerate() {
        let number = index + 1;
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line
            .char_indices()
            .take_while(|(at, _)| *at < indent)
            .find(|(_, c)| *c == '\t')
        {
            findings.push(
                Diagnostic::error(
                    place(file, number, tab.0 + 1),
                    "P104",
                    "a tab stands in the indentation",
                )
                .help("indent with two spaces"),
            );
            let text = mended.get_or_insert_with(|| text.to_owned());
            text.replace_range(offset + tab.0..offset + tab.0 + 1, " ");
        }
        if let Some(bang) = tagged_rule(line) {
            let name = line.get(bang + 1..).unwrap_or_default().trim();
            findings.push(
                Diagnostic::error(
                    place(
                        file,
                        number,
                        line.get(..bang).unwrap_or_default().chars().count() + 1,
                    ),
                    "P105",
                    "`!` at the start of a value is a YAML tag, so the rule would vanish",
                )
                .help(format!(
                    "write `unless: {name}`, or put the rule in parentheses: `({})`",
                    line.get(bang..).unwrap_or_default().trim()
                )),
            );
            let text = mended.get_or_insert_with(|| text.to_owned());
            text.replace_range(offset + bang..offset + bang + 1, " ");
        }
        if let Some(column) = rule_in_braces(line) {
            findings.push(
                Diagnostic::error(
                    place(file, number, column),
                    "P106",
                    "a rule in braces is cut at its first `[` or `,`",
                )
                .help("write the statement in block style, one key a line"),
            );
        }
        offset += line.len() + 1;
    }
    mended
}

/// Where `key: !…` starts a rule on this line.
fn tagged_rule(line: &str) -> Option<usize> {
    let trimmed = line.trim_start();
    let start = line.len() - trimmed.len();
    let bare = trimmed.trim_start_matches("- ").trim_start();
    let at = start + trimmed.len() - bare.len();
    if bare.starts_with('!') && at > start {
        return Some(at);
    }
    for key in RULE_KEYS {
        if let Some(rest) = bare
            .strip_prefix(key)
            .and_then(|rest| rest.strip_prefix(':'))
        {
            let value = rest.trim_start();
            if value.starts_with('!') {
                return Some(at + bare.len() - value.len());
            }
        }
    }
    None
}

/// The column of a rule inside `{ }` that holds a `[`, or a comma that does not begin the next key.
fn rule_in_braces(line: &str) -> Option<usize> {
    let brace = line.find('{')?;
    if line.trim_start().starts_with('#') {
        return None;
    }
    for key in RULE_KEYS {
        for (at, _) in line.match_indices(key) {
            let before = line.get(..at)?.trim_end();
            let Some(rule) = line.get(at + key.len()..)?.strip_prefix(": ") else {
                continue;
            };
            if at < brace
                || !(before.ends_with('{') || before.ends_with(','))
                || rule.trim_start().starts_with(['"', '\''])
            {
                continue;
            }
            let mut rest = rule;
            while let Some(mark) = rest.find(['[', ',', '}']) {
                let tail = rest.get(mark + 1..).unwrap_or_default();
                if rest.get(mark..=mark) == Some("}") {
                    break;
                }
                let begins_key = tail.trim_start().split_once(':').is_some_and(|(word, _)| {
                    word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                });
                if rest.get(mark..=mark) == Some("[") || !begins_key {
                    return Some(line.get(..at)?.chars().count() + 1);
                }
                break;
            }
        }
    }
    None
}

/// Finds rules that a comment on the same line has cut.
fn cut_rules(tree: &Node, comments: &[u32], findings: &mut Vec<Diagnostic>) {
    match &tree.value {
        Value::Map(entries) => {
            for (key, value) in entries {
                let is_rule = key.text().is_some_and(|key| RULE_KEYS.contains(&key));
                if is_rule {
                    cut_rule(value, comments, findings);
                } else if let (Some("any"), Value::List(rules)) = (key.text(), &value.value) {
                    for rule in rules {
                        cut_rule(rule, comments, findings);
                    }
                }
                cut_rules(value, comments, findings);
            }
        }
        Value::List(items) => items
            .iter()
            .for_each(|item| cut_rules(item, comments, findings)),
        Value::Null | Value::Scalar { .. } => {}
    }
}

fn cut_rule(rule: &Node, comments: &[u32], findings: &mut Vec<Diagnostic>) {
    let plain = matches!(rule.value, Value::Scalar { plain: true, .. } | Value::Null);
    if plain && comments.contains(&rule.span.line) {
        findings.push(
            Diagnostic::error(
                rule.span.clone(),
                "P107",
                "a comment stands on the line of a rule and cuts it",
            )
            .help("put the comment on a line of its own above the statement"),
        );
    }
}

struct Reader<'t> {
    file: &'t Arc<str>,
    source: &'t str,
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
            return Err(Box::new(
                self.error(
                    &marks,
                    "P113",
                    format!("lists and maps are nested more than {DEEPEST} deep"),
                )
                .help("move the inner part into a shared flow or a `let`"),
            ));
        }
        let (value, in_flow) = match event {
            Event::Scalar(text, style, ..) => {
                let empty = style == ScalarStyle::Plain
                    && marks.start.byte_offset() == marks.end.byte_offset();
                if empty {
                    (Value::Null, in_flow)
                } else {
                    (
                        Value::Scalar {
                            text: text.into_owned(),
                            plain: style == ScalarStyle::Plain,
                        },
                        in_flow,
                    )
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
            span,
            in_flow,
        })
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
        while let Some((event, marks)) = self.next()? {
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let key = self.node(event, marks, in_flow)?;
            let Some((event, marks)) = self.next()? else {
                break;
            };
            let value = self.node(event, marks, in_flow)?;
            match key.text() {
                None => self.findings.push(
                    Diagnostic::error(key.span.clone(), "P114", "a key must be a single word")
                        .help("put the value in quotes if it starts with `[` or `{`"),
                ),
                Some("<<") => self.findings.push(
                    Diagnostic::error(
                        key.span.clone(),
                        "P111",
                        "`<<` (a merge key) may not be used",
                    )
                    .help("write the keys out"),
                ),
                Some(name) => {
                    if let Some((first, _)) =
                        entries.iter().find(|(other, _)| other.text() == Some(name))
                    {
                        let line = first.span.line;
                        self.findings.push(
                            Diagnostic::error(
                                key.span.clone(),
                                "P115",
                                format!(
                                    "the key `{name}` stands twice; the first is on line {line}"
                                ),
                            )
                            .help("remove one of the two"),
                        );
                    } else {
                        entries.push((key, value));
                    }
                }
            }
        }
        Ok(entries)
    }

    fn span(&self, marks: &Marks) -> Span {
        let text = match (marks.start.byte_offset(), marks.end.byte_offset()) {
            (Some(start), Some(end)) => self.source.get(start..end).unwrap_or_default(),
            _ => "",
        };
        let length = text.lines().next().unwrap_or_default().chars().count();
        Span {
            file: self.file.clone(),
            line: marks.start.line() as u32,
            column: marks.start.col() as u32 + 1,
            length: length as u32,
        }
    }

    fn error(&self, marks: &Marks, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.span(marks), code, message)
    }
}
