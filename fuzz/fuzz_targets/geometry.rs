//! Any bytes as GeoJSON or WKB: features or a reason, never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = atlas::read_geojson(bytes);
    let _ = atlas::from_wkb(bytes);
});
