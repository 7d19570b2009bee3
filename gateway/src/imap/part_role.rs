//! What each part of a message is to its reader: text, a picture in the text, an attachment. One walk over the
//! structure decides it for the reading pane and for the paperclip in the list alike.

mod minor;

use super::response::BodyPart;
use minor::{is_made_by_mailer, is_minor};

/// Parts looked at in one message.
pub const PARTS_LIMIT: usize = 1000;
/// How deep multiparts may nest.
pub const NESTING_LIMIT: usize = 50;

/// What a part is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// HTML of the body.
    Html,
    /// Plain text of the body.
    Plain,
    /// A picture that belongs into the body's HTML (RFC 2387).
    Picture,
    /// Another form of what is shown (RFC 2046 §5.1.4).
    Alternative,
    /// Something for machines, or of the sender's letterhead: a signature, a delivery report, a logo. To be had, but not
    /// what a person calls an attachment.
    Auxiliary,
    /// An attachment.
    Attachment,
    /// Text that was packed into an attachment (TNEF): it mostly says again what the mail's text says. None is left in
    /// [`Roles::parts`].
    Packed,
}

impl Role {
    /// Whether it is text to be read.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Html | Self::Plain)
    }
}

/// The roles of a message's parts that are no multiparts, in the mail's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles<'a> {
    /// Each part and its role.
    pub parts: Vec<(&'a BodyPart, Role)>,
    /// There are more parts than [`PARTS_LIMIT`], or deeper ones than [`NESTING_LIMIT`]: they are left out.
    pub truncated: bool,
}

impl<'a> Roles<'a> {
    /// The roles in a message of that structure. An attached message is one part: it is not looked into.
    pub fn of(structure: &'a BodyPart) -> Self {
        let mut roles = Self::default();
        roles.visit(structure, 0);
        if !roles.parts.iter().any(|(_, role)| role.is_text()) {
            roles.promote();
        }
        roles.parts.retain(|(_, role)| *role != Role::Packed);
        roles.set_minor_apart();
        roles
    }

    /// Where nothing is to be read, a text is shown that came without a name as a file, or packed with one.
    fn promote(&mut self) {
        let unnamed = |part: &BodyPart| is_marked_attachment(part) && !has_file_name(part);
        let hidden = self.parts.iter_mut().find(|(part, role)| {
            text_role(part).is_some()
                && (*role == Role::Packed || (*role == Role::Attachment && unnamed(part)))
        });
        if let Some((part, role)) = hidden {
            *role = text_role(part).unwrap_or(*role);
        }
    }

    /// Whether there is an attachment as a person means it: not pictures shown in the text, not signatures.
    pub fn has_attachment(&self) -> bool {
        self.parts.iter().any(|(_, role)| *role == Role::Attachment)
    }

    /// What mailers add by themselves to a mail that says something without it. A mail that brings nothing else was
    /// sent for that: a photo without a word is one.
    fn set_minor_apart(&mut self) {
        let has = |role: Role| self.parts.iter().any(|(_, found)| *found == role);
        let (html, text) = (has(Role::Html), has(Role::Html) || has(Role::Plain));
        let invited =
            self.parts.iter().any(|(part, role)| *role == Role::Auxiliary && minor::is_calendar(part));
        for (part, role) in &mut self.parts {
            if *role == Role::Attachment
                && (is_minor(part, text, html) || invited && minor::is_calendar(part))
            {
                *role = Role::Auxiliary;
            }
        }
    }

    fn visit(&mut self, part: &'a BodyPart, depth: usize) {
        if part.kind != "multipart" {
            if self.parts.len() == PARTS_LIMIT {
                self.truncated = true;
                return;
            }
            let role = self.leaf_role(part);
            self.parts.push((part, role));
            if depth < NESTING_LIMIT {
                self.visit_unpacked(part, depth);
            }
            return;
        }
        if depth == NESTING_LIMIT {
            self.truncated = true;
            return;
        }
        match part.subtype.as_str() {
            "alternative" => self.visit_alternatives(part, depth),
            "related" => self.visit_related(part, depth),
            "signed" | "report" | "encrypted" => self.visit_with_control_parts(part, depth),
            _ => part.children.iter().for_each(|child| self.visit(child, depth + 1)),
        }
    }

