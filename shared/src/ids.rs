//! Newtypes that name things, so that one kind of number is never taken for another.

use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(value.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

text! {
    /// An account: the address it was signed in with, in lower case.
    AccountId
}
text! {
    /// A folder of one account. Opaque to browsers: for IMAP it is the full path as people read it where that
    /// round-trips to the server's name, and an escaped form of the raw bytes where it does not.
    FolderId
}
number! {
    /// A message's unique identifier in its folder (RFC 9051 §2.3.1.1). Never 0 for a real message.
    Uid(u32)
}
number! {
    /// The validity of a folder's UIDs (RFC 9051 §2.3.1.1): another value means other messages.
    UidValidity(u32)
}
number! {
    /// One change a browser asked for. The browser draws it at random, so that it is unique among browsers.
    OpId(u64)
}
number! {
    /// One request on one socket; its reply carries the same number.
    RequestId(u32)
}
number! {
    /// The place of an event in its account's sequence; the first is 1.
    Seq(u64)
}
number! {
    /// One run of an account in the gateway. Sequence numbers of different epochs do not compare.
    Epoch(u64)
}
number! {
    /// A message being written, from its first letter until it is sent. The browser draws it at random.
    DraftId(u64)
}
number! {
    /// A file of one draft.
    FileId(u32)
}
number! {
    /// An opened view of an account, shared by every browser that opened the same one.
    ViewId(u32)
}
number! {
    /// Counts the changes of a view's order; rows are only placed in the revision they were read in.
    Revision(u32)
}
number! {
    /// A purge that was counted and waits for its confirmation.
    PlanId(u32)
}

/// Names one message for as long as it exists: folder, UIDVALIDITY and UID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageKey {
    /// The folder that holds it.
    pub folder: FolderId,
    /// The folder's UIDVALIDITY when the UID was learned.
    pub validity: UidValidity,
    /// Its UID there.
    pub uid: Uid,
}
