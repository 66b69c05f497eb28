//! Each adapter on small files of its own kind: what is read, what is refused, and why.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use base::{CivilZone, Count, Instant, Interval, LonLat, Place, Sector};
use common::{Kept, read, try_read};
use evidence::batch::{Batch, Builder};
use evidence::draft::{Assessment, Draft, Means, TimePrecision};
use evidence::formats::smm;
use evidence::mapping::Mapping;
use evidence::settle::Ledger;
use evidence::{Options, ReadError};
use proptest::prelude::*;

fn one(kept: &Kept) -> &Batch {
    assert_eq!(kept.batches.len(), 1, "{:?}", kept.rejected);
    &kept.batches[0]
}

fn ids(kept: &Kept) -> Vec<base::ObservationId> {
    let mut ids: Vec<_> = kept.rows().map(|(b, r)| b.id[r]).collect();
    ids.sort();
    ids
}

fn mapped(mapping: &str, text: &str) -> Kept {
    let mapping = Mapping::parse(mapping).unwrap();
    let options = Options { mapping: Some(mapping), ..Options::default() };
    try_read("csv", &options, text.as_bytes()).unwrap().0
}

// VIINA

const VIINA: &str = r#"{"20260101": [[37.5, 48.5, "Bilka", "A", 2, ["https://a/1", "https://a/2"]],
  [37.6, 48.6, "Lutsk", "M", 1, []]], "20260102": [[37.5, 48.5, "Bilka", "A", 2, ["https://a/1", "https://a/2"]]]}"#;

#[test]
fn a_viina_event_is_a_day_long_in_kyiv_and_reports_are_no_count() {
    let (kept, _) = read("viina", VIINA);
    let b = one(&kept);
    assert_eq!(b.len(), 3);
    assert_eq!(b.event(0).start.to_string(), "2025-12-31T22:00:00Z");
    assert_eq!(b.event(0).end.to_string(), "2026-01-01T22:00:00Z");
    assert_eq!(b.precision_at(0), TimePrecision::Day);
    assert_eq!((b.word_at(&b.kind, 0), b.word_at(&b.kind, 1)), ("artillery fire", "casualty"));
    assert_eq!((b.note.get(0), b.note.get(1)), ("Bilka, 2 reports", "Lutsk, 1 report"));
    assert_eq!(b.links.get(0), "https://a/1\nhttps://a/2");
    assert_eq!((b.count(0), b.means_at(0)), (None, Means::OpenSource));
    assert!(b.radius_m[0].is_nan());
    assert_ne!(b.id[0], b.id[2], "the same event on another day is another event");
}