    /// What was found in a signed or a TNEF part. Of TNEF the text is another form of the mail's own.
    fn visit_unpacked(&mut self, part: &'a BodyPart, depth: usize) {
        if !is_opened(part) {
            return;
        }
        let start = self.parts.len();
        part.children.iter().for_each(|child| self.visit(child, depth + 1));
        if is_tnef(part) {
            let texts = self.parts[start..].iter_mut().filter(|(_, role)| role.is_text());
            texts.for_each(|(_, role)| *role = Role::Packed);
        }
    }

    /// The last form with HTML is shown, else the last one with text: the sender put the best form last.
    fn visit_alternatives(&mut self, part: &'a BodyPart, depth: usize) {
        let mut forms = Vec::with_capacity(part.children.len().min(PARTS_LIMIT));
        for child in &part.children {
            let start = self.parts.len();
            self.visit(child, depth + 1);
            forms.push(start..self.parts.len());
        }
        let last_with = |says_it: &dyn Fn(&BodyPart, Role) -> bool| {
            let says_it = |(part, role): &(&BodyPart, Role)| says_it(part, *role);
            forms.iter().rposition(|form| self.parts[form.clone()].iter().any(says_it))
        };
        // A form without a byte in it says nothing; other texts than these are for other programs.
        let is_plain = |part: &BodyPart, role| role == Role::Plain && part.subtype == "plain";
        let shown = last_with(&|part, role| role == Role::Html && part.size > 0)
            .or_else(|| last_with(&|part, role| is_plain(part, role) && part.size > 0))
            .or_else(|| last_with(&|_, role| role == Role::Html))
            .or_else(|| last_with(&is_plain))
            .or_else(|| last_with(&|_, role| role == Role::Plain));
        for (index, form) in forms.into_iter().enumerate() {
            if Some(index) == shown {
                continue;
            }
            for (part, role) in &mut self.parts[form] {
                if matches!(role, Role::Html | Role::Plain | Role::Picture) || is_form_of_text(part) {
                    *role = Role::Alternative;
                } else if minor::is_calendar(part) && !is_marked_attachment(part) {
                    // An invitation says what the text says, to a calendar.
                    *role = Role::Auxiliary;
                }
            }
        }
    }

    /// One part is the text; what it can refer to are its pictures, the rest are attachments.
    fn visit_related(&mut self, part: &'a BodyPart, depth: usize) {
        let root = related_root(part);
        let mut html = false;
        // Pictures may stand before the text that shows them.
        let mut before = self.parts.len()..self.parts.len();
        for (index, other) in part.children.iter().enumerate() {
            let start = self.parts.len();
            self.visit(other, depth + 1);
            if index == root {
                html = self.parts[start..].iter().any(|(_, role)| *role == Role::Html);
                let earlier = before.clone();
                self.parts[earlier]
                    .iter_mut()
                    .filter(|(part, role)| {
                        html && *role == Role::Attachment && is_picture(part) && !is_marked_attachment(part)
                    })
                    .for_each(|(_, role)| *role = Role::Picture);
                continue;
            }
            if index < root {
                before.end = self.parts.len();
            }
            for (part, role) in &mut self.parts[start..] {
                *role = match *role {
                    Role::Attachment
                        if html
                            && is_picture(part)
                            && (!is_marked_attachment(part) || is_made_by_mailer(part)) =>
                    {
                        Role::Picture
                    }
                    Role::Html | Role::Plain => Role::Attachment,
                    other => other,
                };
            }
        }
    }

    /// The first part is what was signed, reported or encrypted; the others are there for machines (RFC 1847, RFC 6522).
    fn visit_with_control_parts(&mut self, part: &'a BodyPart, depth: usize) {
        for (index, child) in part.children.iter().enumerate() {
            let start = self.parts.len();
            self.visit(child, depth + 1);
            if index > 0 || part.subtype == "encrypted" {
                self.parts[start..].iter_mut().for_each(|(_, role)| *role = Role::Auxiliary);
            }
        }
    }

