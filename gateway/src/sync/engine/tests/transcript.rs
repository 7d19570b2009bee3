//! Conversations with servers, told line by line in `transcripts/*.txt`.
//!
//! `>` is what a browser or the watcher brings, `S:` what the server says (a line that begins with `OK`, `NO` or `BAD`
//! ends an answer), and what the core does must follow just as it stands: `C:` for commands, `<` for what browsers hear,
//! `~` for the rest. `S2:` and `C2:` are the bulk connection's. `UPDATE_TRANSCRIPTS=1` writes down what the core does
//! now; read it before you keep it.

use super::looker::BROWSER;
use crate::{
    imap::{
        capabilities::Capabilities,
        encode, parse,
        response::{StatusKind, Untagged},
    },
    sync::{
        answer::{Answer, Refused},
        engine::{Engine, Hint},
        output::{Lane, Output, Remember},
    },
};
use postern_shared::{
    command::{AccountCommand, FolderMessages, Target},
    event::{Event, Notice},
    flags::{Flag, FlagChange, Flags},
    ids::{OpId, PlanId, RequestId, Uid, UidValidity},
    reply::Reply,
    summary::Summary,
    uid_set::UidSet,
    view::{Scope, Sort, SortKey, Splice, View, ViewSpec},
};
use std::{fmt::Write, fs, path::Path, time::Instant};

#[test]
fn the_core_says_and_does_what_the_transcripts_tell() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sync/transcripts");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let update = std::env::var_os("UPDATE_TRANSCRIPTS").is_some();
    for file in files {
        let written = fs::read_to_string(&file).unwrap();
        let played = play(&written);
        if update {
            fs::write(&file, &played).unwrap();
        } else {
            assert_eq!(played, written, "{}", file.display());
        }
    }
}

/// Plays the inputs of a transcript and writes it down anew.
fn play(written: &str) -> String {
    let mut stage = Stage {
        engine: Engine::new(Default::default(), Instant::now()),
        capabilities: Capabilities::default(),
        now: Instant::now(),
        text: String::new(),
        answers: [Vec::new(), Vec::new()],
        requests: 0,
        ops: 0,
    };
    for line in written.lines() {
        if line.starts_with(['C', '<', '~']) {
            continue;
        }
        writeln!(stage.text, "{line}").unwrap();
        if let Some(offers) = line.strip_prefix("offers:") {
            stage.offer(offers);
        } else if let Some(input) = line.strip_prefix("> ") {
            stage.bring(input);
        } else if let Some(response) = line.strip_prefix("S: ") {
            stage.say(Lane::Worker, response);
        } else if let Some(response) = line.strip_prefix("S2: ") {
            stage.say(Lane::Bulk, response);
        }
        stage.note();
    }
    stage.text
}

struct Stage {
    engine: Engine,
    capabilities: Capabilities,
    now: Instant,
    text: String,
    answers: [Vec<Untagged>; 2],
    requests: u32,
    ops: u64,
}

impl Stage {
    fn offer(&mut self, names: &str) {
        self.capabilities = Capabilities::new(names.split_whitespace().map(str::to_owned));
        let enabled = ["QRESYNC", "CONDSTORE"].into_iter().filter(|name| self.capabilities.has(name));
        let enabled: Vec<String> = enabled.map(str::to_owned).collect();
        self.capabilities.enable(enabled);
    }

    fn say(&mut self, lane: Lane, response: &str) {
        let told = &mut self.answers[usize::from(lane == Lane::Bulk)];
        if let Some(rest) = response.strip_prefix("* ") {
            told.push(parse::untagged(rest.as_bytes()));
            return;
        }
        let untagged = std::mem::take(told);
        let (_, status) = parse::tagged(format!("t {response}").as_bytes()).unwrap();
        let outcome = match status.kind {
            StatusKind::Ok => Ok(status.code),
            kind => Err(Refused { bad: kind == StatusKind::Bad, code: status.code, text: status.text }),
        };
        self.engine.answered(lane, Answer { untagged, outcome }, self.now);
    }

