//! What kind of file an attachment is, and whether it can be shown in place.

use postern_shared::body::{FileKind, Preview};

/// What an extension says: the kind of file, how it is shown, and the media type that browsers know it by.
type Known = (FileKind, Option<Preview>, &'static str);

/// The media type of files that nobody is to open on its word.
const BYTES: &str = "application/octet-stream";

/// What kind of file it is. The extension decides where it is known, because that is what a computer will open the
/// saved file by; else the media type.
pub fn file_kind(media_type: &str, name: &str) -> FileKind {
    known(media_type, name).0
}

/// How it can be shown in place. Nothing is shown whose name and media type tell of different kinds.
pub fn preview(media_type: &str, name: &str) -> Option<Preview> {
    let (kind, preview, _) = known(media_type, name);
    let told = by_media_type(media_type);
    let agree = told.is_none_or(|(told, ..)| told == kind);
    preview.filter(|_| agree)
}

/// The media type under which audio, video or a PDF is shown: one of a few, whatever the mail says.
pub fn shown_as(media_type: &str, name: &str) -> &'static str {
    known(media_type, name).2
}

fn known(media_type: &str, name: &str) -> Known {
    let named =
        name.rsplit_once('.').and_then(|(_, extension)| by_extension(&extension.to_ascii_lowercase()));
    named.or_else(|| by_media_type(media_type)).unwrap_or((FileKind::Other, None, BYTES))
}

fn by_extension(extension: &str) -> Option<Known> {
    use FileKind as K;
    use Preview as P;
    Some(match extension {
        "png" | "jpg" | "jpeg" | "jpe" | "jfif" | "gif" | "webp" | "bmp" | "ico" => {
            (K::Image, Some(P::Image), BYTES)
        }
        "heic" | "heif" | "avif" | "tif" | "tiff" | "psd" | "raw" | "cr2" | "nef" | "dng" => {
            (K::Image, None, BYTES)
        }
        // Shown as what it is made of, never as a picture.
        "svg" => (K::Image, Some(P::Text), BYTES),
        "pdf" => (K::Pdf, Some(P::Pdf), "application/pdf"),
        "mp3" => (K::Audio, Some(P::Audio), "audio/mpeg"),
        "m4a" => (K::Audio, Some(P::Audio), "audio/mp4"),
        "aac" => (K::Audio, Some(P::Audio), "audio/aac"),
        "ogg" | "oga" | "opus" => (K::Audio, Some(P::Audio), "audio/ogg"),
        "wav" => (K::Audio, Some(P::Audio), "audio/wav"),
        "flac" => (K::Audio, Some(P::Audio), "audio/flac"),
        "weba" => (K::Audio, Some(P::Audio), "audio/webm"),
        "amr" | "wma" | "mid" | "midi" | "aif" | "aiff" => (K::Audio, None, BYTES),
        "mp4" | "m4v" => (K::Video, Some(P::Video), "video/mp4"),
        "mov" => (K::Video, Some(P::Video), "video/quicktime"),
        "webm" => (K::Video, Some(P::Video), "video/webm"),
        "ogv" => (K::Video, Some(P::Video), "video/ogg"),
        "avi" | "wmv" | "mkv" | "mpg" | "mpeg" | "3gp" | "flv" => (K::Video, None, BYTES),
        "zip" | "7z" | "rar" | "tar" | "gz" | "tgz" | "bz2" | "xz" | "zst" | "cab" | "iso" | "dmg" => {
            (K::Archive, None, BYTES)
        }
        "ics" | "vcs" | "ical" => (K::Calendar, Some(P::Text), BYTES),
        "eml" => (K::Message, Some(P::Text), BYTES),
        "msg" | "mbox" => (K::Message, None, BYTES),
        "doc" | "docx" | "docm" | "odt" | "rtf" | "pages" | "wpd" | "ppt" | "pptx" | "pptm" | "odp"
        | "key" | "epub" => (K::Document, None, BYTES),
        "xls" | "xlsx" | "xlsm" | "xlsb" | "ods" | "numbers" => (K::Spreadsheet, None, BYTES),
        "csv" | "tsv" => (K::Spreadsheet, Some(P::Text), BYTES),
        "txt" | "text" | "log" | "md" | "markdown" | "rst" | "tex" | "diff" | "patch" | "json" | "jsonl"
        | "xml" | "xsd" | "xsl" | "html" | "htm" | "xhtml" | "css" | "scss" | "yaml" | "yml" | "toml"
        | "ini" | "conf" | "cfg" | "asc" | "pem" | "crt" | "vcf" | "srt" | "po" => {
            (K::Text, Some(P::Text), BYTES)
        }
        "c" | "h" | "cc" | "cpp" | "hpp" | "rs" | "go" | "java" | "kt" | "swift" | "py" | "rb" | "php"
        | "pl" | "lua" | "ts" | "tsx" | "jsx" | "sql" | "r" | "hs" | "scala" | "cs" | "asm" | "proto"
        | "cmake" | "tf" => (K::Text, Some(P::Text), BYTES),
        // Programs, and what computers run as such: read they may be, but they do not look like a text.
        "js" | "mjs" | "sh" | "bat" | "cmd" | "ps1" | "vbs" | "reg" | "hta" | "wsf" => {
            (K::Other, Some(P::Text), BYTES)
        }
        "exe" | "com" | "scr" | "pif" | "msi" | "msix" | "dll" | "cpl" | "jar" | "apk" | "app" | "deb"
        | "rpm" | "lnk" | "url" | "chm" | "bin" => (K::Other, None, BYTES),
        _ => return None,
    })
}

