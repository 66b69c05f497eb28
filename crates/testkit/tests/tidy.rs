//! House rules that a machine can see: sizes, widths, headers, and no trace of anybody's machine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod tree;

/// Longest file, lines (tests at its bottom not counted).
const FILE_LINES_MAX: usize = 800;
/// Longest function, lines.
const FUNCTION_LINES_MAX: usize = 70;
/// Widest line of source, characters; a text in quotes may be longer, the formatter cannot break it.
const WIDTH_MAX: usize = 120;

/// Functions that may be longer. This list only shrinks: an entry that is not needed any more fails the test.
const LONG_FUNCTIONS: &[(&str, &str)] = &[];

/// A function as braces show it.
struct Function {
    name: String,
    line: usize,
    lines: usize,
}

#[test]
fn files_are_not_longer_than_a_reader_can_hold() {
    let long: Vec<String> = tree::sources()
        .iter()
        .map(|(path, source)| (path, tree::shipped(source).lines().count()))
        .filter(|(_, lines)| *lines > FILE_LINES_MAX)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "more than {FILE_LINES_MAX} lines:\n{}", long.join("\n"));
}

#[test]
fn functions_fit_on_a_page_and_the_list_of_exemptions_only_shrinks() {
    let mut long = Vec::new();
    let mut used = Vec::new();
    for (path, source) in tree::sources() {
        for function in functions(tree::shipped(&source)).iter().filter(|f| f.lines > FUNCTION_LINES_MAX) {
            let exempt = LONG_FUNCTIONS.iter().find(|(p, n)| *p == path && *n == function.name);
            match exempt {
                Some(entry) => used.push(*entry),
                None => long.push(format!(
                    "{path}:{}: `{}` has {} lines",
                    function.line, function.name, function.lines
                )),
            }
        }
    }
    assert!(long.is_empty(), "more than {FUNCTION_LINES_MAX} lines:\n{}", long.join("\n"));
    let idle: Vec<_> = LONG_FUNCTIONS.iter().filter(|e| !used.contains(e)).collect();
    assert!(idle.is_empty(), "take these out of the list, they are short enough now: {idle:?}");
}

#[test]
fn lines_are_not_wider_than_a_screen() {
    let mut wide = Vec::new();
    for (path, source) in tree::files("crates", &["rs"]) {
        let blank = without_texts(&source);
        for (number, (line, code)) in source.lines().zip(blank.lines()).enumerate() {
            let is_comment = line.trim_start().starts_with("//");
            let width = if is_comment { line.chars().count() } else { width_of_code(line, code) };
            if width > WIDTH_MAX {
                wide.push(format!("{path}:{}: {width} characters", number + 1));
            }
        }
    }
    assert!(wide.is_empty(), "more than {WIDTH_MAX} characters:\n{}", wide.join("\n"));
}

/// Characters of a line up to its last sign of code, the insides of texts left out.
fn width_of_code(line: &str, code: &str) -> usize {
    let texts = line.chars().zip(code.chars()).filter(|(l, c)| *c == ' ' && *l != ' ').count();
    line.chars().count().saturating_sub(texts)
}

#[test]
fn every_crate_says_what_it_takes_gives_and_never_does() {
    for name in tree::crates() {
        let folder = format!("crates/{name}/src");
        let files = tree::files(&folder, &["rs"]);
        let heads = [format!("{folder}/lib.rs"), format!("{folder}/main.rs")];
        let (path, source) =
            files.iter().find(|(p, _)| heads.contains(p)).expect("a crate has a lib.rs or main.rs");
        let head: String = source.lines().take_while(|l| l.starts_with("//!")).collect::<Vec<_>>().join(" ");
        for word in ["Takes:", "Gives:", "Never:"] {
            assert!(head.contains(word), "{path} does not say `{word}` in its first lines");
        }
    }
}