    fn bring(&mut self, input: &str) {
        let words: Vec<&str> = input.split(' ').collect();
        match words.as_slice() {
            ["connect"] => self.engine.connected(Lane::Worker, &self.capabilities, self.now),
            ["connect", "bulk"] => self.engine.connected(Lane::Bulk, &self.capabilities, self.now),
            ["break"] => self.engine.disconnected(Lane::Worker, self.now),
            // The watcher hears a STATUS that nobody asked for.
            ["status", ..] => {
                let Untagged::FolderStatus(status) = parse::untagged(input.as_bytes()) else {
                    panic!("{input}")
                };
                self.engine.hinted(Hint::Status(status), self.now);
            }
            ["hint", folder] => self.engine.hinted(Hint::Folder((*folder).into()), self.now),
            ["open", folder, query @ ..] => {
                let hide_deleted = query.contains(&"hide");
                let sort = if query.contains(&"by-date") { SortKey::Date } else { SortKey::Arrival };
                let query: Vec<&str> =
                    query.iter().copied().filter(|word| !["hide", "by-date"].contains(word)).collect();
                let scope = Scope::Folder((*folder).into());
                let sort = Sort { key: sort, descending: true };
                self.ask(AccountCommand::OpenView {
                    spec: ViewSpec { scope, query: query.join(" "), sort, hide_deleted },
                });
            }
            [verb @ ("delete" | "undelete"), messages] => {
                let (op, target) = (self.op(), target(messages));
                self.ask(match *verb {
                    "delete" => AccountCommand::Delete { op, target, mark: false },
                    _ => AccountCommand::Undelete { op, target },
                });
            }
            ["seen", messages] => {
                let (op, target) = (self.op(), target(messages));
                self.ask(AccountCommand::SetFlags { op, target, change: FlagChange::one(Flag::Seen, true) });
            }
            ["move", messages, to] => {
                let (op, target) = (self.op(), target(messages));
                self.ask(AccountCommand::Move { op, target, to: (*to).into() });
            }
            ["undo", undo] => {
                let (op, undo) = (self.op(), OpId(undo.parse().unwrap()));
                self.ask(AccountCommand::Undo { op, undo });
            }
            ["count", folder] => self.ask(AccountCommand::PreparePurge { folder: (*folder).into() }),
            ["purge", plan] => {
                let (op, plan) = (self.op(), PlanId(plan.parse().unwrap()));
                self.ask(AccountCommand::Purge { op, plan });
            }
            other => panic!("{other:?}"),
        }
    }

    fn ask(&mut self, command: AccountCommand) {
        self.requests += 1;
        self.engine.command(BROWSER, RequestId(self.requests), command, self.now);
    }

    fn op(&mut self) -> OpId {
        self.ops += 1;
        OpId(self.ops)
    }

    /// Writes down what the core does.
    fn note(&mut self) {
        while let Some(output) = self.engine.poll() {
            let line = match output {
                Output::Run(lane, command) => {
                    let lines = encode::command(&command, &self.capabilities).unwrap();
                    format!("C{}: {}", if lane == Lane::Bulk { "2" } else { "" }, lines[0].text)
                }
                Output::Connect(_) => "~ connect bulk".to_owned(),
                Output::Reply(_, _, reply) => format!("< {}", reply_line(&reply)),
                Output::Event(cause, event) => {
                    let cause = cause.map(|op| format!(" by change {op}")).unwrap_or_default();
                    format!("< {}{cause}", event_line(&event))
                }
                Output::Remember(folder, _, Remember::StruckHere(uids)) => {
                    format!("~ remember struck here {folder} {}", set(&uids))
                }
                Output::Remember(folder, _, Remember::PutBack(uids)) => {
                    format!("~ remember to put back {folder} {}", set(&uids))
                }
                _ => continue,
            };
            writeln!(self.text, "{}", line.trim_end()).unwrap();
        }
    }
}

