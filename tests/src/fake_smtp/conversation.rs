//! One connection: what is answered to which command.

use super::{Moment, Shared, Taken, taken::unstuffed};
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::sleep,
};

/// So often a slow server reads, a second.
const READS_A_SECOND: u32 = 20;

/// The end of a message; what came before it ended its line (RFC 5321 §4.1.1.4).
const END: &[u8] = b"\r\n.\r\n";

/// The connection is over.
struct Over;

type Step<T = ()> = Result<T, Over>;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

/// Answers one command after the other until the client is gone.
pub(super) async fn hold(client: TcpStream, shared: Arc<Shared>) {
    let (reader, writer) = client.into_split();
    let reader = BufReader::new(reader);
    let mut connection = Connection {
        reader,
        writer,
        shared: Arc::clone(&shared),
        signed_in: false,
        from: None,
        parameters: String::new(),
        to: Vec::new(),
    };
    let _ = connection.serve().await;
    drop(connection);
    shared.lock().open -= 1;
}

struct Connection {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    shared: Arc<Shared>,
    signed_in: bool,
    /// The message that was begun.
    from: Option<String>,
    parameters: String,
    to: Vec<String>,
}

impl Connection {
    async fn serve(&mut self) -> Step {
        self.comes_to(|moment| *moment == Moment::Greeting).await?;
        self.say("220 fake.test ESMTP").await?;
        loop {
            let line = self.line().await?;
            let mut words = line.splitn(3, ' ');
            let name = words.next().unwrap_or_default().to_ascii_uppercase();
            let heard = if name == "AUTH" {
                format!("AUTH {}", words.next().unwrap_or_default())
            } else {
                line.clone()
            };
            let usual = match self.own_answer(&heard).await? {
                Some(reply) => reply,
                None if name == "AUTH" => self.sign_in(&line).await?,
                None => self.answer(&name, &line),
            };
            self.say(&usual).await?;
            match &usual.get(..3) {
                Some("354") if name == "DATA" => self.take_message().await?,
                Some("221" | "421") => return Ok(()),
                _ => {}
            }
        }
    }

    /// The usual reply.
    fn answer(&mut self, name: &str, line: &str) -> String {
        let state = self.shared.lock();
        let manner = &state.manner;
        match name {
            "EHLO" => {
                self.from = None;
                let mut lines: Vec<&str> = vec!["fake.test"];
                lines.extend(manner.extensions.iter().map(String::as_str));
                let last = lines.len() - 1;
                let dash = |at| if at == last { ' ' } else { '-' };
                let lines = lines.iter().enumerate().map(|(at, line)| format!("250{}{line}", dash(at)));
                lines.collect::<Vec<_>>().join("\r\n")
            }
            "HELO" => "250 fake.test".to_owned(),
            "MAIL" if manner.wants_sign_in() && !self.signed_in => "530 5.7.0 Who are you?".to_owned(),
            "MAIL" => {
                let Some((from, parameters)) = path(line, "MAIL FROM:") else {
                    return "501 5.5.4 MAIL FROM:<address>".to_owned();
                };
                let size = parameters.split(' ').find_map(|word| word.strip_prefix("SIZE="));
                let size = size.and_then(|size| size.parse::<usize>().ok());
                if manner.size_limit().is_some_and(|limit| size.is_some_and(|size| size > limit)) {
                    return "552 5.3.4 Message too big".to_owned();
                }
                self.from = Some(from);
                self.parameters = parameters;
                self.to.clear();
                "250 2.1.0 Ok".to_owned()
            }
            "RCPT" => {
                let (Some(from), Some((to, _))) = (&self.from, path(line, "RCPT TO:")) else {
                    return "503 5.5.1 MAIL first".to_owned();
                };
                let pair = (from.clone(), to.clone());
                let greylisting = manner.greylisting;
                let mut state = state;
                if greylisting && state.known.insert(pair) {
                    return "451 4.7.1 Greylisted, come again".to_owned();
                }
                self.to.push(to);
                "250 2.1.5 Ok".to_owned()
            }
            "DATA" if self.to.is_empty() => "554 5.5.1 No recipients".to_owned(),
            "DATA" => "354 End data with <CR><LF>.<CR><LF>".to_owned(),
            "RSET" => {
                self.from = None;
                self.to.clear();
                "250 2.0.0 Ok".to_owned()
            }
            "NOOP" => "250 2.0.0 Ok".to_owned(),
            "QUIT" => "221 2.0.0 Bye".to_owned(),
            _ => "502 5.5.2 I do not know that".to_owned(),
        }
    }

    /// Lets anybody in, whatever the secret.
    async fn sign_in(&mut self, line: &str) -> Step<String> {
        let mut words = line.split(' ').skip(1);
        let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
        let asked: &[(&str, &str)] = match (mechanism.as_str(), words.next()) {
            ("PLAIN" | "XOAUTH2", Some(_)) => &[],
            ("PLAIN" | "XOAUTH2", None) => &[("334 ", "(password)")],
            ("LOGIN", Some(_)) => &[("334 UGFzc3dvcmQ6", "(password)")],
            ("LOGIN", None) => &[("334 VXNlcm5hbWU6", "(name)"), ("334 UGFzc3dvcmQ6", "(password)")],
            _ => return Ok("504 5.5.4 Not that way".to_owned()),
        };
        for (question, answer) in asked {
            self.say(question).await?;
            self.line().await?;
            if let Some(reply) = self.own_answer(answer).await? {
                return Ok(reply);
            }
        }
        self.signed_in = true;
        Ok("235 2.7.0 Welcome".to_owned())
    }

