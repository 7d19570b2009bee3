//! The copies on a POP3 server and downloads, in words. Pure.

use postern_shared::pop3::{CopyPolicy, Download, ServerCopy};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What becomes of the copies of messages that are removed from Deleted Items.
pub fn after_removal(policy: CopyPolicy) -> String {
    match policy {
        CopyPolicy::Leave => "Their copies on the server stay there.".to_owned(),
        CopyPolicy::LeaveForDays(days) => {
            format!(
                "Their copies on the server are removed {} after they were downloaded.",
                in_days(days.into())
            )
        }
        CopyPolicy::RemoveWithDeletedItems => {
            "Their copies on the server are removed at the next connection.".to_owned()
        }
        CopyPolicy::RemoveAfterDownload => {
            "Their copies on the server were removed after they were downloaded.".to_owned()
        }
    }
}

/// What a policy does, for the settings.
pub fn will_happen(policy: CopyPolicy) -> String {
    match policy {
        CopyPolicy::Leave => {
            "Nothing is ever removed from the server. Another program or device can download the same mail.".to_owned()
        }
        CopyPolicy::LeaveForDays(days) => format!(
            "Each copy is removed from the server {} after it was downloaded here.",
            in_days(days.into())
        ),
        CopyPolicy::RemoveWithDeletedItems => {
            "A copy is removed from the server at the first connection after you remove the message from Deleted Items."
                .to_owned()
        }
        CopyPolicy::RemoveAfterDownload => {
            "Each copy is removed from the server as soon as the message is stored here. This Postern then has the only one."
                .to_owned()
        }
    }
}

/// Where the copy of a message stands, at `now` in seconds since 1970.
pub fn standing(copy: ServerCopy, now: i64) -> String {
    match copy {
        ServerCopy::Stays => "A copy stays on the server.".to_owned(),
        ServerCopy::UntilEmptied => {
            "A copy stays on the server until you remove this message from Deleted Items.".to_owned()
        }
        ServerCopy::RemovedAfter(at) if at <= now => standing(ServerCopy::RemovedNext, now),
        ServerCopy::RemovedAfter(at) => {
            let days = (at - now).saturating_add(DAY - 1) / DAY;
            format!("The copy on the server will be removed in {}.", in_days(days))
        }
        ServerCopy::RemovedNext => {
            "The copy on the server will be removed at the next connection.".to_owned()
        }
        ServerCopy::Gone => "There is no copy on the server any more.".to_owned(),
    }
}

/// "312 of 1,000 messages, 4.1 of 12.3 MB".
pub fn progress(download: &Download) -> String {
    let Download { messages, messages_total, bytes, bytes_total } = *download;
    let noun = if messages_total == 1 { "message" } else { "messages" };
    let total = bytes_total.max(bytes);
    let (unit, name) = [(1_000_000_000, "GB"), (1_000_000, "MB")]
        .into_iter()
        .find(|(unit, _)| total >= *unit)
        .unwrap_or((1_000, "kB"));
    let of = |bytes: u64| format!("{:.1}", bytes as f64 / unit as f64);
    format!(
        "{} of {} {noun}, {} of {} {name}",
        grouped(messages),
        grouped(messages_total),
        of(bytes),
        of(total)
    )
}

/// How many copies wait for the next connection.
pub fn waiting(count: u32) -> String {
    match count {
        0 => "No copies wait to be removed from the server.".to_owned(),
        1 => "1 copy is removed from the server at the next connection.".to_owned(),
        count => format!("{} copies are removed from the server at the next connection.", grouped(count)),
    }
}

fn in_days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

/// A number with a comma between thousands.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_is_told_in_messages_and_in_one_unit() {
        let table = [
            ((312, 1_000, 4_100_000, 12_300_000), "312 of 1,000 messages, 4.1 of 12.3 MB"),
            ((0, 1, 0, 900), "0 of 1 message, 0.0 of 0.9 kB"),
            ((1_234_567, 2_000_000, 2, 3_000_000_000), "1,234,567 of 2,000,000 messages, 0.0 of 3.0 GB"),
            // A server may tell sizes that are too small.
            ((1, 2, 2_000_000, 1_000_000), "1 of 2 messages, 2.0 of 2.0 MB"),
        ];
        for ((messages, messages_total, bytes, bytes_total), text) in table {
            assert_eq!(progress(&Download { messages, messages_total, bytes, bytes_total }), text);
        }
    }

    #[test]
    fn days_left_are_rounded_up_and_end_with_the_next_connection() {
        let left = |seconds| standing(ServerCopy::RemovedAfter(1_000 + seconds), 1_000);
        assert_eq!(left(3 * DAY), "The copy on the server will be removed in 3 days.");
        assert_eq!(left(2 * DAY + 1), "The copy on the server will be removed in 3 days.");
        assert_eq!(left(1), "The copy on the server will be removed in 1 day.");
        assert_eq!(left(0), standing(ServerCopy::RemovedNext, 0));
        assert_eq!(left(-DAY), standing(ServerCopy::RemovedNext, 0));
    }
}
