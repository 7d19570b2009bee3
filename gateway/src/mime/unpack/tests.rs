use super::*;
use crate::mime::file_name::file_name;
use proptest::prelude::*;

fn part(media_type: &str, encoding: &str) -> BodyPart {
    let (kind, subtype) = media_type.split_once('/').unwrap();
    BodyPart {
        part: "2".into(),
        kind: kind.into(),
        subtype: subtype.into(),
        encoding: encoding.into(),
        ..BodyPart::default()
    }
}

fn text<'u>(unpacked: &'u Unpacked, part: &str) -> &'u str {
    std::str::from_utf8(&unpacked.content[unpacked.place(part).unwrap()]).unwrap()
}

/// A BER element of told length.
fn element(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[tag, 0x82], &length[..], body].concat()
}

/// A BER element that ends in two zero bytes.
fn open_element(tag: u8, body: &[u8]) -> Vec<u8> {
    [&[tag, 0x80], body, &[0, 0]].concat()
}

const SIGNED: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const ENTITY: &[u8] = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n\
    Content-Type: application/pdf; name=a.pdf\r\n\r\npdf\r\n--b--\r\n";

fn signed(wrap: fn(u8, &[u8]) -> Vec<u8>, content: Vec<u8>) -> Vec<u8> {
    let encapsulated = wrap(0x30, &[DATA, &wrap(0xa0, &content)].concat());
    let algorithms = wrap(0x31, &element(0x30, b"\x06\x01\x2a"));
    let data = wrap(0x30, &[b"\x02\x01\x01", &algorithms[..], &encapsulated].concat());
    wrap(0x30, &[SIGNED, &wrap(0xa0, &data)].concat())
}

#[test]
fn a_signed_message_is_taken_out_of_its_signature() {
    let (head, tail) = ENTITY.split_at(20);
    let pieces = [element(0x04, head), element(0x04, tail)].concat();
    let forms = [
        signed(element, element(0x04, ENTITY)),
        signed(open_element, open_element(0x24, &pieces)),
        signed(element, element(0x24, &pieces)),
    ];
    for form in forms {
        let unpacked = unpack(&part("application/pkcs7-mime", "binary"), &form).unwrap();
        assert_eq!(unpacked.children.len(), 1);
        assert_eq!(unpacked.children[0].subtype, "mixed");
        assert_eq!(text(&unpacked, "2!1"), "hello");
        assert_eq!(text(&unpacked, "2!2"), "pdf");
        assert_eq!(unpacked.place("2!3"), None);
    }
    let other = signed(element, element(0x04, b""))
        .iter()
        .map(|byte| if *byte == 7 { 8 } else { *byte })
        .collect::<Vec<_>>();
    assert_eq!(unpack(&part("application/pkcs7-mime", "binary"), &other), None);
}

#[test]
fn an_encoded_message_is_read() {
    let message = part("message/rfc822", "base64");
    // Subject: hi, an empty line, and "text".
    let unpacked = unpack(&message, b"U3ViamVjdDogaGkNCg0KdGV4dA==").unwrap();
    assert_eq!(unpacked.envelope.as_ref().unwrap().subject.as_deref(), Some(&b"hi"[..]));
    assert_eq!(text(&unpacked, "2!1"), "text");

    let mut fetch = Fetch { structure: Some(message), ..Fetch::default() };
    assert_eq!(packed(&fetch), ["2"]);
    insert(&mut fetch, "2", &unpacked);
    assert!(packed(&fetch).is_empty());
    assert_eq!(select::find(fetch.structure.as_ref().unwrap(), "2!1").unwrap().kind, "text");
    assert_eq!(outer("2!1"), Some("2"));
    assert_eq!(outer("2.1"), None);
}

fn attribute(level: u8, name: u16, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap().to_le_bytes();
    [&[level][..], &name.to_le_bytes(), &[6, 0], &length, value, &[0, 0]].concat()
}

fn property(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap().to_le_bytes();
    let padding = vec![0; value.len().next_multiple_of(4) - value.len()];
    [&kind.to_le_bytes()[..], &id.to_le_bytes(), &1u32.to_le_bytes(), &length, value, &padding].concat()
}

fn properties(list: &[Vec<u8>]) -> Vec<u8> {
    [&u32::try_from(list.len()).unwrap().to_le_bytes()[..], &list.concat()].concat()
}

