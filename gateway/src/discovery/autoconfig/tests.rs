use super::*;

const ADA: &str = "ada.l@example.org";

fn server(kind: &str, inner: &str) -> String {
    format!("<incomingServer type=\"{kind}\">{inner}</incomingServer>")
}

fn file(servers: &str) -> String {
    format!(
        "\u{feff}<?xml version=\"1.0\"?>\n<clientConfig version=\"1.1\"><!-- ours -->\
         <emailProvider id=\"example.org\"><domain>example.org</domain>{servers}\
         <outgoingServer type=\"smtp\"><hostname>smtp.example.org</hostname><port>465</port>\
         <socketType>SSL</socketType></outgoingServer></emailProvider></clientConfig>"
    )
}

fn found(servers: &str, insecure: bool) -> Vec<(AccountKind, String, u16, Security, String)> {
    let candidates = read(file(servers).as_bytes(), ADA, insecure).unwrap();
    candidates
        .into_iter()
        .map(|one| (one.kind, one.server.host, one.server.port, one.server.security, one.user))
        .collect()
}

const IMAP: &str = "<hostname> imap.%EMAILDOMAIN% </hostname><port>993</port><socketType>SSL</socketType>\
     <authentication>password-cleartext</authentication><username>%EMAILLOCALPART%</username>";
const POP3: &str = "<hostname>pop&#46;example.org</hostname><port>110</port>\
     <socketType><![CDATA[STARTTLS]]></socketType><username>%EMAILADDRESS%</username>\
     <pop3><leaveMessagesOnServer>true</leaveMessagesOnServer></pop3>";
const PLAIN: &str = "<hostname>old.example.org</hostname><port>143</port><socketType>plain</socketType>";

#[test]
fn servers_are_read_in_their_order() {
    let servers =
        [server("imap", IMAP), server("exchange", IMAP), server("pop3", POP3), server("imap", PLAIN)]
            .concat();
    let imap = (AccountKind::Imap, "imap.example.org".to_owned(), 993, Security::Tls, "ada.l".to_owned());
    let pop3 = (AccountKind::Pop3, "pop.example.org".to_owned(), 110, Security::StartTls, ADA.to_owned());
    let plain = (AccountKind::Imap, "old.example.org".to_owned(), 143, Security::None, ADA.to_owned());
    assert_eq!(found(&servers, false), [imap.clone(), pop3.clone()]);
    assert_eq!(found(&servers, true), [imap, pop3, plain]);
}

#[test]
fn where_mail_is_handed_over_is_read() {
    let smtp = outgoing(file(&server("imap", IMAP)).as_bytes(), ADA, false).unwrap();
    let told: Vec<_> = smtp.iter().map(|one| (one.host.as_str(), one.port, one.security)).collect();
    assert_eq!(told, [("smtp.example.org", 465, Security::Tls)]);
}

#[test]
fn half_descriptions_and_odd_hosts_are_no_servers() {
    for inner in [
        "",
        "<hostname>imap.example.org</hostname><port>993</port>",
        "<hostname>imap.example.org</hostname><socketType>SSL</socketType>",
        "<port>993</port><socketType>SSL</socketType>",
        "<hostname>imap.example.org</hostname><port>99999</port><socketType>SSL</socketType>",
        "<hostname>imap.example.org</hostname><port>0</port><socketType>SSL</socketType>",
        "<hostname>127.0.0.1</hostname><port>993</port><socketType>SSL</socketType>",
        "<hostname>localhost</hostname><port>993</port><socketType>SSL</socketType>",
        "<hostname>a.example/@b.example</hostname><port>993</port><socketType>SSL</socketType>",
        "<hostname>imap.example.org</hostname><port>993</port><socketType>ROT13</socketType>",
    ] {
        assert_eq!(found(&server("imap", inner), true), [], "{inner}");
    }
    let long = format!(
        "<hostname>{}.example.org</hostname><port>993</port><socketType>SSL</socketType>",
        "a".repeat(60_000)
    );
    assert_eq!(found(&server("imap", &long), true), []);
    assert_eq!(found(&server("imap", IMAP).repeat(100), true).len(), MOST);
}

#[test]
fn hostile_files_are_refused() {
    let bomb = format!(
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>{}",
        file(&server("imap", "<hostname>&b;</hostname>"))
    );
    let foreign = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><clientConfig/>".to_owned();
    let undeclared = file(&server("imap", "<hostname>&b;.example.org</hostname>"));
    let deep = "<a>".repeat(20_000);
    for hostile in [bomb, foreign, undeclared, deep] {
        let hostile = hostile.trim_start_matches('\u{feff}');
        assert_eq!(read(hostile.as_bytes(), ADA, true), Err(AutoconfigError::Hostile), "{:.80}", hostile);
    }
    for broken in
        [&b"<clientConfig>"[..], b"<a></b>", b"<a", b"\xff\xfe<a/>", b"<a>&#xD800;</a>", b"<a>&#0;</a>"]
    {
        assert_eq!(read(broken, ADA, true), Err(AutoconfigError::NotXml), "{broken:?}");
    }
    // A page for people, as many hosts answer every URL with.
    assert_eq!(read(b"<html><body><p>Not found</p></body></html>", ADA, true), Ok(Vec::new()));
}

#[test]
fn placeholders_are_filled_once() {
    let address = "%EMAILDOMAIN%@example.org";
    assert_eq!(fill("%EMAILLOCALPART%", address), "%EMAILDOMAIN%");
    assert_eq!(fill("50% of %EMAILADDRESS%!%", "a@b.c"), "50% of a@b.c!%");
}

#[test]
fn the_address_is_escaped_in_the_url() {
    let urls = urls("example.org", "a&b=c@example.org");
    let texts: Vec<&str> = urls.iter().map(Url::as_str).collect();
    assert_eq!(
        texts,
        [
            "https://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=a%26b%3Dc%40example.org",
            "https://example.org/.well-known/autoconfig/mail/config-v1.1.xml"
        ]
    );
}