#[test]
fn exact_repeats_of_a_viina_day_are_events_and_a_second_import_adds_none() {
    let event = r#"[37.5,48.5,"Bilka","A",1,[]]"#;
    let other = r#"[37.5,48.5,"Bilka","D",1,[]]"#;
    let one_way = read("viina", format!(r#"{{"20260101":[{event},{other},{event}]}}"#)).0;
    let other_way = read("viina", format!(r#"{{"20260101": [{other}, {event}, {event}]}}"#)).0;
    assert_eq!(ids(&one_way), ids(&other_way));
    let mut ledger = Ledger::new();
    assert_eq!(ledger.add(&one_way.batches[0]).new, 3);
    assert_eq!(ledger.add(&other_way.batches[0]).duplicate, 3);
}

#[test]
fn reading_viina_in_another_zone_revises_events_and_makes_no_second_ones() {
    let utc = Options { zone: Some(CivilZone::utc()), radius_m: Some(500.0), ..Options::default() };
    let (other, _) = try_read("viina", &utc, VIINA.as_bytes()).unwrap();
    let mut ledger = Ledger::new();
    ledger.add(&read("viina", VIINA).0.batches[0]);
    let added = ledger.add(&other.batches[0]);
    assert_eq!((added.new, added.revised), (0, 3));
    assert_eq!(other.batches[0].radius_m[0], 500.0);
}

#[test]
fn bad_viina_events_are_rejected_one_by_one_with_their_text() {
    let (kept, summary) = read(
        "viina",
        r#"{"20260101":[[48.5,137.5,"x","A",1,[]],[37.5,48.5,"x","A",-1,[]],[37.5,48.5],{"a":1},nonsense,
           [37.5,48.5,"x","Z",1,[]]],
           "2026-01-32":[[37.5,48.5,"x","A",1,[]]], "22020101":[[37.5,48.5,"x","A",1,[]]]}"#,
    );
    let reasons: Vec<_> = kept.rejected.iter().map(|r| (r.reason.code(), r.row, r.line)).collect();
    let expected = [
        ("looks-swapped", 1, 1),
        ("wrong-shape", 2, 1),
        ("wrong-shape", 3, 1),
        ("wrong-shape", 4, 1),
        ("bad-json", 5, 1),
        ("bad-date", 7, 3),
        ("date-out-of-limits", 8, 3),
    ];
    assert_eq!(reasons, expected);
    assert_eq!(kept.rejected[2].record, "[37.5,48.5]");
    assert_eq!((summary.rows, summary.observations), (8, 1));
    assert_eq!(kept.batches[0].word_at(&kept.batches[0].kind, 0), "Z");
    assert_eq!(summary.warnings.len(), 1, "{:?}", summary.warnings);
}

// FIRMS

const MODIS: &str = "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence,version,\
bright_t31,frp,daynight,first_seen_utc,times_seen\n\
48.5,37.5,308.6,3,4,2021-07-06,0405,T,44,6.0NRT,291.6,11.5,N,2021-07-06T08:00:00-07:00,3\n";

#[test]
fn a_modis_pixel_is_a_minute_and_a_circle_of_half_its_diagonal() {
    let (kept, _) = read("firms", MODIS);
    let b = one(&kept);
    assert_eq!(b.event(0).start.to_string(), "2021-07-06T04:05:00Z");
    assert_eq!(b.event(0).end.0 - b.event(0).start.0, 60_000);
    assert_eq!((b.precision_at(0), b.means_at(0)), (TimePrecision::Minute, Means::Satellite));
    assert_eq!(b.radius_m[0], 2_500.0);
    assert_eq!(b.note.get(0), "MODIS T confidence 44 frp 11.5 MW");
    assert_eq!(b.word_at(&b.kind, 0), "thermal anomaly");
    assert_eq!(base::Instant(b.reported_ms[0]).to_string(), "2021-07-06T15:00:00Z");
}

#[test]
fn the_same_detection_seen_later_again_or_with_its_columns_in_another_order_is_one() {
    let later = MODIS.replace("08:00:00-07:00,3", "09:00:00-07:00,4");
    let turned = "longitude,LATITUDE,Brightness,scan,track,acq_date,acq_time,satellite,confidence,version,bright_t31,frp,daynight\n\
                  37.5,48.5,308.6,3,4,2021-07-06,0405,T,44,6.0NRT,291.6,11.5,N\n";
    let id = ids(&read("firms", MODIS).0);
    assert_eq!(ids(&read("firms", later).0), id);
    assert_eq!(ids(&read("firms", turned).0), id);
}

#[test]
fn a_replay_brings_each_row_as_often_as_it_says_and_settles_to_the_same() {
    let options = Options { repeat_by: Some("times_seen".into()), ..Options::default() };
    let (kept, summary) = try_read("firms", &options, MODIS.as_bytes()).unwrap();
    assert_eq!((summary.rows, summary.observations), (3, 3));
    let mut ledger = Ledger::new();
    let added = ledger.add(one(&kept));
    assert_eq!((added.new, added.duplicate), (1, 2));
}

#[test]
fn bare_positions_are_a_day_without_precision() {
    let (kept, _) =
        read("firms", "LATITUDE,LONGITUDE,ACQ_DATE\r\n48.5,37.5,2020-01-01\r\n48.5,37.5,2020-01-01\r\n");
    let b = one(&kept);
    assert_eq!((b.precision_at(0), b.radius_m[0].is_nan()), (TimePrecision::Day, true));
    assert_eq!(b.id[0], b.id[1], "rows that cannot be told apart are one observation");
}

#[test]
fn bad_firms_rows_are_rejected_with_column_and_reason() {
    let text = "latitude,longitude,acq_date,acq_time,scan,track\n\
        nan,37.5,2020-01-01,0000,1,1\n137.5,48.5,2020-01-01,0000,1,1\n48.5,237.5,2020-01-01,0000,1,1\n\
        ,37.5,2020-01-01,0000,1,1\n48.5,abc,2020-01-01,0000,1,1\n48.5,37.5,2020-02-30,0000,1,1\n\
        48.5,37.5,2202-01-01,0000,1,1\n48.5,37.5,2020-01-01,2460,1,1\n48.5,37.5,2020-01-01,0000,-1,1\n\
        48.5,37.5,2020-01-01\n48.5,37.5,2020-01-01,0000,1,1,7\n48.5,\"37.5\",2020-01-01,0000,1,1\n48.5,37.5,2020-01-01,0000,1,\"1\n";
    let (kept, summary) = read("firms", text);
    let got: Vec<_> = kept.rejected.iter().map(|r| (r.row, r.column.as_str(), r.reason.code())).collect();
    let expected = [
        (1, "latitude", "not-finite"),
        (2, "latitude", "looks-swapped"),
        (3, "longitude", "position-out-of-range"),
        (4, "latitude", "missing-value"),
        (5, "longitude", "not-a-number"),
        (6, "acq_date", "bad-date"),
        (7, "acq_date", "date-out-of-limits"),
        (8, "acq_time", "bad-time"),
        (9, "scan", "out-of-range"),
        (10, "", "too-few-fields"),
        (11, "", "too-many-fields"),
        (13, "", "unclosed-quote"),
    ];
    assert_eq!(got, expected);
    assert_eq!(kept.rejected[4].record, "48.5,abc,2020-01-01,0000,1,1");
    assert_eq!((kept.rejected[4].line, kept.rejected[4].value.as_str()), (6, "abc"));
    assert_eq!(summary.observations, 1);
}

#[test]
fn a_table_without_the_columns_is_refused_with_what_is_there() {
    let error = try_read("firms", &Options::default(), b"lat,lon,when\n1,2,3\n").err().unwrap();
    let says = "this is not a firms table: column `latitude`, `longitude`, `acq_date` is missing; found `lat`, `lon`, `when`";
    assert_eq!(error.to_string(), says);
}

// UCDP

const GED: &str = "id,relid,year,type_of_violence,side_a,side_b,source_article,where_prec,where_coordinates,latitude,\
longitude,country,date_prec,date_start,date_end,best,high,low";

#[test]
fn a_ged_event_lasts_from_its_first_day_to_the_end_of_its_last() {
    let text = format!(
        "{GED}\n7.0,R-1,2004,3,Army,Civilians,\"News, 1 May\",4,Hills,13.1,24.3,Sudan,4,01/31/2004 00:00:00,2/2/2004 12:00:00 AM,3,5,2\n"
    );
    let (kept, summary) = read("ucdp", &text);
    let b = one(&kept);
    assert_eq!(b.event(0).start.to_string(), "2004-01-31T00:00:00Z");
    assert_eq!(b.event(0).end.to_string(), "2004-02-03T00:00:00Z");
    assert_eq!(b.precision_at(0), TimePrecision::Coarser);
    assert_eq!(b.radius_m[0], 100_000.0);
    assert_eq!(b.count(0).unwrap().to_string(), "2–5");
    assert_eq!((b.word_at(&b.unit, 0), b.word_at(&b.actor, 0)), ("deaths", "Army"));
    assert_eq!(b.note.get(0), "Army – Civilians; Hills; Sudan; best estimate 3 deaths");
    assert_eq!(b.links.get(0), "News, 1 May");
    assert!(summary.warnings.is_empty());
    assert_eq!(ids(&read("ucdp", text.replace("7.0", "7")).0), ids(&kept), "9231.0 is 9231");
}

#[test]
fn who_acted_is_left_open_in_ged_events_between_two_sides_and_the_place_in_those_of_a_country() {
    let text =
        format!("{GED}\n7,R-1,2004,1,Army,Rebels,x,6,Sudan,13.1,24.3,Sudan,1,2004-01-31,2004-01-31,3,5,2\n");
    let kept = read("ucdp", text).0;
    let b = one(&kept);
    assert_eq!(b.word_at(&b.actor, 0), "");
    assert!(b.lon_deg[0].is_nan());
    assert_eq!(b.precision_at(0), TimePrecision::Day);
}

#[test]
fn ged_rows_that_lost_their_first_field_are_read_where_they_stand_and_said_to_be() {
    let text =
        format!("{GED}\nR-1,2004,1,Army,Rebels,x,1,Hills,13.1,24.3,Sudan,1,2004-01-31,2004-01-31,3,5,2,\n");
    let (kept, summary) = read("ucdp", text);
    let b = one(&kept);
    assert_eq!((b.lat_deg[0], b.lon_deg[0], b.count(0).unwrap().max), (13.1, 24.3, 5));
    assert!(summary.warnings[0].contains("one column to the left"), "{:?}", summary.warnings);
}

#[test]
fn bad_ged_rows_are_rejected_and_crossed_estimates_are_not() {
    let row = |id: &str, prec: &str, start: &str, end: &str, low: &str| {
        format!("{id},,2004,1,A,B,x,{prec},H,13.1,24.3,Sudan,1,{start},{end},3,5,{low}\n")
    };
    let text = [
        row("1", "9", "2004-01-31", "2004-01-31", "1"),
        row("2", "1", "31/01/2004", "2004-01-31", "1"),
        row("3", "1", "2004-01-31", "2004-01-30", "1"),
        row("", "1", "2004-01-31", "2004-01-31", "1"),
        row("5", "1", "2004-01-31", "2004-01-31", "some"),
        row("6", "1", "2004-01-31", "2004-01-31", "9"),
    ];
    let (kept, summary) = read("ucdp", format!("{GED}\n{}", text.concat()));
    let got: Vec<_> = kept.rejected.iter().map(|r| (r.row, r.column.as_str(), r.reason.code())).collect();
    let expected = [
        (1, "where_prec", "out-of-range"),
        (2, "date_start", "bad-date"),
        (3, "date_end", "ends-before-start"),
        (4, "id", "missing-value"),
        (5, "low", "not-a-number"),
    ];
    assert_eq!(got, expected);
    assert_eq!(one(&kept).count(0).unwrap().to_string(), "5–9");
    assert_eq!(summary.warnings.len(), 1);
}

// Generic CSV

#[test]
fn a_table_with_the_usual_names_needs_no_mapping() {
    let (kept, summary) = read(
        "csv",
        "id,lon,lat,radius_m,date,time,kind,count,unit,weapon,actor,means,assessment,note,source,colour\n\
         a,37.5,48.5,250,2026-03-01,21:30-21:45,explosion,about 160,,mortar,,heard,impact,far off,Post 4,red\n",
    );
    let b = one(&kept);
    assert_eq!(b.event(0).start.to_string(), "2026-03-01T21:30:00Z");
    assert_eq!(b.event(0).end.to_string(), "2026-03-01T21:46:00Z");
    assert_eq!(b.count(0).unwrap().to_string(), "about 160");
    assert_eq!((b.means_at(0), b.assessment_at(0)), (Means::Heard, Assessment::Impact));
    assert_eq!((b.word_at(&b.weapon, 0), b.radius_m[0]), ("mortar", 250.0));
    assert_eq!(b.note.get(0), "far off; source: Post 4");
    assert_eq!(summary.unread_columns, ["colour"]);
}

#[test]
fn a_mapping_reads_semicolons_decimal_commas_and_words_of_another_language() {
    let kept = mapped(
        r#"{"zone":"Europe/Kyiv","delimiter":";","id":{"columns":["Nr","Blatt"]},
            "lon":{"column":"Länge","degrees":"decimal-comma"},"lat":{"column":"Breite","degrees":"decimal-comma"},
            "radius":{"column":"genau km","unit":"km"},"date":{"column":"Tag","formats":["%d.%m.%Y"]},"time":"Uhr",
            "kind":{"column":"Art","values":{"Einschlag":"explosion"},"otherwise":"other"},
            "calibre":"Kaliber","nature":{"column":"Quelle","values":{"Partei":"allegation"},"otherwise":"observation"},
            "exercise":{"column":"Übung","values":{"ja":"yes","nein":"no"}},"count":{"column":"Zahl","unknown":["?"]}}"#,
        "Nr;Blatt;Länge;Breite;genau km;Tag;Uhr;Art;Kaliber;Quelle;Übung;Zahl\n\
         1;A;37,5;48,5;0,5;01.03.2026;14:05;Einschlag;122 mm;Partei;ja;?\n\
         1;B;37,5;48,5;1;01.03.2026;;Knall;;Posten;nein;3-4\n",
    );
    assert_eq!(kept.reasons(), [("not-a-number", 1)], "a decimal comma is read where it is announced only");
    let b = one(&kept);
    assert_eq!(b.event(0).start.to_string(), "2026-02-28T22:00:00Z");
    assert_eq!((b.word_at(&b.kind, 0), b.radius_m[0]), ("other", 1000.0));
    assert_eq!(b.count(0).unwrap().to_string(), "3–4");
    assert!(!b.flag(0, evidence::batch::FLAG_ALLEGATION) && !b.flag(0, evidence::batch::FLAG_EXERCISE));
}

#[test]
fn allegations_exercises_and_calibres_are_kept_as_such() {
    let kept = mapped(
        r#"{"date":"d","kind":{"constant":"explosion"},"nature":{"constant":"allegation"},"exercise":"x",
            "calibre":"c","position":{"column":"p","order":"lat,lon","degrees":"dms"}}"#,
        "d,x,c,p\n2026-03-01,yes,152mm,\"48°30'00\"\"N, 37°30'00\"\"E\"\n",
    );
    let b = one(&kept);
    assert!(b.flag(0, evidence::batch::FLAG_ALLEGATION) && b.flag(0, evidence::batch::FLAG_EXERCISE));
    assert_eq!((b.calibre_mm[0], b.lat_deg[0], b.lon_deg[0]), (152.0, 48.5, 37.5));
}

