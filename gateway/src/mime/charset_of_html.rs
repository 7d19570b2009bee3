//! The charset that an HTML document names itself, where its headers do not.

/// Where a document's own word on its charset is looked for (WHATWG HTML §13.2.3.2).
const PRESCAN: usize = 1024;

/// The label to decode HTML by: what the headers told, else what a `<meta>` near the beginning says.
pub fn charset_of_html(told: Option<&str>, html: &[u8]) -> Option<String> {
    let says_nothing = |label: &str| label.is_empty() || label.eq_ignore_ascii_case("us-ascii");
    if let Some(told) = told.filter(|label| !says_nothing(label)) {
        return Some(told.to_owned());
    }
    let start = html[..html.len().min(PRESCAN)].to_ascii_lowercase();
    let start = String::from_utf8_lossy(&start);
    let label = start.split("<meta").skip(1).find_map(|meta| charset_attribute(meta.split('>').next()?))?;
    // A document that could be read so far is not in UTF-16, whatever it says.
    Some(if label.starts_with("utf-16") { "utf-8".to_owned() } else { label })
}

fn charset_attribute(meta: &str) -> Option<String> {
    let (_, value) = meta.split_once("charset")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = |c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | ';' | '/');
    value.split(end).next().filter(|label| !label.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        let late = format!("{}<meta charset=koi8-r>", " ".repeat(PRESCAN));
        let table = [
            (Some("utf-8"), "<meta charset=koi8-r>", Some("utf-8")),
            (None, "<meta charset=koi8-r>", Some("koi8-r")),
            (Some("us-ascii"), "<html><head><META CharSet = \"GB2312\" />", Some("gb2312")),
            (
                None,
                "<meta name=x><meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'>",
                Some("iso-8859-2"),
            ),
            (None, "<meta charset=utf-16le>", Some("utf-8")),
            (None, "<meta charset=>", None),
            (None, "<meta charset", None),
            (None, "charset=koi8-r", None),
            (None, &late, None),
        ];
        for (told, html, label) in table {
            assert_eq!(charset_of_html(told, html.as_bytes()).as_deref(), label, "{told:?} {html}");
        }
    }
}
