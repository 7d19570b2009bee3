//! From the sign-in form to the first rows of the large inbox.

use crate::{
    bare::{self, SCREEN},
    stage::{READER, ROUNDS, Stage, VISITOR},
    table::{Row, median},
};
use postern_shared::{
    ids::FolderId,
    view::{Rows, Scope, Sort, View},
};
use postern_tests::{
    error::{Error, Result},
    wire::Wire,
};
use std::time::{Duration, Instant};

/// Takes the measure; the two sides take turns, also in who is first.
pub async fn measure(stage: &Stage) -> Result<Vec<Row>> {
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    bare::first_rows(&stage.dovecot).await?;
    for round in 0..ROUNDS {
        if round % 2 == 0 {
            bare.push(bare::first_rows(&stage.dovecot).await?);
            ours.push(first_rows(stage).await?);
        } else {
            ours.push(first_rows(stage).await?);
            bare.push(bare::first_rows(&stage.dovecot).await?);
        }
    }
    let what = "Sign-in to the first 50 rows of 100,000";
    Ok(vec![Row::ratio(what, median(bare), median(ours), 1.5, Duration::ZERO)])
}

/// Through a gateway that has served others, but knows nothing of this account.
async fn first_rows(stage: &Stage) -> Result<Duration> {
    let house = stage.gateway(stage.dovecot.imap_port()).await?;
    let (_, mut visitor) = house.enter(VISITOR).await?;
    open(&mut visitor, "INBOX").await?;

    let begun = Instant::now();
    let (_, mut wire) = house.enter(READER).await?;
    let (_, rows) = open(&mut wire, "INBOX").await?;
    let taken = begun.elapsed();
    if rows.rows.len() < SCREEN {
        return Err(Error::Unexpected {
            what: "the first screen".to_owned(),
            got: format!("{} rows", rows.rows.len()),
        });
    }
    Ok(taken)
}

/// Opens a folder in the order of arrival, the newest first.
pub async fn open(wire: &mut Wire, folder: &str) -> Result<(View, Rows)> {
    wire.view(Scope::Folder(FolderId::from(folder)), "", Sort::default(), false).await
}
