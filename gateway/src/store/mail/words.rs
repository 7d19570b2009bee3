//! Words, the same for every store: what a text is cut into for a search, and how it is folded so that neither case
//! nor accents keep people from finding it.

use postern_shared::address::Address;
use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
};

/// Marks of a lower class are part of how a letter is written in its script: the Indic nukta (7), the marks that make
/// か into が (8), the virama (9). Those above are points and accents.
const FIRST_ACCENT: u8 = 10;

/// The text in lower case, without accents, with compatible forms (ﬁ, ａ) made one.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let letters = text.nfkd().flat_map(char::to_lowercase);
    letters.filter(|&letter| canonical_combining_class(letter) < FIRST_ACCENT).nfc().collect()
}

/// The words of a text, folded. Scripts without spaces between words give a word a letter: words in a row are searched
/// for as such, so that any part of a sentence is found.
pub fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for letter in fold(text).chars() {
        let in_word = letter.is_alphanumeric() || is_combining_mark(letter);
        let alone = in_word && is_alone(letter);
        match out.last_mut() {
            Some(word) if open && in_word && !alone => word.push(letter),
            _ if in_word => out.push(letter.into()),
            _ => {}
        }
        open = in_word && !alone;
    }
    out
}

/// The words of a text, one space between them: what a full-text index that only knows spaces is given.
pub fn spaced(text: &str) -> String {
    words(text).join(" ")
}

/// The names and addresses, folded, one a line: what a part of a name or address is looked for in.
pub fn folded_addresses(addresses: &[Address]) -> String {
    let lines = addresses.iter().flat_map(|address| [&address.name, &address.email]);
    lines.map(|line| fold(line)).collect::<Vec<_>>().join("\n")
}

/// Whether `wanted` stands in `there` in a row; the last one may be the beginning of a word.
pub fn found(wanted: &[String], there: &[String]) -> bool {
    let Some((last, before)) = wanted.split_last() else { return true };
    there.windows(wanted.len()).any(|row| {
        row.split_last().is_some_and(|(end, start)| start == before && end.starts_with(last.as_str()))
    })
}

/// Whether a letter is of a script that puts no spaces between words: Thai to Myanmar, Khmer, kana, Han.
fn is_alone(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_case_nor_accents_count() {
        let table = [
            ("Übung", "ubung"),
            ("JOSÉ", "jose"),
            ("İstanbul", "istanbul"),
            ("Ｆｕｌｌ ﬁne", "full fine"),
            ("ガ", "ガ"),
            ("한국", "한국"),
            ("नमस्ते", "नमस्ते"),
        ];
        for (text, folded) in table {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn words_are_what_people_take_for_them() {
        let table = [
            ("Ada <ada@example.org>", "ada ada example org"),
            ("don't  stop--now", "don t stop now"),
            ("会議の議題 v2", "会 議 の 議 題 v2"),
            ("नमस्ते दुनिया", "नमस्ते दुनिया"),
            ("-- !", ""),
        ];
        for (text, cut) in table {
            assert_eq!(spaced(text), cut, "{text}");
        }
    }

    #[test]
    fn words_in_a_row_the_last_one_begun() {
        let there = words("The quick brown fox");
        for (text, is) in
            [("quick bro", true), ("quick", true), ("uick", false), ("quick fox", false), ("", true)]
        {
            assert_eq!(found(&words(text), &there), is, "{text}");
        }
    }
}
