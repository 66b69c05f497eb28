//! Checks one agreement and prints what there is to say: `cargo run -p terms --example check -- agreement.md`.

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let bytes = std::fs::read(&path).unwrap_or_default();
    let checked = terms::check(&path, &bytes);
    print!("{}", terms::render(&checked.problems, &path, &String::from_utf8_lossy(&bytes)));
    for index in 0..checked.agreement.as_ref().map_or(0, |a| a.clauses.len()) {
        let Some(agreement) = &checked.agreement else { continue };
        let label = agreement.clauses.get(index).map(|c| c.label.as_str()).unwrap_or_default();
        println!("{label}: {}", terms::explain(agreement, index));
    }
}
