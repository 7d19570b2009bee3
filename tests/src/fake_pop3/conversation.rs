//! One connection: what is answered to which command.

use super::{Letter, State, lock};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
    time::{Instant, sleep_until},
};

/// What to send, and whether the connection ends with it.
struct Said {
    bytes: Vec<u8>,
    ends: bool,
}

impl Said {
    fn line(text: &str) -> Self {
        Self { bytes: format!("{text}\r\n").into_bytes(), ends: false }
    }

    fn last(bytes: Vec<u8>) -> Self {
        Self { bytes, ends: true }
    }
}

/// A signed-in client sees the mailbox as it was when it signed in (RFC 1939 §8).
#[derive(Default)]
struct Conversation {
    signed_in: bool,
    letters: Vec<Letter>,
    marked: BTreeSet<u32>,
}

/// Answers one command after the other until the client is gone.
pub(super) async fn hold(client: TcpStream, state: Arc<Mutex<State>>) {
    let (reader, writer) = client.into_split();
    let (sender, mut commands) = mpsc::unbounded_channel();
    // Commands are taken in while answers are on their way: those sent ahead wait for one round trip together.
    let reading = tokio::spawn(read(reader, sender)).abort_handle();
    let mut left = lock(&state).manner.cut_after.take();
    let mut writer = BufWriter::new(writer);
    let mut conversation = Conversation::default();
    let mut said = Said::line("+OK At your service");
    let mut came = Instant::now();
    let mut answering = false;
    loop {
        let round_trip = lock(&state).manner.round_trip;
        if !round_trip.is_zero() {
            // What was said before is not held back with this.
            if came + round_trip > Instant::now() && writer.flush().await.is_err() {
                break;
            }
            sleep_until(came + round_trip).await;
        }
        if answering {
            // The one that is answered now is no longer in the queue.
            let mut state = lock(&state);
            state.most_ahead = state.most_ahead.max(commands.len() + 1);
        }
        if send(&mut writer, &said.bytes, &mut left).await.is_err() {
            break;
        }
        if said.ends {
            writer.flush().await.ok();
            break;
        }
        let next = match commands.try_recv() {
            Ok(next) => Some(next),
            Err(_) if writer.flush().await.is_err() => None,
            Err(_) => commands.recv().await,
        };
        let Some((at, line)) = next else { break };
        came = at;
        answering = true;
        said = conversation.answer(&line, &mut lock(&state));
    }
    reading.abort();
}

async fn read(reader: OwnedReadHalf, commands: mpsc::UnboundedSender<(Instant, String)>) {
    let mut lines = BufReader::new(reader).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if commands.send((Instant::now(), line)).is_err() {
            return;
        }
    }
}

/// Sends as much as the connection is to live for.
async fn send(
    writer: &mut BufWriter<OwnedWriteHalf>,
    bytes: &[u8],
    left: &mut Option<u64>,
) -> std::io::Result<()> {
    let Some(left) = left else { return writer.write_all(bytes).await };
    let some = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
    writer.write_all(&bytes[..some]).await?;
    *left -= some as u64;
    if some < bytes.len() {
        writer.flush().await?;
        return Err(std::io::ErrorKind::ConnectionReset.into());
    }
    Ok(())
}

impl Conversation {
    fn answer(&mut self, line: &str, state: &mut State) -> Said {
        let mut words = line.split_ascii_whitespace();
        let name = words.next().unwrap_or_default().to_ascii_uppercase();
        let arguments: Vec<&str> = words.collect();
        let heard = if name == "PASS" { "PASS".to_owned() } else { line.to_owned() };
        state.commands.push(heard);
        let number = arguments.first().and_then(|word| word.parse::<usize>().ok());
        match (name.as_str(), self.signed_in) {
            ("CAPA", _) => capabilities(state),
            ("USER", false) => Said::line("+OK And the password?"),
            ("PASS", false) => self.sign_in(state),
            ("QUIT", _) => self.quit(state),
            ("NOOP", true) => Said::line("+OK"),
            ("RSET", true) => {
                self.marked.clear();
                Said::line("+OK")
            }
            ("STAT", true) => {
                let size: usize = self.present().map(|(_, letter)| letter.source.len()).sum();
                Said::line(&format!("+OK {} {size}", self.present().count()))
            }
            ("LIST", true) => self.list(number, size),
            ("UIDL", true) if state.manner.uidl => self.unique_ids(number, state),
            ("RETR", true) => self.message(number, None),
            ("TOP", true) => {
                let lines = arguments.get(1).and_then(|word| word.parse().ok());
                self.message(number, Some(lines.unwrap_or_default()))
            }
            ("DELE", true) => match self.get(number) {
                Some(letter) => {
                    let letter = letter.number;
                    self.marked.insert(letter);
                    Said::line("+OK Marked")
                }
                None => Said::line("-ERR No such message"),
            },
            _ => Said::line("-ERR I do not know that, or not now"),
        }
    }

