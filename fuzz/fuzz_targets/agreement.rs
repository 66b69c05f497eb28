//! Any bytes as an agreement: problems or a checked text, never a panic, and every problem lies in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let checked = terms::check("fuzz.md", bytes);
    let text = String::from_utf8_lossy(bytes);
    for problem in &checked.problems {
        assert!(problem.span.start <= problem.span.end && problem.span.end <= bytes.len());
    }
    let _ = terms::render(&checked.problems, "fuzz.md", &text);
});
