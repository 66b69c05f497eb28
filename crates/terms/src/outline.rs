//! The skeleton of a file for editors: its headings and `terms` blocks, whether or not it can be checked.

use crate::document;
use crate::source::Lines;

/// Headings and blocks of a file. Places are bytes of the file: the first, and the first after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The articles: text of the heading and where it stands.
    pub headings: Vec<(String, (usize, usize))>,
    /// The `terms` blocks, fences included.
    pub blocks: Vec<(usize, usize)>,
}

/// The skeleton of an agreement's Markdown.
#[must_use]
pub fn outline(markdown: &str) -> Outline {
    let document = document::read(&Lines::of(markdown));
    Outline {
        headings: document.headings.into_iter().map(|h| (h.text, (h.at.start, h.at.end))).collect(),
        blocks: document.blocks.iter().map(|b| (b.at.start, b.at.end)).collect(),
    }
}
