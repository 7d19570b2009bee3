//! `postern import` and `postern export`, as a person would type them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

const MBOX: &str = "From jana@example.org Thu Jan  1 00:00:09 1970\nStatus: RO\nSubject: one\n\nText\n\n\
                    From - \nSubject: two\n\n>From me\n";

fn postern(folder: &Path, arguments: &[&str]) -> Output {
    let config = folder.join("postern.toml");
    fs::write(&config, format!("allow_custom_servers = true\ndata_dir = {:?}\n", folder.join("data")))
        .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_postern"));
    command.args(arguments).arg("--config").arg(config).output().unwrap()
}

#[test]
fn mail_goes_in_as_mbox_and_out_as_maildir() {
    let folder = TempDir::new().unwrap();
    let (mbox, maildir) = (folder.path().join("Inbox"), folder.path().join("out"));
    fs::write(&mbox, MBOX).unwrap();
    // Addresses have no case.
    let import = ["import", "--account", "Jana@Example.org", "--format", "mbox", "--from"];
    let done = postern(folder.path(), &[&import[..], &[mbox.to_str().unwrap()]].concat());
    let said = String::from_utf8_lossy(&done.stdout);
    assert_eq!(said, "imported 2 messages (52 bytes) in 1 folders\n", "{done:?}");

    let export = ["export", "--account", "jana@example.org", "--format", "maildir", "--to"];
    let export = [&export[..], &[maildir.to_str().unwrap()]].concat();
    let done = postern(folder.path(), &export);
    assert!(done.status.success(), "{done:?}");
    let mut found: Vec<(String, String)> = fs::read_dir(maildir.join("cur"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    found.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(found[0].1, "Status: RO\nSubject: one\n\nText\n");
    assert!(found[0].0.ends_with(":2,S") && found[1].0.ends_with(":2,"), "{found:?}");
    assert_eq!(found[1].1, "Subject: two\n\nFrom me\n");

    let again = postern(folder.path(), &export);
    assert!(!again.status.success(), "nothing is overwritten");
    assert!(String::from_utf8_lossy(&again.stderr).contains("there is something already"), "{again:?}");
}
