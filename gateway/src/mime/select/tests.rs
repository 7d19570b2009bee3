use super::*;
use crate::imap::response::{Disposition, Envelope};
use postern_shared::body::{FileKind, Preview};

fn leaf(part: &str, kind: &str, subtype: &str) -> BodyPart {
    BodyPart { part: part.into(), kind: kind.into(), subtype: subtype.into(), ..BodyPart::default() }
}

fn with_params(part: BodyPart, params: &[(&str, &str)]) -> BodyPart {
    let params = params.iter().map(|(key, value)| ((*key).to_owned(), value.as_bytes().to_vec()));
    BodyPart { params: params.collect(), ..part }
}

fn newsletter() -> BodyPart {
    let plain = with_params(
        leaf("1.1", "text", "plain"),
        &[("charset", "utf-8"), ("format", "Flowed"), ("delsp", "YES")],
    );
    let html = BodyPart { encoding: "quoted-printable".into(), ..leaf("1.2", "text", "html") };
    let logo = BodyPart { id: Some(b"<logo@mail>".to_vec()), ..leaf("2", "image", "png") };
    let pdf = BodyPart {
        encoding: "base64".into(),
        size: 1234,
        disposition: Some(Disposition {
            kind: "attachment".into(),
            params: vec![("filename".into(), b"terms.pdf".to_vec())],
        }),
        ..leaf("3", "application", "pdf")
    };
    let multi = |subtype: &str, children| BodyPart { children, ..leaf("", "multipart", subtype) };
    let related = multi("related", vec![multi("alternative", vec![plain, html]), logo]);
    multi("mixed", vec![related, pdf])
}

#[test]
fn a_plan_names_body_pictures_and_attachments() {
    let plan = BodyPlan::of(Some(&newsletter()));
    assert_eq!(plan.kind, BodyKind::Html);
    let html = TextPart {
        part: "1.2".into(),
        format: TextFormat::Html,
        charset: None,
        encoding: TransferEncoding::QuotedPrintable,
    };
    assert_eq!(plan.body, [html]);
    assert_eq!(plan.pictures, [Picture { part: "2".into(), content_id: "logo@mail".into(), inline: true }]);
    let terms = Attachment {
        part: "3".into(),
        name: "terms.pdf".into(),
        media_type: "application/pdf".into(),
        size: 903,
        kind: FileKind::Pdf,
        preview: Some(Preview::Pdf),
        minor: false,
    };
    assert_eq!(plan.attachments[1..], [terms]);
    assert!(plan.attachments[0].minor && plan.attachments[0].part == "2");
    assert!(!plan.truncated);
}

#[test]
fn plain_text_keeps_its_format() {
    let table: &[(&[(&str, &str)], Flow)] = &[
        (&[], Flow::Fixed),
        (&[("format", "fixed")], Flow::Fixed),
        (&[("format", "flowed")], Flow::Flowed { delsp: false }),
        (&[("format", " flowed"), ("delsp", "Yes")], Flow::Flowed { delsp: true }),
        (&[("delsp", "yes")], Flow::Fixed),
    ];
    for (params, flow) in table {
        let plan = BodyPlan::of(Some(&with_params(leaf("1", "text", "plain"), params)));
        assert_eq!(plan.kind, BodyKind::Text);
        assert_eq!(plan.body[0].format, TextFormat::Plain(*flow), "{params:?}");
    }
}

#[test]
fn what_cannot_be_read_is_shown_as_it_stands() {
    let plan = BodyPlan::of(None);
    assert_eq!((plan.kind, plan.body[0].part.as_str()), (BodyKind::Source, ""));
}

#[test]
fn no_text_is_no_body() {
    let plan = BodyPlan::of(Some(&leaf("1", "application", "pdf")));
    assert_eq!((plan.kind, plan.body.len(), plan.attachments.len()), (BodyKind::None, 0, 1));
}

#[test]
fn downloads_are_found_by_part() {
    let structure = newsletter();
    let terms = download(&structure, "3").unwrap();
    assert_eq!((terms.encoding, terms.raster), (TransferEncoding::Base64, false));
    assert!(download(&structure, "2").unwrap().raster);
    assert_eq!(download(&structure, "4"), None);
    assert_eq!(download(&structure, ""), None);
}

