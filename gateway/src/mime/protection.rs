//! Encrypted and signed mail, named for what it is (RFC 3156, RFC 8551).

use crate::imap::{part_role::NESTING_LIMIT, response::BodyPart};

/// What protects a message, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// PGP/MIME, encrypted.
    PgpEncrypted,
    /// PGP/MIME, signed; the text can be read.
    PgpSigned,
    /// S/MIME, encrypted.
    SmimeEncrypted,
    /// S/MIME, signed; the text can be read.
    SmimeSigned,
    /// S/MIME, signed, and the text is inside of the signature: it could not be taken out.
    SmimeOpaque,
}

impl Protection {
    /// The outermost protection in a message of that structure. Attached messages are not looked into.
    pub fn of(structure: &BodyPart) -> Option<Self> {
        Self::find(structure, 0)
    }

    fn find(part: &BodyPart, depth: usize) -> Option<Self> {
        if let Some(found) = Self::of_part(part) {
            return Some(found);
        }
        let looked_into = part.kind == "multipart" && depth < NESTING_LIMIT;
        part.children.iter().filter(|_| looked_into).find_map(|child| Self::find(child, depth + 1))
    }

    fn of_part(part: &BodyPart) -> Option<Self> {
        let protocol = || param(part, "protocol").unwrap_or_default();
        match (part.kind.as_str(), part.subtype.as_str()) {
            ("multipart", "encrypted") => Some(Self::PgpEncrypted),
            ("multipart", "signed") if protocol().contains("pkcs7") => Some(Self::SmimeSigned),
            ("multipart", "signed") if part.children.iter().any(is_smime_signature) => {
                Some(Self::SmimeSigned)
            }
            ("multipart", "signed") => Some(Self::PgpSigned),
            // Servers that add a footer turn an encrypted message into a mixed one.
            ("application", "pgp-encrypted") => Some(Self::PgpEncrypted),
            ("application", "pkcs7-mime" | "x-pkcs7-mime") => Some(Self::of_pkcs7(part)),
            _ => None,
        }
    }

    fn of_pkcs7(part: &BodyPart) -> Self {
        let told = param(part, "smime-type").unwrap_or_default();
        match told.as_str() {
            // It was opened.
            _ if !part.children.is_empty() => Self::SmimeSigned,
            "signed-data" | "certs-only" | "compressed-data" => Self::SmimeOpaque,
            _ => Self::SmimeEncrypted,
        }
    }
}

fn is_smime_signature(part: &BodyPart) -> bool {
    matches!(part.subtype.as_str(), "pkcs7-signature" | "x-pkcs7-signature")
}

fn param(part: &BodyPart, name: &str) -> Option<String> {
    let (_, value) = part.params.iter().find(|(key, _)| key == name)?;
    Some(String::from_utf8_lossy(value).trim().to_ascii_lowercase())
}

/// What OpenPGP has put into a plain text (RFC 9580 §6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InlinePgp {
    /// It is encrypted.
    Encrypted,
    /// It is signed, and can be read.
    Signed,
}

impl InlinePgp {
    /// What stands at the beginning of a line of the text.
    pub fn of(text: &str) -> Option<Self> {
        let has = |mark: &str| text.starts_with(mark) || text.contains(&format!("\n{mark}"));
        if has("-----BEGIN PGP MESSAGE-----") {
            Some(Self::Encrypted)
        } else {
            has("-----BEGIN PGP SIGNED MESSAGE-----").then_some(Self::Signed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(media_type: &str, params: &[(&str, &str)]) -> BodyPart {
        let (kind, subtype) = media_type.split_once('/').unwrap();
        let params = params.iter().map(|(key, value)| ((*key).to_owned(), value.as_bytes().to_vec()));
        BodyPart {
            kind: kind.into(),
            subtype: subtype.into(),
            params: params.collect(),
            ..BodyPart::default()
        }
    }

    fn around(media_type: &str, params: &[(&str, &str)], children: &[&str]) -> BodyPart {
        let children = children.iter().map(|child| leaf(child, &[])).collect();
        BodyPart { children, ..leaf(media_type, params) }
    }

    #[test]
    fn what_protects_a_message() {
        use Protection::*;
        let table = [
            (leaf("text/plain", &[]), None),
            (
                around(
                    "multipart/encrypted",
                    &[],
                    &["application/pgp-encrypted", "application/octet-stream"],
                ),
                Some(PgpEncrypted),
            ),
            (
                around("multipart/mixed", &[], &["text/plain", "application/pgp-encrypted"]),
                Some(PgpEncrypted),
            ),
            (
                around("multipart/signed", &[("protocol", "application/pgp-signature")], &["text/plain"]),
                Some(PgpSigned),
            ),
            (
                around("multipart/signed", &[("protocol", "application/x-PKCS7-signature")], &["text/plain"]),
                Some(SmimeSigned),
            ),
            (
                around("multipart/signed", &[], &["text/plain", "application/pkcs7-signature"]),
                Some(SmimeSigned),
            ),
            (leaf("application/pkcs7-mime", &[("smime-type", "Enveloped-Data")]), Some(SmimeEncrypted)),
            (leaf("application/x-pkcs7-mime", &[]), Some(SmimeEncrypted)),
            (leaf("application/pkcs7-mime", &[("smime-type", "signed-data")]), Some(SmimeOpaque)),
            (
                around("application/pkcs7-mime", &[("smime-type", "signed-data")], &["text/plain"]),
                Some(SmimeSigned),
            ),
            (around("message/rfc822", &[], &["application/pkcs7-mime"]), None),
        ];
        for (structure, protection) in table {
            assert_eq!(Protection::of(&structure), protection, "{structure:?}");
        }
    }

    #[test]
    fn pgp_in_a_text() {
        let table = [
            ("-----BEGIN PGP MESSAGE-----\nx", Some(InlinePgp::Encrypted)),
            ("Hi\n-----BEGIN PGP MESSAGE-----\nx", Some(InlinePgp::Encrypted)),
            ("-----BEGIN PGP SIGNED MESSAGE-----\nHash: x", Some(InlinePgp::Signed)),
            ("> -----BEGIN PGP MESSAGE-----", None),
            ("text", None),
        ];
        for (text, found) in table {
            assert_eq!(InlinePgp::of(text), found, "{text}");
        }
    }
}
