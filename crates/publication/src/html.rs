//! Pages that need no script: escaped text in a fixed frame, for screens, screen readers and paper.

mod daily;

pub use daily::{daily, daily_page, place};

use findings::Outcome;
use std::fmt::Write as _;

/// Style of every page: one column, the reader's own light or dark, sober on paper. Outcomes are told by their word and
/// a mark as well as by colour.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1a1d21;--paper:#fff;--soft:#5a6470;--rule:#c9ced6;--head:#eef1f5;--link:#0b57a4;\
--breached:#9b1c1c;--undetermined:#7a4d00;--excused:#1f5f8b;--kept:#256029}\
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--paper:#15181c;--soft:#a8b1bd;--rule:#3b424c;--head:#20252b;\
--link:#8ab8f0;--breached:#ff9c94;--undetermined:#f0c060;--excused:#8cc4ee;--kept:#8fd694}}\
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}\
main,header,footer{max-width:70rem;margin:0 auto;padding:0 1rem}h1{line-height:1.2}a{color:var(--link)}\
.skip{position:absolute;left:-9999px}.skip:focus{position:static}\
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0 1.5rem}\
caption{text-align:left;font-weight:600;padding:.25rem 0}\
th,td{border:1px solid var(--rule);padding:.25rem .5rem;text-align:left;vertical-align:top}\
thead th{background:var(--head)}td.n{text-align:right;font-variant-numeric:tabular-nums}\
.soft,dt{color:var(--soft)}code{overflow-wrap:anywhere}pre{white-space:pre-wrap}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dd{margin:0;overflow-wrap:anywhere}\
.breached{color:var(--breached)}.undetermined{color:var(--undetermined)}.excused{color:var(--excused)}\
.kept{color:var(--kept)}.outcome{font-weight:600;white-space:nowrap}\
article{border-top:1px solid var(--rule);margin:1rem 0}\
form.filters{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin:1rem 0}\
form.filters label{display:flex;flex-direction:column;font-size:.875rem}\
input,select,button{font:inherit;padding:.25rem .4rem;max-width:100%}\
:focus-visible{outline:3px solid var(--link);outline-offset:2px}\
@media print{:root{color-scheme:light}body{font-size:10pt}nav,.skip,form{display:none}article,tr{break-inside:avoid}}";

/// A page being written. Text goes in through [`Page::text`] and its kin, which escape it; marks come only from the
/// program.
#[derive(Clone, Debug, Default)]
pub struct Page {
    body: String,
}

impl Page {
    /// An empty page.
    #[must_use]
    pub fn new() -> Page {
        Page::default()
    }

    /// Markup of the program's own; never anything from outside.
    pub fn markup(&mut self, markup: &'static str) -> &mut Page {
        self.body.push_str(markup);
        self
    }

    /// Text, escaped.
    pub fn text(&mut self, text: &str) -> &mut Page {
        escape_into(&mut self.body, text);
        self
    }

    /// An element with nothing but text in it. `name` may carry attributes: `td class="n"`.
    pub fn element(&mut self, name: &'static str, text: &str) -> &mut Page {
        let tag = name.split(' ').next().unwrap_or(name);
        let _ = write!(self.body, "<{name}>");
        self.text(text);
        let _ = write!(self.body, "</{tag}>");
        self
    }

    /// An attribute with its value, escaped: ` href="…"`. Goes between `<a` and `>`.
    pub fn attribute(&mut self, name: &'static str, value: &str) -> &mut Page {
        let _ = write!(self.body, " {name}=\"");
        self.text(value);
        self.body.push('"');
        self
    }

    /// A link. `address` must be an address of the program's own or one that begins with `http`.
    pub fn link(&mut self, address: &str, text: &str) -> &mut Page {
        self.markup("<a rel=\"noreferrer\"").attribute("href", address).markup(">").text(text).markup("</a>")
    }

    /// An outcome by word, mark and colour.
    pub fn outcome(&mut self, outcome: Outcome) -> &mut Page {
        let (class, text) = match outcome {
            Outcome::Breached => ("breached", "■ breached"),
            Outcome::Undetermined => ("undetermined", "◆ undetermined"),
            Outcome::Excused => ("excused", "▲ excused"),
            Outcome::Kept => ("kept", "○ kept"),
            Outcome::NotApplicable => ("soft", "– not applicable"),
        };
        let _ = write!(self.body, "<span class=\"outcome {class}\">{text}</span>");
        self
    }

    /// A table's beginning: a caption, then headings.
    pub fn table(&mut self, caption: &str, headings: &[&str]) -> &mut Page {
        self.markup("<div class=\"wide\"><table>").element("caption", caption).markup("<thead><tr>");
        for heading in headings {
            self.element("th scope=\"col\"", heading);
        }
        self.markup("</tr></thead><tbody>")
    }

    /// A table's end.
    pub fn end_table(&mut self) -> &mut Page {
        self.markup("</tbody></table></div>")
    }

    /// The whole document.
    #[must_use]
    pub fn finish(self, title: &str) -> String {
        let mut out = Page::new();
        out.markup("<!doctype html>\n<html lang=\"en\" dir=\"ltr\"><head><meta charset=\"utf-8\">");
        out.markup("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        out.element("title", title).markup("<style>").markup(STYLE).markup("</style></head><body>");
        out.markup("<a class=\"skip\" href=\"#main\">Skip to content</a><main id=\"main\">");
        out.body.push_str(&self.body);
        out.markup("</main></body></html>\n");
        out.body
    }
}

/// Text with everything escaped that could end an element, an attribute or a string.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Controls that would break the page, or turn the reading direction of what follows.
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' => out.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let mut page = Page::new();
        page.element("td", "<script>alert('x')</script>").link("/list?q=\"><b>", "a&b");
        let html = page.finish("<t>");
        assert!(!html.contains("<script>") && !html.contains("<b>") && !html.contains("<t>"));
        assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
        assert!(html.contains("href=\"/list?q=&quot;&gt;&lt;b&gt;\""));
    }

    #[test]
    fn marks_that_turn_the_reading_direction_are_replaced() {
        assert_eq!(escaped("a\u{202e}b\u{0}c"), "a\u{fffd}b\u{fffd}c");
    }

    #[test]
    fn every_page_names_its_language_and_lets_one_skip_to_the_content() {
        let html = Page::new().finish("t");
        assert!(html.contains("<html lang=\"en\" dir=\"ltr\">") && html.contains("href=\"#main\""));
        assert!(html.contains("prefers-color-scheme:dark") && html.contains("@media print"));
    }
}
