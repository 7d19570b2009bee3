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
        ("a text sent as a file", disposed("attachment", Some("a.html"), html()), vec![Attachment], true),
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

fn sized(size: u64, part: BodyPart) -> BodyPart {
    BodyPart { size, ..part }
}

#[test]
fn every_text_that_people_write_is_shown() {
    for media_type in ["text/enriched", "text/richtext", "text/markdown", "text/x-diff", "text/unheard-of"] {
        assert_eq!(roles(&leaf(media_type)), [Plain], "{media_type}");
    }
    for media_type in ["text/csv", "text/calendar", "text/vcard", "text/rfc822-headers"] {
        assert_eq!(roles(&leaf(media_type)), [Attachment], "{media_type}");
    }
    assert_eq!(
        roles(&multi(
            "mixed",
            vec![leaf("text/plain"), disposed("inline", Some("a.diff"), leaf("text/x-diff"))]
        )),
        [Plain, Attachment]
    );
}

#[test]
fn a_form_without_content_is_not_chosen() {
    let forms = |html: u64, plain: u64| {
        roles(&multi("alternative", vec![sized(plain, leaf("text/plain")), sized(html, leaf("text/html"))]))
    };
    assert_eq!(forms(10, 10), [Alternative, Html]);
    assert_eq!(forms(0, 10), [Plain, Alternative]);
    assert_eq!(forms(0, 0), [Alternative, Html]);
}

#[test]
fn an_unnamed_text_sent_as_a_file_is_read_where_there_is_no_other() {
    let file = || disposed("attachment", None, leaf("text/plain"));
    assert_eq!(roles(&file()), [Plain]);
    assert_eq!(roles(&multi("mixed", vec![leaf("text/plain"), file()])), [Plain, Attachment]);
    assert_eq!(roles(&disposed("attachment", Some("a.txt"), leaf("text/plain"))), [Attachment]);
}

#[test]
fn the_root_of_a_related_may_stand_anywhere() {
    let named = |id: &[u8], part: BodyPart| BodyPart { id: Some(id.to_vec()), ..part };
    let related = BodyPart {
        params: vec![("start".into(), b"<root@a>".to_vec())],
        ..multi("related", vec![with_id("image/png"), named(b"<root@a>", leaf("text/html"))])
    };
    assert_eq!(roles(&related), [Picture, Html]);
    let unnamed = multi("related", vec![with_id("image/png"), leaf("text/html")]);
    assert_eq!(roles(&unnamed), [Picture, Html]);
}

#[test]
fn what_was_opened_shows_what_is_in_it() {
    let opened = |media_type: &str, children| BodyPart { children, ..leaf(media_type) };
    let signed = opened(
        "application/pkcs7-mime",
        vec![multi("mixed", vec![leaf("text/plain"), leaf("application/pdf")])],
    );
    assert_eq!(roles(&signed), [Auxiliary, Plain, Attachment]);
    let tnef = || opened("application/ms-tnef", vec![leaf("text/html"), leaf("application/pdf")]);
    assert_eq!(roles(&multi("mixed", vec![leaf("text/plain"), tnef()])), [Plain, Auxiliary, Attachment]);
    assert_eq!(roles(&tnef()), [Auxiliary, Html, Attachment]);
}
