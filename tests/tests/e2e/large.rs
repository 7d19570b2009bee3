//! A folder of 100,000 messages is one list.

use crate::stage::Stage;
use postern_tests::error::Result;

const ALL: u32 = 100_000;

#[tokio::test]
async fn a_hundred_thousand_messages_scroll_to_the_middle() -> Result<()> {
    let stage = Stage::with_mail(ALL).await?;
    let page = stage.page().await?;
    page.see_count(ALL).await?;
    page.see_row("Message 100000").await?;
    let scroll = "const list = document.querySelector('[data-scroller]'); list.scrollTop = list.scrollHeight * arguments[0]";
    for (place, around) in [(0.5, ALL / 2), (1.0, ALL), (0.25, ALL / 4)] {
        page.run(scroll, vec![place.into()]).await?;
        let rows = page
            .see_rows("rows of that place", |rows| {
                !rows.is_empty()
                    && rows.iter().all(|row| !row.busy)
                    && rows.iter().any(|row| row.index.abs_diff(around) < 100)
            })
            .await?;
        assert!(rows.len() < 200, "only what can be seen is in the page: {}", rows.len());
        for row in rows {
            let number = ALL + 1 - row.index;
            assert!(row.shows(&format!("Message {number:05}")), "{row:?}");
        }
    }
    Ok(())
}
