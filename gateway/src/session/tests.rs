use super::*;
use postern_shared::{account::AccountKind, session::SignIn};

const PASSWORD: &str = "canary-93ab";

fn credential() -> Credential {
    Credential::new(SignIn {
        address: "ada@example.org".to_owned(),
        password: PASSWORD.to_owned(),
        stay: true,
        kind: AccountKind::Imap,
        incoming: None,
        outgoing: None,
    })
    .unwrap()
}

async fn sessions(folder: &std::path::Path, secret: u8) -> Sessions {
    let store = Store::open(folder).await.unwrap();
    Sessions::new(store, ServerSecret::of(&[secret; 32]), 30)
}

#[tokio::test]
async fn a_session_opens_with_its_cookie_and_the_secret_it_was_made_with() {
    let folder = tempfile::tempdir().unwrap();
    let first = sessions(folder.path(), 1).await;
    let account = AccountId::from("ada@example.org");
    let token = first.create(&account, &credential(), true).await.unwrap();
    let opened = first.open(&token).await.unwrap().unwrap();
    assert_eq!(opened.account, account);
    assert!(opened.remaining > DAY * 29);

    assert!(first.open(&Token::draw().unwrap()).await.unwrap().is_none());
    let restarted = sessions(folder.path(), 1).await;
    assert!(restarted.open(&token).await.unwrap().is_some());
    let changed = sessions(folder.path(), 2).await;
    assert!(changed.open(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn signing_out_ends_what_is_open_and_tells_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let sessions = sessions(folder.path(), 1).await;
    let account = AccountId::from("ada@example.org");
    let first = sessions.create(&account, &credential(), true).await.unwrap();
    let second = sessions.create(&account, &credential(), false).await.unwrap();
    let open = sessions.open(&first).await.unwrap().unwrap();

    assert_eq!(sessions.end(&first).await.unwrap(), Some(Others::Some));
    open.watch.ended().await;
    assert!(sessions.open(&first).await.unwrap().is_none());
    assert_eq!(sessions.end(&first).await.unwrap(), None);
    assert_eq!(sessions.end(&second).await.unwrap(), Some(Others::None));
}

#[tokio::test]
async fn no_file_of_the_database_holds_the_password() {
    let folder = tempfile::tempdir().unwrap();
    let sessions = sessions(folder.path(), 1).await;
    let token = sessions.create(&"ada@example.org".into(), &credential(), true).await.unwrap();
    let mut read = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        read.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let holds = |needle: &[u8]| read.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"ada@example.org"));
    assert!(!holds(PASSWORD.as_bytes()));
    assert!(!holds(token.reveal().as_bytes()));
}