    fn sign_in(&mut self, state: &State) -> Said {
        if let Some(refusal) = &state.manner.refusal {
            return Said::line(&format!("-ERR {refusal}"));
        }
        self.signed_in = true;
        self.letters.clone_from(&state.letters);
        Said::line(&format!("+OK {} messages", self.letters.len()))
    }

    /// What is marked goes only here (RFC 1939 §6).
    fn quit(&mut self, state: &mut State) -> Said {
        let gone = |letter: &Letter| self.marked.contains(&letter.number);
        let (removed, kept) = std::mem::take(&mut state.letters).into_iter().partition(gone);
        state.letters = kept;
        state.removed.extend::<Vec<_>>(removed);
        Said::last(if state.manner.silent_quit { Vec::new() } else { b"+OK Until soon\r\n".to_vec() })
    }

    /// The messages that are not marked, with the numbers this connection knows them by.
    fn present(&self) -> impl Iterator<Item = (usize, &Letter)> {
        let numbered = self.letters.iter().enumerate().map(|(at, letter)| (at + 1, letter));
        numbered.filter(|(_, letter)| !self.marked.contains(&letter.number))
    }

    fn get(&self, number: Option<usize>) -> Option<&Letter> {
        let number = number?;
        self.present().find(|(known, _)| *known == number).map(|(_, letter)| letter)
    }

    /// One line for a message, or one for each that has something to tell.
    fn list(&self, number: Option<usize>, tell: impl Fn(&Letter) -> Option<String>) -> Said {
        if let Some(number) = number {
            let told = self.get(Some(number)).and_then(tell);
            return Said::line(
                &told
                    .map_or_else(|| "-ERR No such message".to_owned(), |told| format!("+OK {number} {told}")),
            );
        }
        let lines =
            self.present().filter_map(|(number, letter)| Some(format!("{number} {}\r\n", tell(letter)?)));
        Said::line(&format!("+OK\r\n{}.", lines.collect::<String>()))
    }

    fn unique_ids(&self, number: Option<usize>, state: &State) -> Said {
        let manner = &state.manner;
        let short = manner.uidl_breaks_after.or(manner.uidl_ends_after);
        let (Some(short), None) = (short, number) else {
            return self.list(number, |letter| letter.unique_id.clone());
        };
        let known = self.present().filter_map(|(number, letter)| Some((number, letter.unique_id.as_ref()?)));
        let lines = known.take(short).map(|(number, id)| format!("{number} {id}\r\n"));
        let text = format!("+OK\r\n{}", lines.collect::<String>());
        if manner.uidl_breaks_after.is_some() {
            Said::last(text.into_bytes())
        } else {
            Said::line(&(text + "."))
        }
    }

    /// All of a message, or its headers and so many lines.
    fn message(&self, number: Option<usize>, lines: Option<usize>) -> Said {
        let Some(letter) = self.get(number) else { return Said::line("-ERR No such message") };
        let mut bytes = b"+OK Here it comes\r\n".to_vec();
        let mut left = None;
        for line in letter.source.split_inclusive(|&byte| byte == b'\n') {
            match &mut left {
                Some(0) => break,
                Some(left) => *left -= 1,
                None if line == b"\r\n" => left = lines,
                None => {}
            }
            if line.starts_with(b".") {
                bytes.push(b'.');
            }
            bytes.extend_from_slice(line);
        }
        bytes.extend_from_slice(b".\r\n");
        Said { bytes, ends: false }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what a list tells may be absent")]
fn size(letter: &Letter) -> Option<String> {
    Some(letter.told_size.unwrap_or(letter.source.len() as u64).to_string())
}

fn capabilities(state: &State) -> Said {
    let mut text = "+OK\r\nUSER\r\nTOP\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n".to_owned();
    for (offered, name) in [(state.manner.uidl, "UIDL"), (state.manner.pipelining, "PIPELINING")] {
        if offered {
            text.push_str(name);
            text.push_str("\r\n");
        }
    }
    Said::line(&(text + "."))
}
