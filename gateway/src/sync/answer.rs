//! How a server answered one command, and what its refusals mean.

use crate::imap::response::{Code, Fetch, Untagged};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::Uid,
    uid_set::UidSet,
};

/// An answer to a command. What came before the tagged line is true even where the command was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The untagged responses, in order.
    pub untagged: Vec<Untagged>,
    /// The tagged line: OK with its code, or NO or BAD.
    pub outcome: Result<Option<Code>, Refused>,
}

/// A tagged NO or BAD.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// It was BAD: the server did not understand.
    pub bad: bool,
    /// The response code.
    pub code: Option<Code>,
    /// The server's words.
    pub text: String,
}

impl From<&Refused> for Failure {
    /// RFC 5530's codes where the server tells one.
    fn from(refused: &Refused) -> Self {
        let by_code = match &refused.code {
            Some(Code::TryCreate) => Some(ErrorCode::NoSuchFolder),
            Some(Code::ReadOnly) => Some(ErrorCode::Forbidden),
            Some(Code::Other(name, _)) => match name.as_str() {
                "OVERQUOTA" => Some(ErrorCode::OverQuota),
                "NOPERM" => Some(ErrorCode::Forbidden),
                "ALREADYEXISTS" => Some(ErrorCode::FolderExists),
                "NONEXISTENT" => Some(ErrorCode::NoSuchFolder),
                "UNAVAILABLE" | "INUSE" | "LIMIT" => Some(ErrorCode::ServerUnavailable),
                "CANNOT" => Some(ErrorCode::BadInput),
                _ => None,
            },
            _ => None,
        };
        let plain = if refused.bad { ErrorCode::Protocol } else { ErrorCode::Refused };
        Failure::new(by_code.unwrap_or(plain), refused.text.clone())
    }
}

impl Answer {
    /// The FETCH answers in it.
    pub fn fetches(&self) -> impl Iterator<Item = &Fetch> {
        self.untagged.iter().filter_map(|response| match response {
            Untagged::Fetch(fetch) => Some(fetch.as_ref()),
            _ => None,
        })
    }

    /// The UIDs a SEARCH found.
    pub fn found(&self) -> UidSet {
        UidSet::from_ranges(self.ranges())
    }

    /// The UIDs a SORT found, in its order, `limit` at most.
    pub fn sorted(&self, limit: usize) -> Vec<Uid> {
        let expand = |(first, last): (u32, u32)| -> Box<dyn Iterator<Item = u32>> {
            if first <= last { Box::new(first..=last) } else { Box::new((last..=first).rev()) }
        };
        self.ranges().flat_map(expand).take(limit).map(Uid).collect()
    }

    /// `COUNT` of an ESEARCH, else how many numbers a SEARCH told.
    pub fn count(&self) -> u32 {
        self.untagged
            .iter()
            .find_map(|response| match response {
                Untagged::Esearch(found) => Some(found.count.unwrap_or(0)),
                Untagged::Search { numbers, .. } => Some(numbers.len() as u32),
                _ => None,
            })
            .unwrap_or(0)
    }

    /// The `COPYUID` it holds, tagged (COPY) or untagged (MOVE): validity there, UIDs here, UIDs there.
    pub fn copied(&self) -> Option<(u32, UidSet, UidSet)> {
        let untagged = self.untagged.iter().filter_map(|response| match response {
            Untagged::Status(status) => status.code.as_ref(),
            _ => None,
        });
        let tagged = self.outcome.as_ref().ok().and_then(Option::as_ref);
        untagged.chain(tagged).find_map(|code| match code {
            Code::CopyUid(validity, from, to) => Some((
                *validity,
                UidSet::from_ranges(from.iter().copied()),
                UidSet::from_ranges(to.iter().copied()),
            )),
            _ => None,
        })
    }

    fn ranges(&self) -> impl Iterator<Item = (u32, u32)> {
        self.untagged.iter().flat_map(|response| -> Box<dyn Iterator<Item = (u32, u32)>> {
            match response {
                Untagged::Search { numbers, .. } => Box::new(numbers.iter().map(|&number| (number, number))),
                Untagged::Esearch(found) => Box::new(found.all.iter().copied()),
                _ => Box::new(std::iter::empty()),
            }
        })
    }
}
