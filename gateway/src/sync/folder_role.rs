//! What a folder is for: by SPECIAL-USE (RFC 6154), else by the names that programs and providers give in many
//! languages.

use crate::{imap::response::ListedFolder, sync::folder_list::FolderEntry};
use postern_shared::{folder::Role, ids::FolderId};
use std::collections::HashMap;

/// Attributes, standard ones and XLIST's (Gmail's forerunner of RFC 6154).
const ATTRIBUTES: [(&str, Role); 10] = [
    ("\\inbox", Role::Inbox),
    ("\\drafts", Role::Drafts),
    ("\\sent", Role::Sent),
    ("\\archive", Role::Archive),
    ("\\junk", Role::Junk),
    ("\\spam", Role::Junk),
    ("\\trash", Role::Trash),
    ("\\all", Role::All),
    ("\\allmail", Role::All),
    ("\\flagged", Role::Flagged),
];

/// Names in lower case. English first: it is what most servers create.
const NAMES: [(Role, &[&str]); 6] = [
    (Role::Inbox, &["inbox"]),
    (
        Role::Drafts,
        &[
            "drafts",
            "draft",
            "entwürfe",
            "entwurf",
            "brouillons",
            "borradores",
            "bozze",
            "rascunhos",
            "concepten",
            "kladder",
            "utkast",
            "luonnokset",
            "koncepty",
            "robocze",
            "szkice",
            "черновики",
            "taslaklar",
            "下書き",
            "草稿",
            "임시보관함",
        ],
    ),
    (
        Role::Sent,
        &[
            "sent",
            "sent items",
            "sent messages",
            "sent mail",
            "gesendet",
            "gesendete objekte",
            "gesendete elemente",
            "envoyés",
            "éléments envoyés",
            "enviados",
            "elementos enviados",
            "inviata",
            "posta inviata",
            "itens enviados",
            "verzonden",
            "verzonden items",
            "sendt",
            "skickat",
            "lähetetyt",
            "odeslané",
            "wysłane",
            "отправленные",
            "gönderilmiş öğeler",
            "送信済み",
            "已发送",
            "寄件備份",
            "보낸편지함",
        ],
    ),
    (
        Role::Archive,
        &[
            "archive",
            "archives",
            "archiv",
            "archivo",
            "archivio",
            "arquivo",
            "archief",
            "arkiv",
            "arkisto",
            "archiwum",
            "архив",
            "arşiv",
            "アーカイブ",
            "归档",
            "보관함",
        ],
    ),
    (
        Role::Junk,
        &[
            "junk",
            "junk e-mail",
            "junk mail",
            "spam",
            "bulk mail",
            "unerwünscht",
            "junk-e-mail",
            "indésirables",
            "courrier indésirable",
            "pourriel",
            "correo no deseado",
            "posta indesiderata",
            "lixo eletrônico",
            "ongewenst",
            "ongewenste e-mail",
            "søppelpost",
            "skräppost",
            "roskaposti",
            "nevyžádaná pošta",
            "wiadomości-śmieci",
            "спам",
            "istenmeyen",
            "迷惑メール",
            "垃圾邮件",
            "스팸메일함",
        ],
    ),
    (
        Role::Trash,
        &[
            "trash",
            "deleted items",
            "deleted messages",
            "deleted",
            "bin",
            "papierkorb",
            "gelöscht",
            "gelöschte objekte",
            "gelöschte elemente",
            "corbeille",
            "éléments supprimés",
            "papelera",
            "elementos eliminados",
            "cestino",
            "posta eliminata",
            "lixeira",
            "itens excluídos",
            "prullenbak",
            "verwijderde items",
            "papirkurv",
            "slettede elementer",
            "papperskorgen",
            "roskakori",
            "koš",
            "kosz",
            "корзина",
            "удаленные",
            "çöp kutusu",
            "ゴミ箱",
            "已删除",
            "휴지통",
        ],
    ),
];

/// The role a name stands for; `name` is in lower case.
pub fn by_name(name: &str) -> Option<Role> {
    NAMES.iter().find(|(_, names)| names.contains(&name)).map(|&(role, _)| role)
}

/// Gives each role to one folder: the first the server marked, else the first at the top whose name says so, else
/// the first directly below the inbox.
pub(crate) fn assign(entries: &mut [FolderEntry], listed: &[ListedFolder]) {
    let mut holders: HashMap<Role, FolderId> = HashMap::new();
    let inbox = FolderId("INBOX".to_owned());
    if entries.iter().any(|entry| entry.folder.id == inbox) {
        holders.insert(Role::Inbox, inbox.clone());
    }
    for folder in listed {
        let role = ATTRIBUTES.iter().find(|(name, _)| folder.attributes.iter().any(|known| known == name));
        let entry = entries.iter().find(|entry| entry.raw.0 == folder.name);
        if let (Some(&(_, role)), Some(entry)) = (role, entry) {
            holders.entry(role).or_insert_with(|| entry.folder.id.clone());
        }
    }
    let marked: Vec<FolderId> = holders.values().cloned().collect();
    for parent in [None, Some(&inbox)] {
        for entry in entries.iter() {
            let folder = &entry.folder;
            let candidate =
                folder.parent.as_ref() == parent && folder.selectable && !marked.contains(&folder.id);
            if let Some(role) = by_name(&folder.name.to_lowercase()).filter(|_| candidate) {
                holders.entry(role).or_insert_with(|| folder.id.clone());
            }
        }
    }
    for (role, id) in holders {
        if let Some(entry) = entries.iter_mut().find(|entry| entry.folder.id == id) {
            entry.folder.role = Some(role);
        }
    }
}