/// What a media type says. Absent for those that say nothing, such as `application/octet-stream`.
fn by_media_type(media_type: &str) -> Option<Known> {
    use FileKind as K;
    let extension = match media_type {
        "image/png" => "png",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/bmp" | "image/x-ms-bmp" | "image/x-bmp" => "bmp",
        "image/x-icon" | "image/vnd.microsoft.icon" => "ico",
        "image/svg+xml" => "svg",
        "application/pdf" | "application/x-pdf" => "pdf",
        "audio/mpeg" | "audio/mp3" | "audio/x-mp3" | "audio/mpeg3" => "mp3",
        "audio/mp4" | "audio/x-m4a" | "audio/m4a" => "m4a",
        "audio/aac" | "audio/x-aac" => "aac",
        "audio/ogg" | "audio/opus" => "ogg",
        "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => "wav",
        "audio/flac" | "audio/x-flac" => "flac",
        "audio/webm" => "weba",
        "video/mp4" | "video/x-m4v" => "mp4",
        "video/quicktime" => "mov",
        "video/webm" => "webm",
        "video/ogg" => "ogv",
        "application/zip"
        | "application/x-zip-compressed"
        | "application/x-7z-compressed"
        | "application/vnd.rar"
        | "application/x-rar-compressed"
        | "application/x-tar"
        | "application/gzip"
        | "application/x-gzip"
        | "application/x-bzip2"
        | "application/x-xz" => "zip",
        "text/calendar" | "application/ics" => "ics",
        "message/rfc822" | "message/global" => "eml",
        "text/csv" | "text/tab-separated-values" => "csv",
        "application/msword" | "application/rtf" | "text/rtf" | "application/vnd.ms-powerpoint" => "doc",
        "application/vnd.ms-excel" | "application/vnd.oasis.opendocument.spreadsheet" => "xls",
        "application/json"
        | "application/xml"
        | "application/x-yaml"
        | "application/toml"
        | "application/sql"
        | "message/delivery-status"
        | "message/disposition-notification" => "txt",
        "application/javascript" | "text/javascript" | "application/x-sh" => "js",
        _ => return by_family(media_type),
    };
    // Each of these is in the table.
    by_extension(extension).or(Some((K::Other, None, BYTES)))
}

