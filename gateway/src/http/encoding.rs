//! Content codings of files that were compressed when the app was built.

/// A coding whose files lie beside the plain ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
}

impl Coding {
    /// All of them, the smallest result first.
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in `Content-Encoding` (RFC 9110 §8.4.1, RFC 7932).
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// What its files' names end in.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// The codings that an `Accept-Encoding` takes (RFC 9110 §12.5.3), ours first. `*` counts as neither: browsers
    /// name what they take.
    pub fn accepted(header: &str) -> impl Iterator<Item = Self> + '_ {
        Self::ALL.into_iter().filter(|coding| header.split(',').any(|item| accepts(item, coding.name())))
    }
}

fn accepts(item: &str, name: &str) -> bool {
    let mut words = item.split(';').map(str::trim);
    let named = words.next().is_some_and(|word| word.eq_ignore_ascii_case(name));
    let weight = words.find_map(|word| word.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
    named && weight.is_ok_and(|weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_chooses() {
        use Coding::{Brotli, Gzip};
        let cases: [(&str, &[Coding]); 7] = [
            ("", &[]),
            ("gzip, deflate, br, zstd", &[Brotli, Gzip]),
            ("GZIP", &[Gzip]),
            ("br;q=0, gzip;q=0.5", &[Gzip]),
            ("br; q=0.001", &[Brotli]),
            ("brotli, x-gzip", &[]),
            ("br;q=x", &[]),
        ];
        for (header, expected) in cases {
            assert_eq!(Coding::accepted(header).collect::<Vec<_>>(), expected, "{header}");
        }
    }
}
