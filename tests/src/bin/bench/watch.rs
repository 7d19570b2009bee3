//! The stop watch that runs in the page: nothing outside it sees its frames.

/// Defines `watch`. An input event carries the time at which the browser got it; what came of it counts from the
/// frame that shows it.
pub const WATCH: &str = r#"
const watch = (window.watch = { taken: null });
const rows = () => [...document.querySelectorAll("[role=grid] [role=row][aria-rowindex]")];
const ready = (row) => row.getAttribute("aria-busy") !== "true";
const shown = (from, then) => requestAnimationFrame(() => then(performance.now() - from));
const begins = (event, take) => addEventListener(event, take, { capture: true, once: true });

// Bytes of the app as they were transferred, without what it then asked for.
watch.loaded = () =>
  [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((entry) => !new URL(entry.name).pathname.startsWith("/api/"))
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0);

// Waits for a click, then for a text in the frame. Returns where to click.
watch.reading = (index) => {
  watch.taken = null;
  begins("click", (click) => {
    const before = document.querySelector('iframe[title="Message body"]');
    // The pane shows another frame, and not as one that loads.
    const look = () => {
      const frame = document.querySelector('iframe[title="Message body"]');
      if (!frame || frame === before || frame.closest(".loading")) return;
      observer.disconnect();
      shown(click.timeStamp, (time) => (watch.taken = time));
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributeFilter: ["class"] });
  });
  const row = rows().filter(ready)[index];
  row.scrollIntoView({ block: "nearest" });
  const box = row.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

// Waits for a key press, then for a row to be struck.
watch.striking = () => {
  watch.taken = null;
  begins("keydown", (press) => {
    const observer = new MutationObserver((changes) => {
      if (!changes.some((change) => change.target.dataset?.deleted === "true")) return;
      observer.disconnect();
      shown(press.timeStamp, (time) => (watch.taken = time));
    });
    observer.observe(document, { subtree: true, attributeFilter: ["data-deleted"] });
  });
};

// Waits for a key press, then for the frame that shows its letter.
watch.typing = () => {
  watch.taken = null;
  begins("keydown", (press) => begins("input", () => shown(press.timeStamp, (time) => (watch.taken = time))));
};

// Scrolls to a place between 0 and 1 and waits until its rows are there.
watch.scrolling = (place) =>
  new Promise((resolve) => {
    const scroller = document.querySelector("[data-scroller]");
    const from = performance.now();
    scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) * place;
    const total = Number(document.querySelector("[role=grid]").getAttribute("aria-rowcount"));
    const frame = scroller.getBoundingClientRect();
    const visible = (row) => {
      const box = row.getBoundingClientRect();
      return box.bottom > frame.top && box.top < frame.bottom;
    };
    const near = (row) => Math.abs(row.getAttribute("aria-rowindex") - total * place) < 200;
    const look = () => {
      const inside = rows().filter(visible);
      const done = inside.length > 5 && inside.every((row) => ready(row) && near(row));
      if (done) resolve(performance.now() - from);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
"#;
