//! Groups of header-like fields with empty lines between them, as reports are written (RFC 3464 §2.1).

use crate::imap::convert::header_text;

/// Groups read of one report.
const GROUPS_LIMIT: usize = 1000;
/// Fields read of one group.
const FIELDS_LIMIT: usize = 100;

/// The fields of one group: names in lower case, values decoded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Group(Vec<(String, String)>);

impl Group {
    /// The value of the first field of that name that says something.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// A value without the type before it: `rfc822; ada@a.test`.
    pub fn untyped(&self, name: &str) -> Option<&str> {
        let value = self.get(name)?;
        let value = value.split_once(';').map_or(value, |(_, value)| value).trim();
        let value = value.strip_prefix('<').and_then(|value| value.strip_suffix('>')).unwrap_or(value);
        (!value.is_empty()).then_some(value)
    }
}

/// The groups of a report.
pub(super) fn groups(text: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    // Some systems end all lines in a bare CR.
    let line_end = if text.contains('\n') { '\n' } else { '\r' };
    for line in text.split(line_end).map(|line| line.trim_end_matches('\r')).chain([""]) {
        let goes_on = line.starts_with([' ', '\t']) && !line.trim().is_empty();
        if goes_on && let Some((_, value)) = fields.last_mut() {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            if fields.len() < FIELDS_LIMIT {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        } else if line.trim().is_empty() && !fields.is_empty() && groups.len() < GROUPS_LIMIT {
            let read = std::mem::take(&mut fields).into_iter();
            groups.push(Group(read.map(|(name, value)| (name, header_text(value.as_bytes()))).collect()));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_in_groups() {
        let text = "A: 1\r\nb : two\r\n  lines\r\n\r\n\r\nnothing\r\nC: rfc822; <x@a.test>\r\nD: =?utf-8?q?=C3=A4?=\n";
        let groups = groups(text);
        assert_eq!(groups.len(), 2);
        assert_eq!((groups[0].get("a"), groups[0].get("b")), (Some("1"), Some("two lines")));
        assert_eq!((groups[1].untyped("c"), groups[1].get("d")), (Some("x@a.test"), Some("ä")));
        assert_eq!(groups[1].get("a"), None);
    }

    #[test]
    fn groups_are_bounded() {
        assert_eq!(groups(&"A: b\n\n".repeat(5000)).len(), GROUPS_LIMIT);
        assert_eq!(groups(&"A: b\n".repeat(5000))[0].0.len(), FIELDS_LIMIT);
    }
}