fn by_family(media_type: &str) -> Option<Known> {
    use FileKind as K;
    let (family, subtype) = media_type.split_once('/')?;
    Some(match family {
        "image" => (K::Image, None, BYTES),
        "audio" => (K::Audio, None, BYTES),
        "video" => (K::Video, None, BYTES),
        "text" => (K::Text, Some(Preview::Text), BYTES),
        _ if subtype.ends_with("+xml") || subtype.ends_with("+json") => (K::Text, Some(Preview::Text), BYTES),
        _ if subtype.contains("spreadsheet") => (K::Spreadsheet, None, BYTES),
        _ if subtype.contains("wordprocessing")
            || subtype.contains("presentation")
            || subtype.contains("opendocument") =>
        {
            (K::Document, None, BYTES)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use FileKind as K;
    use Preview as P;

    #[test]
    fn kinds_and_previews_by_type_and_name() {
        let table = [
            ("image/jpeg", "a.jpg", K::Image, Some(P::Image)),
            ("image/jpeg", "unnamed", K::Image, Some(P::Image)),
            ("application/octet-stream", "IMG_1.JPG", K::Image, Some(P::Image)),
            ("image/heic", "IMG_1.HEIC", K::Image, None),
            ("image/svg+xml", "logo.svg", K::Image, Some(P::Text)),
            ("application/pdf", "a.pdf", K::Pdf, Some(P::Pdf)),
            ("application/octet-stream", "a.PDF", K::Pdf, Some(P::Pdf)),
            ("application/pdf", "no extension", K::Pdf, Some(P::Pdf)),
            ("text/plain", "a.txt", K::Text, Some(P::Text)),
            ("text/html", "page.html", K::Text, Some(P::Text)),
            ("text/x-python", "a.py", K::Text, Some(P::Text)),
            ("application/octet-stream", "main.rs", K::Text, Some(P::Text)),
            ("application/atom+xml", "feed", K::Text, Some(P::Text)),
            ("text/csv", "a.csv", K::Spreadsheet, Some(P::Text)),
            ("audio/mpeg", "a.mp3", K::Audio, Some(P::Audio)),
            ("audio/basic", "a", K::Audio, None),
            ("video/mp4", "a.mp4", K::Video, Some(P::Video)),
            ("video/x-msvideo", "a.avi", K::Video, None),
            ("application/zip", "a.zip", K::Archive, None),
            ("application/x-tar", "a", K::Archive, None),
            ("text/calendar", "invitation.ics", K::Calendar, Some(P::Text)),
            ("message/rfc822", "a.eml", K::Message, Some(P::Text)),
            (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "a.docx",
                K::Document,
                None,
            ),
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a", K::Spreadsheet, None),
            ("application/octet-stream", "a", K::Other, None),
            ("", "", K::Other, None),
            // A name that says something else than the type: the name decides what it is, and nothing is shown.
            ("image/jpeg", "photo.jpg.exe", K::Other, None),
            ("application/pdf", "a.exe", K::Other, None),
            ("application/pdf", "a.html", K::Text, None),
            ("text/html", "a.pdf", K::Pdf, None),
            ("text/html", "a.jpg", K::Image, None),
            ("application/javascript", "a.js", K::Other, Some(P::Text)),
        ];
        for (media_type, name, kind, shown) in table {
            assert_eq!(
                (file_kind(media_type, name), preview(media_type, name)),
                (kind, shown),
                "{media_type} {name}"
            );
        }
    }

    #[test]
    fn what_plays_and_what_a_viewer_opens_has_a_type_of_the_list() {
        for (media_type, name, shown) in [
            ("audio/x-wav", "a", "audio/wav"),
            ("video/quicktime", "a.mov", "video/quicktime"),
            ("application/octet-stream", "a.pdf", "application/pdf"),
            ("text/html", "a.html", BYTES),
            ("image/svg+xml", "a.svg", BYTES),
        ] {
            assert_eq!(shown_as(media_type, name), shown, "{media_type} {name}");
        }
        let allowed = |shown: &str| {
            shown == "application/pdf" || shown.starts_with("audio/") || shown.starts_with("video/")
        };
        for extension in
            ["mp3", "m4a", "ogg", "wav", "mp4", "webm", "pdf", "flac", "aac", "ogv", "weba", "mov"]
        {
            let (_, preview, shown) = by_extension(extension).unwrap();
            assert!(preview.is_some() && allowed(shown), "{extension}");
        }
    }
}