/// `INBOX/7/1:3,5`: folder, UIDVALIDITY, UIDs.
fn target(messages: &str) -> Target {
    let parts: Vec<&str> = messages.split('/').collect();
    let uids = parts[2].split(',').map(|range| {
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        (first.parse().unwrap(), last.parse().unwrap())
    });
    let validity = UidValidity(parts[1].parse().unwrap());
    Target::Messages(vec![FolderMessages {
        folder: parts[0].into(),
        validity,
        uids: UidSet::from_ranges(uids),
    }])
}

fn set(uids: &UidSet) -> String {
    if uids.is_empty() { "none".to_owned() } else { uids.imap_pieces(usize::MAX).concat() }
}

fn flags(flags: &Flags) -> String {
    flags.imap_names().collect::<Vec<_>>().join(" ")
}

fn rows(rows: &[Summary]) -> String {
    let row = |row: &Summary| format!("{}({})", row.key.uid, flags(&row.flags));
    rows.iter().map(row).collect::<Vec<_>>().join(" ")
}

fn view(view: &View) -> String {
    let searching = if view.searching { ", searching" } else { "" };
    format!("view {} revision {} of {}{searching}", view.id, view.revision, view.total)
}

fn reply_line(reply: &Reply) -> String {
    match reply {
        Reply::ViewOpened { view: opened, rows: first } => format!("{}: {}", view(opened), rows(&first.rows)),
        Reply::PurgePlan(plan) => format!(
            "purge {} of {}: {} messages, {} foreign, guarded {}",
            plan.plan, plan.folder, plan.count, plan.foreign, plan.guarded
        ),
        Reply::Failed(failure) => format!("failed {:?} {}", failure.code, failure.detail),
        other => format!("{other:?}"),
    }
}

fn event_line(event: &Event) -> String {
    match event {
        Event::Folders(folders) => {
            let names: Vec<&str> = folders.iter().map(|folder| folder.id.as_str()).collect();
            format!("folders {}", names.join(" "))
        }
        Event::Counts { folder, counts } => format!(
            "counts {folder}: {} messages, {} unread, {} deleted",
            counts.total, counts.unread, counts.deleted
        ),
        Event::FlagsChanged { folder, uids, change, .. } => {
            let minus =
                if change.remove.is_empty() { String::new() } else { format!(" -{}", flags(&change.remove)) };
            let plus =
                if change.add.is_empty() { String::new() } else { format!(" +{}", flags(&change.add)) };
            format!("flags {folder} {}{minus}{plus}", set(uids))
        }
        Event::Removed { folder, uids, .. } => format!("removed {folder} {}", set(uids)),
        Event::Arrived { folder, uids, .. } => format!("arrived {folder} {}", set(uids)),
        Event::ViewChanged(change) => {
            let splices: Vec<String> = change.splices.iter().map(splice_text).collect();
            format!("{}: {}", view(&change.view), splices.join(", "))
        }
        Event::ViewClosed { view } => format!("view {view} closed"),
        Event::Finished { op, count, undoable } => {
            format!("change {op} finished: {count} messages, undoable {undoable}")
        }
        Event::Failed { op, done, total, failure } => {
            format!("change {op} failed after {done} of {total}: {:?} {}", failure.code, failure.detail)
        }
        Event::Notice(Notice::AutoExpunged { folder, count }) => {
            format!("notice: {folder} expunged {count} by itself")
        }
        other => format!("{other:?}"),
    }
}

fn splice_text(splice: &Splice) -> String {
    match splice {
        Splice::Remove { start, count } => format!("{count} less at {start}"),
        Splice::Insert { start, count, rows: new } => format!("{count} more at {start} [{}]", rows(new)),
    }
}

#[test]
fn targets_are_read() {
    let Target::Messages(messages) = target("INBOX/7/1:3,5") else { panic!() };
    assert!(messages[0].uids.contains(Uid(5)) && messages[0].uids.len() == 4);
}
