use super::*;
use postern_shared::session::Security;
use std::collections::HashMap;

const MINIMAL: &str = r#"
[[servers]]
name = "Example"
domains = ["example.org"]
imap = { host = "127.0.0.1", port = 993 }
"#;

fn parsed(text: &str) -> Config {
    Config::parse(text).unwrap()
}

/// A configuration with a line of its own at the top.
fn with(line: &str) -> Config {
    parsed(&format!("{line}\n{MINIMAL}"))
}

#[test]
fn the_example_is_valid_and_holds_the_defaults() {
    let text = include_str!("../../../postern.example.toml");
    let example = parsed(text);
    example.check().unwrap();
    // Every commented key is a key, and with the value it shows the example stays readable.
    let uncommented: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(key) if key.split_once(" = ").is_some_and(|(name, _)| !name.contains(' ')) => key,
            _ => line,
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let full = parsed(&uncommented);
    let defaults = parsed(MINIMAL);
    assert_eq!(full.listen, defaults.listen);
    assert_eq!(full.data_dir, defaults.data_dir);
    assert_eq!(full.session_days, defaults.session_days);
    assert_eq!(full.idle_minutes, defaults.idle_minutes);
    assert_eq!(full.metrics_from, defaults.metrics_from);
    assert_eq!(full.log.level, defaults.log.level);
    assert_eq!(full.rate_limit.per_account, defaults.rate_limit.per_account);
    assert_eq!(full.rate_limit.per_address, defaults.rate_limit.per_address);
    assert_eq!(full.reading.image_proxy, defaults.reading.image_proxy);
    assert!(full.public_url.is_some() && full.secret_file.is_some() && full.app_dir.is_some());
    assert!(!full.reading.authserv_ids.is_empty() && example.reading.authserv_ids.is_empty());
    assert!(full.servers[0].pinned_certificate.is_some());
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let cases = [
        ("data_dir = \"/x\"\ncolour = 1\n", "line 2", "colour"),
        ("data_dir = \"/x\"\n[log]\nlevel = \"info\"\nfile = \"x\"\n", "line 4", "file"),
        (
            "data_dir = \"/x\"\n[[servers]]\nname = \"a\"\ndomains = []\nimap = { host = \"h\", prot = 1 }\n",
            "line 5",
            "prot",
        ),
        ("data_dir = \"/x\"\nlisten = \"nowhere\"\n", "line 2", "listen"),
    ];
    for (text, line, key) in cases {
        let message = Config::parse(text).unwrap_err().to_string();
        assert!(message.contains(line) && message.contains(key), "{message}");
    }
}

#[test]
fn values_that_do_not_go_together_are_refused() {
    let cases = [
        ("listen = \"0.0.0.0:80\"", "public_url"),
        ("public_url = \"http://mail.example.org\"", "must be https"),
        ("public_url = \"https://mail.example.org/postern\"", "must end after host"),
        ("trusted_origins = [\"ftp://example.org\"]", "neither http nor https"),
        ("session_days = 0", "session_days"),
        ("idle_minutes = 0", "idle_minutes"),
        ("allow_insecure = true", "allow_insecure"),
        ("app_dir = \"/nonexistent\"", "app_dir"),
        ("log = { level = \"info,=\" }", "log.level"),
        ("reading = { authserv_ids = [\"mx.test\", \"a b\"] }", "reading.authserv_ids"),
        ("reading = { image_proxy = false, image_proxy_allow = [\"10.0.0.0/8\"] }", "image_proxy_allow"),
    ];
    for (line, expected) in cases {
        let message = with(line).check().unwrap_err().to_string();
        assert!(message.contains(expected), "{line}: {message}");
    }
}

#[test]
fn every_problem_of_a_server_is_told() {
    let config = parsed(
        "data_dir = \"/x\"\n[[servers]]\nname = \"\"\ndomains = [\"a.org\"]\nsmtp = { host = \"\", port = 0 }\n\
         [[servers]]\nname = \"b\"\ndomains = [\"A.org\"]\nimap = { host = \"h\", port = 1 }\n",
    );
    let message = config.check().unwrap_err().to_string();
    for expected in [
        "servers[0].name",
        "servers[0].imap",
        "servers[0].smtp.host",
        "servers[0].smtp.port",
        "servers[1].domains",
    ] {
        assert!(message.contains(expected), "{expected}: {message}");
    }
}

