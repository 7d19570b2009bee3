//! The last step of the app's build: every file that a browser may keep for ever is named by its content, and
//! compressed once so that no request has to.
//!
//! Trunk names files before wasm-opt rewrites them: the same name could stand for other bytes. So names are made
//! again from what is really there.

use crate::run::{self, AtPath, Error, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256, Sha384};
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    ops::Range,
    path::{Path, PathBuf},
};

/// A file's content by its path below the staging folder, with `/` between levels.
type Files = BTreeMap<String, Vec<u8>>;

const INDEX: &str = "index.html";
const BUILD_MARK: &str = "<meta name=\"postern-build\" content=\"\">";

/// Finishes what Trunk has staged.
pub fn finish_staged() -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| Error::Wrong("TRUNK_STAGING_DIR is not set: Trunk calls this as a hook".to_owned()))?;
    let mut files = Files::new();
    read_all(&staging, "", &mut files)?;
    let staged: Vec<String> = files.keys().cloned().collect();
    add_editor(&mut files)?;
    let finished = mark_build(name_by_content(join_styles(files))?)?;
    for name in staged.iter().filter(|name| !finished.contains_key(*name)) {
        fs::remove_file(staging.join(name)).at(staging.join(name))?;
    }
    // A debug build is ten times as large, is thrown away, and would wait long for the compressor.
    let compress = std::env::var("TRUNK_PROFILE").as_deref() != Ok("debug");
    for (name, bytes) in &finished {
        write(&staging.join(name), bytes)?;
        if compress && (is_text(name) || name.ends_with(".wasm")) {
            write(&staging.join(format!("{name}.br")), &brotli(bytes))?;
            write(&staging.join(format!("{name}.gz")), &gzip(bytes))?;
        }
    }
    Ok(())
}

fn read_all(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            read_all(&path, &format!("{name}/"), files)?;
        } else {
            files.insert(name, fs::read(&path).at(&path)?);
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).at(path)
}

/// The editor's files: what they are called here, with a hash to be replaced by the right one, and where they are below
/// the set-up's packages.
const EDITOR: [(&str, &str); 2] = [
    ("squire-0000000000000000.js", "squire-rte/dist/squire.mjs"),
    ("purify-0000000000000000.js", "dompurify/dist/purify.min.js"),
];

/// Puts the editor beside the app: it is loaded when somebody writes.
fn add_editor(files: &mut Files) -> Result<()> {
    let own = run::root().join("frontend/editor/editor.js");
    files.insert("editor-0000000000000000.js".to_owned(), fs::read(&own).at(&own)?);
    for (name, place) in EDITOR {
        let path = run::tools().join("node_modules").join(place);
        let script = fs::read_to_string(&path).at(&path)?;
        // Its map is not served.
        let script = script.split("//# sourceMappingURL").next().unwrap_or_default();
        let licence = path.ancestors().nth(2).unwrap_or(&path).join("LICENSE");
        let terms = match script.contains("@license") {
            true => String::new(),
            false => format!("/*! {}\n*/\n", fs::read_to_string(&licence).at(&licence)?.trim()),
        };
        files.insert(name.to_owned(), (terms + script).into_bytes());
    }
    Ok(())
}

/// Makes one of the page's style sheets, in their order: they are needed together, and compress better together.
fn join_styles(mut files: Files) -> Files {
    const START: &str = "<link rel=\"stylesheet\" href=\"/";
    let Some(page) = files.remove(INDEX) else { return files };
    let page = String::from_utf8_lossy(&page).into_owned();
    let (mut styles, mut rest) = (Vec::new(), String::with_capacity(page.len()));
    let mut first = None;
    for line in page.split_inclusive('\n') {
        let name = line.trim_start().strip_prefix(START).and_then(|line| line.split('"').next());
        match name.and_then(|name| files.remove(name)) {
            Some(sheet) => {
                first.get_or_insert(rest.len());
                styles.extend(sheet);
            }
            None => rest.push_str(line),
        }
    }
    if let Some(place) = first {
        // A hash to be replaced by the right one, as Trunk's are.
        let name = format!("styles-{}.css", digest([styles.as_slice()]));
        let proof = STANDARD.encode(Sha384::digest(&styles));
        rest.insert_str(place, &format!("    {START}{name}\" integrity=\"sha384-{proof}\"/>\n"));
        files.insert(name, styles);
    }
    files.insert(INDEX.to_owned(), rest.into_bytes());
    files
}

