//! Icons: strokes on a grid of 24. They never speak; the control beside them does.

use crate::state::reactive::follow;
use leptos::prelude::*;

/// The icons the app has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// A box with a lid.
    Archive,
    /// An arrow to where one came from.
    Back,
    /// A sheet of a calendar.
    Calendar,
    /// A tick.
    Check,
    /// An arrow down: it opens.
    Chevron,
    /// A cross.
    Close,
    /// A pen.
    Compose,
    /// An arrow into a tray.
    Download,
    /// A paper clip.
    Clip,
    /// A sheet.
    File,
    /// A box with a zip.
    FileArchive,
    /// A note.
    FileAudio,
    /// A sheet with a heading.
    FileDocument,
    /// A landscape.
    FileImage,
    /// A sheet with a ribbon.
    FilePdf,
    /// A grid.
    FileTable,
    /// Lines of text.
    FileText,
    /// A frame with an arrow.
    FileVideo,
    /// A flag.
    Flag,
    /// A folder.
    Folder,
    /// An arrow away.
    Forward,
    /// A cog.
    Gear,
    /// A picture.
    Image,
    /// A tray that takes mail.
    Inbox,
    /// A sign that forbids.
    Junk,
    /// A closed envelope.
    Mail,
    /// An opened envelope.
    MailOpen,
    /// Three lines.
    Menu,
    /// Three dots.
    More,
    /// A folder with an arrow.
    Move,
    /// A sheet with a corner.
    Draft,
    /// Two arrows in a circle.
    Refresh,
    /// An arrow back.
    Reply,
    /// Two arrows back.
    ReplyAll,
    /// A lens.
    Search,
    /// A paper plane.
    Send,
    /// A bin.
    Trash,
    /// An arrow that turns back.
    Undo,
    /// Lines with points.
    Bullets,
    /// Lines with numbers.
    Numbers,
    /// A quotation mark.
    Quote,
    /// Two links of a chain.
    Link,
    /// Angle brackets.
    Code,
    /// A line.
    Minus,
    /// Two corners.
    Full,
    /// A triangle with a mark.
    Warning,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Glyph::Archive => "M3.5 4.5h17v4h-17zM5 8.5v11h14v-11M9.5 12.5h5",
            Glyph::Back => "M14.5 5.5 8 12l6.5 6.5",
            Glyph::Calendar => "M4 6h16v14H4zM4 10.5h16M8.5 3.5V7m7-3.5V7M8 14.5h3m2 0h3",
            Glyph::Check => "m5 12.5 4.5 4.5L19 7.5",
            Glyph::Chevron => "m7 10 5 5 5-5",
            Glyph::Close => "m6 6 12 12M18 6 6 18",
            Glyph::Compose => "M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3",
            Glyph::Download => "M12 4v11m-4.5-4.5L12 15l4.5-4.5M4.5 16v3.5h15V16",
            Glyph::Clip => {
                "m19 11-7.2 7.2a4.2 4.2 0 0 1-6-6L13.4 4.6a2.8 2.8 0 0 1 4 4l-7.5 7.5a1.4 1.4 0 0 1-2-2L14.5 7.5"
            }
            Glyph::File => "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5",
            Glyph::FileArchive => "M4.5 5h15v14.5h-15zM12 5v2m0 2v1.5m0 2V14m-1.5 1.5h3v2h-3z",
            Glyph::FileAudio => {
                "M9 17V5.5l10-2V15M9 17a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 15a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z"
            }
            Glyph::FileDocument => "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9 11.5h6M9 14.5h6M9 17.5h3.5",
            Glyph::FileImage => {
                "M3.5 5h17v14h-17zM4 17l5-5 4 4 3-2.5 4.5 4M15 8.5a1 1 0 1 0 2 0 1 1 0 0 0-2 0z"
            }
            Glyph::FilePdf => "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M3.5 11.5h10v5h-10zM6 14h5",
            Glyph::FileTable => "M4 5h16v14.5H4zM4 9.5h16M4 14.5h16M10 5v14.5",
            Glyph::FileText => "M5 6h14M5 10h14M5 14h14M5 18h8",
            Glyph::FileVideo => "M3.5 5.5h17v13h-17zM10 9v6l5-3z",
            Glyph::Flag => "M6 20.5V4.5h11.5l-2.5 4 2.5 4H6",
            Glyph::Folder => {
                "M3.5 6.5a1 1 0 0 1 1-1h4.5l2 2.5h8.5a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1z"
            }
            Glyph::Forward => "M14 6.5 19.5 12 14 17.5M19.5 12H11a6.5 6.5 0 0 0-6.5 6.5",
            Glyph::Gear => {
                "M12 8.7a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6zM12 3.5v2.7m0 11.6v2.7M3.5 12h2.7m11.6 0h2.7\
                 M6 6l1.9 1.9m8.2 8.2L18 18M18 6l-1.9 1.9M7.9 16.1 6 18"
            }
            Glyph::Image => "M3.5 5h17v14h-17zM3.5 16l5-5 4 4 3-3 5 4.5M15 9.5v.01",
            Glyph::Inbox => "M3.5 13.5 6 5h12l2.5 8.5v5.5h-17zM3.5 13.5h5a3.5 3.5 0 0 0 7 0h5",
            Glyph::Junk => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12",
            Glyph::Mail => "M3.5 5.5h17v13h-17zM4 6l8 7 8-7",
            Glyph::MailOpen => "m3.5 10 8.5-6 8.5 6v9.5h-17zM4 10.5l8 5 8-5",
            Glyph::Menu => "M4 6.5h16M4 12h16M4 17.5h16",
            Glyph::More => {
                "M5.2 12a.8.8 0 1 0 1.6 0 .8.8 0 0 0-1.6 0zM11.2 12a.8.8 0 1 0 1.6 0 .8.8 0 0 0-1.6 0zM17.2 12a.8.8 0 1 0 1.6 0 .8.8 0 0 0-1.6 0z"
            }
            Glyph::Move => {
                "M3.5 18V6.5a1 1 0 0 1 1-1h4.5l2 2.5h8.5a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1zM9 13.5h6m-2.3-2.5 2.5 2.5-2.5 2.5"
            }
            Glyph::Draft => "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9 12.5h6M9 16h4",
            Glyph::Refresh => "M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9M19.5 4v5h-5",
            Glyph::Reply => "M10 6.5 4.5 12l5.5 5.5M4.5 12H13a6.5 6.5 0 0 1 6.5 6.5",
            Glyph::ReplyAll => "M8 6.5 2.5 12 8 17.5M13 6.5 7.5 12l5.5 5.5M7.5 12h7a6.5 6.5 0 0 1 6.5 6.5",
            Glyph::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3l5.2 5.2",
            Glyph::Send => "m3.5 5 17 7-17 7 3-7zM6.5 12h7",
            Glyph::Trash => "M4.5 6.5h15M9 6.5v-3h6v3M6.5 6.5l1 14h9l1-14M10 10.5v6M14 10.5v6",
            Glyph::Undo => "M8.5 4.5 4 9l4.5 4.5M4 9h9.5a5.5 5.5 0 0 1 0 11H9",
            Glyph::Bullets => "M9 6h11M9 12h11M9 18h11M4.5 6v.01M4.5 12v.01M4.5 18v.01",
            Glyph::Numbers => "M10 6h10M10 12h10M10 18h10M4 4.5l1.5-.5v4.5M4 15.5c3-1 2.5 1.5 0 4h2.5",
            Glyph::Quote => "M10 7c-3 1-4.5 3-4.5 6v3.5H10V13H7M19 7c-3 1-4.5 3-4.5 6v3.5H19V13h-3",
            Glyph::Link => {
                "M10 14l4-4M8.5 11 6 13.5a3.2 3.2 0 0 0 4.5 4.5l2.5-2.5M15.5 13l2.5-2.5A3.2 3.2 0 0 0 13.5 6L11 8.5"
            }
            Glyph::Code => "m8 7-5 5 5 5M16 7l5 5-5 5",
            Glyph::Minus => "M5 17h14",
            Glyph::Full => "M13.5 4.5h6v6M10.5 19.5h-6v-6M19.5 4.5l-6 6M4.5 19.5l6-6",
            Glyph::Warning => "M12 4 2.5 20h19zM12 10v5m0 2.5v.01",
        }
    }
}

/// An icon.
#[component]
pub fn Icon(
    /// Which one.
    #[prop(into)]
    glyph: Signal<Glyph>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=follow(move || glyph.get().path())/>
        </svg>
    }
}
