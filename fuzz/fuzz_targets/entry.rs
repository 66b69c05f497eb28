//! Any bytes as a journal entry: what decodes encodes to the same bytes, never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = store::Entry::from_bytes(bytes) {
        assert_eq!(entry.to_bytes().ok().as_deref(), Some(bytes), "only the canonical spelling is an entry");
    }
});
