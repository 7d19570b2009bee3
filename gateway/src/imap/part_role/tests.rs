use super::*;
use crate::imap::response::Disposition;
use Role::{Alternative, Attachment, Auxiliary, Html, Picture, Plain};

fn leaf(media_type: &str) -> BodyPart {
    let (kind, subtype) = media_type.split_once('/').unwrap();
    BodyPart { kind: kind.into(), subtype: subtype.into(), ..BodyPart::default() }
}

fn multi(subtype: &str, children: Vec<BodyPart>) -> BodyPart {
    BodyPart { kind: "multipart".into(), subtype: subtype.into(), children, ..BodyPart::default() }
}

fn with_id(media_type: &str) -> BodyPart {
    BodyPart { id: Some(b"<a@b>".to_vec()), ..leaf(media_type) }
}

fn disposed(kind: &str, name: Option<&str>, part: BodyPart) -> BodyPart {
    let params = name.map(|name| ("filename".to_owned(), name.as_bytes().to_vec())).into_iter().collect();
    BodyPart { disposition: Some(Disposition { kind: kind.into(), params }), ..part }
}

fn roles(structure: &BodyPart) -> Vec<Role> {
    Roles::of(structure).parts.into_iter().map(|(_, role)| role).collect()
}

#[test]
fn roles_by_structure() {
    let (plain, html, pdf) = (|| leaf("text/plain"), || leaf("text/html"), || leaf("application/pdf"));
    let table = [
        ("plain alone", plain(), vec![Plain], false),
        ("a file alone", pdf(), vec![Attachment], true),
        ("a named text alone", disposed("inline", Some("a.txt"), plain()), vec![Plain], false),
        ("a text sent as a file", disposed("attachment", None, html()), vec![Attachment], true),
        ("HTML is preferred", multi("alternative", vec![plain(), html()]), vec![Alternative, Html], false),
        (
            "even when it is first",
            multi("alternative", vec![html(), plain()]),
            vec![Html, Alternative],
            false,
        ),
        (
            "the last plain text else",
            multi("alternative", vec![plain(), plain(), leaf("text/enriched")]),
            vec![Alternative, Plain, Alternative],
            false,
        ),
        (
            "an invitation",
            multi("alternative", vec![plain(), html(), leaf("text/calendar")]),
            vec![Alternative, Html, Auxiliary],
            false,
        ),
        (
            "a picture in HTML",
            multi("related", vec![html(), with_id("image/png")]),
            vec![Html, Picture],
            false,
        ),
        (
            "related around alternatives",
            multi("related", vec![multi("alternative", vec![plain(), html()]), with_id("image/gif")]),
            vec![Alternative, Html, Picture],
            false,
        ),
        (
            "no HTML, no place for pictures",
            multi("related", vec![plain(), BodyPart { size: 90_000, ..with_id("image/png") }]),
            vec![Plain, Attachment],
            true,
        ),
        (
            "what is no raster image is no picture",
            multi("related", vec![html(), with_id("image/svg+xml"), with_id("application/pdf")]),
            vec![Html, Auxiliary, Attachment],
            true,
        ),
        (
            "a related image meant as a file",
            multi("related", vec![html(), disposed("attachment", Some("a.png"), with_id("image/png"))]),
            vec![Html, Attachment],
            true,
        ),
        (
            "a photo beside the text, as phones send it",
            multi("mixed", vec![plain(), disposed("inline", Some("a.jpg"), with_id("image/jpeg")), plain()]),
            vec![Plain, Attachment, Plain],
            true,
        ),
        (
            "a mailing list's footer",
            multi("mixed", vec![multi("alternative", vec![plain(), html()]), plain()]),
            vec![Alternative, Html, Plain],
            false,
        ),
        (
            "a patch",
            multi("mixed", vec![plain(), disposed("inline", Some("0001.patch"), plain())]),
            vec![Plain, Attachment],
            true,
        ),
        (
            "a file in the form that is not shown is not lost",
            multi("alternative", vec![multi("mixed", vec![plain(), pdf()]), html()]),
            vec![Alternative, Attachment, Html],
            true,
        ),
        (
            "signed",
            multi("signed", vec![multi("mixed", vec![plain(), pdf()]), leaf("application/pgp-signature")]),
            vec![Plain, Attachment, Auxiliary],
            true,
        ),
        (
            "a detached signature alone is no attachment",
            multi("mixed", vec![plain(), leaf("application/pkcs7-signature")]),
            vec![Plain, Auxiliary],
            false,
        ),
        (
            "a bounce",
            multi("report", vec![plain(), leaf("message/delivery-status"), leaf("message/rfc822")]),
            vec![Plain, Auxiliary, Auxiliary],
            false,
        ),
        (
            "encrypted",
            multi("encrypted", vec![leaf("application/pgp-encrypted"), leaf("application/octet-stream")]),
            vec![Auxiliary, Auxiliary],
            false,
        ),
        (
            "a forwarded message is not looked into",
            multi("mixed", vec![plain(), BodyPart { children: vec![html()], ..leaf("message/rfc822") }]),
            vec![Plain, Attachment],
            true,
        ),
        ("nothing at all", multi("mixed", vec![]), vec![], false),
    ];
    for (name, structure, expected, has_attachment) in table {
        assert_eq!(roles(&structure), expected, "{name}");
        assert_eq!(Roles::of(&structure).has_attachment(), has_attachment, "{name}");
    }
}

#[test]
fn more_parts_than_the_limit_are_left_out() {
    let structure = multi("mixed", vec![leaf("text/plain"); PARTS_LIMIT + 1]);
    let roles = Roles::of(&structure);
    assert!(roles.truncated);
    assert_eq!(roles.parts.len(), PARTS_LIMIT);
    assert!(!Roles::of(&multi("mixed", vec![leaf("text/plain"); PARTS_LIMIT])).truncated);
}

#[test]
fn deeper_parts_than_the_limit_are_left_out() {
    let nested = |depth| (0..depth).fold(leaf("text/plain"), |part, _| multi("alternative", vec![part]));
    assert_eq!(roles(&nested(NESTING_LIMIT)), [Plain]);
    let deep = nested(NESTING_LIMIT + 1);
    assert_eq!(Roles::of(&deep), Roles { parts: vec![], truncated: true });
}
