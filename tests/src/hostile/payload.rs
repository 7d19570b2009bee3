//! Payloads: pieces of HTML that try to run, to ask somebody, or to get out of the frame.

use crate::error::{Error, Result};
use base64::{Engine, prelude::BASE64_STANDARD as BASE64};
use serde::Deserialize;
use std::fmt::Write;

/// Our own payloads: one for each way known to us.
const OWN: &str = include_str!("../../payloads/hostile.jsonl");

/// What drivers use of a document.
const SHADOWED: [&str; 12] = [
    "location",
    "parentnode",
    "nodename",
    "nodetype",
    "children",
    "attributes",
    "remove",
    "setattribute",
    "getelement",
    "queryselector",
    "create",
    "document",
];

/// One payload.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Payload {
    /// What it teaches; others leave that out.
    #[serde(default)]
    pub name: String,
    /// The text. `{run}` stands for code that tells of itself, `{sink}` for an address that is not to be asked.
    pub payload: String,
    /// Its media type with parameters.
    #[serde(rename = "type", default = "html")]
    pub media_type: String,
}

fn html() -> String {
    "text/html; charset=utf-8".to_owned()
}

/// Our own payloads.
pub fn own() -> Result<Vec<Payload>> {
    read(OWN)
}

/// Payloads of a file: a JSON object in each line.
pub fn read(lines: &str) -> Result<Vec<Payload>> {
    let payloads = lines.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str);
    Ok(payloads.collect::<std::result::Result<_, _>>()?)
}

impl Payload {
    /// The text for a sink. What others wrote calls `alert`: a sandbox swallows that, so it tells of itself instead.
    pub fn text(&self, number: usize, sink: &str) -> String {
        let run = run(number, sink);
        let told = ["alert", "confirm", "prompt"].iter().fold(self.payload.clone(), |text, name| {
            text.replace(&format!("{name}("), &format!("(function(){{{run}}})("))
                .replace(&format!("{name}`"), &format!("(function(){{{run}}})`"))
        });
        told.replace("{run}", &run).replace("{sink}", &format!("{sink}/{number}"))
    }

    /// The mail that brings it.
    pub fn to_mail(&self, number: usize, sink: &str) -> Result<Vec<u8>> {
        if self.media_type.contains(['\r', '\n']) {
            return Err(Error::Unexpected { what: self.name.clone(), got: self.media_type.clone() });
        }
        let mut mail = format!(
            "From: Mallory <mallory@example.org>\r\nTo: Ada <ada@demo.test>\r\nSubject: Payload {number}\r\n\
             Message-ID: <{number}@hostile.example.org>\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n\
             MIME-Version: 1.0\r\nContent-Type: {}\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            self.media_type
        );
        let encoded = BASE64.encode(self.text(number, sink).as_bytes());
        for line in encoded.as_bytes().chunks(76) {
            writeln!(mail, "{}\r", String::from_utf8_lossy(line)).ok();
        }
        Ok(mail.into_bytes())
    }

    /// Whether there may be something in it that acts only when it is pressed. Not where its names shadow what the
    /// browsers' drivers themselves use in the frame: they never come back.
    pub fn wants_a_press(&self) -> bool {
        let text = self.payload.to_ascii_lowercase().replace(['"', '\''], "");
        let shadows =
            |word: &&str| [format!("name={word}"), format!("id={word}")].iter().any(|it| text.contains(it));
        if SHADOWED.iter().any(shadows) {
            return false;
        }
        ["href", "action", "click", "button", "<label", "submit"].iter().any(|word| text.contains(word))
    }
}

/// Code that tells the sink and the page around the frame that it ran. There is no quote, space or angle bracket in it,
/// so that it can stand anywhere.
fn run(number: usize, sink: &str) -> String {
    let url = format!("{sink}/{number}/run");
    let codes = url.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(",");
    format!(
        "(function(u){{new(Image)().src=u;top.postMessage(/ran-{number}/.source,/[*]/.source[1])}})\
         (String.fromCharCode({codes}))"
    )
}
