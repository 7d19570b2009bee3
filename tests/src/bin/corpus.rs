//! `corpus FOLDER` opens every message of a folder, by IMAP and from the store, and tells what is wrong.

use postern_tests::corpus;
use std::{path::PathBuf, process::ExitCode};

#[tokio::main]
async fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: corpus FOLDER");
        return ExitCode::FAILURE;
    };
    match corpus::run(&folder).await {
        Ok(reports) => tell(&reports),
        Err(error) => {
            eprintln!("corpus: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the report is what the program is for")]
fn tell(reports: &[corpus::Report]) -> ExitCode {
    reports.iter().for_each(|report| print!("{report}"));
    let faulty = reports.iter().filter(|report| !report.faults.is_empty()).count();
    let remarked = reports.iter().filter(|report| !report.remarks.is_empty()).count();
    println!("{} messages, {faulty} with faults, {remarked} worth a look", reports.len() - 1);
    if faulty == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
