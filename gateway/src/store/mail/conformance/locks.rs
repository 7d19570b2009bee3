//! The right to download; what stores tell each other.

use super::opened;
use crate::store::mail::MailStore;

pub(super) async fn conforms(store: &dyn MailStore) {
    let (one, other) = (opened(store, "locks").await, opened(store, "locks-other").await);
    let held = store.lock_download(&one).await.unwrap().unwrap();
    assert!(store.lock_download(&one).await.unwrap().is_none());
    assert!(store.lock_download(&other).await.unwrap().is_some());
    drop(held);
    // Where others share the store, giving back takes a moment.
    let mut again = None;
    for _ in 0..1000 {
        again = store.lock_download(&one).await.unwrap();
        if again.is_some() {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(again.is_some());

    // A store never hears itself.
    let mut heard = store.hear();
    store.tell(&one, &[super::super::MailChange::Account]).await.unwrap();
    assert!(heard.try_recv().is_err());
}
