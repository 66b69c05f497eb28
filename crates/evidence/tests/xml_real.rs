//! The real samples of XML formats, where they are at hand: every file, with what comes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{data, read_file};
use evidence::Options;
use std::path::Path;

/// What reading a file comes to: `observations+coverage`, then the reasons of what was rejected; or the refusal.
fn outcome(format: &str, path: &Path) -> String {
    match read_file(format, &Options::default(), path) {
        Ok((_, s)) => {
            assert_eq!(s.rows, s.observations + s.coverage + s.rejected());
            let reasons = s.rejected_by_reason.iter().map(|(code, n)| format!(" {n} {code}"));
            format!("{}+{}{}", s.observations, s.coverage, reasons.collect::<String>())
        }
        Err(e) => e.to_string().split(": ").last().unwrap_or("").to_owned(),
    }
}

fn files(dir: &str) -> Vec<(String, std::path::PathBuf)> {
    let Some(root) = data(dir) else { return Vec::new() };
    let mut found = Vec::new();
    let mut dirs = vec![root.clone()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.file_name().unwrap() != "README.md" {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                found.push((name, path));
            }
        }
    }
    found.sort();
    found
}

fn compare(format: &str, dir: &str, expected: &[(&str, &str)]) {
    let files = files(dir);
    if files.is_empty() {
        return;
    }
    let got: Vec<(String, String)> = files.iter().map(|(n, p)| (n.clone(), outcome(format, p))).collect();
    let expected: Vec<(String, String)> =
        expected.iter().map(|(n, e)| ((*n).to_owned(), (*e).to_owned())).collect();
    let text = |rows: &[(String, String)]| {
        rows.iter().map(|(n, o)| format!("(\"{n}\", \"{o}\"),\n")).collect::<String>()
    };
    assert_eq!(got, expected, "\n{}", text(&got));
}

#[test]
fn every_cap_sample_comes_to_what_it_should() {
    compare(
        "cap",
        "cap-samples",
        &[
            ("google-cap-library/43b080713727.cap", "1+0"),
            ("google-cap-library/amber.atom", "1+0"),
            ("google-cap-library/australia.cap", "2+0"),
            ("google-cap-library/bushfire_invalid.edxlde", "6+0 1 missing-value"),
            ("google-cap-library/bushfire_valid.edxlde", "7+0"),
            ("google-cap-library/canada.cap", "2+0"),
            ("google-cap-library/canada_errors.cap", "1+0"),
            ("google-cap-library/canada_signed.atom", "2+0"),
            ("google-cap-library/canada_signed.cap", "2+0"),
            ("google-cap-library/earthquake-iso8859-1.cap", "1+0"),
            ("google-cap-library/earthquake.cap", "1+0"),
            ("google-cap-library/earthquake_index.atom", "0+0 1 missing-value"),
            ("google-cap-library/earthquake_signed.cap", "1+0"),
            ("google-cap-library/empty_weather_index.atom", "0+0"),
            ("google-cap-library/invalid.cap", "1+0"),
            ("google-cap-library/invalid.rss", "0+0 1 missing-value"),
            ("google-cap-library/invalid_element.atom", "0+0 1 missing-value"),
            ("google-cap-library/no_entries.atom", "1+0"),
            ("google-cap-library/no_id.atom", "0+0 1 missing-value"),
            ("google-cap-library/no_link.atom", "0+0 1 missing-value"),
            ("google-cap-library/no_optional_fields.cap", "0+0 1 missing-value"),
            ("google-cap-library/no_title.atom", "0+0 1 missing-value"),
            ("google-cap-library/noaa_errors.cap", "0+0 1 bad-geometry"),
            ("google-cap-library/ny_index.rss", "0+0 2 missing-value"),
            ("google-cap-library/thunderstorm.cap", "1+0"),
            ("google-cap-library/wcatwc-warning.cap", "1+0"),
            ("google-cap-library/weather.atom", "1+0"),
            ("google-cap-library/weather.cap", "1+0"),
            ("google-cap-library/weather_index.atom", "2+0"),
            ("google-cap-library/weather_invalid.atom", "1+0"),
            ("google-cap-library/xee.atom", "0+0 1 poisoned-xml"),
            ("google-cap-library/xee.cap", "0+0 1 poisoned-xml"),
            ("ibm-cap/CAP-v1.2.xsd", "it has no `alert` in it, and no feed"),
            ("ibm-cap/cap_amber_alert_example.xml", "1+0"),
            ("ibm-cap/nws_atom_feed_example.xml", "163+0"),
        ],
    );
}

#[test]
fn every_cot_sample_comes_to_what_it_should() {
    compare(
        "cot",
        "cot-samples/basemaps",
        &[
            ("Bing_Hybrid.xml", "it has no `event` in it, as Cursor on Target has"),
            ("Bing_Maps.xml", "it has no `event` in it, as Cursor on Target has"),
            ("USGSBasemap.xml", "it has no `event` in it, as Cursor on Target has"),
            ("USGSImageryOnly.xml", "it has no `event` in it, as Cursor on Target has"),
            ("USGSImageryTopo.xml", "it has no `event` in it, as Cursor on Target has"),
            ("USGSShadedRelief.xml", "it has no `event` in it, as Cursor on Target has"),
            ("opentopomap.xml", "it has no `event` in it, as Cursor on Target has"),
        ],
    );
    compare(
        "cot",
        "cot-samples/packages",
        &[
            ("COMilePosts.zip", "the archive has no `event` in it, as Cursor on Target has"),
            ("CameraCOTs.zip", "0+0 1 own-position"),
            ("GrandJunctionAOI.zip", "the archive has no `event` in it, as Cursor on Target has"),
            ("Iconset-FalconView.zip", "the archive has no `event` in it, as Cursor on Target has"),
            ("MissionArchive.zip", "the archive has no `event` in it, as Cursor on Target has"),
        ],
    );
    let fixtures = files("cot-samples/fixtures");
    for (name, path) in &fixtures {
        assert_eq!(outcome("cot", path), "it does not begin with `<`, as XML does", "{name}");
    }
    assert!(fixtures.is_empty() || fixtures.len() == 35);
}

#[test]
fn every_kml_in_the_packages_comes_to_what_it_should() {
    compare(
        "kml",
        "cot-samples/packages",
        &[
            ("COMilePosts.zip", "0+0 9005 missing-value"),
            ("CameraCOTs.zip", "the archive has no KML in it"),
            ("GrandJunctionAOI.zip", "the archive has no KML in it"),
            ("Iconset-FalconView.zip", "the archive has no KML in it"),
            ("MissionArchive.zip", "the archive has no KML in it"),
        ],
    );
}