#[test]
fn nobody_could_sign_in() {
    assert!(parsed("data_dir = \"/x\"").check().is_err());
    assert!(parsed("data_dir = \"/x\"\nallow_custom_servers = true").check().is_ok());
}

#[test]
fn the_environment_overrides_the_file() {
    let variables = HashMap::from([
        ("POSTERN_LISTEN", "127.0.0.1:0"),
        ("POSTERN_PUBLIC_URL", "https://mail.example.org"),
        ("POSTERN_LOG_FORMAT", "json"),
    ]);
    let mut config = parsed(MINIMAL);
    environment::apply(&mut config, |name| variables.get(name).map(ToString::to_string)).unwrap();
    assert_eq!(config.listen.port(), 0);
    assert_eq!(config.log.format, LogFormat::Json);
    assert!(config.is_https());

    let error = environment::apply(&mut config, |name| (name == "POSTERN_LISTEN").then(|| "here".to_owned()));
    assert!(error.unwrap_err().to_string().starts_with("POSTERN_LISTEN: "));
}

#[test]
fn a_password_is_read_and_never_written_out() {
    let config = with("[store]\ndatabase = \"postgres://ada:sesame@db.test/mail\"");
    let used = config.mail_store().unwrap().postgres;
    assert_eq!(used.as_deref(), Some("postgres://ada:sesame@db.test/mail"));
    let told = toml::to_string(&config).unwrap();
    assert!(told.contains("postgres://ada:***@db.test/mail") && !told.contains("sesame"), "{told}");
}

#[test]
fn a_domain_is_served_by_the_server_that_names_it() {
    let config = parsed(
        "data_dir = \"/x\"\n[[servers]]\nname = \"any\"\ndomains = [\"*\"]\nimap = { host = \"a\", port = 1 }\n\
         [[servers]]\nname = \"own\"\ndomains = [\"Example.org\"]\nlogin = \"local-part\"\n\
         imap = { host = \"b\", port = 2, security = \"starttls\" }\n",
    );
    assert_eq!(config.server_for("example.org").unwrap().name, "own");
    assert_eq!(config.server_for("example.org").unwrap().login, LoginName::LocalPart);
    assert_eq!(config.server_for("example.org").unwrap().imap.as_ref().unwrap().security, Security::StartTls);
    assert_eq!(config.server_for("example.net").unwrap().name, "any");
    assert!(parsed(MINIMAL).server_for("example.net").is_none());
}

#[test]
fn origins_are_exact() {
    let listening = "127.0.0.1:8080".parse().unwrap();
    let local = Origins::of(&parsed(MINIMAL), listening);
    let cases = [
        ("http://localhost:8080", true),
        ("http://127.0.0.1:8080", true),
        ("http://[::1]:8080", true),
        ("https://localhost:8080", false),
        ("http://localhost", false),
        ("http://localhost:80801", false),
        ("http://localhost:8080.evil.example", false),
        ("null", false),
        ("", false),
    ];
    for (origin, expected) in cases {
        assert_eq!(local.contains(origin), expected, "{origin}");
    }
    let public =
        Origins::of(&with("public_url = \"https://mail.example.org:443/\""), "10.0.0.1:80".parse().unwrap());
    assert!(public.contains("https://mail.example.org"));
    assert!(!public.contains("http://localhost:80"));
}

#[test]
fn a_fingerprint_is_exactly_32_bytes() {
    let digits = "0a".repeat(32);
    let colons = vec!["0A"; 32].join(":");
    assert_eq!(Fingerprint::try_from(digits.clone()), Ok(Fingerprint([10; 32])));
    assert_eq!(Fingerprint::try_from(colons.clone()), Ok(Fingerprint([10; 32])));
    assert_eq!(String::from(Fingerprint([10; 32])), colons);
    for wrong in [&digits[1..], &digits[2..], &format!("{digits}0"), "", "zz"] {
        assert!(Fingerprint::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}

#[test]
fn networks_hold_addresses_in_either_form() {
    let network: Network = "10.0.0.0/8".parse().unwrap();
    assert!(network.contains("10.1.2.3".parse().unwrap()));
    assert!(network.contains("::ffff:10.1.2.3".parse().unwrap()));
    assert!(!network.contains("11.0.0.1".parse().unwrap()));
    assert!("10.0.0.0/33".parse::<Network>().is_err());
}
