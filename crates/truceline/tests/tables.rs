//! Layers in, and tables out, with the built binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use rusqlite::{Connection, params};
use std::path::Path;
use std::process::{Command, Output};

fn truceline(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_truceline")).args(arguments).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn point(lon: f64, lat: f64) -> Vec<u8> {
    let mut out = b"GP\0\x01".to_vec();
    out.extend(4326i32.to_le_bytes());
    out.push(1);
    out.extend(1u32.to_le_bytes());
    out.extend(lon.to_le_bytes());
    out.extend(lat.to_le_bytes());
    out
}

fn geopackage(path: &Path, layers: &[&str]) {
    let db = Connection::open(path).unwrap();
    db.execute_batch(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
             organization_coordsys_id INTEGER, definition TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, '');
         CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
             srs_id INTEGER, z INTEGER, m INTEGER);",
    )
    .unwrap();
    for layer in layers {
        db.execute("INSERT INTO gpkg_contents VALUES (?1, 'features', 4326)", params![layer]).unwrap();
        db.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 'POINT', 4326, 0, 0)",
            params![layer],
        )
        .unwrap();
        db.execute_batch(&format!(
            "CREATE TABLE \"{layer}\" (fid INTEGER PRIMARY KEY, geom BLOB, kind TEXT, date TEXT, count INTEGER)"
        ))
        .unwrap();
        let sql = format!("INSERT INTO \"{layer}\" VALUES (?1, ?2, ?3, ?4, ?5)");
        let add = |fid: i64, geom: Option<Vec<u8>>, date: &str| {
            db.execute(&sql, params![fid, geom, "explosion", date, 3]).unwrap();
        };
        add(7, Some(point(-30.5, 47.0)), "2026-03-01");
        add(8, Some(point(-30.5, 47.0)), "the day after");
        // A geometry of a type that does not exist.
        let mut broken = point(0.0, 0.0);
        broken[9] = 99;
        add(9, Some(broken), "2026-03-01");
        add(10, None, "2026-03-02");
    }
}

#[test]
fn a_layer_of_a_geopackage_is_read_feature_by_feature() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reports.gpkg");
    geopackage(&file, &["reports"]);
    let rejects = folder.path().join("rejects.csv");
    let out = truceline(&[
        "import",
        "gpkg",
        file.to_str().unwrap(),
        "--source",
        "office",
        "--dry-run",
        "--rejects",
        rejects.to_str().unwrap(),
    ]);
    let says = text(&out.stdout);
    assert!(
        says.contains("4 rows, 2 observations, 0 of coverage, 2 rejected"),
        "{says}{}",
        text(&out.stderr)
    );
    assert!(says.contains("1 with a position"), "{says}");
    assert_eq!(out.status.code(), Some(3));
    let rejected = std::fs::read_to_string(rejects).unwrap();
    assert!(rejected.contains("bad-date") && rejected.contains("bad-geometry"), "{rejected}");
    assert!(rejected.contains("fid"), "the feature is shown with its own number: {rejected}");
}

#[test]
fn layers_are_listed_where_it_is_not_clear_which() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reports.gpkg");
    geopackage(&file, &["north", "south"]);
    let file = file.to_str().unwrap();
    let out = truceline(&["import", "gpkg", file, "--source", "office", "--dry-run"]);
    assert_eq!(out.status.code(), Some(2));
    let says = text(&out.stderr);
    assert!(says.contains("2 layers: `north`, `south`") && says.contains("--layer"), "{says}");
    let out = truceline(&["import", "gpkg", file, "--layer", "south", "--source", "office", "--dry-run"]);
    assert!(text(&out.stdout).contains("4 rows, 2 observations"), "{}", text(&out.stderr));
}

const PATROL: &str = "id,start,end,kind,count,weapon,lon,lat,radius_m\n\
    p1,2026-03-03T05:07:00Z,2026-03-03T05:08:00Z,explosion,about 3,mortar,-30.1,47.1,250\n\
    p2,2026-03-03T06:07:00Z,2026-03-03T06:08:00Z,burst,2-4,,-30.1,47.1,250\n\
    p3,2026-03-05T06:07:00Z,2026-03-05T06:08:00Z,shot,1,,,,\n";

#[test]
fn the_table_of_a_mission_is_read_back_with_its_rows_and_says_what_was_watched() {
    let folder = tempfile::tempdir().unwrap();
    let mission = folder.path().join("mission");
    let (mission, patrol) = (mission.to_str().unwrap(), folder.path().join("patrol.csv"));
    std::fs::write(&patrol, PATROL).unwrap();
    assert!(truceline(&["init", mission, "--zone", "Etc/GMT-2"]).status.success());
    let patrol = patrol.to_str().unwrap();
    let out = truceline(&[
        "import",
        "csv",
        patrol,
        "--source",
        "patrols",
        "--reliability",
        "B",
        "--mission",
        mission,
    ]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let out = truceline(&[
        "report",
        "table",
        "--date",
        "2026-03-03",
        "--until",
        "2026-03-04",
        "--mission",
        mission,
    ]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let table = text(&out.stdout);
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.contains("\"2026-03-03, 07:07:00-07:08:00\""), "{table}");
    assert!(text(&out.stderr).contains("Coverage not stated"), "{}", text(&out.stderr));
    let annex = folder.path().join("annex.csv");
    std::fs::write(&annex, &table).unwrap();
    let out = truceline(&["import", "smm", annex.to_str().unwrap(), "--source", "annex", "--dry-run"]);
    let says = text(&out.stdout);
    assert!(says.contains("2 rows, 2 observations, 0 of coverage, 0 rejected"), "{says}");
    assert!(
        says.contains("events from 2026-03-03T05:07:00Z to 2026-03-03T06:08:01Z; 2 with a position"),
        "{says}"
    );
    let plain =
        truceline(&["report", "table", "--date", "2026-03-03", "--format", "csv", "--mission", mission]);
    assert!(text(&plain.stdout).starts_with("observer_cell,location,means,count,kind,"));
    let wrong =
        truceline(&["report", "daily", "--date", "2026-03-03", "--format", "csv", "--mission", mission]);
    assert_eq!(wrong.status.code(), Some(2));
}