#[test]
fn an_end_that_is_a_date_means_its_whole_day() {
    let read_row = |row: &str| {
        let (kept, _) = read("csv", format!("start,end,kind\n{row},explosion\n"));
        kept.batches.first().map(|b| (b.event(0).end.to_string(), b.precision_at(0)))
    };
    let evening = Some(("2026-03-02T00:00:00Z".to_owned(), TimePrecision::Coarser));
    assert_eq!(read_row("2026-03-01 14:00,2026-03-01"), evening);
    assert_eq!(read_row("2026-03-01,2026-03-01").unwrap().1, TimePrecision::Day);
    assert_eq!(read_row("2026-03-02,2026-03-01"), None);
    assert_eq!(read_row("2026-03-01 14:00,2026-03-01 13:59"), None);
    assert_eq!(read_row("2026-03-01 14:00,").unwrap().0, "2026-03-01T14:01:00Z");
}

#[test]
fn bad_rows_of_a_generic_table_are_rejected_with_their_reason() {
    let (kept, _) = read(
        "csv",
        &b"date,lon,lat,kind,count,means,note\n\
           2026-03-01,37.5,48.5,,1,saw,\n2026-03-01,37.5,,explosion,1,saw,\n2026-03-01,37.5,48.5,explosion,many,saw,\n\
           2026-03-01,37.5,48.5,explosion,1,guessed,\n2026-03-01,37.5,48.5,expl\xff,1,saw,\n,37.5,48.5,explosion,1,saw,\n\
           2026-03-01,37.5,48.5,explosion,1,saw,caf\xe9\n2026-03-01,,,explosion,N/K,saw,\n"[..],
    );
    let got: Vec<_> = kept.rejected.iter().map(|r| (r.row, r.column.as_str(), r.reason.code())).collect();
    let expected = [
        (1, "kind", "missing-value"),
        (2, "lat", "missing-value"),
        (3, "count", "bad-count"),
        (4, "means", "unknown-word"),
        (5, "kind", "not-utf8"),
        (6, "date", "missing-value"),
    ];
    assert_eq!(got, expected);
    let b = one(&kept);
    assert_eq!(b.note.get(0), "caf\u{fffd}", "a narrative's bytes cost no fact");
    assert!(b.lon_deg[1].is_nan(), "no position: the place is undetermined");
}

