/** A second lock on the agreement's prose. The server has cleaned it already; here only known tags get through, without attributes
 * but those of brackets. */
import { namesIn, SIGNS } from "./proposers";

const KEPT = new Set([
  "P", "EM", "STRONG", "DEL", "BLOCKQUOTE", "UL", "OL", "LI", "CODE", "PRE", "BR", "HR", "SUP", "SUB",
  "H1", "H2", "H3", "H4", "H5", "H6", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "A", "SPAN", "MARK", "B",
]);
/** Dropped with all they hold; of any other unknown tag the text stays. */
const DROPPED = new Set(["SCRIPT", "STYLE", "IFRAME", "OBJECT", "EMBED", "TEMPLATE", "SVG", "MATH", "NOSCRIPT", "FORM", "INPUT", "BUTTON"]);

/** Classes of text that is not agreed. */
const CLASSES = new Set(["alternatives", "bracket", "proposer"]);
/** The place of a list of proposers in the order of colours and signs. */
type Slots = (proposers: string[]) => number | null;

/** Text that is not agreed keeps its class, and gets the colour and the sign of who proposes it. */
function mark(node: Element, made: HTMLElement, slots: Slots): void {
  const name = node.getAttribute("class") ?? "";
  if (!CLASSES.has(name)) return;
  made.className = name;
  const around = node.closest(".bracket");
  const slot = name === "alternatives" || !around ? null : slots(namesIn(around.getAttribute("data-proposers") ?? ""));
  if (slot === null) return;
  made.dataset.p = String(slot);
  if (name !== "proposer") return;
  const sign = document.createElement("span");
  sign.className = "sign";
  sign.setAttribute("aria-hidden", "true");
  sign.textContent = SIGNS[slot] ?? "";
  made.append(sign, "\u00a0");
}

function copy(from: Node, to: Node, slots: Slots): void {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      to.appendChild(document.createTextNode(node.textContent ?? ""));
      continue;
    }
    if (!(node instanceof Element)) continue;
    const tag = node.tagName.toUpperCase();
    if (DROPPED.has(tag)) continue;
    if (!KEPT.has(tag)) {
      copy(node, to, slots);
      continue;
    }
    const made = document.createElement(tag);
    // Only links inside the document stay links: the desk sends nobody elsewhere.
    const href = tag === "A" ? node.getAttribute("href") : null;
    if (href?.startsWith("#")) made.setAttribute("href", href);
    if (tag === "OL" && /^\d{1,4}$/.test(node.getAttribute("start") ?? "")) made.setAttribute("start", node.getAttribute("start") ?? "1");
    if (tag === "SPAN" || tag === "B") mark(node, made, slots);
    copy(node, made, slots);
    to.appendChild(made);
  }
}

/** HTML of whitelisted tags only. */
export function sanitize(html: string, slots: Slots = () => null): string {
  // A document made by the parser runs no script and loads no image.
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const out = document.createElement("div");
  copy(parsed.body, out, slots);
  return out.innerHTML;
}
