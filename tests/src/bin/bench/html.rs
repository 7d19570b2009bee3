//! HTML of every size and several kinds: what renders in linear time for one kind may not for another.

use std::fmt::Write;

/// A kind of HTML.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Paragraphs of words.
    Text,
    /// Elements within elements.
    Nested,
    /// Rows of many cells.
    Tables,
    /// Elements with many attributes.
    Attributes,
    /// Style sheets and style attributes.
    Styles,
    /// Elements that are never closed.
    Unclosed,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 6] =
        [Kind::Text, Kind::Nested, Kind::Tables, Kind::Attributes, Kind::Styles, Kind::Unclosed];

    /// What it is called in the table.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Nested => "deep nesting",
            Kind::Tables => "wide tables",
            Kind::Attributes => "many attributes",
            Kind::Styles => "styles",
            Kind::Unclosed => "unclosed tags",
        }
    }

    /// About so many bytes of it.
    pub fn html(self, bytes: usize) -> String {
        let mut html = String::with_capacity(bytes + 512);
        let mut number = 0_usize;
        while html.len() < bytes {
            number += 1;
            match self {
                Kind::Text => write!(html, "<p>Paragraph {number} of a <b>letter</b> that goes on &amp; on.</p>\r\n"),
                Kind::Nested => write!(
                    html,
                    "{}deep {number}{}\r\n",
                    "<div><span>".repeat(40),
                    "</span></div>".repeat(40)
                ),
                Kind::Tables => write!(html, "<table><tr>{}</tr></table>\r\n", "<td>cell</td>".repeat(60)),
                Kind::Attributes => write!(
                    html,
                    "<p id=i{number} class=c title=\"t\" lang=en dir=ltr align=left data-a=1 data-b=2 data-c=3 \
                     onclick=x>words</p>\r\n"
                ),
                Kind::Styles => write!(
                    html,
                    "<style>p.c{number} {{ color: #333; margin: 1em 2px; font: bold 12px Arial }}</style>\
                     <p class=c{number} style=\"background: #eee; padding: 4px; border: 1px solid red\">words</p>\r\n"
                ),
                Kind::Unclosed => write!(html, "<div><b><i>words {number}<p><font color=red>\r\n"),
            }
            .ok();
        }
        html
    }
}

/// A newsletter of about so many bytes: tables within tables, a style sheet, styles in place, pictures that are blocked.
pub fn newsletter(number: usize, bytes: usize) -> String {
    let mut html = format!(
        "<html><head><style>body {{ margin: 0; font-family: Arial }} .button {{ background: #06c; color: #fff }} \
         @media (max-width: 600px) {{ .column {{ width: 100% }} }}</style></head><body bgcolor=\"#f4f4f4\">\
         <h1>Newsletter {number}</h1><table width=\"100%\" cellpadding=0 cellspacing=0><tr><td align=center>"
    );
    let mut item = 0;
    while html.len() < bytes {
        item += 1;
        write!(
            html,
            "<table width=600 class=column><tr><td width=200><img src=\"https://news.example/{number}/{item}.jpg\" \
             width=180 height=120 alt=\"Picture {item}\"></td>\r\n<td style=\"padding: 12px; font-size: 14px; \
             line-height: 1.5; color: #333333\"><h2 style=\"margin: 0 0 8px\">Story {item}</h2><p>Something happened, \
             and then something else did, as {item} people saw.</p><a class=button style=\"padding: 8px; \
             border-radius: 4px\" href=\"https://news.example/{number}/{item}?utm_source=mail\">Read on</a></td></tr></table>\r\n"
        )
        .ok();
    }
    html.push_str("</td></tr></table></body></html>");
    html
}
