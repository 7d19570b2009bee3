//! Measures a gateway beside the bare protocol it speaks, and prints a table.
//!
//! `bench BINARY FOLDER [MEASURE]...` takes the release binary, a folder where the mailbox of 100,000 messages is kept
//! from one run to the next, and the measures to take (all where none is named).
//!
//! | module | subject |
//! |---|---|
//! | [`stage`] | the mail server with the large folder, and gateways in front of it |
//! | [`bare`] | what the protocol alone takes |
//! | [`sign_in`], [`reading`], [`purge`] | measures beside the bare protocol |
//! | [`bodies`], [`html`] | bodies of mail: large, of every kind, and in Chromium |
//! | [`page`], [`watch`] | measures in Chromium |
//! | [`pop3`], [`others`] | downloads, beside bare readers and other programs |
//! | [`writing`] | sending, completing addresses, typing |
//! | [`memory`] | the gateway's memory |
//! | [`table`] | the figures as a table |

mod bare;
mod bodies;
mod html;
mod memory;
mod others;
mod page;
mod pop3;
mod purge;
mod reading;
mod sign_in;
mod stage;
mod table;
mod watch;
mod writing;

use postern_tests::error::Result;
use stage::Stage;
use std::{path::PathBuf, process::ExitCode};
use table::Table;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(binary), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: bench BINARY FOLDER [MEASURE]...");
        return ExitCode::FAILURE;
    };
    let wanted: Vec<String> = arguments.map(|name| name.to_string_lossy().into_owned()).collect();
    match measure(binary, folder, &wanted).await {
        Ok(table) => {
            tell(&table);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(binary: PathBuf, folder: PathBuf, wanted: &[String]) -> Result<Table> {
    let takes = |name: &str| wanted.is_empty() || wanted.iter().any(|other| other == name);
    let mut stage = Stage::set(binary, &folder).await?;
    let mut table = Table::default();
    if takes("sign-in") {
        table.0.extend(sign_in::measure(&stage).await?);
    }
    if takes("reading") {
        table.0.extend(reading::measure(&stage).await?);
        table.0.extend(Box::pin(bodies::measure(&stage)).await?);
    }
    if takes("page") {
        table.0.extend(page::measure(&stage).await?);
    }
    if takes("writing") {
        table.0.extend(Box::pin(writing::measure(&stage)).await?);
    }
    if takes("purge") {
        table.0.extend(purge::measure(&stage).await?);
    }
    if takes("memory") {
        table.0.extend(memory::measure(&stage).await?);
    }
    if takes("pop3") {
        table.0.extend(Box::pin(pop3::measure(&stage)).await?);
    }
    // Parts of it, for those who work on them.
    for part in pop3::Part::ALL.into_iter().filter(|part| wanted.iter().any(|name| name == part.name())) {
        table.0.extend(Box::pin(pop3::measure_part(&stage, part)).await?);
    }
    stage.strike().await?;
    Ok(table)
}

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn tell(table: &Table) {
    println!("{table}");
}
