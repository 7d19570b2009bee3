//! Installing what the chores need and is missing, and saying so.

mod system;

use crate::run::{self, AtPath, Error, Result, command, is_root, output, run, say, which};
use std::{fs, path::Path};

/// Newer ones need a newer compiler than the workspace asks for.
const TRUNK: &str = "0.21.14";
/// Has to be exactly the version of the crate of that name.
const WASM_BINDGEN: &str = "0.2.130";
/// Older ones break the app: they know less of WebAssembly than the compiler.
const BINARYEN: &str = "132";
const AXE: &str = "4";
/// Edits formatted text; it becomes part of the app.
const SQUIRE: &str = "2.4.8";
/// Makes pasted HTML safe for it.
const DOMPURIFY: &str = "3.4.18";
/// Firefox's driver: Debian has none of its own.
const GECKODRIVER: &str = "0.37.1";
const CARGO_FUZZ: &str = "0.13.2";
/// The configuration of 2.4 is another language.
const DOVECOT: &str = "2.3.";

/// Something a chore needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The compiler's library for WebAssembly.
    WasmTarget,
    /// Builds the app.
    Trunk,
    /// Joins the app's WebAssembly with JavaScript, and runs its tests.
    WasmBindgen,
    /// Makes the app's WebAssembly smaller.
    WasmOpt,
    /// A real mail server, for reading.
    Dovecot,
    /// A real mail server, for sending.
    Postfix,
    /// Another reader of what is sent.
    Python,
    /// A real database that gateways share.
    Postgres,
    /// A real browser and its driver.
    Chromium,
    /// Another real browser, of another make.
    Firefox,
    /// Its driver.
    Geckodriver,
    /// Edits formatted text, in the app.
    Editor,
    /// Checks accessibility.
    Axe,
    /// Checks licences and sources of dependencies.
    Deny,
    /// The compiler that fuzzing needs.
    Nightly,
    /// Fuzzes.
    CargoFuzz,
    /// A linker for C++ and its library: libFuzzer is written in it.
    Cxx,
    /// Downloads by POP3: measured beside Postern.
    Mpop,
    /// Likewise.
    Fetchmail,
}

impl Tool {
    /// Every one that tests and builds need; those that only the bench does, it asks for itself.
    pub const ALL: [Tool; 17] = [
        Tool::WasmTarget,
        Tool::Trunk,
        Tool::WasmBindgen,
        Tool::WasmOpt,
        Tool::Dovecot,
        Tool::Postfix,
        Tool::Python,
        Tool::Postgres,
        Tool::Chromium,
        Tool::Firefox,
        Tool::Geckodriver,
        Tool::Editor,
        Tool::Axe,
        Tool::Deny,
        Tool::Nightly,
        Tool::Cxx,
        Tool::CargoFuzz,
    ];

