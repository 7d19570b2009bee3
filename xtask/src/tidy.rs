//! The code's order: what ARCHITECTURE.md promises and a program can see.

use crate::run::{self, AtPath, Error, Result, say};
use std::{fs, path::Path};

/// No file is longer, in lines.
const LONGEST: usize = 500;

/// What a room of a crate may import of its neighbours. Rooms that are not named may import everything.
struct Room {
    path: &'static str,
    may_import: &'static [&'static str],
}

const ROOMS: &[Room] = &[
    Room { path: "gateway/src/imap/", may_import: &["imap"] },
    Room { path: "gateway/src/sync/", may_import: &["sync", "imap", "browser"] },
    Room { path: "gateway/src/mime/", may_import: &["mime", "imap", "layers"] },
    Room { path: "gateway/src/pop3/", may_import: &["pop3", "sync"] },
    Room { path: "gateway/src/hub/", may_import: &["hub", "browser"] },
    Room { path: "gateway/src/store/", may_import: &["store", "sync", "imap"] },
    Room {
        path: "gateway/src/accounts/",
        may_import: &[
            "accounts",
            "sync",
            "hub",
            "store",
            "mime",
            "imap",
            "pop3",
            "smtp",
            "browser",
            "failpoint",
        ],
    },
    Room {
        path: "gateway/src/archive/",
        may_import: &["archive", "accounts", "store", "sync", "mime", "imap"],
    },
    Room { path: "gateway/src/config/", may_import: &["config", "accounts", "store"] },
    Room { path: "gateway/src/discovery/", may_import: &["discovery", "accounts", "config"] },
    Room { path: "gateway/src/session/", may_import: &["session", "config", "accounts", "store"] },
    Room { path: "frontend/src/model/", may_import: &["model"] },
    Room { path: "frontend/src/net/", may_import: &["net"] },
    Room { path: "frontend/src/state/", may_import: &["state", "net", "model"] },
];

/// Words that may not stand in a room's code.
const BANNED: &[(&str, &[&str])] = &[
    ("gateway/src/imap/", &["tokio", "async ", "std::net", "SystemTime"]),
    ("gateway/src/pop3/", &["tokio", "async ", "std::net", "SystemTime"]),
    ("gateway/src/sync/", &["tokio", "async ", "std::net", "SystemTime"]),
    ("gateway/src/mime/", &["tokio", "async ", "std::net", "SystemTime"]),
    ("frontend/src/model/", &["leptos", "web_sys"]),
    ("frontend/src/", &["inner_html"]),
    ("shared/src/", &["tokio", "postern_gateway", "postern_app"]),
];

/// One of our files.
struct Source {
    path: String,
    text: String,
}

/// Checks the whole repository and names all that is wrong with it.
pub fn check() -> Result<()> {
    let mut sources = Vec::new();
    for folder in ["shared", "gateway", "frontend", "tests", "xtask", "fuzz"] {
        read(&run::root(), folder, &mut sources)?;
    }
    let complaints: Vec<String> = sources.iter().flat_map(complaints).collect();
    if complaints.is_empty() {
        say(&format!("tidy: {} files are in order", sources.len()));
        return Ok(());
    }
    Err(Error::Wrong(complaints.join("\n")))
}

fn read(root: &Path, relative: &str, sources: &mut Vec<Source>) -> Result<()> {
    let folder = root.join(relative);
    for entry in fs::read_dir(&folder).at(&folder)? {
        let path = entry.at(&folder)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let relative = format!("{relative}/{name}");
        if path.is_dir() {
            if !["target", "dist", "node_modules", "artifacts"].contains(&name.as_str()) {
                read(root, &relative, sources)?;
            }
        } else if [".rs", ".css", ".html", ".js"].iter().any(|ending| name.ends_with(ending)) {
            sources.push(Source { path: relative, text: fs::read_to_string(&path).at(&path)? });
        }
    }
    Ok(())
}

