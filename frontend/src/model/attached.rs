//! The attachments of the opened message: how they are grouped, and their names in two pieces.

use postern_shared::body::Attachment;

/// How many are shown before one asks for all.
const SHOWN: usize = 8;

/// Attachments in the order they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attached {
    /// What a person calls an attachment.
    pub main: Vec<Attachment>,
    /// What else the mail brings: pictures of its text, signatures, reports.
    pub minor: Vec<Attachment>,
}

impl Attached {
    /// The attachments of a message.
    pub fn of(attachments: &[Attachment]) -> Self {
        let (minor, main) = attachments.iter().cloned().partition(|attachment| attachment.minor);
        Self { main, minor }
    }

    /// How many of the main ones are shown at first: all but for a long list.
    pub fn first(&self) -> usize {
        if self.main.len() <= SHOWN + 1 { self.main.len() } else { SHOWN }
    }

    /// The main ones in words: how many they are, and how many bytes in all.
    pub fn total(&self) -> (usize, u64) {
        (
            self.main.len(),
            self.main.iter().fold(0, |sum: u64, attachment| sum.saturating_add(attachment.size)),
        )
    }

    /// Those that can be looked at, in the order they are shown.
    pub fn previews(&self) -> Vec<Attachment> {
        self.main
            .iter()
            .chain(&self.minor)
            .filter(|attachment| attachment.preview.is_some())
            .cloned()
            .collect()
    }
}

/// A name without its extension, and the extension with its dot. Each is shown by itself: letters that run from right
/// to left cannot carry the extension away, and a long name does not hide it.
pub fn stem_and_extension(name: &str) -> (&str, &str) {
    const LONGEST: usize = 12;
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= LONGEST => name.split_at(dot),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::body::{FileKind, Preview};

    fn attachment(name: &str, size: u64, minor: bool) -> Attachment {
        Attachment {
            part: name.into(),
            name: name.into(),
            media_type: "image/png".into(),
            size,
            kind: FileKind::Image,
            preview: name.ends_with(".png").then_some(Preview::Image),
            minor,
        }
    }

    #[test]
    fn attachments_are_grouped_and_added_up() {
        let list = [
            attachment("logo.png", 5, true),
            attachment("a.zip", 10, false),
            attachment("b.png", u64::MAX, false),
        ];
        let attached = Attached::of(&list);
        let names = |list: &[Attachment]| list.iter().map(|found| found.name.clone()).collect::<Vec<_>>();
        assert_eq!(
            (names(&attached.main), names(&attached.minor)),
            (vec!["a.zip".into(), "b.png".into()], vec!["logo.png".into()])
        );
        assert_eq!(attached.total(), (2, u64::MAX));
        assert_eq!(names(&attached.previews()), ["b.png", "logo.png"]);
    }

    #[test]
    fn a_long_list_is_shortened_and_never_by_one() {
        let of = |count| Attached::of(&vec![attachment("a.png", 1, false); count]).first();
        assert_eq!((of(0), of(8), of(9), of(10), of(100)), (0, 8, 9, 8, 8));
    }

    #[test]
    fn extensions_stand_by_themselves() {
        let table = [
            ("a.pdf", ("a", ".pdf")),
            ("a.tar.gz", ("a.tar", ".gz")),
            ("none", ("none", "")),
            (".profile", (".profile", "")),
            ("Version 1.2 of everything", ("Version 1.2 of everything", "")),
            ("שלום.exe", ("שלום", ".exe")),
        ];
        for (name, pieces) in table {
            assert_eq!(stem_and_extension(name), pieces, "{name}");
        }
    }
}
