//! Letters in many scripts, and letters that try to be more than letters.

use super::{Content, Python, assert_lines, assert_same, built, file, letter, person};
use postern_gateway::mime::compose::build::Purpose;
use postern_shared::writing::{Draft, DraftFile, DraftText};
use proptest::{prelude::*, test_runner::TestRunner};
use std::cell::RefCell;

const WORDS: [&str; 22] = [
    "",
    "Plain",
    "a  b",
    "O'Brien, Ada (the \"first\") <ada@y.test>; x: y",
    "back\\slash\\",
    "Größe, naïve, Ærø",
    "Привет, мир",
    "Γειά σου Κόσμε",
    "שלום, עולם (טקסט)",
    "مرحبا \u{202b}بالعالم\u{202c}",
    "你好，世界！你好，世界！你好，世界！你好，世界！你好，世界！",
    "नमस्ते दुनिया",
    "👩‍👩‍👧‍👦 🏳️‍🌈 e\u{301}",
    "=?utf-8?Q?not_encoded?=",
    "a =?utf-8?B?YQ==?= b",
    "50% of 100%25 *'quoted'* a=b?c_d",
    "\r\nBcc: mallory@x.test",
    "a\r\n\r\nbody\r\n.\r\nMAIL FROM:<x>",
    "nul\0 bell\u{7} tab\tdel\u{7f} nel\u{85}",
    ".leading dot",
    "name.with.dots@x.test",
    "in \"quotes\" it",
];

fn long() -> Vec<String> {
    vec![
        "word ".repeat(300),
        "endless".repeat(200),
        "Größe ".repeat(200),
        "👩‍👩‍👧‍👦".repeat(100),
        "字".repeat(400),
        format!("{} {}", "a".repeat(990), "b".repeat(990)),
        "\"\\".repeat(100),
        format!("a {}", "=?".repeat(100)),
    ]
}

/// In quotes there are no encoded words (RFC 2047 §5). That some decode what looks like one there is theirs.
fn names() -> impl Iterator<Item = String> {
    words().filter(|word| !word.contains("=?utf-8"))
}

fn words() -> impl Iterator<Item = String> {
    WORDS.into_iter().map(str::to_owned).chain(long())
}

#[test]
fn subjects_say_the_same_to_everybody() {
    let mut python = Python::start();
    for subject in words() {
        assert_same(&mut python, &Draft { subject, ..letter() }, &[]);
    }
}

#[test]
fn names_say_the_same_to_everybody() {
    let mut python = Python::start();
    for name in names() {
        let draft = Draft {
            from: person(&name, "ada@x.test"),
            to: vec![person(&name, "grace@x.test"), person("", "bob@x.test"), person(&name, "carol@x.test")],
            cc: vec![person(&name, "dan+tag@sub.x.test")],
            bcc: vec![person("Nobody", "secret@x.test")],
            ..letter()
        };
        assert_same(&mut python, &draft, &[]);
    }
}

#[test]
fn file_names_and_contents_are_the_same_for_everybody() {
    let mut python = Python::start();
    let contents: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"x".to_vec(),
        (0..=255).cycle().take(57 * 1024 + 1).collect(),
        b"\r\n.\r\n\n\r--=_0_00112233445566778899aabbccddeeff\r\n".to_vec(),
        vec![b'a'; 3 * 57 * 1024],
    ];
    for (at, name) in names().enumerate() {
        let kind = ["application/pdf", "text/plain", "image/png", "text/html"][at % 4];
        let content = match kind.strip_prefix("text/") {
            Some(_) => "Größe, 字\n".repeat(at * 100).into_bytes(),
            None => contents[at % contents.len()].clone(),
        };
        let draft = Draft {
            files: vec![file(1, &name, kind), file(2, "b.bin", "application/octet-stream")],
            ..letter()
        };
        let name_is_safe = !name.is_empty();
        if name_is_safe {
            assert_same(&mut python, &draft, &[Content(1, content), Content(2, b"second".to_vec())]);
        }
    }
}

