use super::*;
use proptest::prelude::*;

fn read(value: &[u8]) -> Vec<String> {
    let text = |text: &Option<Vec<u8>>| match text {
        Some(text) => String::from_utf8_lossy(text).into_owned(),
        None => "NIL".to_owned(),
    };
    let list = addresses(value, 100);
    list.iter().map(|a| format!("{}|{}|{}", text(&a.name), text(&a.mailbox), text(&a.host))).collect()
}

#[test]
fn lists() {
    for (value, expected) in [
        ("", vec![]),
        (" , ;,", vec![]),
        ("ada@a.test", vec!["NIL|ada|a.test"]),
        ("Ada <ada@a.test>, <b@b.test>", vec!["Ada|ada|a.test", "NIL|b|b.test"]),
        ("\"Lovelace, \\\"Ada\\\"\" <ada@a.test>", vec!["Lovelace, \"Ada\"|ada|a.test"]),
        ("Ada  K.\tLovelace <ada@a.test>", vec!["Ada K. Lovelace|ada|a.test"]),
        ("ada@a.test (Ada (the) \\) first)", vec!["Ada (the) ) first|ada|a.test"]),
        ("Ada (x) <ada (y) @ a (z) .test>", vec!["Ada|ada|a.test"]),
        ("<@r.test,@s.test:ada@a.test>, b@b", vec!["NIL|ada|a.test", "NIL|b|b"]),
        ("ada . l @ a . test", vec!["NIL|ada.l|a.test"]),
        ("\"a b\"@a.test, <\"c@d\"@a.test>", vec!["NIL|a b|a.test", "NIL|c@d|a.test"]),
        ("ada@[IPv6:::1], b@b", vec!["NIL|ada|[IPv6:::1]", "NIL|b|b"]),
        ("Team: Ada <a@a>, b@b; c@c", vec!["NIL|Team|NIL", "Ada|a|a", "NIL|b|b", "NIL|NIL|NIL", "NIL|c|c"]),
        ("undisclosed-recipients:;", vec!["NIL|undisclosed-recipients|NIL", "NIL|NIL|NIL"]),
        ("A: b@b", vec!["NIL|A|NIL", "NIL|b|b", "NIL|NIL|NIL"]),
        ("=?utf-8?q?Doe,_J.?= =?utf-8?q?=22?= <j@d>", vec!["=?utf-8?q?Doe,_J.?= =?utf-8?q?=22?=|j|d"]),
        ("=?utf-8?q?broken, b@b", vec!["NIL|=?utf-8?q?broken|", "NIL|b|b"]),
        ("Grün <g@g>; h@h", vec!["Grün|g|g", "NIL|h|h"]),
        ("Ada Lovelace", vec!["Ada Lovelace||"]),
        ("root, b@b", vec!["NIL|root|", "NIL|b|b"]),
        ("Ada ada@a.test", vec!["Ada|ada|a.test"]),
        ("ada@a.test <ada@a.test>", vec!["ada@a.test|ada|a.test"]),
        ("Ada <ada@a.test, b@b", vec!["Ada|ada|a.test", "NIL|b|b"]),
        ("Ada <ada@a.test", vec!["Ada|ada|a.test"]),
        ("\"Ada <ada@a.test>", vec!["Ada <ada@a.test>||"]),
        ("a@b@c, <a@b@c>", vec!["NIL|a@b|c", "NIL|a@b|c"]),
        ("<>, Ada <>", vec!["Ada||"]),
        ("mailto:ada@a.test", vec!["NIL|mailto|NIL", "NIL|ada|a.test", "NIL|NIL|NIL"]),
        ("@", vec![]),
        ("O'Neil (", vec!["NIL|O'Neil|"]),
    ] {
        assert_eq!(read(value.as_bytes()), expected, "{value}");
    }
}

#[test]
fn lists_are_bounded() {
    assert_eq!(addresses("a@b,".repeat(50).as_bytes(), 7).len(), 7);
    assert_eq!(addresses("g:;".repeat(50).as_bytes(), 7).len(), 7);
}

proptest! {
    #[test]
    fn never_panics(value in prop::collection::vec(any::<u8>(), 0..200)) {
        addresses(&value, 10);
    }

    #[test]
    fn never_panics_on_what_looks_like_addresses(value in "[a<>@,:;\"()\\\\ .=?\\[\\]é]{0,60}") {
        addresses(value.as_bytes(), 10);
    }
}
