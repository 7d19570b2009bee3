//! Status lines and their response codes (RFC 1939 §3, RFC 2449 §8, RFC 3206).

/// What a server says to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// `+OK`.
    pub ok: bool,
    /// The response code in upper case, without brackets: `IN-USE`, `SYS/TEMP`; empty where there is none.
    pub code: String,
    /// The rest, decoded leniently. Text, never markup.
    pub text: String,
}

/// What a refused sign-in means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Name or password: never tried again by itself.
    Credentials,
    /// The password was right, but the mailbox cannot be had now (`[IN-USE]`, `[LOGIN-DELAY]`).
    InUse,
    /// The server cannot now (`[SYS/TEMP]`).
    Later,
}

impl Status {
    /// Reads a line without its line end; nothing where it is no status.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        let (ok, rest) = match (text.strip_prefix("+OK"), strip_err(text)) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return None,
        };
        if !rest.is_empty() && !rest.starts_with([' ', '\t', '[']) {
            return None;
        }
        let rest = rest.trim_start();
        let (code, rest) = match rest.strip_prefix('[').and_then(|code| code.split_once(']')) {
            Some((code, rest)) => (code.trim().to_ascii_uppercase(), rest.trim_start()),
            None => (String::new(), rest),
        };
        Some(Self { ok, code, text: rest.to_owned() })
    }

    /// What a refused PASS or APOP means. Without a code it is the password, as RFC 3206 §4 has it for servers that
    /// say nothing better.
    pub fn refusal(&self) -> Refusal {
        match self.code.as_str() {
            "IN-USE" | "LOGIN-DELAY" => Refusal::InUse,
            "SYS/TEMP" | "SYS" => Refusal::Later,
            _ => Refusal::Credentials,
        }
    }
}

fn strip_err(text: &str) -> Option<&str> {
    // Some write it in lower case.
    let (head, rest) = text.split_at_checked(4)?;
    head.eq_ignore_ascii_case("-ERR").then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_lines_are_read_with_their_codes() {
        let table: [(&[u8], Option<(bool, &str, &str)>); 11] = [
            (b"+OK", Some((true, "", ""))),
            (b"+OK 2 320\r", Some((true, "", "2 320"))),
            (
                b"-ERR [IN-USE] Do you have another POP session running?",
                Some((false, "IN-USE", "Do you have another POP session running?")),
            ),
            (b"-ERR [sys/temp] later", Some((false, "SYS/TEMP", "later"))),
            (b"-err no", Some((false, "", "no"))),
            (b"-ERR[AUTH] no", Some((false, "AUTH", "no"))),
            (b"-ERR [broken", Some((false, "", "[broken"))),
            (b"+OKAY", None),
            (b"220 smtp", None),
            (b"", None),
            (b"-ERR \xff", Some((false, "", "\u{fffd}"))),
        ];
        for (line, expected) in table {
            let parsed = Status::parse(line);
            let parts = parsed.as_ref().map(|s| (s.ok, s.code.as_str(), s.text.as_str()));
            assert_eq!(parts, expected, "{}", String::from_utf8_lossy(line));
        }
    }

    #[test]
    fn refusals_are_told_apart() {
        let table = [
            ("-ERR [IN-USE] x", Refusal::InUse),
            ("-ERR [LOGIN-DELAY] x", Refusal::InUse),
            ("-ERR [SYS/TEMP] x", Refusal::Later),
            ("-ERR [AUTH] x", Refusal::Credentials),
            ("-ERR [SYS/PERM] x", Refusal::Credentials),
            ("-ERR invalid password", Refusal::Credentials),
        ];
        for (line, refusal) in table {
            assert_eq!(Status::parse(line.as_bytes()).unwrap().refusal(), refusal, "{line}");
        }
    }
}
