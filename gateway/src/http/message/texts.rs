//! The texts of a body, as they come from the account.

use super::{
    Message,
    piece::{self, Gathered},
};
use crate::{
    accounts::handle::{Piece, Structure},
    mime::{
        page::{FETCH_LIMIT, FetchedPart},
        reread::Reread,
        select::{BodyPlan, TextPart},
    },
};
use futures::StreamExt;
use postern_shared::error::{ErrorCode, Failure};
use std::collections::HashMap;

/// Parts fetched at the same time.
const AT_ONCE: usize = 4;
/// More parts than these are taken out of the source: it costs one fetch, they cost one each.
const ONE_BY_ONE: usize = 50;

/// The parts of the body, some at a time, up to the limit for all of them together.
pub(super) async fn fetch(
    message: &Message,
    structure: &Structure,
    plan: &BodyPlan,
) -> Result<Vec<FetchedPart>, Failure> {
    let mut here = at_hand(message, structure, plan).await?;
    let gather = |part: &TextPart| {
        let wanted = if part.part.is_empty() { Piece::Source } else { Piece::Part(part.part.clone()) };
        let (name, here) = (part.part.clone(), here.remove(&part.part));
        async move {
            let gathered = match here {
                Some(data) => Ok(Gathered { data, complete: true }),
                None => piece::gather(&message.account, &message.key, wanted, FETCH_LIMIT).await,
            };
            (name, gathered)
        }
    };
    // Futures first, so that none of them borrows from the stream.
    let wanted: Vec<_> = plan.body.iter().map(gather).collect();
    let mut coming = futures::stream::iter(wanted).buffered(AT_ONCE);
    let mut fetched: Vec<FetchedPart> = Vec::with_capacity(plan.body.len());
    let mut left = FETCH_LIMIT;
    let mut missing = None;
    while let Some(came) = coming.next().await {
        let (part, mut gathered) = match came {
            (part, Ok(gathered)) => (part, gathered),
            // One part that the server does not have leaves the others.
            (part, Err(failure)) if failure.code == ErrorCode::NoSuchMessage => {
                missing = Some(failure);
                fetched.push(FetchedPart { part, data: Vec::new(), complete: false });
                continue;
            }
            (_, Err(failure)) => return Err(failure),
        };
        let room = usize::try_from(left).unwrap_or(usize::MAX);
        let fits = gathered.data.len() <= room;
        gathered.data.truncate(room);
        left -= gathered.data.len() as u64;
        fetched.push(FetchedPart { part, data: gathered.data, complete: gathered.complete && fits });
        if left == 0 {
            break;
        }
    }
    if let Some(failure) = missing.filter(|_| fetched.iter().all(|part| part.data.is_empty())) {
        return Err(failure);
    }
    // What did not fit any more is said once, by the part that was cut.
    if let Some(last) = fetched.last_mut().filter(|_| left == 0) {
        last.complete &= fetched_all(plan, last);
    }
    let left_out = plan.body.get(fetched.len()..).unwrap_or_default();
    let left_out: Vec<_> = left_out.iter().map(|part| part.part.clone()).collect();
    fetched.extend(left_out.into_iter().map(|part| FetchedPart { part, data: Vec::new(), complete: true }));
    Ok(fetched)
}

fn fetched_all(plan: &BodyPlan, last: &FetchedPart) -> bool {
    plan.body.last().is_some_and(|part| part.part == last.part)
}

/// Where a body has very many parts, those that can be told in the source, or in its beginning.
async fn at_hand(
    message: &Message,
    structure: &Structure,
    plan: &BodyPlan,
) -> Result<HashMap<String, Vec<u8>>, Failure> {
    if plan.body.len() <= ONE_BY_ONE {
        return Ok(HashMap::new());
    }
    let source = piece::gather(&message.account, &message.key, Piece::Source, FETCH_LIMIT).await?;
    let (structure, wanted) = (structure.clone(), plan.body.clone());
    let found = tokio::task::spawn_blocking(move || {
        let reread = Reread::new(source.data, source.complete);
        structure.structure.as_ref().map(|told| reread.contents(told, &wanted)).unwrap_or_default()
    });
    // What is not found there is fetched by itself.
    Ok(found.await.unwrap_or_default())
}
