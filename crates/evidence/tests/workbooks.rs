//! Workbooks, well meant and not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{Kept, try_read};
use evidence::draft::TimePrecision;
use evidence::mapping::Mapping;
use evidence::{Options, ReadError};
use std::io::{Cursor, Write};

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Reports" sheetId="1" r:id="r1"/><sheet name="Old" sheetId="2" r:id="r2"/></sheets></workbook>"#;
/// Style 1: date and time; style 2: date.
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#
    )
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn workbook(first: &str) -> Vec<u8> {
    let second = sheet(&row(1, &[text("kind"), text("date")]));
    packed(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", first.as_bytes()),
        ("xl/worksheets/sheet2.xml", second.as_bytes()),
    ])
}

fn text(t: &str) -> String {
    format!(r#"t="inlineStr"><is><t>{t}</t></is>"#)
}

fn number(n: &str) -> String {
    format!("><v>{n}</v>")
}

fn row(at: u32, cells: &[String]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .enumerate()
        .filter(|(_, c)| !c.is_empty())
        .map(|(i, c)| format!(r#"<c r="{}{at}" {c}</c>"#, char::from(b'A' + i as u8)))
        .collect();
    format!(r#"<row r="{at}">{}</row>"#, cells.concat())
}

fn head() -> String {
    row(1, &["kind", "start", "count", "note"].map(text))
}

fn refused(bytes: &[u8]) -> String {
    try_read("xlsx", &Options::default(), bytes).err().unwrap().to_string()
}

#[test]
fn dates_are_civil_moments_and_numbers_have_no_point() {
    // 46082.50347… is 2026-03-01 12:05; 46083 is 2026-03-02.
    let moment = format!(r#"s="1"><v>{}</v>"#, 46_082.0 + (12.0 * 60.0 + 5.0) / 1440.0);
    let rows = [
        head(),
        row(2, &[text("shot"), moment, number("5"), text("first")]),
        row(
            4,
            &[
                text("shot"),
                r#"s="2"><v>46083</v>"#.to_owned(),
                r#"><f>1+2</f><v>3</v>"#.to_owned(),
                String::new(),
            ],
        ),
        row(5, &[text("shot"), r#"t="e"><v>#N/A</v>"#.to_owned(), number("1")]),
        row(6, &[text("shot"), number("46083"), number("1")]),
        row(9, &[text("shot"), text("2026-03-03"), number("0.5")]),
    ];
    let options =
        Options { zone: Some(base::CivilZone::named("Europe/Kyiv").unwrap()), ..Options::default() };
    let (kept, summary) = try_read("xlsx", &options, &workbook(&sheet(&rows.concat()))).unwrap();
    let seen: Vec<(String, TimePrecision, u32)> = kept
        .rows()
        .map(|(b, r)| (b.event(r).start.to_string(), b.precision_at(r), b.count(r).unwrap().min))
        .collect();
    let expected = [
        ("2026-03-01T10:05:00Z".to_owned(), TimePrecision::Minute, 5),
        ("2026-03-01T22:00:00Z".to_owned(), TimePrecision::Day, 3),
    ];
    assert_eq!(seen, expected);
    let rejected: Vec<(&str, u64, u64)> =
        kept.rejected.iter().map(|r| (r.reason.code(), r.row, r.line)).collect();
    assert_eq!(rejected, [("missing-value", 3, 5), ("bad-date", 4, 6), ("bad-count", 5, 9)]);
    assert_eq!(kept.rejected[2].record, "shot | 2026-03-03 | 0.5 | ");
    assert_eq!(summary.rows, 5);
}

#[test]
fn a_value_under_no_name_costs_its_row() {
    let names = row(1, &[text("kind"), String::new(), text("start")]);
    let rows = [
        names,
        row(2, &[text("shot"), String::new(), text("2026-03-03")]),
        row(3, &[text("shot"), text("12 wounded"), text("2026-03-03")]),
        row(4, &[text("shot"), String::new(), text("2026-03-03"), text("beyond")]),
        row(5, &[text("shot"), text("  "), text("2026-03-04"), text(" ")]),
        row(6, &[String::new(), text("only this")]),
    ];
    let (kept, summary) = try_read("xlsx", &Options::default(), &workbook(&sheet(&rows.concat()))).unwrap();
    assert_eq!(summary.observations, 2);
    let found: Vec<(&str, u64, &str)> =
        kept.rejected.iter().map(|r| (r.reason.code(), r.line, r.value.as_str())).collect();
    let expected = [
        ("too-many-fields", 3, "a value in column B, which has no name"),
        ("too-many-fields", 4, "a value in column D, which has no name"),
        ("too-many-fields", 6, "a value in column B, which has no name"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_cell_without_end_is_one_rejected_row_and_the_next_is_read() {
    let long = "x".repeat(base::limits::LINE_BYTES_MAX + 1);
    let rows = [
        head(),
        row(2, &[text("shot"), text("2026-03-03"), number("1"), text(&long)]),
        row(3, &[text("shot"), text("2026-03-03"), number("1"), text("next")]),
    ];
    let (kept, summary) = try_read("xlsx", &Options::default(), &workbook(&sheet(&rows.concat()))).unwrap();
    assert_eq!((summary.observations, kept.reasons()), (1, vec![("record-too-long", 1)]));
}

#[test]
fn a_sheet_is_taken_by_its_name_and_the_names_are_listed_where_none_fits() {
    let bytes = workbook(&sheet(&head()));
    let with = |name: &str| Options { part: Some(name.to_owned()), ..Options::default() };
    assert_eq!(try_read("xlsx", &with("Old"), &bytes).unwrap().1.rows, 0);
    let error = try_read("xlsx", &with("New"), &bytes).err().unwrap();
    assert!(
        matches!(&error, ReadError::Options(s) if s == "there is no sheet `New`; there are 2: `Reports`, `Old`"),
        "{error}"
    );
}

#[test]
fn a_workbook_is_read_by_the_mapping_of_a_table() {
    let mapping =
        Mapping::parse(r#"{"kind": "What", "date": {"column": "Day", "formats": ["%d.%m.%Y"]}}"#).unwrap();
    let rows = row(1, &["Day", "What"].map(text)) + &row(2, &[text("02.03.2026"), text("flare")]);
    let options = Options { mapping: Some(mapping.clone()), ..Options::default() };
    let (kept, _) = try_read("xlsx", &options, &workbook(&sheet(&rows))).unwrap();
    assert_eq!(
        kept.rows().next().map(|(b, r)| b.event(r).start.to_string()).unwrap(),
        "2026-03-02T00:00:00Z"
    );
    let error = try_read("xlsx", &options, &workbook(&sheet(&head()))).err().unwrap().to_string();
    assert!(
        error.contains("column `Day`, `What` is missing")
            || error.contains("column `What`, `Day` is missing"),
        "{error}"
    );
}

#[test]
fn cells_at_the_far_corner_and_rows_too_long_cost_a_row_and_no_memory() {
    let far = r#"<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>shot</t></is></c><c r="XFD1048576"><v>1</v></c></row>"#;
    let rows = head() + &row(2, &[text("shot"), text("2026-03-03")]) + far;
    let (kept, summary) = try_read("xlsx", &Options::default(), &workbook(&sheet(&rows))).unwrap();
    assert_eq!(summary.observations, 1);
    assert_eq!(kept.rejected[0].reason.code(), "record-too-long");
    assert_eq!(kept.rejected[0].line, 1_048_576);
}

#[test]
fn a_bomb_is_refused_before_a_part_of_it_is_opened() {
    let zeros = vec![b' '; 129 << 20];
    let says = refused(&packed(&[("xl/workbook.xml", &zeros)]));
    assert!(says.contains("unpacks to more than 134217728 bytes"), "{says}");
}

#[test]
fn names_that_lead_out_of_the_archive_are_refused() {
    let mut bytes = packed(&[("xx/evil.xml", b"<a/>")]);
    let name = b"xx/evil.xml";
    for at in 0..bytes.len() - name.len() {
        if bytes[at..].starts_with(name) {
            bytes[at..at + 2].copy_from_slice(b"..");
        }
    }
    let says = refused(&bytes);
    assert!(says.contains("leads out of the archive"), "{says}");
}

#[test]
fn what_is_cut_off_or_is_something_else_is_refused_in_words() {
    let whole = workbook(&sheet(&head()));
    for cut in [3, 30, whole.len() / 2, whole.len() - 5] {
        assert!(refused(&whole[..cut]).starts_with("this cannot be read as xlsx: "), "{cut}");
    }
    assert!(refused(b"kind,date\n").contains("not an .xlsx workbook"));
    assert_eq!(refused(b""), "the file is empty");
    assert!(refused(&packed(&[("a.txt", b"b")])).contains("the workbook cannot be read"));
}

#[test]
fn a_sheet_that_breaks_off_keeps_its_good_rows() {
    let rows = head() + &row(2, &[text("shot"), text("2026-03-03")]);
    let whole = sheet(&rows);
    let cut = &whole[..whole.find("</sheetData>").unwrap()];
    let (kept, summary) = try_read("xlsx", &Options::default(), &workbook(cut)).unwrap();
    assert_eq!((summary.observations, kept.rejected[0].reason.code()), (1, "corrupt-file"));
    assert!(summary.is_incomplete());
}

#[test]
fn a_flipped_byte_anywhere_panics_nowhere() {
    let whole = workbook(&sheet(&(head() + &row(2, &[text("shot"), text("2026-03-03")]))));
    for at in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let mut kept = Kept::default();
        let _ =
            evidence::read(evidence::Format::Xlsx, &Options::default(), "x", Box::new(&bytes[..]), &mut kept);
    }
}
