//! Prints how long 10,000 clauses take to check, and some texts made to be slow:
//! `cargo run --release -p terms --example ten_thousand`. With files, how long each takes, the best of five:
//! `cargo run --release -p terms --example ten_thousand -- agreements/*.md`.

use std::fmt::Write as _;
use std::time::Instant;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if !files.is_empty() {
        return files.iter().for_each(|file| time(file));
    }
    report("10 000 clauses", &clauses());
    let mib = 1 << 20;
    report("1 MiB of nothing but undefined names", &repeated(HEAD, "1 A, B, C shall not d in e\n", mib));
    report("1 MiB in one statement", &format!("{HEAD}act a = {}\n", "shot or ".repeat(mib / 8)));
    report("1 MiB of quotation marks", &">".repeat(mib));
    report("1 MiB of nested lists", &"- ".repeat(mib / 2));
    report("1 MiB of open brackets", &"[".repeat(mib));
    report("1 MiB of stars", &"*a_".repeat(mib / 3));
    report("1 MiB of headings", &"# a\n".repeat(mib / 4));
    report("1 MiB of open blocks in quotations", &"> ```terms\n\n".repeat(mib / 12));
    report("1 MiB of brackets in brackets", &format!("{}x{}", "[A: ".repeat(mib / 5), "]".repeat(mib / 5)));
    report("1 MiB of brackets side by side", &"[A: x] ".repeat(mib / 7));
    report("1 MiB of open brackets and stress", &"[*a* ".repeat(mib / 5));
    report("1 MiB of short lines", &"a\n".repeat(mib / 2));
    report("a chain of 5 000 zones", &chain(5_000));
}

const HEAD: &str = "# A\n```terms\ninstrument x \"X\"\n  time zone \"Europe/Kyiv\"\n  D = entry into force\n  entry into force 2026-03-03 00:00\nparty KA \"Karsk\"\nparty VE \"Velia\"\nweapon artillery with calibre\nact fire = shot\nline contact from \"c.geojson\" tolerance 1 m\nreference of KA is contact\nzone z0 within 1 km of contact\n";

fn clauses() -> String {
    let mut text = HEAD.to_owned();
    for i in 1..1000 {
        let _ = writeln!(text, "zone z{i} within {i} m of contact");
    }
    for i in 0..10_000 {
        if i % 10 == 0 {
            let _ = write!(text, "```\n## Article {i}\n\nSome words of the article.\n\n```terms\n");
        }
        let (zone, day) = (i % 1000, i % 300);
        let _ = match i % 3 {
            0 => writeln!(text, "{i}.1 KA, VE shall not fire in z{zone}\n  from day D + {day}"),
            1 => writeln!(
                text,
                "{i}.1 KA shall keep artillery of calibre >= 100 mm at least {day}.5 km from their reference"
            ),
            _ => writeln!(
                text,
                "{i}.1 nobody shall fire within {zone}.5 km of contact\n{i}.1a unless x: in z{zone}, and shown: \"y\""
            ),
        };
    }
    text + "```\n"
}

fn repeated(head: &str, line: &str, bytes: usize) -> String {
    format!("{head}{}```\n", line.repeat(bytes / line.len()))
}

fn chain(zones: usize) -> String {
    let mut text = HEAD.to_owned();
    for i in (1..zones).rev() {
        let _ = writeln!(text, "zone z{i} = z{} or z0", i - 1);
    }
    let _ = writeln!(text, "1 KA shall not fire in z{}\n```", zones - 1);
    text
}

fn time(file: &str) {
    let Ok(text) = std::fs::read(file) else { return eprintln!("`{file}` could not be read") };
    let once = || {
        let start = Instant::now();
        let readings = terms::check(file, &text).readings.len();
        (start.elapsed().as_secs_f64() * 1e3, readings)
    };
    let best = (0..5).map(|_| once()).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
    println!("{:>8.2} ms  {:>6} bytes  {:>2} readings  {file}", best.0, text.len(), best.1);
}

fn report(name: &str, text: &str) {
    let start = Instant::now();
    let checked = terms::check("x.md", text.as_bytes());
    let took = start.elapsed();
    let clauses = checked.agreement.as_ref().map_or(0, |a| a.clauses.len());
    let rendered = Instant::now();
    let shown = terms::render(&checked.problems, "x.md", text).len();
    let rendered = rendered.elapsed();
    let read = Instant::now();
    let clauses_of = checked.agreement.as_ref().map(|a| a.clauses.as_slice()).unwrap_or_default();
    let pieces = terms::reader::sections(text, clauses_of, &checked.brackets, &[]).len();
    println!(
        "{name}: {} KiB, {clauses} clauses, {} problems, checked in {:.1} ms, rendered {shown} bytes in {:.1} ms, \
         {pieces} pieces for readers in {:.1} ms",
        text.len() / 1024,
        checked.problems.len(),
        took.as_secs_f64() * 1e3,
        rendered.as_secs_f64() * 1e3,
        read.elapsed().as_secs_f64() * 1e3,
    );
}
