//! Finding a complaint by the words that people use. Plain matching of words: it suggests, the visitor chooses.

use crate::pathway::Content;
use crate::pathway::text::Voice;
use crate::service::speech::Speech;

use super::view::Complaint;

/// Words that say nothing about a problem.
const EMPTY_WORDS: &[&str] = &[
    "a", "about", "an", "and", "am", "at", "been", "bad", "for", "from", "got", "had", "has",
    "have", "her", "him", "his", "i", "im", "in", "is", "it", "ive", "my", "of", "on", "or", "our",
    "really", "she", "he", "that", "the", "their", "they", "to", "very", "was", "with", "you",
    "your", "feel", "feeling", "problem", "problems",
];

/// Every complaint, by title.
pub fn all(content: &Content, speech: &Speech) -> Vec<Complaint> {
    let mut all: Vec<Complaint> = content
        .families()
        .into_iter()
        .map(|(family, title)| Complaint {
            id: family.to_owned(),
            title: speech.say(title),
        })
        .collect();
    all.sort_by_key(|complaint| complaint.title.to_lowercase());
    all
}

/// The complaints that fit what was typed, the best first.
pub fn find(content: &Content, speech: &Speech, typed: &str) -> Vec<Complaint> {
    let wanted = words(typed);
    let mut found: Vec<(usize, Complaint)> = all(content, speech)
        .into_iter()
        .filter_map(|complaint| {
            let score = score(content, &complaint.id, &wanted);
            (score > 0).then_some((score, complaint))
        })
        .collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, complaint)| complaint).collect()
}

/// The most words that one title or one phrase of the family has in common with what was typed; whole words count double.
fn score(content: &Content, family: &str, wanted: &[String]) -> usize {
    let pathways = content
        .pathways
        .iter()
        .filter(|pathway| pathway.family == family);
    let phrases = pathways.flat_map(|pathway| {
        let title = [
            crate::pathway::text::Party::First,
            crate::pathway::text::Party::Third,
        ]
        .map(|party| pathway.title.wording(Voice::Public, party, ""));
        title.into_iter().chain(pathway.found_by.iter().cloned())
    });
    phrases
        .map(|phrase| in_common(&words(&phrase), wanted))
        .max()
        .unwrap_or_default()
}

fn in_common(known: &[String], wanted: &[String]) -> usize {
    let fit = |wanted: &String| {
        known
            .iter()
            .map(|known| fits(known, wanted))
            .max()
            .unwrap_or_default()
    };
    wanted.iter().map(fit).sum()
}

/// 2 for the same word, 1 for its beginning or for one slip of the pen.
fn fits(known: &str, wanted: &str) -> usize {
    let is_long = |word: &str, letters: usize| word.chars().count() >= letters;
    match () {
        () if known == wanted => 2,
        () if is_long(wanted, 3) && known.starts_with(wanted) => 1,
        () if is_long(known, 3) && wanted.starts_with(known) => 1,
        () if is_long(wanted, 5)
            && is_long(known, 5)
            && strsim::osa_distance(known, wanted) <= 1 =>
        {
            1
        }
        () => 0,
    }
}

fn words(text: &str) -> Vec<String> {
    let letters = text.to_lowercase().replace(['’', '\''], "");
    let words = letters
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty() && !EMPTY_WORDS.contains(word));
    let mut unique: Vec<String> = Vec::new();
    for word in words {
        if !unique.iter().any(|known| known == word) {
            unique.push(word.to_owned());
        }
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(known: &str, typed: &str, expected: usize) {
        assert_eq!(in_common(&words(known), &words(typed)), expected, "{typed}");
    }

    #[test]
    fn words_fit_whole_begun_or_with_one_slip() {
        check("painful to swallow", "It's painful when I swallow", 4);
        check("sore throat", "throa", 1);
        check("sore throat", "thraot", 1);
        check("head injury", "hit my head", 2);
        check("cough", "coughing", 1);
        check("tooth", "to", 0);
        check("chest pain", "the and my", 0);
    }
}
