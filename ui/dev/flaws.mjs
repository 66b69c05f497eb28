// What both walks look for on every page.
/** What screen readers and keyboards need: names, captions, unique ids, headings that skip no level. */
export const flaws = (page) => page.evaluate(() => {
  const out = [];
  const shown = (e) => e.checkVisibility?.() ?? true;
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id).filter(Boolean);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice) out.push(`the id ${twice} is there twice`);
  for (const table of document.querySelectorAll("main table")) if (!table.caption) out.push(`a table has no caption: ${table.innerText.slice(0, 40)}`);
  for (const e of document.querySelectorAll("main a, main button, main select, main input, main textarea, main summary")) {
    const name = e.getAttribute("aria-label") || e.innerText?.trim() || e.labels?.[0]?.innerText || e.getAttribute("title");
    if (!name && shown(e)) out.push(`nameless: ${e.outerHTML.slice(0, 80)}`);
  }
  let before = 0;
  for (const heading of document.querySelectorAll("main h1, main h2, main h3, main h4, main h5, main h6")) {
    const level = Number(heading.tagName[1]);
    if (before && level > before + 1) out.push(`after h${before} comes ${heading.tagName} ${heading.textContent.slice(0, 40)}`);
    before = level;
  }
  if (document.querySelectorAll("main h1").length !== 1) out.push("there is not one h1");
  return out;
});
