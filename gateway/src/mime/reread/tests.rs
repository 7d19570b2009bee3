use super::*;
use crate::mime::{links::Links, page::Theme};

fn options() -> PageOptions<'static> {
    PageOptions {
        theme: Theme::System,
        picture_url: &|_| None,
        images: None,
        links: Links::default(),
        alone: true,
    }
}

fn leaf(part: &str, size: u64) -> BodyPart {
    BodyPart { part: part.into(), kind: "text".into(), subtype: "plain".into(), size, ..BodyPart::default() }
}

/// What a server tells of a mail in which it finds no text.
fn nothing() -> BodyPart {
    let children = vec![leaf("1", 0), leaf("2", 0)];
    BodyPart { kind: "multipart".into(), subtype: "mixed".into(), children, ..BodyPart::default() }
}

/// What there is to see in a second look.
fn look(source: &str) -> Option<String> {
    let reread = Reread::new(source.replace('\n', "\r\n").into_bytes(), true);
    let page = reread.second_look(&BodyPlan::of(Some(&nothing())), &options())?.html;
    let (_, body) = page.split_once("<body>")?;
    let texts = body.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text.trim()));
    Some(texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|"))
}

const MIXED: &str = "Content-Type: multipart/mixed; boundary=b\n\n";

#[test]
fn what_a_server_does_not_find_is_found() {
    let mixed = |rest: &str| format!("{MIXED}{rest}");
    let table = [
        ("Content-Type: multipart/mixed\n\n--b\n\nwords\n--b--\n".to_owned(), "--b\n\nwords\n--b--"),
        (mixed("words\n"), "words"),
        (mixed("--other\n\nwords\n"), "--other\n\nwords"),
        (mixed("--b\n\n--b\n\nwords at last\n--b--\n"), "words at last"),
        ("Subject: x\n \nwords\n".to_owned(), "words"),
        (
            mixed(
                "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nwords\n--c\nContent-Type: text/html\n\n<p>&nbsp;\n--c--\n--b--\n",
            ),
            "words",
        ),
    ];
    for (source, words) in table {
        assert_eq!(look(&source).unwrap_or_default().replace("\r\n", "\n").trim(), words, "{source}");
    }
}

#[test]
fn what_nobody_finds_is_shown_as_it_was_sent() {
    let mixed = |rest: &str| format!("{MIXED}{rest}");
    let table = [
        mixed("--b\n\n\n--b--\nwords behind the end\n"),
        mixed("words before the first part\n--b\n\n\n--b--\n"),
        "Content-Transfer-Encoding: base64\n\nслова\n".to_owned(),
        "words without a header\n".to_owned(),
    ];
    for source in table {
        let seen = look(&source).unwrap_or_default();
        assert!(
            seen.starts_with("The structure of this message")
                && ["words", "слова"].iter().any(|words| seen.contains(words)),
            "{source}: {seen}"
        );
    }
}

#[test]
fn a_message_that_has_no_text_has_none() {
    let table = [
        String::new(),
        "Subject: x\n".to_owned(),
        "Subject: x\n\n \n\n".to_owned(),
        "Content-Type: text/html\n\n<html><body><p>&nbsp;</p></body></html>\n".to_owned(),
        format!("{MIXED}This is a multi-part message in MIME format.\n--b\nX-Part: words\n\n\n--b--\n"),
        format!("{MIXED}--b\nContent-Type: text/html\n\n<!--\n\n--x\n-->\n--b\n\n\n--b--\n"),
    ];
    for source in table {
        assert_eq!(look(&source), None, "{source}");
    }
}

#[test]
fn parts_are_taken_out_of_a_source_as_the_server_tells_of_them() {
    let source = format!("{MIXED}--b\n\none\n--b\n\ntwo two\n--b\n\nthree\n--b--\n").replace('\n', "\r\n");
    let children = vec![leaf("1", 3), leaf("2", 3), leaf("3", 5)];
    let told = BodyPart { children, ..nothing() };
    let wanted = BodyPlan::of(Some(&told)).body;
    let contents = |source: &str, complete| {
        let found = Reread::new(source.as_bytes().to_vec(), complete).contents(&told, &wanted);
        let mut parts: Vec<_> =
            found.into_iter().map(|(part, data)| (part, String::from_utf8(data).unwrap())).collect();
        parts.sort_unstable();
        parts
    };
    let part = |part: &str, text: &str| (part.to_owned(), text.to_owned());
    // The second is another one here.
    assert_eq!(contents(&source, true), [part("1", "one"), part("3", "three")]);
    let beginning = source.split_once("three").unwrap().0.to_owned() + "three";
    assert_eq!(contents(&beginning, false), [part("1", "one")]);
    assert_eq!(contents(&beginning, true), [part("1", "one"), part("3", "three")]);
}
