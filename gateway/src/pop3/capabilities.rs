//! What a server can do (RFC 2449 §6).

/// The capabilities that change what we do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Several commands may be sent before their answers are read.
    pub pipelining: bool,
    /// `STLS` (RFC 2595).
    pub stls: bool,
    /// `UIDL`.
    pub uidl: bool,
    /// `TOP`.
    pub top: bool,
}

impl Capabilities {
    /// Reads the lines of CAPA's answer. Names compare without regard to case.
    pub fn read<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut capabilities = Self::default();
        for line in lines {
            let name = line.split(u8::is_ascii_whitespace).find(|word| !word.is_empty()).unwrap_or_default();
            match name.to_ascii_uppercase().as_slice() {
                b"PIPELINING" => capabilities.pipelining = true,
                b"STLS" => capabilities.stls = true,
                b"UIDL" => capabilities.uidl = true,
                b"TOP" => capabilities.top = true,
                _ => {}
            }
        }
        capabilities
    }

    /// What a server without CAPA is taken to be able to: what RFC 1939 §7 calls optional and nearly all have.
    pub fn untold() -> Self {
        Self { uidl: true, top: true, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_whatever_their_case_and_arguments() {
        let lines: [&[u8]; 5] = [b"top", b" UIDL ", b"SASL PLAIN PIPELINING", b"EXPIRE NEVER", b""];
        assert_eq!(Capabilities::read(lines), Capabilities::untold());
        assert!(Capabilities::read([&b"Pipelining"[..]]).pipelining);
    }
}
