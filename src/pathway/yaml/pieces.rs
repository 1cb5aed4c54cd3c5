//! Where the text of a scalar stands in the file.

use super::{Piece, Style};
use crate::pathway::diagnostic::Span;

/// Where the text of a scalar stands, line by line: `written` is how it stands in the file, `text` how YAML reads it.
pub(super) fn pieces(written: &str, text: &str, span: &Span, style: Style) -> Vec<Piece> {
    let text: Vec<char> = text.chars().collect();
    let rest = |offset: usize| text.get(offset..).unwrap_or_default().iter();
    let mut pieces = Vec::new();
    let mut offset = 0;
    for (line, whole) in written.lines().enumerate() {
        let on_line = whole.trim_matches([' ', '\t']);
        if on_line.is_empty() {
            continue;
        }
        let indent = whole.chars().take_while(|c| *c == ' ').count();
        let quote = usize::from(style == Style::Quoted && line == 0);
        // Of what stands between two lines YAML makes a space, or it keeps line ends and indentation.
        let between = match line {
            0 => 0,
            _ => rest(offset).take_while(|c| c.is_ascii_whitespace()).count(),
        };
        let column = match line {
            0 => span.column as usize + quote,
            _ => indent + 1,
        };
        // A text begins with its first piece, whatever space it begins with.
        let (begins, column) = match pieces.is_empty() {
            true => (0, column.saturating_sub(between).max(1)),
            false => (offset + between, column),
        };
        pieces.push(Piece {
            offset: begins,
            line: span.line + line as u32,
            column: column as u32,
        });
        offset += between + on_line.chars().count() - quote;
    }
    pieces
}
