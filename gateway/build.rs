//! Makes sure that there is an app to embed, so that the gateway compiles before the app was ever built.

use std::{fs, io, path::Path};

const APP: &str = "../dist";

const PLACEHOLDER: &str = "<!doctype html><html lang=\"en\"><meta name=\"postern-build\" content=\"none\">\
    <title>Postern</title><p>This program was built without the app: run <code>cargo xtask build</code>.</p></html>\n";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={APP}");
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=migrations-postgres");
    let index = Path::new(APP).join("index.html");
    if !index.exists() {
        fs::create_dir_all(APP)?;
        fs::write(index, PLACEHOLDER)?;
    }
    Ok(())
}