    /// Whether it is there, in a version that fits.
    fn fits(self) -> bool {
        match self {
            Tool::WasmTarget => lines("rustc", &["--print", "sysroot"]).is_some_and(|sysroot| {
                Path::new(&sysroot).join("lib/rustlib/wasm32-unknown-unknown").is_dir()
            }),
            Tool::Trunk => says("trunk", TRUNK),
            Tool::WasmBindgen => {
                says("wasm-bindgen", WASM_BINDGEN) && which("wasm-bindgen-test-runner").is_some()
            }
            Tool::WasmOpt => says("wasm-opt", BINARYEN),
            Tool::Dovecot => {
                output("dovecot", &["--version"]).is_some_and(|version| version.starts_with(DOVECOT))
                    && ["/usr/lib", "/usr/libexec"]
                        .iter()
                        .any(|folder| Path::new(folder).join("dovecot/lmtp").is_file())
            }
            // It wants root, or somebody who makes it believe.
            Tool::Postfix => which("postfix").is_some() && (is_root() || which("faked-tcp").is_some()),
            Tool::Python => which("python3").is_some(),
            // Its programs are not where others look for programs: several versions can stand side by side.
            Tool::Postgres => fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| {
                versions
                    .any(|version| version.is_ok_and(|version| version.path().join("bin/initdb").is_file()))
            }),
            Tool::Chromium => which("chromium").is_some() && which("chromedriver").is_some(),
            Tool::Firefox => which("firefox-esr").or_else(|| which("firefox")).is_some(),
            Tool::Geckodriver => says("geckodriver", GECKODRIVER),
            Tool::Nightly => lines("cargo", &["+nightly", "--version"]).is_some(),
            Tool::Cxx => which("c++").is_some(),
            Tool::CargoFuzz => says("cargo-fuzz", CARGO_FUZZ),
            Tool::Editor => has_package("squire-rte", SQUIRE) && has_package("dompurify", DOMPURIFY),
            Tool::Axe => run::tools().join("node_modules/axe-core/axe.min.js").is_file(),
            Tool::Deny => which("cargo-deny").is_some(),
            Tool::Mpop => which("mpop").is_some(),
            Tool::Fetchmail => which("fetchmail").is_some(),
        }
    }

    fn install(self) -> Result<()> {
        match self {
            Tool::WasmTarget => run(command("rustup", ["target", "add", "wasm32-unknown-unknown"])),
            Tool::Trunk => cargo_install(&["trunk", "--version", TRUNK, "--locked"]),
            // Its own lock file names a version that was taken back.
            Tool::WasmBindgen => cargo_install(&["wasm-bindgen-cli", "--version", WASM_BINDGEN]),
            Tool::WasmOpt => npm_install(&format!("binaryen@{BINARYEN}")),
            Tool::Editor => npm_install(&format!("squire-rte@{SQUIRE}"))
                .and_then(|()| npm_install(&format!("dompurify@{DOMPURIFY}"))),
            Tool::Axe => npm_install(&format!("axe-core@{AXE}")),
            Tool::Deny => cargo_install(&["cargo-deny", "--locked"]),
            Tool::Dovecot => system::install(&["dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd"]),
            Tool::Postfix => {
                // Without a configuration the system has no mail service of it: tests bring their own.
                system::choose("postfix postfix/main_mailer_type select No configuration")?;
                system::install(if is_root() { &["postfix"] } else { &["postfix", "fakeroot"] })
            }
            Tool::Python => system::install(&["python3"]),
            Tool::Postgres => system::install(&["postgresql"]),
            Tool::Mpop => system::install(&["mpop"]),
            Tool::Fetchmail => system::install(&["fetchmail"]),
            Tool::Chromium => system::install(&["chromium", "chromium-driver"]),
            Tool::Firefox => system::install(&["firefox-esr"]),
            Tool::Geckodriver => cargo_install(&["geckodriver", "--version", GECKODRIVER, "--locked"]),
            Tool::Nightly => {
                run(command("rustup", ["toolchain", "install", "nightly", "--profile", "minimal"]))
            }
            Tool::Cxx => system::install(&["g++"]),
            Tool::CargoFuzz => cargo_install(&["cargo-fuzz", "--version", CARGO_FUZZ, "--locked"]),
        }
    }
}

/// Installs those of `tools` that are missing.
pub fn ensure(tools: &[Tool]) -> Result<()> {
    for tool in tools {
        if tool.fits() {
            continue;
        }
        say(&format!("{tool:?} is missing and is installed now."));
        tool.install()?;
        if !tool.fits() {
            return Err(Error::Wrong(format!(
                "{tool:?} was installed but is not found, or in a version that does not fit. Dovecot has to be \
                 {DOVECOT}x, as in Debian 12 and Ubuntu 22.04 and 24.04"
            )));
        }
    }
    Ok(())
}

fn lines(program: &str, arguments: &[&str]) -> Option<String> {
    output(program, arguments).filter(|text| !text.is_empty())
}

/// Whether a program's `--version` has this word.
fn says(program: &str, version: &str) -> bool {
    let printed = output(program, &["--version"]).unwrap_or_default();
    printed.split(|char: char| !char.is_ascii_alphanumeric() && char != '.').any(|word| word == version)
}

/// Builds a tool from source. It runs for seconds, so a quick build is worth more than a quick program.
fn cargo_install(arguments: &[&str]) -> Result<()> {
    say("It is built from source, which takes some minutes.");
    let mut cargo = command("cargo", ["install", "--quiet", "--root"]);
    cargo.arg(run::tools()).args(arguments);
    cargo.env("CARGO_TARGET_DIR", run::target().join("tools"));
    cargo.envs([("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"), ("CARGO_PROFILE_RELEASE_LTO", "off")]);
    cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    run(cargo)
}

fn has_package(name: &str, version: &str) -> bool {
    let file = run::tools().join("node_modules").join(name).join("package.json");
    fs::read_to_string(file).is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")))
}

fn npm_install(package: &str) -> Result<()> {
    if which("npm").is_none() {
        system::install(&["nodejs", "npm"])?;
    }
    let tools = run::tools();
    fs::create_dir_all(&tools).at(&tools)?;
    // Saved: npm takes out what it was not told to keep.
    let mut npm = command("npm", ["install", "--no-audit", "--no-fund", "--save-exact", "--prefix"]);
    npm.arg(&tools).arg(package);
    run(npm)
}
