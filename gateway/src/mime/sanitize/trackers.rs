//! Images that only tell their sender when a mail is read: too small or too hidden to be seen, or from where such
//! images come. They are never loaded.

use crate::mime::links::attributes;
use std::collections::HashSet;
use url::Url;

/// Up to this size in pixels nothing can be seen.
const UNSEEN: f32 = 2.0;

/// Hosts (and all below them) that serve nothing but such images, or only such images below a path.
const PLACES: &[(&str, &str)] = &[
    ("bat.bing.com", "/"),
    ("doubleclick.net", "/"),
    ("emltrk.com", "/"),
    ("facebook.com", "/tr"),
    ("getnotify.com", "/"),
    ("google-analytics.com", "/"),
    ("googleadservices.com", "/pagead/conversion"),
    ("hubspotlinks.com", "/"),
    ("linkedin.com", "/emimp/"),
    ("list-manage.com", "/track/"),
    ("mailfoogae.appspot.com", "/"),
    ("mailtrack.io", "/trace"),
    ("mandrillapp.com", "/track/"),
    ("mjt.lu", "/oo/"),
    ("open.convertkit-mail.com", "/"),
    ("open.convertkit-mail2.com", "/"),
    ("pixel.app.returnpath.net", "/"),
    ("pixel.wp.com", "/"),
    ("pstmrk.it", "/open"),
    ("r.superhuman.com", "/"),
    ("readnotify.com", "/"),
    ("rs6.net", "/on.jsp"),
    ("scorecardresearch.com", "/"),
    ("sidekickopen.com", "/"),
    ("t.signaux.com", "/"),
    ("t.yesware.com", "/"),
    ("tracking.bananatag.com", "/"),
    ("track.hubspot.com", "/"),
    ("track.mixmax.com", "/"),
    ("via.intercom.io", "/o"),
];

/// Paths at which the large senders count on hosts of their customers' names.
const PATHS: &[&str] = &[
    "/e/o/",
    "/e2t/o/",
    "/e3t/o/",
    "/o/eyj",
    "/tr/op/",
    "/track/open",
    "/trk/open",
    "/wf/open",
    "/open.aspx",
    "/i0/",
];

/// The addresses of images in balanced HTML that are too small or too hidden to be seen.
pub fn find(html: &str) -> HashSet<String> {
    html.match_indices("<img ")
        .filter_map(|(at, _)| {
            let tag = html.get(at..)?;
            let tag = tag.get(..=tag.find('>')?)?;
            let attributes = attributes(tag);
            let value =
                |name: &str| attributes.iter().find(|(own, _)| own == name).map(|(_, value)| &**value);
            let src = value("src")?;
            is_unseen(value("width"), value("height"), value("style")).then(|| key(src).to_owned())
        })
        .collect()
}

/// An address as [`find`] tells it.
pub fn key(address: &str) -> &str {
    address.trim()
}

/// Whether an address is one where only such images come from.
pub fn is_tracker(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let path = url.path().to_ascii_lowercase();
    let below =
        |parent: &str| host.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    PLACES.iter().any(|(parent, start)| below(parent) && path.starts_with(start))
        || PATHS.iter().any(|start| path.starts_with(start))
}

fn is_unseen(width: Option<&str>, height: Option<&str>, style: Option<&str>) -> bool {
    let style = style.unwrap_or_default().to_ascii_lowercase();
    let (mut width, mut height) = (width.and_then(pixels), height.and_then(pixels));
    let (mut most_width, mut most_height) = (None, None);
    for (property, value) in style.split(';').filter_map(|declaration| declaration.split_once(':')) {
        let value = value.trim();
        let size = pixels(value);
        match property.trim() {
            "width" => width = size,
            "height" => height = size,
            "max-width" => most_width = size,
            "max-height" => most_height = size,
            "display" if value.starts_with("none") => return true,
            "visibility" if value.starts_with("hidden") || value.starts_with("collapse") => return true,
            "opacity" if value.parse::<f32>().is_ok_and(|opacity| opacity <= 0.0) => return true,
            _ => {}
        }
    }
    let limited = |size: Option<Size>, most: Option<Size>| match most {
        Some(Size::Unseen) => most,
        _ => size,
    };
    match (limited(width, most_width), limited(height, most_height)) {
        (Some(Size::Unseen), Some(Size::Unseen) | None) | (None, Some(Size::Unseen)) => true,
        // A line, or a gap between two lines.
        _ => false,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Size {
    Unseen,
    Seen,
}

/// What a length says; absent where it says nothing.
fn pixels(length: &str) -> Option<Size> {
    let length = length.trim();
    let end = length.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(length.len());
    let (number, unit) = length.split_at(end);
    let number: f32 = number.parse().ok()?;
    let unit = unit.trim_start();
    let counts = unit.is_empty() || unit.starts_with("px") || unit.starts_with('!') || number == 0.0;
    Some(if counts && number <= UNSEEN { Size::Unseen } else { Size::Seen })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_nobody_sees() {
        let table = [
            ("width=\"1\" height=\"1\"", true),
            ("width=\"0\" height=\"0\"", true),
            ("width=\"2px\" height=\"2\"", true),
            ("height=\"1\"", true),
            ("style=\"width:1px; height:1px !important\"", true),
            ("style=\"max-height: 1px\"", true),
            ("width=\"40\" height=\"40\" style=\"display:none\"", true),
            ("style=\"visibility : hidden\"", true),
            ("style=\"opacity:0\"", true),
            ("width=\"40\" style=\"WIDTH:0;height:0\"", true),
            ("style=\"width:0.5em;height:1px\"", false),
            ("", false),
            ("width=\"600\" height=\"1\"", false),
            ("width=\"100%\" height=\"2\"", false),
            ("width=\"1%\" height=\"1%\"", false),
            ("width=\"3\" height=\"3\"", false),
            ("style=\"max-width:100%\"", false),
            ("width=\"1\" height=\"1\" style=\"width:40px;height:auto\"", false),
        ];
        for (attributes, unseen) in table {
            let html = format!("<p>a</p><img {attributes} src=\"https://a.test/?x&amp;y\"><b>b</b>");
            let found = find(&html);
            assert_eq!(found.contains("https://a.test/?x&y"), unseen, "{attributes}");
        }
    }

    #[test]
    fn places_that_only_count() {
        for (url, tracker) in [
            ("https://u123.ct.sendgrid.net/wf/open?upn=x", true),
            ("https://links.shop.example/e/o/abc", true),
            ("https://shop.us1.list-manage.com/track/open.php?u=1", true),
            ("https://mcusercontent.com/logo.png", false),
            ("https://www.facebook.com/tr?id=1", true),
            ("https://www.facebook.com/images/logo.png", false),
            ("https://stats.g.doubleclick.net/x.gif", true),
            ("https://notdoubleclick.net/x.gif", false),
            ("https://example.org/open.html", false),
        ] {
            assert_eq!(is_tracker(&Url::parse(url).unwrap()), tracker, "{url}");
        }
    }
}