/// Gives every file with a hash in its name the hash of its content, and mends what refers to it. A file's
/// references are mended before its own hash is taken, so references may not form a circle.
fn name_by_content(mut left: Files) -> Result<Files> {
    let mut done = Files::new();
    while !left.is_empty() {
        let hashed: Vec<String> = left.keys().filter(|name| hash_in(name).is_some()).cloned().collect();
        let Some(name) =
            left.iter().find(|(name, bytes)| !refers(name, bytes, &hashed)).map(|(name, _)| name)
        else {
            return Err(Error::Wrong(format!("files refer to each other in a circle: {hashed:?}")));
        };
        let name = name.clone();
        let bytes = left.remove(&name).unwrap_or_default();
        let Some(range) = hash_in(&name) else {
            done.insert(name, bytes);
            continue;
        };
        let mut renamed = name.clone();
        renamed.replace_range(range, &digest([bytes.as_slice()]));
        for (other, content) in left.iter_mut().filter(|(other, _)| is_text(other)) {
            let text =
                std::str::from_utf8(content).map_err(|_| Error::Wrong(format!("{other} is not UTF-8")))?;
            *content = text.replace(file_name(&name), file_name(&renamed)).into_bytes();
        }
        done.insert(renamed, bytes);
    }
    Ok(done)
}

/// Writes a name for all of the app's bytes into the page.
fn mark_build(mut files: Files) -> Result<Files> {
    let build = digest(files.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes]));
    let page = files.get_mut(INDEX).ok_or_else(|| Error::Wrong(format!("there is no {INDEX}")))?;
    let text = String::from_utf8_lossy(page);
    // The minifier drops quotes where HTML allows it.
    let marks = [BUILD_MARK, "<meta name=postern-build content=\"\">", "<meta name=postern-build content>"];
    let mark = marks
        .into_iter()
        .find(|mark| text.contains(mark))
        .ok_or_else(|| Error::Wrong(format!("{INDEX} has no {BUILD_MARK}")))?;
    let marked = text.replace(mark, &format!("<meta name=\"postern-build\" content=\"{build}\">"));
    *page = marked.into_bytes();
    Ok(files)
}

