//! What is seen in the text of a rule before or beside rhai's own parsing.

use rhai::{ParseError, ParseErrorType, Position};

use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::source::{Name, RuleText};

use super::{LONGEST, MOST_OPERANDS, Rules};

/// A whole number has at most so many digits: rhai silently makes a float of a longer one.
const MOST_DIGITS: usize = 15;

/// Where in the file a position of the rule lies.
pub fn span(rule: &RuleText, position: Position, length: usize) -> Span {
    at(rule, offset(rule, position), length)
}

/// How many characters of the rule stand before a position.
pub fn offset(rule: &RuleText, position: Position) -> usize {
    let line = position.line().unwrap_or(1);
    let column = position.position().unwrap_or(1);
    let lines = rule.text.split('\n').take(line.saturating_sub(1));
    let before: usize = lines.map(|line| line.chars().count() + 1).sum();
    before + column.saturating_sub(1)
}

/// Where in the file a character of the rule stands.
pub fn at(rule: &RuleText, offset: usize, length: usize) -> Span {
    let piece = rule
        .pieces
        .iter()
        .rev()
        .find(|piece| piece.offset <= offset);
    let (line, column, offset) = piece
        .map_or((rule.span.line, rule.span.column, offset), |piece| {
            (piece.line, piece.column, offset - piece.offset)
        });
    Span {
        file: rule.span.file.clone(),
        line,
        column: column + offset as u32,
        length: length as u32,
    }
}

/// Traps that rhai's tree no longer shows. False if lowering cannot go on.
pub fn check(rule: &RuleText, findings: &mut Findings) -> bool {
    if rule.text.len() > LONGEST {
        findings.push(
            Diagnostic::error(
                rule.span.clone(),
                "P403",
                format!("the rule is longer than {LONGEST} characters"),
            )
            .help("name parts of it with `let`"),
        );
        return false;
    }
    let before = findings.len();
    let text: Vec<char> = rule.text.chars().collect();
    let mut offset = 0;
    while let Some(rest) = text.get(offset..).filter(|rest| !rest.is_empty()) {
        let token = token(rest);
        findings.extend(token_fault(rule, offset, token));
        findings.extend(not_in(rule, offset, rest));
        offset += token.len();
    }
    if findings.len() == before {
        findings.extend(joins(rule, &text));
    }
    findings.len() == before
}

