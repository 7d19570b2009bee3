//! IMAP and POP3 beside each other.

use super::name;
use crate::ui::parts::live::live;
use leptos::prelude::*;
use postern_shared::account::AccountKind;

/// What is compared: the subject, with IMAP, with POP3.
const ROWS: [(&str, &str, &str); 5] = [
    ("Where mail lives", "On the mail server.", "On this Postern, downloaded from the server’s inbox."),
    ("Folders", "On the server, the same on every device.", "On this Postern only."),
    (
        "Deleting",
        "Struck through in its place until you purge, or moved to Trash: as you choose.",
        "Moved to Deleted Items; for good when removed from there.",
    ),
    (
        "The copy on the server",
        "It is the mail: what is purged is gone.",
        "Stays, or is removed: as you choose for the account.",
    ),
    (
        "Connection",
        "Kept open: new mail shows at once, what you do reaches the server at once.",
        "Now and then, to download. Reading needs no connection to the mail server.",
    ),
];

/// The table.
#[component]
pub fn Comparison(
    /// What is recommended, once it is.
    #[prop(into)]
    recommended: Signal<Option<AccountKind>>,
) -> impl IntoView {
    let head = move |kind: AccountKind| {
        view! {
            <th scope="col">
                {name(kind)}
                {live(move || (recommended.get() == Some(kind)).then(|| view! { <span class="recommended">" (recommended)"</span> }))}
            </th>
        }
    };
    let is = move |kind| move || recommended.get() == Some(kind);
    let rows = ROWS.map(|(subject, imap, pop3)| {
        view! {
            <tr>
                <th scope="row">{subject}</th>
                <td class:chosen=is(AccountKind::Imap)>{imap}</td>
                <td class:chosen=is(AccountKind::Pop3)>{pop3}</td>
            </tr>
        }
    });
    view! {
        <div class="comparison-scroller">
            <table class="comparison">
                <caption class="unseen">"IMAP and POP3 compared"</caption>
                <thead><tr><td></td>{head(AccountKind::Imap)}{head(AccountKind::Pop3)}</tr></thead>
                <tbody>{rows.into_iter().collect_view()}</tbody>
            </table>
        </div>
    }
}