#[test]
fn columns_that_a_mapping_asks_for_must_be_there() {
    let mapping = Mapping::parse(r#"{"date":"Tag","kind":"Art"}"#).unwrap();
    let options = Options { mapping: Some(mapping), ..Options::default() };
    let error = try_read("csv", &options, b"date,kind\n").err().unwrap().to_string();
    assert_eq!(error, "this is not a csv table: column `Tag`, `Art` is missing; found `date`, `kind`");
    let error = try_read("csv", &Options::default(), b"a,b\n").err().unwrap().to_string();
    assert!(error.contains("column `kind`, `date` is missing"), "{error}");
}

// GeoJSON

#[test]
fn points_polygons_and_features_without_geometry_are_read() {
    let (kept, summary) = read(
        "geojson",
        r#"{"type":"FeatureCollection","features":[
          {"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[37.5,48.5,100]},
           "properties":{"kind":"explosion","time":"2026-03-01T14:05:00Z","count":3,"radius_m":50,"colour":"red"}},
          {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[37,48],[38,48],[38,49],[37,48]]]},
           "properties":{"kind":"flight","start":"2026-03-01","end":"2026-03-02"}},
          {"type":"Feature","geometry":null,"properties":{"kind":"jamming","date":"2026-03-01"}}]}"#,
    );
    assert!(kept.rejected.is_empty(), "{:?}", kept.rejected);
    let b = one(&kept);
    assert_eq!((b.lon_deg[0], b.radius_m[0], b.count(0).unwrap().min), (37.5, 50.0, 3));
    assert_eq!(b.shapes.len(), 1);
    assert!(b.lon_deg[2].is_nan());
    assert_eq!(summary.unread_columns, ["colour"]);
}

