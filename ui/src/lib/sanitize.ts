/** A second lock on the agreement's prose. The server has cleaned it already; here only known tags without attributes get through. */

const KEPT = new Set([
  "P", "EM", "STRONG", "DEL", "BLOCKQUOTE", "UL", "OL", "LI", "CODE", "PRE", "BR", "HR", "SUP", "SUB",
  "H1", "H2", "H3", "H4", "H5", "H6", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "A", "SPAN", "MARK",
]);
/** Dropped with all they hold; of any other unknown tag the text stays. */
const DROPPED = new Set(["SCRIPT", "STYLE", "IFRAME", "OBJECT", "EMBED", "TEMPLATE", "SVG", "MATH", "NOSCRIPT", "FORM", "INPUT", "BUTTON"]);

function copy(from: Node, to: Node): void {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      to.appendChild(document.createTextNode(node.textContent ?? ""));
      continue;
    }
    if (!(node instanceof Element)) continue;
    const tag = node.tagName.toUpperCase();
    if (DROPPED.has(tag)) continue;
    if (!KEPT.has(tag)) {
      copy(node, to);
      continue;
    }
    const made = document.createElement(tag);
    // Only links inside the document stay links: the desk sends nobody elsewhere.
    const href = tag === "A" ? node.getAttribute("href") : null;
    if (href?.startsWith("#")) made.setAttribute("href", href);
    if (tag === "OL" && /^\d{1,4}$/.test(node.getAttribute("start") ?? "")) made.setAttribute("start", node.getAttribute("start") ?? "1");
    copy(node, made);
    to.appendChild(made);
  }
}

/** HTML of whitelisted tags only. */
export function sanitize(html: string): string {
  // A document made by the parser runs no script and loads no image.
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const out = document.createElement("div");
  copy(parsed.body, out);
  return out.innerHTML;
}