/// Whether a file speaks of one of `names` other than itself.
fn refers(name: &str, bytes: &[u8], names: &[String]) -> bool {
    is_text(name)
        && names.iter().filter(|other| *other != name).any(|other| {
            let wanted = file_name(other).as_bytes();
            bytes.windows(wanted.len()).any(|window| window == wanted)
        })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Where Trunk's hash stands in a name such as `app-0123456789abcdef_bg.wasm`: 15 or 16 digits.
fn hash_in(name: &str) -> Option<Range<usize>> {
    let file = name.len() - file_name(name).len();
    name[file..].match_indices('-').find_map(|(dash, _)| {
        let start = file + dash + 1;
        let digits = name[start..].bytes().take_while(u8::is_ascii_hexdigit).count();
        let after = &name[start + digits..];
        let ends = after.starts_with('.') || after.starts_with("_bg.");
        (ends && (15..=16).contains(&digits)).then_some(start..start + digits)
    })
}

fn is_text(name: &str) -> bool {
    [".html", ".js", ".css", ".svg", ".json", ".webmanifest", ".txt"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// The first 16 hexadecimal digits of SHA-256.
fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    const BUFFER: usize = 4096;
    const QUALITY: u32 = 11;
    const WINDOW_BITS: u32 = 22;
    let mut writer = brotli::CompressorWriter::new(Vec::new(), BUFFER, QUALITY, WINDOW_BITS);
    // Writing into memory does not fail.
    writer.write_all(bytes).ok();
    writer.into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail.
    writer.write_all(bytes).and_then(|()| writer.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn a_hash_is_found_only_where_trunk_puts_one() {
        for (name, found) in [
            ("app-0123456789abcdef.js", Some("0123456789abcdef")),
            ("app-0123456789abcde_bg.wasm", Some("0123456789abcde")),
            ("icons/app-0123456789abcdef.svg", Some("0123456789abcdef")),
            ("postern-web-0123456789abcdef.css", Some("0123456789abcdef")),
            ("deadbeef-0123456789abcdef/file.js", None),
            ("app-012345.js", None),
            ("app.js", None),
        ] {
            assert_eq!(hash_in(name).map(|range| &name[range]), found, "{name}");
        }
    }

    #[test]
    fn names_follow_content_through_references() -> Result<()> {
        let build = |wasm: &str| {
            let staged = files(&[
                (
                    "index.html",
                    "<meta name=\"postern-build\" content=\"\"><script src=/app-0123456789abcdef.js>",
                ),
                ("app-0123456789abcdef.js", "load('app-0123456789abcdef_bg.wasm')"),
                ("app-0123456789abcdef_bg.wasm", wasm),
            ]);
            mark_build(name_by_content(staged)?)
        };
        let (first, again, other) = (build("one")?, build("one")?, build("two")?);
        assert_eq!(first, again);
        for name in other.keys().filter(|name| *name != INDEX) {
            assert!(!first.contains_key(name), "{name} stands for two contents");
        }
        let script = first.keys().find(|name| name.ends_with(".js")).cloned().unwrap_or_default();
        let wasm = first.keys().find(|name| name.ends_with(".wasm")).cloned().unwrap_or_default();
        assert!(String::from_utf8_lossy(&first[&script]).contains(&wasm));
        assert!(String::from_utf8_lossy(&first[INDEX]).contains(&script));
        assert_ne!(first[INDEX], other[INDEX]);
        assert!(!String::from_utf8_lossy(&first[INDEX]).contains("content=\"\""));
        Ok(())
    }

    #[test]
    fn style_sheets_become_one_in_their_order() {
        let joined = join_styles(files(&[
            (
                "index.html",
                "<head>\n<link rel=\"stylesheet\" href=\"/b-0123456789abcdef.css\" integrity=\"x\"/>\n\
                 <link rel=\"stylesheet\" href=\"/a-0123456789abcdef.css\" integrity=\"y\"/>\n<script></script>\n",
            ),
            ("a-0123456789abcdef.css", "p { color: red }\n"),
            ("b-0123456789abcdef.css", "p { color: blue }\n"),
            ("c.css", "nobody asks for it"),
        ]));
        let names: Vec<&str> = joined.keys().map(String::as_str).collect();
        let [other, INDEX, styles] = names[..] else { panic!("{names:?}") };
        assert_eq!(other, "c.css");
        assert_eq!(joined[styles], b"p { color: blue }\np { color: red }\n");
        let page = String::from_utf8_lossy(&joined[INDEX]);
        assert_eq!(page.matches("<link").count(), 1, "{page}");
        assert!(page.contains(&format!("href=\"/{styles}\" integrity=\"sha384-")), "{page}");
        assert!(page.ends_with("<script></script>\n"), "{page}");
    }

    #[test]
    fn a_circle_is_an_error() {
        let circle = files(&[
            ("a-0123456789abcdef.js", "b-0123456789abcdef.js"),
            ("b-0123456789abcdef.js", "a-0123456789abcdef.js"),
        ]);
        assert!(name_by_content(circle).is_err());
    }
}