#[test]
fn a_feature_is_the_same_however_its_members_are_ordered_and_one_a_line_or_in_a_collection() {
    let a = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[37.5,48.5]},"properties":{"kind":"shot","date":"2026-03-01"}}"#;
    let b = r#"{"properties":{"date":"2026-03-01","kind":"shot"},"type":"Feature","geometry":{"coordinates":[37.5,48.5],"type":"Point"}}"#;
    let lines = read("geojson", format!("{a}\n{b}\n")).0;
    let collection = read("geojson", format!(r#"{{"features":[{b}],"type":"FeatureCollection"}}"#)).0;
    assert_eq!(one(&lines).id[0], one(&lines).id[1]);
    assert_eq!(one(&lines).id[0], one(&collection).id[0]);
}

#[test]
fn bad_features_are_rejected_one_by_one() {
    let feature = |geometry: &str| {
        format!(
            r#"{{"type":"Feature","geometry":{geometry},"properties":{{"kind":"shot","date":"2026-03-01"}}}}"#
        )
    };
    let all = [
        feature(r#"{"type":"Point","coordinates":[48.5,137.5]}"#),
        feature(r#"{"type":"Point","coordinates":["37","48"]}"#),
        feature(r#"{"type":"LineString","coordinates":[[37,48],[38,48]]}"#),
        feature(r#"{"type":"Polygon","coordinates":[[[37,48],[38,48],[38,49]]]}"#),
        r#"{"type":"Feature","geometry":null,"properties":null}"#.to_owned(),
        r#"{"type":"Topology"}"#.to_owned(),
        "[1,2}".to_owned(),
        feature(r#"{"type":"Point","coordinates":[37.5,48.5]}"#),
    ];
    let (kept, summary) =
        read("geojson", format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(",")));
    let got: Vec<_> = kept.rejected.iter().map(|r| r.reason.code()).collect();
    let expected = [
        "looks-swapped",
        "bad-geometry",
        "bad-geometry",
        "bad-geometry",
        "missing-value",
        "wrong-shape",
        "bad-json",
    ];
    assert_eq!(got, expected);
    assert_eq!((summary.rows, summary.observations), (8, 1));
}

// SMM tables

const SMM: &str = "SMM position,Event location,Means,No.,Observation,Description,Weapon,\"Date, time\",Position lon,Position lat,Position radius m\n\
Camera at the mine (2km SW),1-4.5km SSE-SSW,Recorded,about 160,Explosion,impact,N/K,\"13-Sep-20, 21:30-21:45\",37.8,48.0,50\n\
North edge of the village,southerly,Heard,3,Bursts,undetermined,small arms,13.09.2020 22:10,37.8,48.0,50\n\
Same,N/K,Saw and heard,N/K,Projectile in flight,from W to E,N/K,2020-09-13,,,\n\
Range,2–5 km SSE,Heard,12,Explosion,outgoing (assessed as exercise),mortar,\"2020-09-13, 10:00\",37.8,48.0,50\n";

#[test]
fn a_table_of_violations_is_read_with_its_doubt() {
    let (kept, summary) = read("smm", SMM);
    assert!(kept.rejected.is_empty(), "{:?}", kept.rejected);
    let b = one(&kept);
    assert_eq!(b.event(0).start.to_string(), "2020-09-13T18:30:00Z");
    assert_eq!(b.event(0).end.to_string(), "2020-09-13T18:46:00Z");
    let atlas::answer::Shape::Sector(s) = &b.shapes[0] else { panic!("a sector") };
    assert_eq!(
        (s.range_min_m, s.range_max_m, s.bearing_deg, s.half_width_deg),
        (1000.0, 4500.0, 180.0, 33.75)
    );
    assert_eq!(s.observer_radius_m, 50.0);
    let words: Vec<_> = (0..4).map(|r| (b.word_at(&b.kind, r), b.means_at(r), b.assessment_at(r))).collect();
    let expected = [
        ("explosion", Means::Camera, Assessment::Impact),
        ("burst", Means::Heard, Assessment::Undetermined),
        ("projectile", Means::SawAndHeard, Assessment::Undetermined),
        ("explosion", Means::Heard, Assessment::Outgoing),
    ];
    assert_eq!(words, expected);
    assert_eq!(b.count(0).unwrap().to_string(), "about 160");
    assert_eq!(b.count(2), None);
    assert!(b.lon_deg[1].is_nan(), "a bearing without a range bounds nothing");
    assert!(b.flag(3, evidence::batch::FLAG_EXERCISE));
    assert_eq!(b.note.get(2), "SMM position: Same; event location: N/K; remark: from W to E");
    assert_eq!(b.precision_at(2), TimePrecision::Day);
    assert!(summary.warnings.is_empty(), "{:?}", summary.warnings);
}

fn written(b: &Batch, with_positions: bool) -> String {
    let mut to = csv::Writer::from_writer(Vec::new());
    let rows: Vec<usize> = (0..b.len()).collect();
    smm::write(b, &rows, &mut to, &CivilZone::named("Europe/Kyiv").unwrap(), with_positions).unwrap();
    String::from_utf8(to.into_inner().unwrap()).unwrap()
}

/// Everything but the id, which is made of the table's own words.
fn facts(kept: &Kept) -> Vec<u64> {
    kept.rows().map(|(b, r)| b.content[r]).collect()
}

#[test]
fn a_written_table_reads_back_to_the_same_facts() {
    let (kept, _) = read("smm", SMM);
    let text = written(one(&kept), true);
    assert_eq!(facts(&read("smm", &text).0), facts(&kept), "{text}");
}

#[test]
fn observations_of_other_formats_keep_their_facts_through_a_table() {
    for (format, text) in [("firms", MODIS), ("viina", VIINA)] {
        let (kept, _) = read(format, text);
        let table = written(one(&kept), true);
        let back = read("smm", &table).0;
        assert!(back.rejected.is_empty(), "{:?}", back.rejected);
        let (a, b) = (one(&kept), one(&back));
        for r in 0..a.len() {
            let fact =
                |b: &Batch| (b.event(r), b.precision_at(r), b.word_at(&b.kind, r).to_owned(), b.means_at(r));
            assert_eq!(fact(a), fact(b), "{table}");
            let more = |b: &Batch| {
                (
                    b.reported_ms[r],
                    b.lon_deg[r],
                    b.lat_deg[r],
                    b.radius_m[r].to_bits(),
                    b.links.get(r).to_owned(),
                )
            };
            assert_eq!(more(a), more(b), "{table}");
        }
    }
}

#[test]
fn where_observers_stand_is_written_only_when_asked_for() {
    let (kept, _) = read("smm", SMM);
    let text = written(one(&kept), false);
    assert!(!text.contains("Position lon") && !text.contains("37.8"), "{text}");
    let back = read("smm", &text).0;
    assert!(one(&back).lon_deg[0].is_nan());
    assert!(one(&back).note.get(0).contains("event location: 1-4.5km SSE-SSW"));
}

/// A time as any mission may state it: from a second to months, whole minutes, days and odd milliseconds.
fn moments() -> impl Strategy<Value = (i64, i64, TimePrecision)> {
    let start = prop_oneof![
        1_583_000_000_000i64..1_604_000_000_000,
        (26_383_333i64..26_733_333).prop_map(|m| m * 60_000)
    ];
    let length = prop_oneof![
        Just(60_000i64),
        Just(1_000),
        Just(86_400_000),
        0i64..10_000_000,
        (0i64..2_000).prop_map(|m| m * 60_000)
    ];
    let precision = prop::sample::select(TimePrecision::ALL.map(|(p, _)| p).to_vec());
    (start, length, precision)
}

fn sectors() -> impl Strategy<Value = Sector> {
    let bearing = prop_oneof![(0u8..16).prop_map(|n| f64::from(n) * 22.5), 0.0..360.0f64];
    let half = prop_oneof![
        (0u8..8).prop_map(|n| f64::from(n) * 11.25 + 11.25),
        Just(180.0),
        Just(45.0),
        0.0..180.0f64
    ];
    let range = prop_oneof![(1u32..50).prop_map(|n| f64::from(n) * 500.0), 1.0..20_000.0f64];
    (bearing, half, range, 0.0..9_000.0f64, 30.0..40.0f64, 44.0..52.0f64).prop_map(
        |(bearing_deg, half_width_deg, low, more, lon, lat)| Sector {
            observer: LonLat::new(lon, lat).unwrap(),
            observer_radius_m: 25.5,
            bearing_deg,
            half_width_deg,
            range_min_m: low,
            range_max_m: low + more,
        },
    )
}

proptest! {
    #[test]
    fn any_sector_time_and_count_survives_being_written_and_read(
        sector in sectors(), (start, length, precision) in moments(), min in 0u32..500, more in 0u32..9,
        approximate: bool, means in 0u8..11, assessment in 0u8..4, exercise: bool, allegation: bool,
        reported in prop::option::of(0i64..2_000_000_000_000),
    ) {
        let draft = Draft {
            kind: "explosion",
            event: Interval { start: Instant(start), end: Instant(start + length) },
            precision,
            reported_ms: reported,
            place: Place::Sector(sector),
            means: Means::from_code(means).unwrap(),
            assessment: Assessment::from_code(assessment).unwrap(),
            count: Some(Count { min, max: min + more, approximate }),
            unit: "rounds",
            weapon: "mortar",
            calibre_mm: Some(82.0),
            actor: "blue",
            exercise,
            allegation,
            note: "seen from the roof",
            ..Draft::default()
        };
        let mut builder = Builder::new("post");
        builder.push(&draft).unwrap();
        let table = written(&builder.take(), true);
        let (back, _) = read("smm", &table);
        prop_assert!(back.rejected.is_empty(), "{:?} {}", back.rejected, table);
        let b = one(&back);
        // The table's own words for the place are added to the note; all else is as it was.
        prop_assert!(b.note.get(0).ends_with("remark: seen from the roof"), "{}", b.note.get(0));
        builder.push(&Draft { note: b.note.get(0), ..draft }).unwrap();
        prop_assert_eq!(b.content[0], builder.take().content[0], "{}", table);
    }
}

// All

#[test]
fn a_radius_that_is_none_is_refused() {
    for radius_m in [-1.0, f64::NAN, f64::INFINITY, 1e9] {
        let options = Options { radius_m: Some(radius_m), ..Options::default() };
        assert!(matches!(try_read("viina", &options, VIINA.as_bytes()), Err(ReadError::Options(_))));
    }
}

#[test]
fn a_missing_quotation_mark_says_which_lines_it_swallowed() {
    let (kept, summary) = read(
        "csv",
        "date,kind,note\n2026-03-01,\"shot,x\n2026-03-02,shot,y\n2026-03-03,shot,\"z\n2026-03-04,shot,w\n",
    );
    assert_eq!(kept.reasons(), [("too-few-fields", 1)]);
    assert_eq!(kept.rejected[0].value, "2 fields, 3 columns, lines 2 to 4: a quotation mark may be missing");
    assert_eq!(summary.observations, 1);
}

fn page(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sources").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("docs/sources/{name}: {e}"))
}

#[test]
fn the_mapping_of_the_documentation_reads_a_table() {
    let text = page("csv.md");
    let example = text.split("```json").nth(1).and_then(|t| t.split("```").next()).unwrap();
    let kept = mapped(
        example,
        "Log;No;E;N;Accuracy km;Bearing;From km;To km;Date;Time;Noted at;What;Weapon;Calibre;By;How many;How;Direction;Told by;Range day;Place;Remarks;Photo\n\
         A;7;37,5;48,5;0,25;;;;01.03.2026;21:30-21:45;01.03.2026 22:00;Impact;unkn;;;about 5;ear;in;sentry;;Mine;loud;\n\
         A;8;37,5;48,5;0.25;;;;2026-03-01;;;Impact;mortar;82;red;3-4;eye;out;party;x;Mine;;https://p/1\n\
         A;9;;;;140;2;4.5;2026-03-01;;;Impact;;;;2;ear;;sentry;;;;\n\
         A;10;;;;Everywhere;0;3;2026-03-01;;;MG;;;;2;ear;;sentry;;;;\n",
    );
    assert_eq!(kept.reasons(), [("not-a-number", 1)], "the radius of the first row has a decimal comma");
    let b = one(&kept);
    assert_eq!(
        (b.word_at(&b.kind, 0), b.word_at(&b.weapon, 0), b.word_at(&b.actor, 0)),
        ("explosion", "mortar", "red")
    );
    assert_eq!((b.means_at(0), b.assessment_at(0), b.radius_m[0]), (Means::Saw, Assessment::Outgoing, 250.0));
    assert!(b.flag(0, evidence::batch::FLAG_ALLEGATION) && b.flag(0, evidence::batch::FLAG_EXERCISE));
    let heard = |bearing_deg, half_width_deg, range_min_m, range_max_m| {
        atlas::answer::Shape::Sector(Sector {
            observer: LonLat::new(37.412, 48.365).unwrap(),
            observer_radius_m: 20.0,
            bearing_deg,
            half_width_deg,
            range_min_m,
            range_max_m,
        })
    };
    assert_eq!(b.shapes, [heard(140.0, 10.0, 2_000.0, 4_500.0), heard(0.0, 180.0, 0.0, 3_000.0)]);
}

#[test]
fn every_format_has_a_page_that_states_its_limitations_and_how_to_import_it() {
    for (_, name, _) in evidence::Format::ALL {
        let page = page(&format!("{name}.md"));
        assert!(page.contains("\n## Limitations\n"), "{name}");
        assert!(
            page.contains(&format!("    truceline import {name} ")) && page.contains("--dry-run"),
            "{name}"
        );
        let codes: Vec<&str> = evidence::RejectReason::ALL.iter().map(|r| r.code()).collect();
        let section = page.split("\n## What is rejected\n").nth(1).unwrap();
        for word in section.split('`').skip(1).step_by(2).filter(|w| w.contains('-')) {
            assert!(codes.contains(&word), "{name}: `{word}` is no reason");
        }
    }
}

#[test]
fn the_table_of_the_page_on_coverage_is_accepted_and_the_page_names_every_status() {
    let page = page("coverage.md");
    let example = page.split("```csv\n").nth(1).and_then(|t| t.split("```").next()).unwrap();
    let mut taken = Vec::new();
    let zone = CivilZone::named("Europe/Kyiv").unwrap();
    evidence::coverage::read_coverage(Box::new(example.as_bytes()), &zone, &mut |row| {
        taken.push(row.unwrap())
    })
    .unwrap();
    let during: Vec<String> =
        taken.iter().map(|c| format!("{} to {}", c.interval.start, c.interval.end)).collect();
    let expected = [
        "2026-02-28T22:00:00Z to 2026-03-02T22:00:00Z",
        "2026-03-03T04:00:00Z to 2026-03-03T16:00:00Z",
        "2026-03-02T22:00:00Z to 2026-03-03T22:00:00Z",
    ];
    assert_eq!(during, expected);
    for (_, name) in evidence::coverage::Status::ALL {
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
    let codes: Vec<&str> = evidence::RejectReason::ALL.iter().map(|r| r.code()).collect();
    let section = page.split("\n## What is rejected\n").nth(1).unwrap();
    for word in section.split('`').skip(1).step_by(2) {
        assert!(codes.contains(&word), "`{word}` is no reason");
    }
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    for (_, name, _) in evidence::Format::ALL {
        let error = try_read(name, &Options::default(), b"").err().unwrap();
        assert!(matches!(error, ReadError::Empty), "{name}: {error}");
    }
}

#[test]
fn a_format_is_found_by_its_name() {
    for (format, name, says) in evidence::Format::ALL {
        assert_eq!(evidence::Format::named(&name.to_uppercase()), Some(*format));
        assert_eq!((format.name(), format.describe()), (*name, *says));
        assert!(CivilZone::named(format.zone()).is_ok());
    }
    assert_eq!(evidence::Format::named("shapefile"), None);
}