fn winmail() -> Vec<u8> {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let named = [
        &0x1fu16.to_le_bytes()[..],
        &0x8001u16.to_le_bytes(),
        &[7; 16],
        &1u32.to_le_bytes(),
        &3u32.to_le_bytes(),
        b"abc\0",
        &1u32.to_le_bytes(),
        &2u32.to_le_bytes(),
        b"x\0\0\0",
    ]
    .concat();
    [
        &b"\x78\x9f\x3e\x22\x01\x00"[..],
        &attribute(1, 0x9007, &1252u32.to_le_bytes()),
        &attribute(1, 0x9003, &properties(&[named, property(0x102, 0x1013, b"<p>rich")])),
        &attribute(2, 0x9002, &[0; 14]),
        &attribute(2, 0x8010, b"LONGNA~1.PDF\0"),
        &attribute(2, 0x800f, b"pdf data"),
        &attribute(
            2,
            0x9005,
            &properties(&[
                property(0x3, 0x370b, b"")[..4].iter().copied().chain(0u32.to_le_bytes()).collect(),
                property(0x1f, 0x3707, &utf16("long näme.pdf\0")),
                property(0x1e, 0x370e, b"Application/PDF\0"),
            ]),
        ),
        &attribute(2, 0x9002, &[0; 14]),
        &attribute(2, 0x8010, b"gr\xfc\xdfe.txt\0"),
        &attribute(2, 0x800f, b"text data"),
    ]
    .concat()
}

#[test]
fn a_winmail_dat_gives_its_files() {
    let unpacked = unpack(&part("application/ms-tnef", "binary"), &winmail()).unwrap();
    let found: Vec<_> = unpacked
        .children
        .iter()
        .map(|part| (part.part.as_str(), format!("{}/{}", part.kind, part.subtype), file_name(part)))
        .collect();
    assert_eq!(
        found,
        [
            ("2!1", "text/html".into(), "page.html".into()),
            ("2!2", "application/pdf".into(), "long näme.pdf".into()),
            ("2!3", "text/plain".into(), "grüße.txt".to_owned()),
        ]
    );
    assert_eq!(text(&unpacked, "2!1"), "<p>rich");
    assert_eq!(text(&unpacked, "2!2"), "pdf data");
    assert_eq!(text(&unpacked, "2!3"), "text data");
}

#[test]
fn a_winmail_dat_that_breaks_off_keeps_what_came() {
    let winmail = winmail();
    for end in 0..winmail.len() {
        unpack(&part("application/ms-tnef", "binary"), &winmail[..end]);
    }
    let cut = unpack(&part("application/ms-tnef", "binary"), &winmail[..winmail.len() - 5]).unwrap();
    assert_eq!(text(&cut, "2!3"), "text d");
}

#[test]
fn nothing_large_is_looked_into() {
    let large = |size| {
        let tnef = BodyPart { size, ..part("application/ms-tnef", "base64") };
        packed(&Fetch { structure: Some(tnef), ..Fetch::default() })
    };
    assert_eq!(large(SIZE_LIMIT), ["2"]);
    assert!(large(SIZE_LIMIT + 1).is_empty());
    let many = (0..10).map(|_| part("message/rfc822", "base64")).collect();
    let mixed =
        BodyPart { kind: "multipart".into(), subtype: "mixed".into(), children: many, ..BodyPart::default() };
    assert_eq!(packed(&Fetch { structure: Some(mixed), ..Fetch::default() }).len(), PARTS_LIMIT);
}

#[test]
fn deep_elements_end() {
    let deep = b"\x30\x80".repeat(100_000);
    assert_eq!(unpack(&part("application/pkcs7-mime", "binary"), &deep), None);
    let count = [&b"\x78\x9f\x3e\x22\x01\x00"[..], &attribute(1, 0x9003, &[0xff; 4000])].concat();
    assert_eq!(unpack(&part("application/ms-tnef", "binary"), &count), None);
}

proptest! {
    #[test]
    fn nothing_packed_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0usize..600) {
        for media_type in ["application/ms-tnef", "application/pkcs7-mime", "message/rfc822"] {
            unpack(&part(media_type, "binary"), &bytes);
            for whole in [winmail(), signed(open_element, element(0x04, ENTITY))] {
                let mut changed = whole;
                let at = at.min(changed.len());
                let end = (at + bytes.len().min(8)).min(changed.len());
                changed.splice(at..end, bytes.iter().copied().take(8));
                if let Some(unpacked) = unpack(&part(media_type, "binary"), &changed) {
                    for place in &unpacked.places {
                        prop_assert!(unpacked.place(&place.part).is_some());
                    }
                }
            }
        }
    }
}