fn complaints(source: &Source) -> Vec<String> {
    let Source { path, text } = source;
    let mut complaints = Vec::new();
    let lines = text.lines().count();
    if lines > LONGEST {
        complaints.push(format!("{path}: {lines} lines; none may have more than {LONGEST}"));
    }
    if path.split(['/', '.']).any(|word| word == "utils" || word == "util") {
        complaints.push(format!("{path}: name it after its subject"));
    }
    let code = code(source);
    let mut complain = |at: usize, what: String| {
        let line = code[..at].lines().count().max(1);
        complaints.push(format!("{path}:{line}: {what}"));
    };
    for word in BANNED.iter().filter(|(room, _)| path.starts_with(room)).flat_map(|(_, words)| *words) {
        if let Some(at) = code.find(word) {
            complain(at, format!("`{}` has no place here", word.trim()));
        }
    }
    if let Some(room) = ROOMS.iter().find(|room| path.starts_with(room.path)) {
        for (at, import) in imports(&code).into_iter().filter(|(_, import)| !room.may_import.contains(import))
        {
            complain(at, format!("may not import `{import}`"));
        }
    }
    complaints
}

/// A file's code in lines that stand where they stood: no comments, and nothing from its tests on.
fn code(source: &Source) -> String {
    if source.path.ends_with("tests.rs") || source.path.contains("/tests/") {
        return String::new();
    }
    let lines = source.text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
    lines
        .map(|line| if line.trim_start().starts_with("//") { "\n".to_owned() } else { format!("{line}\n") })
        .collect()
}

/// The rooms of its own crate that some code names, and where: `crate::room` and `crate::{room, other::Thing}`.
fn imports(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, word) in code.match_indices("crate::") {
        let start = at + word.len();
        match code[start..].strip_prefix('{') {
            Some(list) => found.extend(heads(list).into_iter().map(|room| (at, room))),
            None => found.push((at, identifier(&code[start..]))),
        }
    }
    found
}

/// The first names of a list of imports, up to its closing brace.
fn heads(list: &str) -> Vec<&str> {
    let mut heads = Vec::new();
    let (mut depth, mut expected) = (0, true);
    for (at, char) in list.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expected = true,
            _ if expected && !char.is_whitespace() => {
                heads.push(identifier(&list[at..]));
                expected = false;
            }
            _ => {}
        }
    }
    heads
}

fn identifier(text: &str) -> &str {
    let end = text.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints_about(path: &str, text: &str) -> usize {
        complaints(&Source { path: path.to_owned(), text: text.to_owned() }).len()
    }

    #[test]
    fn imports_run_one_way() {
        for (path, text, wrong) in [
            ("gateway/src/sync/folder.rs", "use crate::imap::response::Fetch;", 0),
            ("gateway/src/sync/folder.rs", "use crate::accounts::Handle;", 1),
            (
                "gateway/src/sync/folder.rs",
                "use crate::{\n    imap::{command, response::Fetch},\n    sync::Job,\n};",
                0,
            ),
            (
                "gateway/src/sync/folder.rs",
                "use crate::{\n    imap::{command, response::Fetch},\n    hub::Outbox,\n};",
                1,
            ),
            ("gateway/src/sync/folder.rs", "/// See [`crate::accounts`].", 0),
            ("gateway/src/sync/folder.rs", "#[cfg(test)]\nmod tests { use crate::hub::Outbox; }", 0),
            ("gateway/src/ws/socket.rs", "use crate::accounts::Handle;", 0),
            ("frontend/src/model/view.rs", "use crate::state::Store;", 1),
            ("frontend/src/ui/list.rs", "use crate::state::Store;", 0),
        ] {
            assert_eq!(complaints_about(path, text), wrong, "{path}: {text}");
        }
    }

    #[test]
    fn pure_rooms_stay_pure_and_files_short() {
        for (path, text, wrong) in [
            ("gateway/src/sync/folder.rs", "use tokio::sync::mpsc;", 1),
            ("gateway/src/sync/folder.rs", "async fn wait() {}", 1),
            ("frontend/src/ui/reader.rs", "view! { <div inner_html=text/> }", 1),
            ("frontend/src/model/rows.rs", "use leptos::prelude::*;", 1),
            ("gateway/src/utils.rs", "", 1),
            ("gateway/src/hub/ring.rs", &"\n".repeat(501), 1),
            ("gateway/src/hub/ring.rs", &"\n".repeat(500), 0),
        ] {
            assert_eq!(complaints_about(path, text), wrong, "{path}");
        }
    }
}