#[test]
fn an_attached_message_is_a_message() {
    let inner = BodyPart {
        children: vec![leaf("2.1", "text", "plain"), leaf("2.2", "application", "pdf")],
        ..leaf("2", "multipart", "mixed")
    };
    let attached_message = BodyPart {
        envelope: Some(Box::new(Envelope { subject: Some(b"inner".to_vec()), ..Envelope::default() })),
        children: vec![inner],
        ..leaf("2", "message", "rfc822")
    };
    let unread = BodyPart { encoding: "base64".into(), ..leaf("3", "message", "rfc822") };
    let outer = BodyPart {
        children: vec![leaf("1", "text", "plain"), attached_message, unread],
        ..leaf("", "multipart", "mixed")
    };
    let message = Fetch { structure: Some(outer), internal_date: Some(5), ..Fetch::default() };

    let plan = BodyPlan::of_message(&message, "2").unwrap();
    assert_eq!((plan.kind, plan.body[0].part.as_str()), (BodyKind::Text, "2.1"));
    assert_eq!(plan.attachments[0].part, "2.2");
    let inner = attached(&message, "2").unwrap();
    assert_eq!(inner.envelope.unwrap().subject.as_deref(), Some(&b"inner"[..]));
    assert_eq!(
        download(message.structure.as_ref().unwrap(), "2.2").unwrap().attachment.media_type,
        "application/pdf"
    );

    let source = BodyPlan::of_message(&message, "3").unwrap();
    assert_eq!((source.kind, source.body[0].part.as_str()), (BodyKind::Source, "3"));
    assert_eq!(source.body[0].encoding, TransferEncoding::Base64);
    for part in ["1", "2.1", "4"] {
        assert_eq!(BodyPlan::of_message(&message, part), None, "{part}");
        assert_eq!(attached(&message, part), None, "{part}");
    }
    assert_eq!(BodyPlan::of_message(&message, "").unwrap().attachments.len(), 2);
}

#[test]
fn other_forms_stand_by() {
    let sized = |part| BodyPart { size: 1, ..part };
    let alternative = BodyPart {
        children: vec![
            sized(leaf("1", "text", "plain")),
            sized(leaf("2", "text", "x-amp-html")),
            sized(leaf("3", "text", "html")),
        ],
        ..leaf("", "multipart", "alternative")
    };
    let plan = BodyPlan::of(Some(&alternative));
    assert_eq!(plan.body[0].part, "3");
    let spare = plan.by_spare().unwrap();
    assert_eq!(spare.body.iter().map(|part| part.part.as_str()).collect::<Vec<_>>(), ["1"]);
    assert_eq!(spare.by_spare(), None);
}

#[test]
fn parts_for_machines_make_cards() {
    let report = BodyPart {
        children: vec![
            leaf("1", "text", "plain"),
            leaf("2", "message", "delivery-status"),
            leaf("3", "text", "rfc822-headers"),
        ],
        ..leaf("", "multipart", "report")
    };
    let formats: Vec<_> = BodyPlan::of(Some(&report)).body.iter().map(|part| part.format).collect();
    assert_eq!(formats, [TextFormat::Card(CardKind::Delivery), TextFormat::Plain(Flow::Fixed)]);

    let large = BodyPart { size: CARD_SIZE_LIMIT + 1, ..leaf("3", "text", "calendar") };
    let invitation = BodyPart {
        children: vec![
            leaf("1", "text", "plain"),
            large,
            leaf("2", "text", "calendar"),
            leaf("4", "application", "ics"),
        ],
        ..leaf("", "multipart", "mixed")
    };
    let plan = BodyPlan::of(Some(&invitation));
    let parts: Vec<_> = plan.body.iter().map(|part| part.part.as_str()).collect();
    assert_eq!(parts, ["2", "1"]);
    assert_eq!(plan.attachments.len(), 3);
}

#[test]
fn a_structure_says_what_is_to_be_noted() {
    let table: [(BodyPart, &[Notice]); 3] = [
        (
            with_params(leaf("1", "message", "partial"), &[("number", "2"), ("total", "5")]),
            &[Notice::Partial { number: 2, total: 5 }],
        ),
        (leaf("1", "message", "external-body"), &[Notice::External]),
        (leaf("1", "application", "pkcs7-mime"), &[Notice::Protected(Protection::SmimeEncrypted)]),
    ];
    for (structure, notes) in table {
        assert_eq!(BodyPlan::of(Some(&structure)).notes, notes);
    }
}
