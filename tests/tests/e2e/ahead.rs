//! The body that is loaded before its message is opened.

use crate::stage::Stage;
use postern_tests::error::Result;

const FRAME: &str = "iframe[title=\"Message body\"]";

#[tokio::test]
async fn the_body_below_the_pointer_is_there_when_its_message_is_opened() -> Result<()> {
    let stage = Stage::with_mail(3).await?;
    let page = stage.page().await?;
    let rows =
        page.see_rows("three rows", |rows| rows.len() == 3 && rows.iter().all(|row| !row.busy)).await?;
    for row in rows.iter().rev() {
        let element = page.element_of(row).await?;
        page.driver().action_chain().move_to_element_center(&element).perform().await?;
        page.css(&format!(".waiting-body iframe[src*=\"/{}/body\"][data-loaded]", row.uid)).await?;
        assert_eq!(
            page.count(&format!("{FRAME}[src*=\"/{}/body\"]", row.uid)).await?,
            0,
            "nothing is opened by resting"
        );
        element.click().await?;
        page.css(&format!("{FRAME}[src*=\"/{}/body?ahead=1\"][data-loaded]", row.uid)).await?;
        page.css(FRAME).await?.enter_frame().await?;
        page.see_text("body", "message").await?;
        page.driver().enter_default_frame().await?;
        assert_eq!(page.count(FRAME).await?, 1);
    }
    Ok(())
}
