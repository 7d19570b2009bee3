//! The system's packages: installed on Debian and its kin, named everywhere else.

use crate::run::{Error, Result, command, is_root, run, say, which};
use std::fs;

/// Installs packages, which are named as Debian names them.
pub fn install(packages: &[&str]) -> Result<()> {
    if which("apt-get").is_none() {
        return Err(Error::Wrong(format!(
            "please install with your system's package manager what Debian calls {}, then start again",
            packages.join(", ")
        )));
    }
    let packages: Vec<&str> = packages.iter().map(|package| name_here(package)).collect();
    say(&format!("Installing the system packages {}.", packages.join(", ")));
    run(apt(&["update", "--quiet"]))?;
    // Nothing that is there goes: one mail server's package would drive out another's.
    let mut arguments = vec!["install", "--quiet", "--yes", "--no-install-recommends", "--no-remove"];
    arguments.extend(packages);
    run(apt(&arguments))
}

/// Answers a question that a package would ask when it is installed: its name, the question's, its type, the answer.
pub fn choose(answer: &str) -> Result<()> {
    if which("debconf-set-selections").is_none() {
        return Ok(());
    }
    run(as_root(&["sh", "-c", &format!("echo '{answer}' | debconf-set-selections")]))
}

fn apt(arguments: &[&str]) -> std::process::Command {
    let mut words = vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    words.extend(arguments);
    as_root(&words)
}

fn as_root(words: &[&str]) -> std::process::Command {
    match words {
        [program, arguments @ ..] if is_root() => command(program, arguments),
        words => command("sudo", words),
    }
}

/// Ubuntu has other names for the browser.
fn name_here(debian: &str) -> &str {
    let ubuntu =
        fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"));
    match debian {
        "chromium" if ubuntu => "chromium-browser",
        "chromium-driver" if ubuntu => "chromium-chromedriver",
        "firefox-esr" if ubuntu => "firefox",
        name => name,
    }
}
