//! Contents that are kept with their messages.

use super::{add, downloaded, inbox, message, opened, set};
use crate::store::{
    blob::Blobs,
    mail::{MailStore, NewMessage},
};
use bytes::Bytes;
use futures::TryStreamExt;
use postern_shared::ids::{AccountId, FolderId, Uid};

pub(super) async fn conforms(store: &dyn MailStore) {
    they_are_where_their_messages_are(store).await;
    ranges_are_the_same_of_both_kinds(store).await;
}

async fn ranges_are_the_same_of_both_kinds(store: &dyn MailStore) {
    let (account, blobs) = (opened(store, "ranges").await, Blobs::memory());
    let content = b"0123456789";
    let mut writer = blobs.writer(&account);
    writer.write(content).await.unwrap();
    let staged = writer.finish().await.unwrap();
    let hash = staged.hash;
    blobs.settle(vec![staged]).await.unwrap();
    for (source, kept_in) in [(None, &blobs), (Some(Bytes::from_static(content)), &Blobs::memory())] {
        let uid = add(store, &account, NewMessage { hash, source, ..message("ranges") }).await;
        let stored = store.message(&account, &inbox(), uid).await.unwrap().unwrap();
        for (range, expected) in
            [(0..10, "0123456789"), (3..5, "34"), (8..u64::MAX, "89"), (10..20, ""), (4..4, ""), (50..60, "")]
        {
            let read = stored.read(&account, kept_in, range.clone()).await.unwrap();
            let pieces: Vec<_> = read.try_collect().await.unwrap();
            assert_eq!(pieces.concat(), expected.as_bytes(), "{range:?}");
        }
    }
}

async fn they_are_where_their_messages_are(store: &dyn MailStore) {
    let account = opened(store, "sources").await;
    // Any bytes, none of them too, and more than fit on a page.
    let contents =
        [b"a\0\xff'\\\r\n".to_vec(), Vec::new(), (0..64 * 1024).map(|at| (at % 251) as u8).collect()];
    let of = |content: &[u8]| Some(Bytes::copy_from_slice(content));
    let mut lot: Vec<NewMessage> =
        contents.iter().map(|content| NewMessage { source: of(content), ..message("with") }).collect();
    lot.push(message("without"));
    let uids = store.add(&account, &lot).await.unwrap();
    for (uid, new) in uids.iter().zip(&lot) {
        assert_eq!(source(store, &account, &inbox(), *uid).await, Some(new.source.clone()), "{uid:?}");
    }
    // Those of one content are of their own: the others stay when one goes.
    store.remove(&account, &inbox(), &set(&uids[..1])).await.unwrap();
    assert_eq!(source(store, &account, &inbox(), uids[0]).await, None);
    assert_eq!(source(store, &account, &inbox(), uids[2]).await, Some(of(&contents[2])));
    // It goes where its message goes.
    let archive = FolderId::from("Archive");
    store.move_messages(&account, &inbox(), &set(&uids[2..3]), &archive).await.unwrap();
    assert_eq!(source(store, &account, &archive, uids[2]).await, Some(of(&contents[2])));
    // Whose UIDs are the same.
    let other = opened(store, "sources of another").await;
    let theirs = add(store, &other, NewMessage { source: of(b"theirs"), ..message("with") }).await;
    assert_eq!((theirs, source(store, &other, &inbox(), theirs).await), (uids[0], Some(of(b"theirs"))));

    // The whole content takes the place of the beginning, wherever each of them is.
    let beginning = NewMessage { partial: true, source: of(b"beginning"), ..downloaded("1") };
    let uid = add(store, &account, beginning).await;
    for whole in [of(b"beginning and end"), None, of(b"beginning, middle and end")] {
        let completed = NewMessage { source: whole.clone(), ..message("whole") };
        store.complete(&account, uid, &completed).await.unwrap();
        assert_eq!(source(store, &account, &inbox(), uid).await, Some(whole));
    }
}

/// What is kept with a message, if there is such a message.
async fn source(
    store: &dyn MailStore,
    account: &AccountId,
    folder: &FolderId,
    uid: Uid,
) -> Option<Option<Bytes>> {
    Some(store.message(account, folder, uid).await.unwrap()?.source)
}