#[test]
fn texts_say_the_same_to_everybody() {
    let mut python = Python::start();
    let own = [
        ".\n..\n.a\n",
        "From here\n>From there\n> quoted\n>> deeper\n-- \nAda",
        "a\rb\r\nc\n\rd\n\n\ne",
        "   indented\n\ttabbed\ntrailing   \n \n",
        "\u{2028}a\u{2029}b\u{85}c\u{feff}",
        "x\u{0}\u{1}\u{1b}[31m\u{7f}y",
        "MAIL FROM:<x>\r\n.\r\nQUIT\r\n",
        "--=_0_00112233445566778899aabbccddeeff\n--=_0_00112233445566778899aabbccddeeff--\n=_1_",
        "=20=\n=3D soft=\n",
        "begin 644 x\nend",
    ];
    for text in own.into_iter().map(str::to_owned).chain(words()) {
        let plain = Draft { text: DraftText::Plain(text), ..letter() };
        assert_same(&mut python, &plain, &[]);
        let with_file = Draft { files: vec![file(1, "a.bin", "application/octet-stream")], ..plain };
        assert_same(&mut python, &with_file, &[Content(1, vec![0, 1, 2])]);
    }
}

#[test]
fn html_its_pictures_and_its_text_are_the_same_for_everybody() {
    let mut python = Python::start();
    for word in words() {
        let picture = "<img src=\"/api/accounts/ada@x.test/drafts/7/files/1\">";
        let text = word.replace('&', "&amp;").replace('<', "&lt;");
        let html = format!(
            "<p dir=\"auto\">{text}{picture}</p><ul><li>{text}</ul><blockquote type=\"cite\"><p>{text}</blockquote>\
             <pre>{text}</pre><table><tr><td>{text}<td><a href=\"https://x.test/?a&amp;b\">{text}</a></table>"
        );
        let files = vec![DraftFile { inline: true, ..file(1, "cat.png", "image/png") }];
        let draft = Draft { text: DraftText::Html(html), files, ..letter() };
        assert_same(&mut python, &draft, &[Content(1, vec![0, 13, 10, 46, 13, 10, 255])]);
    }
}

#[test]
fn a_thousand_recipients_are_a_thousand() {
    let people = |what: &str, count: usize| -> Vec<_> {
        (0..count).map(|at| person(&format!("Größe, {at}"), &format!("{what}{at}@x.test"))).collect()
    };
    let draft = Draft { to: people("to", 500), cc: people("cc", 500), bcc: people("bcc", 500), ..letter() };
    assert_same(&mut Python::start(), &draft, &[]);
}

#[test]
fn blind_copies_are_kept_and_never_sent() {
    let secret = vec![person("Mallory", "secret@x.test")];
    for draft in
        [Draft { bcc: secret.clone(), ..letter() }, Draft { bcc: secret.clone(), to: Vec::new(), ..letter() }]
    {
        let sent = String::from_utf8(built(&draft, &[], Purpose::Sending)).unwrap().to_lowercase();
        assert!(!sent.contains("secret") && !sent.contains("mallory") && !sent.contains("\nbcc"), "{sent}");
        assert!(sent.contains("\r\nto: "), "{sent}");
        let (kept, defects) = Python::start().read(&built(&draft, &[], Purpose::Keeping));
        assert_eq!(kept.bcc, [("Mallory".to_owned(), "secret@x.test".to_owned())]);
        assert_eq!(defects, Vec::<String>::new());
    }
}

#[test]
fn whatever_is_written_is_read() {
    let python = RefCell::new(Python::start());
    let text = || "[ -~äשلу字👍\t\r\n\u{0}\u{85}]{0,120}";
    let written = (
        text(),
        text(),
        text(),
        "[a-z.>äש字 =\\-\r\n]{0,400}",
        proptest::collection::vec(any::<u8>(), 0..300),
    );
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&written, |(subject, name, file_name, text, content)| {
        let file_name = format!("a{file_name}");
        let draft = Draft {
            subject,
            to: vec![person(&name, "grace@x.test")],
            text: DraftText::Plain(text),
            files: vec![file(1, &file_name, "application/zip")],
            ..letter()
        };
        assert_lines(&built(&draft, &[Content(1, content.clone())], Purpose::Sending));
        assert_same(&mut python.borrow_mut(), &draft, &[Content(1, content)]);
        Ok(())
    });
    outcome.unwrap();
}
