//! The messages of the public pages can be read at the age of 11: the Flesch-Kincaid grade plus five, message by message.
//!
//! The formula is rough on a few words, so messages of fewer than four are left out and a few may miss it. What needs people
//! (whether somebody of 11 understands it) no formula can tell.

/// The most that may miss it, in percent.
const MOST_MISSED: usize = 5;

/// Messages that have to say a long word, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("service-name", "a name"),
    ("accessibility-2", "names a standard"),
];

fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let silent = ["es", "ed", "e"];
    let stem = silent.iter().find_map(|ending| {
        let stem = word.strip_suffix(ending)?;
        let is_sounded = stem.ends_with(['l', 'a', 'e', 'i', 'o', 'u', 'y']);
        (!is_sounded && !stem.is_empty()).then_some(stem)
    });
    let mut count = 0;
    let mut was_vowel = false;
    for letter in stem.unwrap_or(&word).chars() {
        let is_vowel = "aeiouy".contains(letter);
        count += usize::from(is_vowel && !was_vowel);
        was_vowel = is_vowel;
    }
    count.max(1)
}

/// `None` for what is too short to tell.
fn reading_age(text: &str) -> Option<f64> {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric() && !"’'-".contains(letter))
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() < 4 {
        return None;
    }
    let sentences = text
        .split(['.', '!', '?'])
        .filter(|part| !part.trim().is_empty())
        .count()
        .max(1);
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    let count = words.len() as f64;
    Some(0.39 * count / sentences as f64 + 11.8 * syllables as f64 / count - 15.59 + 5.0)
}

/// Key and words of every message that stands on one line; a placeholder counts as a short word.
fn messages() -> Vec<(String, String)> {
    let text = include_str!("../../locales/en-GB/public.ftl");
    let lines = text
        .lines()
        .filter(|line| !line.starts_with(['#', ' ', '}']) && !line.ends_with("->"));
    let told = lines.filter_map(|line| line.split_once(" = "));
    told.map(|(key, words)| {
        let mut plain = String::new();
        let mut inside = false;
        for letter in words.chars() {
            match letter {
                '{' => {
                    inside = true;
                    plain.push('5');
                }
                '}' => inside = false,
                _ if !inside => plain.push(letter),
                _ => {}
            }
        }
        (key.to_owned(), plain)
    })
    .collect()
}

#[test]
fn nearly_every_message_can_be_read_at_the_age_of_11() {
    let judged: Vec<(String, f64)> = messages()
        .into_iter()
        .filter(|(key, _)| !EXCEPTIONS.iter().any(|(known, _)| known == key))
        .filter_map(|(key, words)| Some((key, reading_age(&words)?)))
        .collect();
    let missed: Vec<_> = judged.iter().filter(|(_, age)| *age > 11.0).collect();
    assert!(
        judged.len() > 150,
        "only {} messages were judged",
        judged.len()
    );
    assert!(
        missed.len() * 100 <= judged.len() * MOST_MISSED,
        "{} of {}: {missed:?}",
        missed.len(),
        judged.len()
    );
}
