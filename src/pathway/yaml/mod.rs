//! YAML text to a tree of [`Node`]s that remember where they stand, or what is wrong with the text.
//!
//! The parser is the one of `serde_yaml` (serde-saphyr), read event by event: a typed reader stops at the first fault, and an
//! author wants all of them, with tags, anchors, comments and spans, which YAML's traps are made of. Every scalar is text: a bare
//! `yes`, `no` or `1.0` is a word to us. What is legal YAML and a trap for an author is an error here.

mod node;
mod pieces;
mod reader;
mod traps;

use std::sync::Arc;

use serde_yaml::granit_parser::Parser;

use super::diagnostic::{Diagnostic, Findings, Span};
use reader::Reader;

pub use node::{Node, Piece, Style, Value};

/// A file larger than this is refused unread, in bytes.
pub const LARGEST_FILE: usize = 1 << 20;
/// Keys whose value is a rule.
pub const RULE_KEYS: [&str; 4] = ["if", "unless", "when", "only_if"];

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
