//! GeoPackage files written here by hand, read as features.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};
use store::geopackage::{features, layers};

/// A point as WKB: little-endian, type 1.
fn wkb_point(lon: f64, lat: f64) -> Vec<u8> {
    let mut out = vec![1];
    out.extend(1u32.to_le_bytes());
    out.extend(lon.to_le_bytes());
    out.extend(lat.to_le_bytes());
    out
}

/// A geometry blob with an envelope of `kind` (0 none, 1 xy, 2 xyz, 3 xym, 4 xyzm).
fn blob(srs_id: i32, kind: u8, big_endian: bool, wkb: &[u8]) -> Vec<u8> {
    let mut out = b"GP\0".to_vec();
    out.push(kind << 1 | u8::from(!big_endian));
    out.extend(if big_endian { srs_id.to_be_bytes() } else { srs_id.to_le_bytes() });
    out.extend(vec![0; [0, 32, 48, 48, 64][usize::from(kind)]]);
    out.extend(wkb);
    out
}

fn empty_file(dir: &Path) -> (PathBuf, Connection) {
    let path = dir.join("lines 100% & more?.gpkg");
    let db = Connection::open(&path).unwrap();
    db.execute_batch(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
             organization_coordsys_id INTEGER, definition TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, ''),
             ('Pulkovo', 28406, 'EPSG', 28406, ''), ('undefined', -1, 'NONE', -1, '');
         CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
             srs_id INTEGER, z INTEGER, m INTEGER);",
    )
    .unwrap();
    (path, db)
}

fn add_layer(db: &Connection, name: &str, srs_id: i64) {
    db.execute("INSERT INTO gpkg_contents VALUES (?1, 'features', ?2)", params![name, srs_id]).unwrap();
    db.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 'POINT', ?2, 0, 0)",
        params![name, srs_id],
    )
    .unwrap();
    db.execute_batch(&format!(
        "CREATE TABLE \"{name}\" (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT, width REAL, raw BLOB)"
    ))
    .unwrap();
}

fn add_feature(db: &Connection, layer: &str, fid: i64, geom: Option<Vec<u8>>) {
    let sql = format!("INSERT INTO \"{layer}\" VALUES (?1, ?2, 'Kilo', 1.5, x'00ff')");
    db.execute(&sql, params![fid, geom]).unwrap();
}

#[test]
fn features_come_with_properties_and_bare_wkb_whatever_their_envelope() {
    let dir = tempfile::tempdir().unwrap();
    let (path, db) = empty_file(dir.path());
    add_layer(&db, "line \"A\"".replace('"', "'").as_str(), 4326);
    let wkb = wkb_point(37.5, 48.25);
    for kind in (0..5).rev() {
        add_feature(&db, "line 'A'", i64::from(kind) + 1, Some(blob(4326, kind, kind % 2 == 1, &wkb)));
    }
    drop(db);
    let found = features(&path, None).unwrap();
    assert_eq!(found.len(), 5);
    assert!(found.iter().all(|(_, bytes)| *bytes == wkb));
    let (properties, _) = &found[0];
    assert_eq!(
        serde_json::Value::from(properties.clone()).to_string(),
        r#"{"fid":1,"name":"Kilo","raw":"00ff","width":1.5}"#
    );
    let beside: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(beside.len(), 1, "reading leaves nothing beside the file");
}

#[test]
fn a_feature_without_geometry_is_kept_and_says_so_by_empty_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let (path, db) = empty_file(dir.path());
    add_layer(&db, "zones", 4326);
    let mut empty = blob(4326, 0, false, &wkb_point(f64::NAN, f64::NAN));
    empty[3] |= 0b0001_0000;
    add_feature(&db, "zones", 1, None);
    add_feature(&db, "zones", 2, Some(empty));
    drop(db);
    let found = features(&path, Some("zones")).unwrap();
    assert!(found.len() == 2 && found.iter().all(|(_, wkb)| wkb.is_empty()));
}

#[test]
fn another_reference_system_is_refused_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let (path, db) = empty_file(dir.path());
    for (name, srs_id) in [("pulkovo", 28406), ("nowhere", -1), ("unlisted", 7)] {
        add_layer(&db, name, srs_id);
    }
    drop(db);
    let says = |layer| features(&path, Some(layer)).unwrap_err().to_string();
    assert!(says("pulkovo").contains("is in EPSG:28406; reproject it to EPSG:4326"), "{}", says("pulkovo"));
    assert!(says("nowhere").contains("undefined reference system; reproject it to EPSG:4326"));
    assert!(says("unlisted").contains("undefined reference system"));
}