    async fn take_message(&mut self) -> Step {
        let wire = self.content().await?;
        self.comes_to(|moment| *moment == Moment::End).await?;
        let reply = self.own_answer(".").await?;
        let too_big = self.shared.lock().manner.size_limit().is_some_and(|limit| wire.len() > limit);
        let reply = match reply {
            Some(reply) => reply,
            None if too_big => "552 5.3.4 Message too big".to_owned(),
            None => "250 2.0.0 Ok: queued".to_owned(),
        };
        let (from, to) = (self.from.take().unwrap_or_default(), std::mem::take(&mut self.to));
        if reply.starts_with('2') {
            let parameters = std::mem::take(&mut self.parameters);
            let content = unstuffed(&wire);
            self.shared.lock().taken.push(Taken { from, parameters, to, content, wire });
            return self.say_taken(&reply).await;
        }
        self.say(&reply).await?;
        if reply.starts_with("421") { Err(Over) } else { Ok(()) }
    }

    /// All that comes up to the end of a message and with it.
    async fn content(&mut self) -> Step<Vec<u8>> {
        // As if the line with DATA ended: a dot may stand alone in the first line.
        let mut seen = b"\r\n".to_vec();
        let mut slept_at = seen.len();
        loop {
            let (stops, reads) = {
                let manner = &self.shared.lock().manner;
                let stop = |moment: &Option<Moment>| match moment {
                    Some(Moment::Content(at)) => Some(*at),
                    _ => None,
                };
                ([stop(&manner.cut), stop(&manner.hold)], manner.reads)
            };
            let so_far = seen.len() - 2;
            if stops.contains(&Some(so_far)) {
                self.comes_to(|moment| *moment == Moment::Content(so_far)).await?;
            }
            if seen.ends_with(END) {
                return Ok(seen.split_off(2));
            }
            let room = reads.map_or(usize::MAX, |reads| (reads / READS_A_SECOND).max(1) as usize);
            let most = room.saturating_sub(seen.len() - slept_at);
            if most == 0 {
                sleep(Duration::from_secs(1) / READS_A_SECOND).await;
                slept_at = seen.len();
            } else {
                self.take(&mut seen, most, &stops).await?;
            }
        }
    }

    /// Reads up to the end, to a byte where it is to stop, or to `most` bytes.
    async fn take(&mut self, seen: &mut Vec<u8>, most: usize, stops: &[Option<usize>; 2]) -> Step {
        let buffered = self.reader.fill_buf().await?;
        if buffered.is_empty() {
            return Err(Over);
        }
        let mut used = 0;
        for &byte in buffered.iter().take(most) {
            seen.push(byte);
            used += 1;
            if stops.contains(&Some(seen.len() - 2)) || (byte == b'\n' && seen.ends_with(END)) {
                break;
            }
        }
        self.reader.consume(used);
        Ok(())
    }

    /// Notes a command, stops at it where that is wanted, and gives the reply that is not the usual.
    async fn own_answer(&mut self, heard: &str) -> Step<Option<String>> {
        self.shared.lock().commands.push(heard.to_owned());
        let fits = |moment: &Moment| matches!(moment, Moment::Command(start) if heard.starts_with(start));
        self.comes_to(fits).await?;
        Ok(self.shared.lock().manner.answer(heard))
    }

    /// Waits, or ends the connection, if this is the moment for it.
    async fn comes_to(&self, is_now: impl Fn(&Moment) -> bool) -> Step {
        let released = self.shared.release.notified();
        tokio::pin!(released);
        let held = {
            let mut state = self.shared.lock();
            let held = state.manner.hold.take_if(|moment| is_now(moment)).is_some();
            if held {
                // Whoever sees that it is held may release it at once.
                released.as_mut().enable();
                state.held += 1;
            }
            held
        };
        if held {
            released.await;
        }
        let mut state = self.shared.lock();
        if state.manner.cut.take_if(|moment| is_now(moment)).is_some() {
            state.cut += 1;
            return Err(Over);
        }
        Ok(())
    }

    /// Says that a message was taken, as far as the connection lives.
    async fn say_taken(&mut self, reply: &str) -> Step {
        let bytes = format!("{reply}\r\n").into_bytes();
        let mut said = 0;
        for at in 0..=bytes.len() {
            let stops = {
                let manner = &self.shared.lock().manner;
                [&manner.cut, &manner.hold].contains(&&Some(Moment::Taken(at)))
            };
            if stops || at == bytes.len() {
                self.say_bytes(&bytes[said..at]).await?;
                said = at;
                self.comes_to(|moment| *moment == Moment::Taken(at)).await?;
            }
        }
        Ok(())
    }

    async fn say(&mut self, reply: &str) -> Step {
        self.say_bytes(format!("{reply}\r\n").as_bytes()).await
    }

    async fn say_bytes(&mut self, bytes: &[u8]) -> Step {
        let (delay, byte_takes) = {
            let manner = &self.shared.lock().manner;
            (manner.delay, manner.byte_takes)
        };
        sleep(delay).await;
        if byte_takes.is_zero() {
            self.writer.write_all(bytes).await?;
            return Ok(());
        }
        for byte in bytes {
            sleep(byte_takes).await;
            self.writer.write_all(std::slice::from_ref(byte)).await?;
        }
        Ok(())
    }

    async fn line(&mut self) -> Step<String> {
        let mut line = Vec::new();
        if self.reader.read_until(b'\n', &mut line).await? == 0 {
            return Err(Over);
        }
        Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// The address in a MAIL or RCPT, and what follows it.
fn path(line: &str, command: &str) -> Option<(String, String)> {
    let rest = line.get(command.len()..).filter(|_| line[..command.len()].eq_ignore_ascii_case(command))?;
    let (address, parameters) = rest.trim_start().strip_prefix('<')?.rsplit_once('>')?;
    Some((address.to_owned(), parameters.trim().to_owned()))
}