    fn leaf_role(&self, part: &BodyPart) -> Role {
        let text = match (part.kind.as_str(), part.subtype.as_str()) {
            _ if is_marked_attachment(part) && !is_opened(part) => return Role::Attachment,
            ("application", "pgp-signature" | "pkcs7-signature" | "x-pkcs7-signature" | "applefile") => {
                return Role::Auxiliary;
            }
            ("application", _) if is_opened(part) => return Role::Auxiliary,
            _ => match text_role(part) {
                Some(text) => text,
                None => return Role::Attachment,
            },
        };
        let is_first = self.parts.iter().all(|(_, role)| !role.is_text());
        // A text with a file name is a file, unless it is all the text there is.
        let may_be_named = is_first && matches!(part.subtype.as_str(), "html" | "plain");
        if may_be_named || !has_file_name(part) { text } else { Role::Attachment }
    }
}

/// Whether browsers show a part as a picture: raster images only.
pub fn is_raster(part: &BodyPart) -> bool {
    part.kind == "image"
        && matches!(
            part.subtype.as_str(),
            "png" | "jpeg" | "jpg" | "pjpeg" | "gif" | "webp" | "bmp" | "x-ms-bmp" | "avif"
        )
}

/// What a text is to a reader, if people write such texts: HTML, plain text, and what reads well as such. Tables, cards
/// and calendars are files.
pub fn text_role(part: &BodyPart) -> Option<Role> {
    match (part.kind.as_str(), part.subtype.as_str()) {
        ("text", "html") => Some(Role::Html),
        (
            "text",
            "calendar"
            | "x-vcalendar"
            | "vcard"
            | "x-vcard"
            | "directory"
            | "csv"
            | "x-csv"
            | "xml"
            | "css"
            | "javascript"
            | "ecmascript"
            | "rtf"
            | "rfc822-headers"
            | "tab-separated-values"
            | "vtt"
            | "x-amp-html",
        ) => None,
        ("text", _) => Some(Role::Plain),
        _ => None,
    }
}

/// Whether a part is a file of Outlook's that holds a message's attachments.
pub fn is_tnef(part: &BodyPart) -> bool {
    part.kind == "application" && matches!(part.subtype.as_str(), "ms-tnef" | "vnd.ms-tnef" | "x-ms-tnef")
}

/// Whether something was found in a part that is no multipart and no message.
fn is_opened(part: &BodyPart) -> bool {
    part.kind == "application" && !part.children.is_empty()
}

/// The part that a `multipart/related` is about: as `start` says (RFC 2387 §3.2), else the first.
fn related_root(part: &BodyPart) -> usize {
    let bare = |id: &[u8]| {
        String::from_utf8_lossy(id).trim().trim_start_matches('<').trim_end_matches('>').to_owned()
    };
    let start = part.params.iter().find(|(name, _)| name == "start").map(|(_, value)| bare(value));
    let named = start.and_then(|start| {
        let is_named = |child: &BodyPart| child.id.as_deref().is_some_and(|id| bare(id) == start);
        part.children.iter().position(is_named)
    });
    let holds_text = |child: &BodyPart| child.kind == "multipart" || text_role(child).is_some();
    let first_is_none = part.children.first().is_some_and(is_raster);
    let first_text = first_is_none.then(|| part.children.iter().position(holds_text)).flatten();
    named.or(first_text).unwrap_or(0)
}

fn is_picture(part: &BodyPart) -> bool {
    part.id.is_some() && is_raster(part)
}

fn is_marked_attachment(part: &BodyPart) -> bool {
    part.disposition.as_ref().is_some_and(|disposition| disposition.kind == "attachment")
}

/// Texts that say the same as HTML or plain text do; an invitation says more.
fn is_form_of_text(part: &BodyPart) -> bool {
    part.kind == "text" && part.subtype != "calendar" && !is_marked_attachment(part)
}

fn has_file_name(part: &BodyPart) -> bool {
    let named = |params: &[(String, Vec<u8>)], name: &str| {
        params.iter().any(|(key, _)| key.split('*').next() == Some(name))
    };
    named(&part.params, "name")
        || part.disposition.as_ref().is_some_and(|disposition| named(&disposition.params, "filename"))
}

#[cfg(test)]
mod tests;
