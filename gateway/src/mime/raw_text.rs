//! Elements whose content is no markup (WHATWG HTML §13.2.6.4.7).

use html5gum::State;

/// How to read on inside an element of that name, in lower case; absent where its content is markup.
pub fn state_inside(name: &[u8]) -> Option<State> {
    match name {
        b"title" | b"textarea" => Some(State::RcData),
        b"style" | b"iframe" | b"xmp" | b"noembed" | b"noframes" => Some(State::RawText),
        b"script" => Some(State::ScriptData),
        b"plaintext" => Some(State::PlainText),
        _ => None,
    }
}
