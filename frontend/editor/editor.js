// The editor for formatted text: Squire, and DOMPurify for what is pasted, behind the few functions that the app calls.
// Loaded when somebody writes for the first time. Formatting is structure only: no styles, colours or sizes.
import "./purify-0000000000000000.js";
import Squire from "./squire-0000000000000000.js";

/* global DOMPurify */
const OWN = "/api/accounts/";
const TAGS = "a b blockquote br code del div em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s strike strong sub sup table tbody td th thead tr u ul";
const PURIFY = {
  ALLOWED_TAGS: TAGS.split(" "),
  ALLOWED_ATTR: ["alt", "colspan", "dir", "href", "rowspan", "src", "start"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|\/api\/accounts\/)/i,
  RETURN_DOM_FRAGMENT: true,
};
// An address that loads by itself tells its server that the text was pasted: pictures are the draft's own.
DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName === "IMG" && !(node.getAttribute("src") ?? "").startsWith(OWN)) node.remove();
});
const clean = (html) => document.importNode(DOMPurify.sanitize(html, PURIFY), true);

const BLOCK = /^(BLOCKQUOTE|DIV|H[1-6]|HR|LI|OL|P|PRE|TABLE|TR|UL)$/;

/** What a node says as plain text, a paragraph a line; quotes are marked as mail does it. `own` leaves quotes out. */
function lines(node, own) {
  const done = [];
  let line = null;
  const end = () => { if (line !== null) { done.push(line); line = null; } };
  const add = (text) => { line = (line ?? "") + text; };
  const walk = (parent) => {
    for (const child of parent.childNodes) {
      const name = child.nodeName;
      if (name === "#text") {
        if (parent.closest?.("pre")) {
          child.data.split("\n").forEach((part, at) => { if (at) { add(""); end(); } add(part); });
        } else if (child.data.trim() || line !== null) {
          // Blanks that do not break are those that count.
          add(child.data.replace(/[ \t\r\n\f\u200b]+/g, " ").replace(/\u00a0/g, " "));
        }
      } else if (name === "BR") {
        add(""); end();
      } else if (name === "IMG") {
        if (child.alt) add(`[${child.alt}]`);
      } else if (name === "BLOCKQUOTE") {
        end();
        if (!own) done.push(...lines(child, own).map((text) => text.startsWith(">") ? `>${text}` : text ? `> ${text}` : ">"));
      } else if (BLOCK.test(name)) {
        end();
        if (name === "LI") add(parent.nodeName === "OL" ? `${[...parent.children].indexOf(child) + 1}. ` : "- ");
        walk(child);
        end();
      } else {
        walk(child);
        if (name === "A" && child.textContent !== child.href && /^https?:/.test(child.href)) add(` <${child.href}>`);
        if (name === "TD" || name === "TH") add("\t");
      }
    }
  };
  walk(node);
  end();
  return done.map((text) => text.replace(/[ \t]+$/, (end) => text === "-- " ? end : ""));
}

/** The HTML of plain text: `>` at the beginning of lines makes quotes. */
function fromPlain(text) {
  const html = [];
  let depth = 0;
  for (const line of text.split("\n")) {
    const marks = /^(?:> ?)*/.exec(line)[0];
    const deep = marks.replace(/ /g, "").length;
    for (; depth < deep; depth++) html.push("<blockquote>");
    for (; depth > deep; depth--) html.push("</blockquote>");
    const rest = line.slice(marks.length).replace(/&/g, "&amp;").replace(/</g, "&lt;")
      .replace(/^ | $| (?= )/g, "&nbsp;");
    html.push(`<div>${rest || "<br>"}</div>`);
  }
  return html.join("") + "</blockquote>".repeat(depth);
}

class Editor {
  constructor(root, tell) {
    this.squire = new Squire(root, { sanitizeToDOMFragment: clean, didError: (error) => console.error(error) });
    this.squire.addEventListener("input", () => tell(true));
    for (const name of ["pathChange", "select", "cursor"]) this.squire.addEventListener(name, () => tell(false));
    this.root = root;
    // Each line is a block of its own: another kind of line break would only be lost at the end of one.
    this.squire.setKeyHandler("Shift-Enter", (squire, event, range) => {
      event.preventDefault();
      squire.splitBlock(false, range);
    });
    // Whoever answers has the cursor here before the editor is: no event would tell it, and Enter would split elsewhere.
    if (document.activeElement === root) root.dispatchEvent(new FocusEvent("focus"));
  }
  html() { return this.squire.getHTML(); }
  set(html) { this.squire.setHTML(html); }
  setPlain(text) { this.squire.setHTML(fromPlain(text)); }
  plain() { return lines(this.root, false).join("\n"); }
  own() { return lines(this.root, true).join("\n"); }
  /** Whether plain text would lose something. */
  isFormatted() { return this.root.querySelector(":not(div, p, br, blockquote)") !== null; }
  focus() { this.squire.focus(); this.squire.moveCursorToStart(); }
  image(url, alt) { this.squire.insertImage(url, { alt }); this.squire.focus(); }
  /** The link at the cursor. */
  anchor() {
    const node = this.squire.getSelection().startContainer;
    return (node.nodeType === 1 ? node : node.parentElement)?.closest("a") ?? null;
  }
  link() { return this.anchor()?.getAttribute("href") ?? ""; }
  setLink(url) {
    const { squire } = this;
    squire.focus();
    const anchor = this.anchor();
    if (anchor && squire.getSelection().collapsed) {
      // All of it leads elsewhere, or nowhere.
      const range = document.createRange();
      range.selectNodeContents(anchor);
      squire.setSelection(range);
    }
    if (!url) squire.removeLink();
    else if (squire.getSelection().collapsed) {
      const link = Object.assign(document.createElement("a"), { href: url, textContent: url });
      squire.insertHTML(link.outerHTML);
    } else squire.makeLink(url);
  }
  /** Which formats there are at the cursor, a letter each. */
  formats() {
    const { squire } = this;
    const tags = { B: "B", I: "I", U: "U", S: "S", L: "UL", N: "OL", Q: "BLOCKQUOTE", A: "A", C: "CODE" };
    return Object.keys(tags).filter((letter) => squire.hasFormat(tags[letter])).join("")
      + (squire.hasFormat("PRE") ? "C" : "");
  }
  toggle(letter) {
    const { squire } = this;
    const on = this.formats().includes(letter);
    squire.focus();
    switch (letter) {
      case "B": return void (on ? squire.removeBold() : squire.bold());
      case "I": return void (on ? squire.removeItalic() : squire.italic());
      case "U": return void (on ? squire.removeUnderline() : squire.underline());
      case "S": return void (on ? squire.removeStrikethrough() : squire.strikethrough());
      case "L": return void (on ? squire.removeList() : squire.makeUnorderedList());
      case "N": return void (on ? squire.removeList() : squire.makeOrderedList());
      case "Q": return void (on ? squire.decreaseQuoteLevel() : squire.increaseQuoteLevel());
      case "C": return void squire.toggleCode();
    }
  }
  close() { this.squire.destroy(); }
}

globalThis.posternEditor = { open: (root, tell) => new Editor(root, tell) };
