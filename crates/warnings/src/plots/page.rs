//! One page with all plots of a result, each with its numbers: no script, nothing from elsewhere, and a policy that
//! forbids both.

use std::fmt::Write as _;

use super::{Plot, Table};

/// The style of the page; its digest stands in the page's policy.
pub const STYLE: &str = "\
:root{color-scheme:light dark}body{margin:0;font:1rem/1.5 system-ui,sans-serif}main{max-width:62rem;margin:0 auto;\
padding:0 1rem 3rem}h1,h2{line-height:1.2}figure{margin:0}svg{max-width:100%;height:auto;border:1px solid #c9ced6}\
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0 1.5rem;font-size:.875rem}caption{text-align:left;\
font-weight:600}th,td{border:1px solid #c9ced6;padding:.15rem .5rem;text-align:right;font-variant-numeric:tabular-nums}\
th:first-child,td:first-child{text-align:left}:focus-visible{outline:3px solid #0b57a4;outline-offset:2px}\
@media print{details{display:block}}";

/// SHA-256 of [`STYLE`] in base64, for the policy.
const STYLE_DIGEST: &str = "XCDKi4q5wptqzapPrwxq6BS9fQgXOd6aEMdN4iZRvhc=";
/// Tables longer than this are folded away until somebody opens them.
const OPEN_ROWS_MAX: usize = 40;

/// The page. `notes` are sentences before the plots: what was played, how, and with which draws.
#[must_use]
pub fn page(title: &str, notes: &[String], plots: &[Plot]) -> String {
    let title = escaped(title);
    let mut out = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let _ = writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'sha256-{STYLE_DIGEST}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    );
    for note in notes {
        let _ = writeln!(out, "<p>{}</p>", escaped(note));
    }
    for plot in plots {
        section(&mut out, plot);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn section(out: &mut String, plot: &Plot) {
    let (id, title) = (&plot.id, escaped(&plot.title));
    let _ = writeln!(
        out,
        "<section aria-labelledby=\"{id}-heading\">\n<h2 id=\"{id}-heading\">{title}</h2>\n<figure>\n{}\
         <figcaption>{}</figcaption>\n</figure>",
        plot.svg,
        escaped(&plot.told)
    );
    let folded = plot.table.rows.len() > OPEN_ROWS_MAX;
    if folded {
        let _ = writeln!(out, "<details>\n<summary>The numbers, {} rows</summary>", plot.table.rows.len());
    }
    table(out, &title, &plot.table);
    out.push_str(if folded { "</details>\n</section>\n" } else { "</section>\n" });
}

fn table(out: &mut String, title: &str, table: &Table) {
    let _ = writeln!(
        out,
        "<div class=\"wide\" role=\"region\" aria-label=\"Numbers: {title}\" tabindex=\"0\">\n<table>\n\
         <caption>Numbers</caption>\n<thead><tr>"
    );
    for head in &table.heads {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(head));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (at, cell) in row.iter().enumerate() {
            let (open, close) = if at == 0 { ("<th scope=\"row\">", "</th>") } else { ("<td>", "</td>") };
            let _ = write!(out, "{open}{}{close}", escaped(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

/// Text with everything escaped that could end an element or an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(plain) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A sign that may stand in a picture: no control, and none that turns the reading direction of what follows.
pub(super) fn plain(c: char) -> char {
    match c {
        '\t' | '\n' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}