#[test]
fn several_layers_are_listed_and_one_must_be_named() {
    let dir = tempfile::tempdir().unwrap();
    let (path, db) = empty_file(dir.path());
    let none = features(&path, None).unwrap_err().to_string();
    assert!(none.contains("has no layer of features"), "{none}");
    add_layer(&db, "north", 4326);
    add_layer(&db, "south", 4326);
    drop(db);
    let which = features(&path, None).unwrap_err().to_string();
    assert!(which.contains("2 layers: `north`, `south`; name one"), "{which}");
    let unknown = features(&path, Some("east")).unwrap_err().to_string();
    assert!(unknown.contains("no layer `east`") && unknown.contains("`north`, `south`"), "{unknown}");
    assert_eq!(layers(&path).unwrap(), ["north", "south"]);
}

#[test]
fn a_geometry_that_breaks_the_format_is_named_by_its_feature() {
    let wkb = wkb_point(1.0, 2.0);
    let mut extended = blob(4326, 0, false, &wkb);
    extended[3] |= 0b0010_0000;
    let mut strange = blob(4326, 0, false, &wkb);
    strange[3] |= 0b0000_1110;
    let cut = blob(4326, 1, false, &wkb)[..30].to_vec();
    let cases = [
        (blob(28406, 0, false, &wkb), "another reference system"),
        (extended, "extended type"),
        (strange, "envelope of an unknown kind"),
        (cut, "cut off"),
        (b"GP".to_vec(), "does not begin"),
        (wkb.clone(), "does not begin"),
    ];
    for (bad, reason) in cases {
        let dir = tempfile::tempdir().unwrap();
        let (path, db) = empty_file(dir.path());
        add_layer(&db, "zones", 4326);
        add_feature(&db, "zones", 1, Some(blob(4326, 0, false, &wkb)));
        add_feature(&db, "zones", 2, Some(bad));
        drop(db);
        let said = features(&path, None).unwrap_err().to_string();
        assert!(said.contains("feature 2") && said.contains(reason), "{said}");
    }
}

#[test]
fn other_files_are_refused_and_a_file_in_use_too() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("missing.gpkg");
    assert!(features(&missing, None).unwrap_err().to_string().contains("there is no file"));
    let text = dir.path().join("text.gpkg");
    std::fs::write(&text, "not a database, but long enough to look at: ".repeat(40)).unwrap();
    assert!(features(&text, None).unwrap_err().to_string().contains("not an SQLite file"));
    let plain = dir.path().join("plain.gpkg");
    Connection::open(&plain).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(features(&plain, None).unwrap_err().to_string().contains("no table `gpkg_contents`"));

    let (path, db) = empty_file(dir.path());
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).unwrap();
    add_layer(&db, "zones", 4326);
    assert!(features(&path, None).unwrap_err().to_string().contains("open in another program"));
    drop(db);
    assert_eq!(features(&path, None).unwrap(), []);
}

#[test]
fn a_view_is_no_layer_since_it_could_compute_without_end() {
    let dir = tempfile::tempdir().unwrap();
    let (path, db) = empty_file(dir.path());
    add_layer(&db, "zones", 4326);
    db.execute_batch(
        "DROP TABLE zones;
         CREATE VIEW zones AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
             SELECT x AS fid, NULL AS geom FROM n;",
    )
    .unwrap();
    drop(db);
    assert!(features(&path, None).unwrap_err().to_string().contains("no layer of features"));
}

#[test]
fn a_damaged_file_gives_an_error_and_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    let (path, db) = empty_file(dir.path());
    add_layer(&db, "zones", 4326);
    for fid in 0..200 {
        add_feature(&db, "zones", fid, Some(blob(4326, 1, false, &wkb_point(1.0, 2.0))));
    }
    drop(db);
    let whole = std::fs::read(&path).unwrap();
    let damaged = dir.path().join("damaged.gpkg");
    for at in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at..(at + 8).min(whole.len())].fill(0xA5);
        std::fs::write(&damaged, &bytes).unwrap();
        let _ = features(&damaged, Some("zones"));
        std::fs::write(&damaged, &whole[..at]).unwrap();
        assert!(features(&damaged, Some("zones")).is_err(), "cut at {at}");
    }
}
