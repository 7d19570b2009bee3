//! Addresses as they are typed and pasted: `Ada <ada@demo.test>, bob@demo.test`, groups too (RFC 5322 §3.4).

use postern_shared::address::Address;

/// What divides addresses where no quotation marks, angle brackets or comments stand around it.
const DIVIDERS: [char; 5] = [',', ';', '\n', '\r', '\t'];

/// The addresses of a text, those too that are none: a person has to see what they wrote. A group gives its members.
pub fn parse(text: &str) -> Vec<Address> {
    divide(text).into_iter().map(|part| address(&part)).filter(|address| !address.email.is_empty()).collect()
}

/// An address as a person edits it: what [`parse`] makes the same of.
pub fn written(address: &Address) -> String {
    let Address { name, email } = address;
    if name.is_empty() {
        return email.clone();
    }
    let plain = |char: char| char.is_alphanumeric() || " -_'".contains(char) || !char.is_ascii();
    if name.chars().all(plain) {
        format!("{name} <{email}>")
    } else {
        format!("\"{}\" <{email}>", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// Whether mail can go there as far as that can be seen: `local@domain`, in any script (RFC 6531), no blanks. A domain
/// without a dot is one too, inside of a house.
pub fn is_valid(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    let blank = |char: char| char.is_whitespace() || char.is_control();
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let word = |char: char| !blank(char) && !"()<>[]:;@\\,\"".contains(char);
    let local_fits = if quoted {
        !local.contains(char::is_control)
    } else {
        !local.is_empty() && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(word))
    };
    let label = |label: &str| {
        let ends = label.starts_with('-') || label.ends_with('-');
        let fits = |char: char| char.is_alphanumeric() || char == '-' || (!char.is_ascii() && !blank(char));
        !label.is_empty() && label.len() <= 63 && !ends && label.chars().all(fits)
    };
    let literal = domain.len() > 2 && domain.starts_with('[') && domain.ends_with(']');
    local_fits && local.len() <= 64 && domain.len() <= 255 && (literal || domain.split('.').all(label))
}

/// The parts between dividers; a group's name and its end are no part of it.
fn divide(text: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut quoted, mut escaped, mut angle, mut comment) = (false, false, false, 0_u32);
    for char in text.chars() {
        let inside = quoted || angle || comment > 0;
        if escaped {
            escaped = false;
        } else {
            match char {
                '\\' if quoted => escaped = true,
                '"' if comment == 0 => quoted = !quoted,
                _ if quoted => {}
                '<' => angle = true,
                '>' => angle = false,
                '(' => comment += 1,
                ')' => comment = comment.saturating_sub(1),
                // The name of a group; a domain may be written with colons in brackets only.
                ':' if !inside && !part.contains(['@', '[']) => {
                    part.clear();
                    continue;
                }
                _ => {}
            }
        }
        // No name reaches over lines: a mark that was never closed must not swallow the rest.
        if char == '\n' {
            (quoted, angle, comment) = (false, false, 0);
        }
        if DIVIDERS.contains(&char) && (!inside || char == '\n') {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(char);
        }
    }
    parts.push(part);
    // Addresses with nothing but blanks between them: a column copied from a table.
    let spaced = |part: &String| {
        let words: Vec<&str> = part.split_whitespace().collect();
        words.len() > 1 && words.iter().all(|word| is_valid(word.trim_matches(['<', '>'])))
    };
    parts
        .into_iter()
        .flat_map(|part| match spaced(&part) {
            true => part.split_whitespace().map(str::to_owned).collect(),
            false => vec![part],
        })
        .collect()
}

fn address(part: &str) -> Address {
    let part = part.trim();
    if let (Some(open), true) = (part.rfind('<'), part.ends_with('>')) {
        let email = part[open + 1..part.len() - 1].trim();
        return Address { name: unquoted(part[..open].trim()), email: bare(email) };
    }
    // The old form: `ada@demo.test (Ada)`.
    if let (Some(open), true) = (part.find('('), part.ends_with(')')) {
        let email = part[..open].trim();
        if is_valid(email) {
            return Address { name: part[open + 1..part.len() - 1].trim().to_owned(), email: bare(email) };
        }
    }
    Address { name: String::new(), email: bare(part) }
}

fn bare(email: &str) -> String {
    email.strip_prefix("mailto:").unwrap_or(email).to_owned()
}

fn unquoted(name: &str) -> String {
    let Some(inner) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else {
        return name.to_owned();
    };
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        plain.extend(if char == '\\' { chars.next() } else { Some(char) });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, email: &str) -> Address {
        Address { name: name.to_owned(), email: email.to_owned() }
    }

    #[test]
    fn what_people_type_and_paste() {
        let (ada, bob) = (of("Ada", "ada@demo.test"), of("", "bob@demo.test"));
        let table = [
            ("", vec![]),
            (" , ;\n", vec![]),
            ("bob@demo.test", vec![bob.clone()]),
            ("Ada <ada@demo.test>, bob@demo.test", vec![ada.clone(), bob.clone()]),
            ("Ada <ada@demo.test>; bob@demo.test;", vec![ada.clone(), bob.clone()]),
            ("bob@demo.test\nAda <ada@demo.test>\n", vec![bob.clone(), ada.clone()]),
            ("bob@demo.test bob@demo.test", vec![bob.clone(), bob.clone()]),
            ("Team: Ada <ada@demo.test>, bob@demo.test;", vec![ada.clone(), bob.clone()]),
            ("undisclosed-recipients:;", vec![]),
            ("mailto:bob@demo.test", vec![bob.clone()]),
            ("ada@demo.test (Ada)", vec![ada.clone()]),
            ("\"Lovelace, Ada\" <ada@demo.test>", vec![of("Lovelace, Ada", "ada@demo.test")]),
            ("\"A \\\"B\\\" C\" <ada@demo.test>", vec![of("A \"B\" C", "ada@demo.test")]),
            // A mark that is never closed costs one line, not the rest.
            ("\"Ada <ada@demo.test>\nbob@demo.test", vec![of("\"Ada", "ada@demo.test"), bob]),
            ("Jürgen <jürgen@bücher.test>", vec![of("Jürgen", "jürgen@bücher.test")]),
            // What is none stays, to be seen.
            ("no address", vec![of("", "no address")]),
        ];
        for (text, addresses) in table {
            assert_eq!(parse(text), addresses, "{text}");
        }
    }

    #[test]
    fn what_is_edited_comes_back() {
        for address in [
            of("", "bob@demo.test"),
            of("Ada", "ada@demo.test"),
            of("Lovelace, Ada", "ada@demo.test"),
            of("A \"B\" \\ <C>", "ada@demo.test"),
            of("李雷", "lei@例子.test"),
        ] {
            assert_eq!(parse(&written(&address)), [address]);
        }
    }

    #[test]
    fn validity() {
        for email in
            ["a@b", "a.b+c@d.test", "jürgen@bücher.test", "\"a b\"@c.test", "a@[127.0.0.1]", "用户@例子.测试"]
        {
            assert!(is_valid(email), "{email}");
        }
        for email in [
            "", "a", "@b", "a@", "a b@c", "a@b c", "a@@b", "a@b..c", ".a@b", "a@-b", "a,b@c", "a@b_c",
            "a\n@b", "a@b,",
        ] {
            assert!(!is_valid(email), "{email}");
        }
    }
}
