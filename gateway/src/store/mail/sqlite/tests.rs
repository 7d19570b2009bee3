use super::*;
use crate::store::mail::conformance;

#[tokio::test]
async fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    conformance::conforms(&SqliteMailStore::new(&store)).await;
}
