use super::*;
use proptest::prelude::*;

fn words(kind: CardKind, text: &str) -> String {
    let html = kind.render(text).unwrap();
    let parts = html.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
    parts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|")
}

#[test]
fn a_failed_delivery_says_to_whom_and_why() {
    let report = "Reporting-MTA: dns; mail.a.test\r\n\r\nFinal-Recipient: rfc822; ada@b.test\r\nAction: failed\r\n\
        Status: 5.1.1\r\nRemote-MTA: dns; mx.b.test\r\nDiagnostic-Code: smtp; 550 5.1.1 <ada@b.test>:\r\n \
        User unknown\r\n";
    assert_eq!(
        words(CardKind::Delivery, report),
        "Your message could not be delivered|Your message to ada@b.test could not be delivered.|\
         The server's words|550 5.1.1 &lt;ada@b.test&gt;: User unknown|Status|5.1.1: there is no such mailbox|\
         Server|mx.b.test|Reported by|mail.a.test"
    );
}

#[test]
fn what_became_of_a_message() {
    for (fields, title) in [
        ("Action: delayed\nStatus: 4.4.1", "Your message is delayed"),
        ("Action: Delivered", "Your message was delivered"),
        ("Status: 5.0.0", "Your message could not be delivered"),
        ("Action: failed (permanent)", "Your message could not be delivered"),
        ("Action: relayed", "What became of your message"),
        (
            "Action: failed\n\nFinal-Recipient: rfc822;c@b.test\nAction: delivered",
            "Your message could not be delivered to everybody",
        ),
    ] {
        let text = format!("Reporting-MTA: dns;a\n\nOriginal-Recipient: rfc822;<b@b.test>\n{fields}\n");
        let words = words(CardKind::Delivery, &text);
        assert!(words.starts_with(&format!("{title}|")), "{words}");
        assert!(words.contains("Your message to b@b.test "), "{words}");
    }
    assert_eq!(CardKind::Delivery.render("Reporting-MTA: dns; a\n\nnothing"), None);
    assert_eq!(CardKind::Delivery.render(""), None);
}

#[test]
fn many_recipients_are_counted() {
    let text = "Final-Recipient: rfc822;a@b.test\nAction: failed\n\n".repeat(30);
    assert!(words(CardKind::Delivery, &text).contains("And 20 more recipients."));
}

#[test]
fn receipts_and_complaints() {
    let receipt = "Final-Recipient: rfc822; ada@b.test\nDisposition: automatic-action/MDN-sent-automatically; displayed\n";
    assert_eq!(
        words(CardKind::Disposition, receipt),
        "Your message was opened|ada@b.test has opened your message.|\
         A program sent this by itself: it does not prove that a person read the message."
    );
    let deleted =
        "Final-Recipient: rfc822; ada@b.test\nDisposition: manual-action/MDN-sent-manually; deleted/error\n";
    assert!(words(CardKind::Disposition, deleted).contains("deleted your message without opening it."));
    let complaint = "Feedback-Type: abuse\nSource-IP: 192.0.2.1\nOriginal-Mail-From: <a@a.test>\n";
    let complaint = words(CardKind::Feedback, complaint);
    assert!(complaint.starts_with("Somebody reported a message as spam|"), "{complaint}");
    assert!(complaint.ends_with("Sent by|a@a.test|From the address|192.0.2.1"), "{complaint}");
}

