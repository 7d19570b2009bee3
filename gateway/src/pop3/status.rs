//! Status lines: `+OK` or `-ERR`, perhaps a response code (RFC 2449 §8), and text.

/// A status line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Whether it is `+OK`.
    pub ok: bool,
    /// Its response code.
    pub code: Option<Code>,
    /// What follows; text of the server's.
    pub text: String,
}

/// What a `-ERR` means for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// Another session has the mailbox (RFC 2449 §8.1.2).
    InUse,
    /// The last sign-in was too short a while ago (RFC 2449 §8.1.1).
    LoginDelay,
    /// The credentials are wrong (RFC 3206 §4).
    Auth,
    /// The server is in trouble that passes (RFC 3206 §4).
    SysTemp,
    /// The server is in trouble that somebody has to see to (RFC 3206 §4).
    SysPerm,
    /// Another one, in capitals.
    Other(String),
}

impl Status {
    /// Understands a line without its line break; nothing if it is no status line. Capitals do not matter.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let word = line.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
        let ok = match word {
            word if word.eq_ignore_ascii_case(b"+OK") => true,
            word if word.eq_ignore_ascii_case(b"-ERR") => false,
            _ => return None,
        };
        let rest = String::from_utf8_lossy(line.get(word.len()..).unwrap_or_default());
        let rest = rest.trim();
        let coded = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        Some(match coded {
            Some((code, text)) => Self { ok, code: Some(Code::parse(code)), text: text.trim().to_owned() },
            None => Self { ok, code: None, text: rest.to_owned() },
        })
    }
}

impl Code {
    fn parse(code: &str) -> Self {
        let code = code.trim().to_ascii_uppercase();
        match code.as_str() {
            "IN-USE" => Self::InUse,
            "LOGIN-DELAY" => Self::LoginDelay,
            "AUTH" => Self::Auth,
            "SYS/TEMP" => Self::SysTemp,
            "SYS/PERM" => Self::SysPerm,
            // Levels narrow a code (RFC 2449 §8): what is not known more closely means what its beginning does.
            other if other.starts_with("SYS/TEMP/") => Self::SysTemp,
            other if other.starts_with("SYS/PERM/") => Self::SysPerm,
            other if other.starts_with("AUTH/") => Self::Auth,
            _ => Self::Other(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_lines() {
        for (line, ok, code, text) in [
            ("+OK", true, None, ""),
            ("+OK ready", true, None, "ready"),
            ("+ok  Ready ", true, None, "Ready"),
            ("-ERR", false, None, ""),
            (
                "-ERR [IN-USE] Do you have another session?",
                false,
                Some(Code::InUse),
                "Do you have another session?",
            ),
            ("-ERR [in-use]locked", false, Some(Code::InUse), "locked"),
            ("-ERR [LOGIN-DELAY] wait", false, Some(Code::LoginDelay), "wait"),
            ("-ERR [AUTH] no", false, Some(Code::Auth), "no"),
            ("-ERR [SYS/TEMP] later", false, Some(Code::SysTemp), "later"),
            ("-ERR [SYS/TEMP/DISK] later", false, Some(Code::SysTemp), "later"),
            ("-ERR [SYS/PERM] call us", false, Some(Code::SysPerm), "call us"),
            ("-ERR [XYZ] what", false, Some(Code::Other("XYZ".to_owned())), "what"),
            ("-ERR [unclosed", false, None, "[unclosed"),
        ] {
            let expected = Status { ok, code, text: text.to_owned() };
            assert_eq!(Status::parse(line.as_bytes()), Some(expected), "{line}");
        }
    }

    #[test]
    fn other_lines() {
        for line in ["", "OK", "+OKAY", "* OK IMAP4rev1", "220 smtp", "+ challenge", "-ERROR", "HTTP/1.1 400"]
        {
            assert_eq!(Status::parse(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn eight_bit_text_is_text() {
        assert_eq!(Status::parse(b"-ERR n\xf8").unwrap().text, "n\u{fffd}");
    }
}