#[test]
fn no_file_names_a_path_of_somebodys_machine() {
    // Put together here, so that this file does not find itself.
    let homes: Vec<String> = ["work", "home", "root", "Users"].iter().map(|d| format!("/{d}/")).collect();
    let endings = ["rs", "md", "toml", "csv", "json", "geojson", "ts", "html", "yml", "yaml", "sh"];
    let mut found = Vec::new();
    for folder in ["crates", "docs", "rfcs", "scenarios", "agreements", "fuzz", "ui/src"] {
        for (path, text) in tree::files(folder, &endings) {
            for (number, line) in text.lines().enumerate() {
                if homes.iter().any(|h| starts_a_path(line, h)) {
                    found.push(format!("{path}:{}", number + 1));
                }
            }
        }
    }
    assert!(found.is_empty(), "a path of one machine stands in:\n{}", found.join("\n"));
}

/// Whether `home` stands in the line as the beginning of a path, not within a longer one or an address.
fn starts_a_path(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        let before = line.get(..at).and_then(|b| b.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '/' | '-' | '_' | '}' | ')' | '~'))
    })
}

/// The functions of a source, by counting braces outside texts, characters and comments.
fn functions(source: &str) -> Vec<Function> {
    let blank = without_texts(source);
    let lines: Vec<&str> = blank.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = name_of_function(line) else { continue };
        let mut depth = 0_i32;
        let mut opened = false;
        for (end, body) in lines.iter().enumerate().skip(at) {
            for c in body.chars() {
                match c {
                    '{' => (depth, opened) = (depth + 1, true),
                    '}' => depth -= 1,
                    _ => {}
                }
            }
            let declared_only = !opened && body.trim_end().ends_with(';');
            if (opened && depth <= 0) || declared_only {
                found.push(Function { name: name.to_owned(), line: at + 1, lines: end - at + 1 });
                break;
            }
        }
    }
    found
}

fn name_of_function(line: &str) -> Option<&str> {
    let code = line.trim_start();
    let words: Vec<&str> = code.split_whitespace().collect();
    let at = words.iter().position(|w| *w == "fn")?;
    let before = ["pub", "pub(crate)", "pub(super)", "const", "async", "extern", "default"];
    if !words.iter().take(at).all(|w| before.contains(w)) {
        return None;
    }
    words.get(at + 1)?.split(['(', '<']).next()
}

/// The source with the insides of texts, character literals and comments blanked; lines stay where they are.
fn without_texts(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let end = match rest {
            ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['r', '"', ..] | ['r', '#', ..] | ['b', 'r', ..] if !follows_a_word(&chars, at) => raw_text(rest),
            ['"', ..] => quoted(rest),
            ['\'', '\\', ..] => rest.iter().skip(3).position(|c| *c == '\'').map_or(1, |p| p + 4),
            ['\'', _, '\'', ..] => 3,
            _ => 0,
        };
        if end == 0 {
            out.push(rest[0]);
            at += 1;
        } else {
            rest[..end.min(rest.len())].iter().for_each(|c| out.push(if *c == '\n' { '\n' } else { ' ' }));
            at += end;
        }
    }
    out
}

fn follows_a_word(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

/// Length of a raw text with its quotes; 0 if it is none.
fn raw_text(rest: &[char]) -> usize {
    let start = rest.iter().take_while(|c| matches!(c, 'b' | 'r')).count();
    let hashes = rest[start..].iter().take_while(|c| **c == '#').count();
    if rest.get(start + hashes) != Some(&'"') {
        return 0;
    }
    let mut at = start + hashes + 1;
    while at < rest.len() {
        let closes =
            rest[at] == '"' && rest[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        if closes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    rest.len()
}

/// Length of a quoted text with its quotes.
fn quoted(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

#[test]
fn braces_in_texts_and_comments_do_not_count() {
    let source = "fn a() {\n  let x = \"{\"; // {\n  let y = '{';\n  let z = r#\"{ \"#;\n}\nfn b();\npub fn c<T>() {}\n";
    let found: Vec<(String, usize)> = functions(source).into_iter().map(|f| (f.name, f.lines)).collect();
    assert_eq!(found, [("a".to_owned(), 5), ("b".to_owned(), 1), ("c".to_owned(), 1)]);
}
