//! What every mail store keeps to.

use postern_gateway::store::mail::{PostgresMailStore, conformance};
use postern_tests::postgres::Postgres;

#[tokio::test]
async fn postgres_conforms() {
    let postgres = Postgres::start().await.unwrap();
    let store = PostgresMailStore::connect(&postgres.url("mail").unwrap()).await.unwrap();
    conformance::conforms(&store).await;
}
