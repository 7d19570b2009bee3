//! The way of a part through its decoder, with points on it from which one can go on later. Where lines of base64 are
//! of any length and quoted-printable of any content, no arithmetic leads from a place in the file to its place in the
//! mail; a decoder that was there knows.

use super::decode::{Decoder, TransferEncoding};
use bytes::Bytes;

/// How many encoded bytes lie between two waypoints.
const STRIDE: u64 = 1024 * 1024;
/// How many waypoints are kept of one part.
const POINTS: usize = 1024;

/// A decoder on its way.
#[derive(Debug)]
pub struct Passage {
    here: Waypoint,
    points: Vec<Waypoint>,
}

/// A place in a part, in the mail and in the file.
#[derive(Clone, Debug)]
pub struct Waypoint {
    encoded: u64,
    decoded: u64,
    decoder: Decoder,
}

/// A way that was gone to its end.
#[derive(Debug)]
pub struct Track {
    length: u64,
    points: Vec<Waypoint>,
}

impl Passage {
    /// At the start of a part.
    pub fn new(encoding: TransferEncoding) -> Self {
        Self::from(Waypoint::start(encoding))
    }

    /// Goes on from a waypoint.
    pub fn from(here: Waypoint) -> Self {
        Self { here, points: Vec::new() }
    }

    /// What the next piece decodes to, as far as it can be told now.
    pub fn push(&mut self, piece: &[u8]) -> Bytes {
        let decoded = self.here.decoder.push(piece);
        self.here.encoded += piece.len() as u64;
        self.here.decoded += decoded.len() as u64;
        let last = self.points.last().map_or(0, |point| point.encoded);
        if self.here.encoded - last >= STRIDE && self.points.len() < POINTS {
            self.points.push(self.here.clone());
        }
        decoded
    }

    /// What was held back at the part's end, and the way there. It tells of the whole part only where it began at its
    /// start.
    pub fn finish(self) -> (Bytes, Track) {
        let Self { here, points } = self;
        let rest = here.decoder.finish();
        let length = here.decoded + rest.len() as u64;
        (rest, Track { length, points })
    }
}

impl Track {
    /// How many bytes the part decodes to.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The last waypoint before a place in the file, or the part's start.
    pub fn before(&self, decoded: u64, encoding: TransferEncoding) -> Waypoint {
        let after = self.points.partition_point(|point| point.decoded <= decoded);
        let point = after.checked_sub(1).and_then(|index| self.points.get(index));
        point.cloned().unwrap_or_else(|| Waypoint::start(encoding))
    }
}

impl Waypoint {
    /// The start of a part.
    pub fn start(encoding: TransferEncoding) -> Self {
        Self { encoded: 0, decoded: 0, decoder: Decoder::new(encoding) }
    }

    /// A place in a part that is not encoded: the same in mail and file.
    pub fn plain(offset: u64) -> Self {
        Self { encoded: offset, decoded: offset, decoder: Decoder::new(TransferEncoding::Identity) }
    }

    /// Its place in the mail, in bytes from the part's start.
    pub fn encoded(&self) -> u64 {
        self.encoded
    }

    /// Its place in the file, in bytes.
    pub fn decoded(&self) -> u64 {
        self.decoded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, prelude::BASE64_STANDARD};

    /// Base64 in lines of all lengths, with blanks in it.
    fn ragged(content: &[u8]) -> Vec<u8> {
        let digits = BASE64_STANDARD.encode(content);
        let mut rest = digits.as_bytes();
        let mut encoded = Vec::new();
        for length in (1..90).cycle() {
            if rest.is_empty() {
                break;
            }
            let (line, after) = rest.split_at(length.min(rest.len()));
            encoded.extend_from_slice(line);
            encoded.extend_from_slice(if length % 3 == 0 { b"\n" } else { b" \r\n" });
            rest = after;
        }
        encoded
    }

    #[test]
    fn every_place_is_reached_from_the_waypoint_before_it() {
        let content: Vec<u8> = (0..3_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let quoted: Vec<u8> = content.iter().flat_map(|byte| format!("={byte:02X}").into_bytes()).collect();
        let cases = [
            (TransferEncoding::Base64, ragged(&content)),
            (TransferEncoding::QuotedPrintable, quoted),
            (TransferEncoding::Identity, content.clone()),
        ];
        for (encoding, encoded) in cases {
            let mut passage = Passage::new(encoding);
            let mut decoded = Vec::new();
            for chunk in encoded.chunks(65_536) {
                decoded.extend_from_slice(&passage.push(chunk));
            }
            let (rest, track) = passage.finish();
            decoded.extend_from_slice(&rest);
            assert!(decoded == content && track.length() == content.len() as u64);
            for offset in [0, 1, 700_000, 1_048_576, 1_500_001, 2_999_999] {
                let point = track.before(offset, encoding);
                assert!(point.decoded() <= offset && (offset < 1_100_000 || point.encoded() > 0));
                let skip = (offset - point.decoded()) as usize;
                let rest = &encoded[point.encoded() as usize..];
                let mut passage = Passage::from(point);
                let mut found = Vec::from(passage.push(rest));
                found.extend_from_slice(&passage.finish().0);
                assert!(found[skip..] == content[offset as usize..], "{encoding:?} {offset}");
            }
        }
    }
}
