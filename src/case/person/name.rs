//! Names, folded: without case, accents, signs and order, and as they sound.

use rphonetic::{DoubleMetaphone, Encoder};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Words that stand before a name and are none.
const TITLES: [&str; 6] = ["mr", "mrs", "ms", "miss", "mx", "dr"];

/// The names of a person, each once, in the order of the alphabet: "Dr Zoë O'Brien-Smith" is `obrien`, `smith`, `zoe`.
pub fn tokens(name: &str) -> Vec<String> {
    let mut tokens: Vec<String> = folded(name)
        .into_iter()
        .filter(|token| !TITLES.contains(&token.as_str()))
        .collect();
    tokens.sort();
    tokens.dedup();
    tokens
}

/// The words of a text in small letters, without accents and signs, in their order.
///
/// What stands for an apostrophe joins; any other sign parts.
pub(super) fn folded(text: &str) -> Vec<String> {
    let plain = once(&once(text));
    plain
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Small letters can fall apart into further signs, so it is done twice.
fn once(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfkd().flat_map(char::to_lowercase).nfkd() {
        match letter {
            '\'' | '’' | '‘' | '`' | 'ʼ' | '´' => {}
            letter if is_combining_mark(letter) => {}
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'þ' => plain.push_str("th"),
            'ı' => plain.push('i'),
            letter => plain.push(letter),
        }
    }
    plain
}

/// How a token sounds: its first code in Double Metaphone; the token itself where that has none. `None` for a single letter.
///
/// The library is given ASCII letters only: it was made for English names.
pub fn sound(token: &str) -> Option<String> {
    token.chars().nth(1)?;
    let is_ascii = token.chars().all(|letter| letter.is_ascii_alphabetic());
    let code = if is_ascii {
        DoubleMetaphone::default().encode(token)
    } else {
        String::new()
    };
    Some(if code.is_empty() {
        token.to_owned()
    } else {
        code
    })
}
