//! Reliability as a picture: what was stated along, what came true upwards. On the line the probabilities are kept.

use super::Reliability;
use std::fmt::Write as _;

const SIDE: f64 = 260.0;
const MARGIN: f64 = 56.0;

/// An SVG with one square for each named reliability.
#[must_use]
pub fn svg(all: &[(String, &Reliability)]) -> String {
    let (width, height) = ((SIDE + MARGIN) * all.len() as f64 + MARGIN, SIDE + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (i, (name, reliability)) in all.iter().enumerate() {
        square(&mut out, MARGIN + (SIDE + MARGIN) * i as f64, name, reliability);
    }
    out.push_str("</svg>\n");
    out
}

fn square(out: &mut String, left: f64, name: &str, reliability: &Reliability) {
    let (top, bottom) = (MARGIN, MARGIN + SIDE);
    let at = |bin: &super::Bin| (left + SIDE * bin.stated, bottom - SIDE * bin.came);
    let right = left + SIDE;
    let _ = writeln!(
        out,
        "<rect x=\"{left}\" y=\"{top}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" stroke=\"#888\"/>\
         <line x1=\"{left}\" y1=\"{bottom}\" x2=\"{right}\" y2=\"{top}\" stroke=\"#bbb\" stroke-dasharray=\"4 4\"/>\
         <text x=\"{left}\" y=\"{}\">{}</text>\
         <text x=\"{left}\" y=\"{}\" fill=\"#555\">Brier {:.3}, of the share alone {:.3}</text>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">stated probability, 0 to 1</text>\
         <text transform=\"translate({} {}) rotate(-90)\" text-anchor=\"middle\">came true</text>",
        top - 24.0,
        escaped(name),
        top - 8.0,
        reliability.brier,
        reliability.brier_of_share,
        left + SIDE / 2.0,
        bottom + 22.0,
        left - 12.0,
        top + SIDE / 2.0,
    );
    let filled: Vec<&super::Bin> = reliability.bins.iter().filter(|b| b.n > 0).collect();
    let most = filled.iter().map(|b| b.n).max().unwrap_or(1) as f64;
    let line: Vec<String> = filled.iter().map(|b| at(b)).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let _ = writeln!(out, "<polyline points=\"{}\" fill=\"none\" stroke=\"#1f5fa8\"/>", line.join(" "));
    for bin in filled {
        let ((x, y), size) = (at(bin), 2.5 + 6.0 * (bin.n as f64 / most).sqrt());
        let _ = writeln!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{size:.1}\" fill=\"#1f5fa8\"><title>{} stated {:.2}, came {:.2}</title></circle>",
            bin.n, bin.stated, bin.came
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
