//! A tree of values that remember where they stand.

use crate::pathway::diagnostic::Span;

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
