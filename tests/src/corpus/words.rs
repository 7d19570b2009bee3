//! A text beside an independent reading of the same mail.

use mail_parser::{MessageParser, PartType};
use std::collections::HashSet;

/// So much of the other reading's words may be missing without remark: signatures, alternatives, footers of lists.
const MISSING: f64 = 0.2;
/// A reading with fewer words says nothing.
const FEWEST: usize = 5;

/// The text with every run of white space as one space.
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an independent parser reads in a mail and is not in `text`, if it is much.
pub fn remark(source: &[u8], text: &str) -> Option<String> {
    let theirs = words(&their_text(source)?);
    let ours = words(text);
    let missing: Vec<&str> = theirs.difference(&ours).map(String::as_str).collect();
    let share = missing.len() as f64 / theirs.len().max(1) as f64;
    (theirs.len() >= FEWEST && share > MISSING).then(|| {
        let mut some: Vec<&str> = missing.iter().copied().take(8).collect();
        some.sort_unstable();
        format!("{:.0} % of another parser's words are not there, such as {}", share * 100.0, some.join(", "))
    })
}

fn their_text(source: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse(source)?;
    let part = message.html_body.first().or(message.text_body.first())?;
    match &message.part(*part)?.body {
        PartType::Text(text) => Some(text.to_string()),
        PartType::Html(_) => message.body_text(0).map(|text| text.into_owned()),
        _ => None,
    }
}

/// The words of some length. Punctuation, marks of quotes and addresses are read differently by everybody.
fn words(text: &str) -> HashSet<String> {
    let letters = text.split(|char: char| !char.is_alphanumeric());
    letters.filter(|word| word.chars().count() > 2).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_that_is_missing_is_remarked() {
        let mail = b"Subject: x\r\n\r\nalpha bravo charlie delta echo foxtrot\r\n";
        assert_eq!(remark(mail, "Alpha > bravo, charlie delta echo."), None);
        assert!(remark(mail, "alpha bravo").is_some_and(|remark| remark.contains("charlie")));
        assert_eq!(plain(" a\n\u{a0} b\t"), "a b");
    }
}