fn calendar(method: &str, event: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\n\
         BEGIN:VEVENT\r\nUID:1\r\n{event}\r\nBEGIN:VALARM\r\nDESCRIPTION:alarm\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

#[test]
fn an_invitation_says_what_when_where_who() {
    let event = "SUMMARY:Lunch\\, with Grace\r\nDTSTART;TZID=Europe/Berlin:20260714T120000\r\n\
        DTEND;TZID=Europe/Berlin:20260714T133000\r\nLOCATION:Mensa\\; room <2>\r\nRRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=5\r\n\
        ORGANIZER;CN=\"Grace Hopper\":mailto:grace@a.test\r\nATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:MAILTO:ada@a.test\r\n\
        ATTENDEE:mailto:bob@a.test\r\nSTATUS:CONFIRMED\r\nDESCRIPTION:Bring\\nyour own.";
    assert_eq!(
        words(CardKind::Invitation, &calendar("REQUEST", event)),
        "Lunch, with Grace|Grace Hopper &lt;grace@a.test&gt; invites you.|\
         When|Tuesday, 14 July 2026, 12:00 – 13:30 (Europe/Berlin)|Repeats|every week on Tuesday, 5 times|\
         Where|Mensa; room &lt;2&gt;|Organizer|Grace Hopper &lt;grace@a.test&gt;|\
         Who|Ada &lt;ada@a.test&gt; (accepted)\nbob@a.test|Status|confirmed|Details|Bring\nyour own."
    );
}

#[test]
fn times_in_words() {
    for (fields, when) in [
        ("DTSTART:20260714T100000Z\r\nDTEND:20260714T110000Z", "Tuesday, 14 July 2026, 10:00 – 11:00 UTC"),
        ("DTSTART:20260714T100000Z\r\nDURATION:PT30M", "Tuesday, 14 July 2026, 10:00 – 10:30 UTC"),
        ("DTSTART:20260714T100000", "Tuesday, 14 July 2026, 10:00"),
        ("DTSTART;VALUE=DATE:20260714\r\nDTEND;VALUE=DATE:20260715", "Tuesday, 14 July 2026, all day"),
        ("DTSTART;VALUE=DATE:20260714", "Tuesday, 14 July 2026, all day"),
        (
            "DTSTART;VALUE=DATE:20260714\r\nDTEND;VALUE=DATE:20260717",
            "Tuesday, 14 July 2026 – Thursday, 16 July 2026",
        ),
        (
            "DTSTART:20261231T230000Z\r\nDTEND:20270101T010000Z",
            "Thursday, 31 December 2026, 23:00 – Friday, 1 January 2027, 01:00 UTC",
        ),
        (
            "DTSTART;TZID=W. Europe Standard Time:20260714T100000\r\nDTEND:20260714T090000Z",
            "Tuesday, 14 July 2026, 10:00 (W. Europe Standard Time) – Tuesday, 14 July 2026, 09:00 UTC",
        ),
    ] {
        let words = words(CardKind::Invitation, &calendar("PUBLISH", fields));
        assert_eq!(words, format!("(no title)|An entry for your calendar.|When|{when}"));
    }
}

#[test]
fn methods_in_words() {
    for (method, fields, line) in [
        ("CANCEL", "ORGANIZER:mailto:g@a.test", "g@a.test has cancelled this."),
        (
            "REPLY",
            "ATTENDEE;PARTSTAT=DECLINED;CN=Ada:mailto:ada@a.test",
            "Ada &lt;ada@a.test&gt; has declined.",
        ),
        ("REPLY", "ATTENDEE;PARTSTAT=TENTATIVE:mailto:ada@a.test", "ada@a.test may come."),
        ("COUNTER", "ATTENDEE:mailto:ada@a.test", "ada@a.test proposes a change."),
        ("REQUEST", "RECURRENCE-ID:20260714T100000Z", "The organizer changes one date of a series."),
    ] {
        let words = words(CardKind::Invitation, &calendar(method, fields));
        assert!(words.contains(&format!("|{line}")), "{words}");
    }
}

#[test]
fn what_is_no_calendar_makes_no_card() {
    for text in
        ["", "BEGIN:VCALENDAR", "BEGIN:VCARD\nFN:x\nEND:VCARD", "hello\n", "BEGIN:VCALENDAR\nEND:VCALENDAR"]
    {
        assert_eq!(CardKind::Invitation.render(text), None, "{text}");
    }
}

#[test]
fn values_are_text_and_bounded() {
    let canary = "<img src=x onerror=alert(1)>\u{202e}";
    let html = CardKind::Invitation
        .render(&calendar(canary, &format!("SUMMARY:{canary}\r\nLOCATION:{canary}")))
        .unwrap();
    assert!(!html.contains("<img") && !html.contains('\u{202e}'), "{html}");
    let long = CardKind::Invitation
        .render(&calendar("REQUEST", &format!("SUMMARY:{}", "x".repeat(10_000))))
        .unwrap();
    assert!(long.len() < 3 * VALUE_LIMIT, "{}", long.len());
    let crowd = calendar("REQUEST", &"ATTENDEE:mailto:a@a.test\r\n".repeat(5_000));
    assert!(words(CardKind::Invitation, &crowd).contains("and 4980 more"));
}

#[test]
fn hostile_calendars_end() {
    let deep = format!("BEGIN:VCALENDAR\n{}", "BEGIN:VEVENT\n".repeat(100_000));
    let params = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY{}:x\n", ";A=B".repeat(100_000));
    let dates = format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99999999T999999Z\nRRULE:FREQ=YEARLY;BYDAY={}\n",
        "MO,".repeat(50_000)
    );
    for text in [deep, params, dates, "BEGIN:".repeat(100_000), "\n".repeat(500_000), ";".repeat(500_000)] {
        CardKind::Invitation.render(&text);
    }
}

proptest! {
    #[test]
    fn nothing_makes_a_card_panic(text in "(BEGIN:|END:|VEVENT|VCALENDAR|DTSTART|DTEND|;TZID=|;VALUE=DATE|:|\r\n|\n|[0-9TZ]{1,16}|RRULE:FREQ=|ATTENDEE|DURATION:P|[ -~]|\\PC|-){0,80}") {
        for kind in [CardKind::Delivery, CardKind::Disposition, CardKind::Feedback, CardKind::Invitation] {
            if let Some(html) = kind.render(&text) {
                prop_assert!(html.starts_with("<section class=\"card\""));
            }
            kind.render(&format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{text}\nEND:VEVENT\nEND:VCALENDAR"));
        }
    }
}
