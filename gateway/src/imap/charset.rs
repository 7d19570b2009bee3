//! Charsets (RFC 2978) as mail uses them: the labels of the WHATWG Encoding Standard, those that only mail knows, and
//! a guess where the label is missing or says nothing.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_KR, Encoding, GBK, UTF_8};
use mail_parser::decoders::charsets::map::charset_decoder;
use std::borrow::Cow;

/// Text in the charset of that label. A byte order mark wins over the label; where the label is missing, unknown or
/// ASCII, UTF-8 is believed if it fits, otherwise the charset is guessed. What cannot be decoded becomes U+FFFD.
pub fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Cow<'a, str> {
    let label = label.map(standard_label).unwrap_or_default();
    match label.as_str() {
        "" | "ascii" => guess(bytes),
        "iso-2022-kr" => Cow::Owned(EUC_KR.decode(&unshift_korean(bytes)).0.into_owned()),
        "hz-gb-2312" => Cow::Owned(GBK.decode(&unshift_hz(bytes)).0.into_owned()),
        label => match Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(encoding) if encoding == UTF_8 && is_surely_not_utf8(bytes) => guess(bytes),
            Some(encoding) => encoding.decode(bytes).0,
            None => {
                charset_decoder(label.as_bytes()).map_or_else(|| guess(bytes), |decode| decode(bytes).into())
            }
        },
    }
}

/// The name under which a label's charset is known here; empty for labels that say nothing.
fn standard_label(label: &str) -> String {
    let label =
        label.trim_matches(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'').to_ascii_lowercase();
    let standard = match label.as_str() {
        "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us" | "646" => "ascii",
        "unknown-8bit" | "x-unknown" | "unknown" | "default" | "default_charset" | "8bit" | "binary"
        | "none" => "",
        "cp949" | "ms949" | "uhc" | "x-windows-949" | "ks_c_5601" => "euc-kr",
        "cp936" | "ms936" | "windows-936" | "x-gbk" => "gbk",
        "cp950" | "ms950" | "windows-950" => "big5",
        "cp932" | "windows-932" | "x-ms-cp932" => "shift_jis",
        "cp874" => "windows-874",
        "ansi" | "cp-1252" | "win-1252" | "windows1252" => "windows-1252",
        "latin-1" | "iso8859_1" | "iso-8859-1-windows-3.1-latin-1" => "iso-8859-1",
        "win-1251" | "windows1251" | "cp-1251" => "windows-1251",
        "utf8mb4" | "utf_8" | "cp65001" => "utf-8",
        "hz" | "hz-gb2312" => "hz-gb-2312",
        "csiso2022kr" => "iso-2022-kr",
        _ => return label,
    };
    standard.to_owned()
}

/// Whether text that calls itself UTF-8 has no character of it beyond ASCII, only bytes that cannot be.
fn is_surely_not_utf8(bytes: &[u8]) -> bool {
    let broken = std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_some());
    broken && bytes.utf8_chunks().all(|chunk| chunk.valid().is_ascii())
}

fn guess(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text.trim_start_matches('\u{feff}'));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow).decode(bytes).0
}

/// ISO-2022-KR (RFC 1557) as EUC-KR: what stands between SO and SI gets its high bits.
fn unshift_korean(bytes: &[u8]) -> Vec<u8> {
    const HEADER: &[u8] = b"\x1b$)C";
    let mut text = Vec::with_capacity(bytes.len());
    let mut korean = false;
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(HEADER) {
            rest = after;
            continue;
        }
        rest = after;
        match byte {
            0x0e => korean = true,
            0x0f => korean = false,
            0x21..=0x7e if korean => text.push(byte | 0x80),
            _ => text.push(byte),
        }
    }
    text
}

/// HZ (RFC 1843) as GBK: what stands between `~{` and `~}` gets its high bits.
fn unshift_hz(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut chinese = false;
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after.first()) {
            (b'~', Some(b'{')) => chinese = true,
            (b'~', Some(b'}')) => chinese = false,
            (b'~', Some(b'~')) => text.push(b'~'),
            (b'~', Some(b'\n')) => {}
            (b'\n', _) => {
                chinese = false;
                text.push(byte);
                continue;
            }
            (0x21..=0x7e, _) if chinese => {
                text.push(byte | 0x80);
                continue;
            }
            _ => {
                text.push(byte);
                continue;
            }
        }
        rest = after.get(1..).unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_and_bytes() {
        let table: &[(&[u8], Option<&str>, &str)] = &[
            (b"plain", None, "plain"),
            ("naïve".as_bytes(), None, "naïve"),
            ("naïve".as_bytes(), Some("us-ascii"), "naïve"),
            ("naïve".as_bytes(), Some("unknown-8bit"), "naïve"),
            (b"na\xefve caf\xe9 d\xe9j\xe0 vu", None, "naïve café déjà vu"),
            (b"na\xefve", Some("ISO-8859-1"), "naïve"),
            (b"\x93quoted\x94", Some("iso-8859-1"), "“quoted”"),
            (b"\x93quoted\x94", Some("ansi"), "“quoted”"),
            (b"\xb0\xa1", Some("cp949"), "가"),
            (b"\xb0\xa1", Some("ks_c_5601-1987"), "가"),
            (b"\x1b$)Cok \x0e0!\x0f ok", Some("iso-2022-kr"), "ok 가 ok"),
            (b"~{VPND~} ~~ ok", Some("HZ-GB-2312"), "中文 ~ ok"),
            (b"\xd6\xd0\xce\xc4", Some("gb2312"), "中文"),
            (b"\xa4\xa4\xa4\xe5", Some("cp950"), "中文"),
            (b"\x1b$BF|K\\\x1b(B", Some("iso-2022-jp"), "日本"),
            (b"\x93\xfa\x96{", Some("\"Shift_JIS\""), "日本"),
            (b"\xf0\xf2", Some("koi8-r"), "ПР"),
            (b"\xff\xfea\0b\0", Some("utf-16"), "ab"),
            (b"\xef\xbb\xbfmark", Some("iso-8859-1"), "mark"),
            (b"\xef\xbb\xbfmark", None, "mark"),
            (b"a+AOk-b", Some("utf-7"), "aéb"),
            (b"\x81", Some("cp850"), "ü"),
            (b"cut\xe2\x82", Some("utf-8"), "cut\u{fffd}"),
            (b"gr\xfc\xdfe aus K\xf6ln", Some("utf-8"), "grüße aus Köln"),
            (b"one \xe9 among \xc3\xa9", Some("utf-8"), "one \u{fffd} among é"),
            ("naïve".as_bytes(), Some("no-such-charset"), "naïve"),
        ];
        for (bytes, label, text) in table {
            assert_eq!(decode(bytes, *label), *text, "{label:?} {bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            label in "utf-7|utf-16|iso-2022-kr|hz|gb18030|cp850|.{0,12}",
        ) {
            decode(&bytes, Some(&label));
            decode(&bytes, None);
        }
    }
}
