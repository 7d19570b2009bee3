//! The app's files: inside the program, or in a folder of the operator's.

use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};
use std::{
    borrow::Cow,
    path::{Component, Path, PathBuf},
};

/// The page that every address of the app shows.
pub const INDEX: &str = "index.html";

#[derive(Embed)]
#[folder = "../dist"]
struct Embedded;

/// Where the files are.
#[derive(Clone, Debug)]
pub enum AppFiles {
    /// In the program.
    Embedded,
    /// In a folder; read anew each time, so that a rebuilt app is seen at once.
    Folder(PathBuf),
}

/// One file.
#[derive(Clone, Debug)]
pub struct AppFile {
    /// What it holds.
    pub bytes: Cow<'static, [u8]>,
    /// Names its content (RFC 9110 §8.8.3), with the quotes.
    pub etag: String,
}

impl AppFiles {
    /// The folder's files, or the embedded ones.
    pub fn new(folder: Option<PathBuf>) -> Self {
        folder.map_or(Self::Embedded, Self::Folder)
    }

    /// The file at a path such as `assets/app.js`, if there is one.
    pub async fn get(&self, path: &str) -> Option<AppFile> {
        match self {
            Self::Embedded => Embedded::get(path).map(AppFile::from),
            Self::Folder(folder) => read(folder, path).await,
        }
    }

    /// The build of the app, as its page names it in `<meta name="postern-build" content="…">`; empty if it does not.
    pub async fn build(&self) -> String {
        let index = self.get(INDEX).await;
        let html = index.as_ref().map(|file| String::from_utf8_lossy(&file.bytes)).unwrap_or_default();
        build_named(&html).unwrap_or_default().to_owned()
    }
}

impl From<EmbeddedFile> for AppFile {
    fn from(file: EmbeddedFile) -> Self {
        Self { etag: etag(&file.metadata.sha256_hash()), bytes: file.data }
    }
}

/// Reads a file below the folder, and none beside it.
async fn read(folder: &Path, path: &str) -> Option<AppFile> {
    let path = Path::new(path);
    if !path.components().all(|component| matches!(component, Component::Normal(_))) {
        return None;
    }
    let bytes = tokio::fs::read(folder.join(path)).await.ok()?;
    Some(AppFile { etag: etag(&Sha256::digest(&bytes).into()), bytes: Cow::Owned(bytes) })
}

fn etag(hash: &[u8; 32]) -> String {
    let digits: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

/// The build that the page's meta element names. Minifiers take the quotes off.
fn build_named(html: &str) -> Option<&str> {
    let tag = html.split('<').find(|tag| tag.starts_with("meta") && tag.contains("postern-build"))?;
    let (_, value) = tag.split_once("content=")?;
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map(|(build, _)| build),
        None => value.split([' ', '>', '/']).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_is_read_from_the_page() {
        let cases = [
            ("<meta name=\"postern-build\" content=\"0.1.0-ab12\">", Some("0.1.0-ab12")),
            (
                "<head><meta charset=utf-8><meta name=postern-build content=ab12><title>x</title>",
                Some("ab12"),
            ),
            ("<meta content=ab12 name=postern-build>", Some("ab12")),
            ("<meta name=\"postern-build\" content=\"\" />", Some("")),
            ("<title>postern-build</title>", None),
        ];
        for (html, expected) in cases {
            assert_eq!(build_named(html), expected, "{html}");
        }
    }

    #[tokio::test]
    async fn a_folder_serves_what_is_in_it_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("app");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join(INDEX), "one").unwrap();
        std::fs::write(parent.path().join("private"), "no").unwrap();
        let files = AppFiles::new(Some(folder.clone()));

        let first = files.get(INDEX).await.unwrap();
        assert_eq!(&*first.bytes, b"one");
        std::fs::write(folder.join(INDEX), "two").unwrap();
        assert_ne!(files.get(INDEX).await.unwrap().etag, first.etag);
        for path in ["../private", "/etc/hostname", "", ".", "missing"] {
            assert!(files.get(path).await.is_none(), "{path}");
        }
    }

    #[tokio::test]
    async fn a_page_is_embedded() {
        assert!(AppFiles::Embedded.get(INDEX).await.is_some());
    }
}
