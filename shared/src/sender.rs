//! Who really sent an opened message, as far as that can be known.

use serde::{Deserialize, Serialize};

/// What the operator's own mail servers found out about the sender (`Authentication-Results`, RFC 8601).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Authentication {
    /// What follows from it for the address in From.
    pub verdict: Verdict,
    /// Whether the sending machine may send for a domain (SPF, RFC 7208).
    pub spf: Option<Check>,
    /// The signatures (DKIM, RFC 6376), in the order told.
    pub dkim: Vec<Check>,
    /// Whether the domain of From agrees (DMARC, RFC 7489).
    pub dmarc: Option<Check>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Check {
    /// How it ended.
    pub result: CheckResult,
    /// The domain it speaks of, in lower case; empty where that was not told.
    pub domain: String,
}

/// How a check ended (RFC 8601 §2.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CheckResult {
    /// `pass`.
    Pass,
    /// `fail`, or `hardfail` as older servers say.
    Fail,
    /// `softfail`: the domain does not vouch for the machine, and does not rule it out.
    SoftFail,
    /// `none`, `neutral`, `policy`: nothing to go by.
    Neutral,
    /// `temperror`, `permerror`: it could not be checked.
    Error,
}

/// What the findings mean for the address in From.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// The message comes from the domain of its From.
    Genuine,
    /// Nothing proves that, and nothing speaks against it.
    Unknown,
    /// The domain of its From disowns it.
    Forged,
}

/// Something about a message's sender that a reader should know before believing it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SenderWarning {
    /// The name reads like an address at another domain than the real one.
    NameHoldsAddress(String),
    /// The name is the reader's own address or name; the address is not.
    PosesAsReader,
    /// The name holds characters that cannot be seen or that turn the direction of writing.
    HiddenCharacters,
    /// The name mixes letters of several scripts in one word, as imitations do.
    MixedScripts,
    /// The address's domain can be taken for another one: how it looks, and how it is really spelt (RFC 3492).
    LookalikeDomain {
        /// As it is written.
        shown: String,
        /// In ASCII.
        real: String,
    },
    /// Answers go to another domain than the one the message is from: to which address.
    RepliesElsewhere(String),
}
