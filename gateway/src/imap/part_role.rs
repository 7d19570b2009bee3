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
        roles.set_minor_apart();
        roles
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
            return self.parts.push((part, role));
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

    /// The last form with HTML is shown, else the last one with text: the sender put the best form last.
    fn visit_alternatives(&mut self, part: &'a BodyPart, depth: usize) {
        let mut forms = Vec::with_capacity(part.children.len().min(PARTS_LIMIT));
        for child in &part.children {
            let start = self.parts.len();
            self.visit(child, depth + 1);
            forms.push(start..self.parts.len());
        }
        let last_with = |role: Role| {
            forms.iter().rposition(|form| self.parts[form.clone()].iter().any(|(_, found)| *found == role))
        };
        let shown = last_with(Role::Html).or_else(|| last_with(Role::Plain));
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

    /// The first part is the text; what it can refer to are its pictures, the rest are attachments.
    fn visit_related(&mut self, part: &'a BodyPart, depth: usize) {
        let Some((root, others)) = part.children.split_first() else { return };
        let start = self.parts.len();
        self.visit(root, depth + 1);
        let html = self.parts[start..].iter().any(|(_, role)| *role == Role::Html);
        for other in others {
            let start = self.parts.len();
            self.visit(other, depth + 1);
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
            _ if is_marked_attachment(part) => return Role::Attachment,
            ("text", "html") => Role::Html,
            ("text", "plain") => Role::Plain,
            ("application", "pgp-signature" | "pkcs7-signature" | "x-pkcs7-signature") => {
                return Role::Auxiliary;
            }
            _ => return Role::Attachment,
        };
        let is_first = self.parts.iter().all(|(_, role)| !matches!(role, Role::Html | Role::Plain));
        // A text with a file name is a file, unless it is all the text there is.
        if is_first || !has_file_name(part) { text } else { Role::Attachment }
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