/// The next token: a word, a number, a run of operator characters, text in quotes, or one other character.
fn token(rest: &[char]) -> &[char] {
    let run = |belongs: fn(char) -> bool| rest.iter().take_while(|c| belongs(**c)).count();
    let length = match rest.first() {
        Some(c) if c.is_ascii_digit() => number_length(rest),
        Some(c) if is_word(*c) => run(is_word),
        Some('&' | '|') => run(|c| matches!(c, '&' | '|')),
        Some('=' | '<' | '>' | '!') => run(|c| matches!(c, '=' | '<' | '>' | '!')),
        Some('.') => run(|c| matches!(c, '.' | '=')),
        Some('/' | '*') => run(|c| matches!(c, '/' | '*')),
        Some(quote @ ('"' | '\'' | '`')) => {
            // What is not closed on its line ends with it.
            let line = rest.split(|c| *c == '\n').next().unwrap_or(rest);
            let inner = line.iter().skip(1).position(|c| c == quote);
            inner.map_or(line.len(), |inner| inner + 2)
        }
        _ => 1,
    };
    rest.get(..length).unwrap_or(rest)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Digits with a decimal point, and whatever letters cling to them; `1..3` is two numbers.
pub fn number_length(rest: &[char]) -> usize {
    let mut length = 0;
    while let Some(c) = rest.get(length) {
        let decimal = *c == '.' && rest.get(length + 1).is_some_and(char::is_ascii_digit);
        if !is_word(*c) && !decimal {
            break;
        }
        length += 1;
    }
    length
}

/// rhai reads `q !in […]`; the language has one way to say it.
fn not_in(rule: &RuleText, offset: usize, rest: &[char]) -> Option<Diagnostic> {
    let after = rest.strip_prefix(&['!', 'i', 'n'])?;
    (!after.first().is_some_and(|c| is_word(*c))).then(|| {
        Diagnostic::error(at(rule, offset, 3), "P401", "`!in` is not part of a rule")
            .help("write `!(… in …)`")
    })
}

fn token_fault(rule: &RuleText, offset: usize, token: &[char]) -> Option<Diagnostic> {
    let written: String = token.iter().collect();
    let place = at(rule, offset, token.len());
    let operator = |instead: &str| {
        let message = format!("`{written}` is not part of a rule");
        let help = format!("write `{instead}`");
        Some(
            Diagnostic::error(place.clone(), "P401", message)
                .help(help)
                .fix(instead),
        )
    };
    match written.as_str() {
        "and" | "&" => operator("&&"),
        "or" | "|" => operator("||"),
        "not" => operator("!"),
        "=" | "===" => operator("=="),
        "=<" => operator("<="),
        "=>" => operator(">="),
        "<>" => operator("!="),
        _ if written.starts_with("//") || written.starts_with("/*") => Some(
            Diagnostic::error(place, "P402", "a rule holds no comments")
                .help("put the comment on a line of its own above the statement, after `#`"),
        ),
        _ if written.starts_with(['"', '\'', '`']) => {
            let inner = written.trim_matches(['"', '\'', '`']);
            Some(
                Diagnostic::error(place, "P423", "an option is written without quotes")
                    .help(format!("write `{inner}`"))
                    .fix(inner),
            )
        }
        _ if written.starts_with(|c: char| c.is_ascii_digit()) => number_fault(place, &written),
        _ => None,
    }
}

fn number_fault(place: Span, written: &str) -> Option<Diagnostic> {
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (whole, decimals) = written.split_once('.').unwrap_or((written, ""));
    if !digits(whole) || !digits(decimals) {
        let message = format!("`{written}` is not a number");
        let help = "write digits, and a point before the decimals; a name starts with a letter";
        return Some(Diagnostic::error(place, "P421", message).help(help));
    }
    (whole.len() + decimals.len() > MOST_DIGITS).then(|| {
        Diagnostic::error(place, "P419", "the number is too long")
            .help(format!("a number has at most {MOST_DIGITS} digits"))
    })
}

/// What is wrong with how `&&` and `||` join conditions, parentheses by parentheses.
fn joins(rule: &RuleText, text: &[char]) -> Option<Diagnostic> {
    /// The operator met last, and how often.
    type Level = (Option<char>, usize);
    let mut levels: Vec<Level> = vec![(None, 0)];
    for (offset, pair) in text.windows(2).enumerate() {
        match pair {
            ['(' | '[', _] => levels.push((None, 0)),
            [')' | ']', _] => {
                levels.pop();
            }
            [',', _] => levels
                .last_mut()
                .into_iter()
                .for_each(|level| *level = (None, 0)),
            ['&', '&'] | ['|', '|'] => {
                let operator = pair.first().copied();
                let (last, count) = levels.last_mut()?;
                if last.is_some() && *last != operator {
                    return Some(mixed(at(rule, offset, 2)));
                }
                (*last, *count) = (operator, *count + 1);
                if *count >= MOST_OPERANDS {
                    return Some(too_many(at(rule, offset, 2)));
                }
            }
            _ => {}
        }
    }
    None
}

fn mixed(span: Span) -> Diagnostic {
    Diagnostic::error(span, "P409", "`&&` and `||` are mixed without parentheses")
        .help("say which belongs together: `a || (b && c)` or `(a || b) && c`")
}

fn too_many(span: Span) -> Diagnostic {
    let message =
        format!("a rule joins at most {MOST_OPERANDS} conditions, and this one joins more");
    Diagnostic::error(span, "P403", message).help("name parts of it with `let`")
}

/// What rhai's parser could not read, in our words.
pub fn syntax(rule: &RuleText, fault: &ParseError) -> Diagnostic {
    let place = span(rule, fault.position(), 1);
    match fault.err_type() {
        ParseErrorType::Reserved(word) => Diagnostic::error(
            Span {
                length: word.len() as u32,
                ..place
            },
            "P410",
            format!("`{word}` is a reserved word and cannot be a name"),
        )
        .help("choose another name for it"),
        ParseErrorType::ExprTooDeep => {
            Diagnostic::error(place, "P403", "the rule is nested too deep")
                .help("name parts of it with `let`")
        }
        _ => Diagnostic::error(
            place,
            "P401",
            format!("this rule cannot be read: {}", plain(&fault.to_string())),
        )
        .help("a rule is conditions joined by `&&` or `||`, such as `drooling || swallowing == unable`"),
    }
}

/// rhai's message without its position, on one line.
fn plain(message: &str) -> String {
    let message = message.split(" (line").next().unwrap_or(message);
    let mut letters = message.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    let text: String = first.chain(letters).collect();
    text.replace('\n', " ").trim_end_matches('.').to_owned()
}

/// Reports a name that a rule could not read: wrong characters, or a word that rhai keeps for itself.
pub fn check_name(name: &Name, rules: &Rules, findings: &mut Findings) {
    let text = &name.text;
    let good = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !good {
        findings.push(
            Diagnostic::error(
                name.span.clone(),
                "P226",
                format!("`{text}` cannot be a name in rules"),
            )
            .help("use small letters, digits and `_`, a letter first")
            .fix(mended(text)),
        );
        return;
    }
    if !reads_as_name(text, rules) {
        findings.push(
            Diagnostic::error(
                name.span.clone(),
                "P410",
                format!("`{text}` is a reserved word and cannot be a name"),
            )
            .help("choose another name, for example with a second word")
            .fix(format!("{text}_")),
        );
    }
}

fn mended(text: &str) -> String {
    let word: String = text
        .chars()
        .map(|c| match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => c,
            _ => '_',
        })
        .collect();
    if word.starts_with(|c: char| c.is_ascii_lowercase()) {
        word
    } else {
        format!("q_{}", word.trim_start_matches('_'))
    }
}

fn reads_as_name(text: &str, rules: &Rules) -> bool {
    // These are words to the lexical check, whatever rhai thinks of them.
    if matches!(text, "and" | "or" | "not") {
        return false;
    }
    let parsed = rules.engine().compile_expression(text);
    parsed.is_ok_and(|ast| {
        matches!(ast.statements(), [rhai::Stmt::Expr(expression)]
            if matches!(**expression, rhai::Expr::Variable(..)))
    })
}
