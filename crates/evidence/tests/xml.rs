//! The XML formats on small texts of their own kind: what is read, what is refused, and why.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use base::{Instant, LonLat};
use common::{Kept, read, try_read};
use evidence::Options;
use evidence::batch::{Batch, FLAG_ALLEGATION, FLAG_EXERCISE};
use evidence::coverage::{CoverageArea, Status};
use evidence::draft::{Means, TimePrecision};
use evidence::mapping::Mapping;
use evidence::settle::Ledger;
use proptest::prelude::*;

fn one(kept: &Kept) -> &Batch {
    assert_eq!(kept.batches.len(), 1, "{:?}", kept.rejected);
    &kept.batches[0]
}

fn faults(kept: &Kept) -> Vec<(&str, &str)> {
    kept.rejected.iter().map(|r| (r.reason.code(), r.column.as_str())).collect()
}

fn ids(kept: &Kept) -> Vec<base::ObservationId> {
    kept.rows().map(|(b, r)| b.id[r]).collect()
}

/// What the ledger holds after everything: from, to, note.
fn settled(batches: &[&Batch]) -> Vec<(String, String, String)> {
    let mut ledger = Ledger::new();
    batches.iter().for_each(|b| {
        ledger.add(b);
    });
    let settled = ledger.settle();
    let b = &settled.observations;
    (0..b.len())
        .map(|r| (b.event(r).start.to_string(), b.event(r).end.to_string(), b.note.get(r).to_owned()))
        .collect()
}

fn ring(kept: &Kept, shape: usize) -> Vec<(f64, f64)> {
    match &one(kept).shapes[shape] {
        atlas::answer::Shape::Polygon(rings) => rings[0].iter().map(|p| (p[0], p[1])).collect(),
        other => panic!("{other:?}"),
    }
}

// CoT

fn event(attributes: &str, point: &str, detail: &str) -> String {
    format!("<event version='2.0' {attributes}><point {point}/><detail>{detail}</detail></event>")
}

const TIMES: &str = "time='2026-03-01T10:00:05Z' start='2026-03-01T10:00:00Z' stale='2026-03-01T10:10:00Z'";
const HERE: &str = "lat='47.01' lon='-30.02' hae='120' ce='15' le='9999999.0'";

fn tank() -> String {
    let attributes = format!("uid='mark-1' type='a-h-G-E-V-A-T' how='h-g-i-g-o' {TIMES}");
    let detail = "<contact callsign='T 1'/><remarks>by the mill &amp; moving</remarks><track course='270' speed='4'/>\
                  <link uid='ANDROID-7' parent_callsign='Heron 3' relation='p-p'/>\
                  <link url='https://karsk.example/1'/><link url='https://me:pw@karsk.example/2'/><link url='file:///etc'/>";
    event(&attributes, HERE, detail)
}

#[test]
fn a_mark_of_a_tank_is_armour_seen_at_its_start_and_its_side_is_only_a_claim() {
    let (kept, summary) = read("cot", tank());
    let b = one(&kept);
    assert_eq!((summary.rows, summary.observations), (1, 1));
    assert_eq!(
        (b.word_at(&b.kind, 0), b.word_at(&b.weapon, 0), b.word_at(&b.actor, 0)),
        ("armour", "tank", "")
    );
    assert_eq!(b.event(0).start.to_string(), "2026-03-01T10:00:00Z");
    assert_eq!(b.event(0).end.0 - b.event(0).start.0, 1_000);
    assert_eq!((b.precision_at(0), b.means_at(0)), (TimePrecision::Second, Means::Undetermined));
    assert_eq!(Instant(b.reported_ms[0]).to_string(), "2026-03-01T10:00:05Z");
    assert_eq!((b.lon_deg[0], b.lat_deg[0], b.radius_m[0]), (-30.02, 47.01, 15.0));
    assert_eq!(
        b.note.get(0),
        "type a-h-G-E-V-A-T (hostile, says the sender), how h-g-i-g-o; T 1; by the mill & moving; course 270 degrees; speed 4 m/s"
    );
    assert_eq!(b.links.get(0), "https://karsk.example/1");
    assert!(!b.flag(0, FLAG_EXERCISE) && !b.flag(0, FLAG_ALLEGATION));
    assert!(!b.note.get(0).contains("Heron"), "who placed the mark is nobody's business");
}

#[test]
fn an_error_of_position_that_is_not_known_is_not_stated() {
    for ce in ["9999999", "9999999.0", "10000000", "0", "0.0"] {
        let (kept, _) = read("cot", tank().replace("ce='15'", &format!("ce='{ce}'")));
        assert!(one(&kept).radius_m[0].is_nan(), "{ce}");
        let options = Options { radius_m: Some(250.0), ..Options::default() };
        let (kept, _) =
            try_read("cot", &options, tank().replace("ce='15'", &format!("ce='{ce}'")).as_bytes()).unwrap();
        assert_eq!(one(&kept).radius_m[0], 250.0, "{ce}");
    }
    let (kept, summary) = read("cot", tank().replace(HERE, "lat='0' lon='0.0' ce='9999999' le='9999999'"));
    assert!(one(&kept).lon_deg[0].is_nan());
    assert_eq!(
        summary.warnings,
        ["events at 0, 0 with an unknown error; their place is undetermined (1 rows)"]
    );
    let (kept, _) = read("cot", tank().replace("ce='15'", "ce='600000'"));
    assert!(one(&kept).lon_deg[0].is_nan(), "what is nearly anywhere is undetermined");
}

#[test]
fn the_same_message_again_is_one_observation_and_a_later_one_is_its_later_version() {
    let first = read("cot", tank()).0;
    let later = tank().replace("10:00:05Z", "10:05:05Z").replace("by the mill", "by the bridge");
    let later = read("cot", later).0;
    let moved = tank().replace("10:00:00Z", "10:06:00Z").replace("10:00:05Z", "10:06:00Z");
    let moved = read("cot", moved).0;
    assert_eq!(ids(&first), ids(&later));
    assert_ne!(ids(&first), ids(&moved), "what was seen later does not undo what was seen before");
    let notes = settled(&[one(&later), one(&first), one(&first), one(&moved)]);
    assert_eq!(notes.len(), 2);
    assert!(notes[0].2.contains("by the bridge"), "{notes:?}");
}

#[test]
fn a_device_of_an_observer_is_coverage_on_a_coarse_grid_and_never_an_observation() {
    let attributes = format!("uid='ANDROID-7' type='a-f-G-U-C' how='m-g' {TIMES}");
    let own = event(&attributes, HERE, "<contact callsign='Heron 3'/>");
    let (kept, summary) = read("cot", &own);
    assert_eq!((summary.observations, summary.coverage, summary.rejected()), (0, 1, 0));
    let c = &kept.coverage[0];
    assert_eq!(
        (c.source.as_str(), c.status, c.kinds.len(), c.cause.as_str()),
        ("post", Status::Degraded, 0, "a device is there; what it sees is not stated")
    );
    assert_eq!(c.interval.start.to_string(), "2026-03-01T10:00:05Z");
    assert_eq!(c.interval.end.to_string(), "2026-03-01T10:10:00Z");
    let near = own.replace("47.01", "47.015").replace("-30.02", "-30.015");
    assert_eq!(read("cot", near).0.coverage, kept.coverage, "two places nearby cannot be told apart");
    let CoverageArea::Circle { at, radius_m } = c.area else { panic!("{:?}", c.area) };
    assert_eq!((at, radius_m), (LonLat::new(-30.02, 47.02).unwrap(), 3_000.0));
    assert!(!format!("{c:?}").contains("Heron"));
    let forever = own.replace("10:10:00Z", "23:59:00Z");
    assert_eq!(read("cot", forever).0.coverage[0].interval.end.to_string(), "2026-03-01T10:15:05Z");
    let nowhere = own.replace(HERE, "lat='0' lon='0' ce='9999999'");
    assert_eq!(read("cot", nowhere).1.rows, 0);
    let by_hand = own.replace("how='m-g'", "how='h-e'");
    assert_eq!(faults(&read("cot", by_hand).0), [("own-position", "type")]);
    let no_end = own.replace("stale='2026-03-01T10:10:00Z'", "");
    assert_eq!(faults(&read("cot", no_end).0), [("missing-value", "stale")]);
}

#[test]
fn an_alarm_and_a_photo_are_told_without_the_place_of_the_observer() {
    for kind in ["b-a-o-opn", "b-i-x-i"] {
        let attributes = format!("uid='ANDROID-7-9-1-1' type='{kind}' how='m-g' {TIMES}");
        let text = event(&attributes, HERE, "<contact callsign='Heron 3'/><remarks>in contact</remarks>");
        let (kept, _) = read("cot", text);
        let b = one(&kept);
        assert!(b.lon_deg[0].is_nan() && b.shapes.is_empty());
        assert_eq!(b.note.get(0), format!("type {kind}, how m-g; in contact"));
    }
}

#[test]
fn what_takes_back_an_event_is_kept_as_a_rejected_row_and_deletes_nothing() {
    let attributes = format!("uid='del-1' type='t-x-d-d' how='m-g' {TIMES}");
    let text = event(&attributes, HERE, "<link uid='mark-1' relation='none' type='none'/><__forcedelete/>");
    let cancel = tank().replace("a-h-G-E-V-A-T", "b-a-o-can");
    let forced =
        tank().replace("<detail>", "<detail><__forcedelete/>").replace("<link uid='ANDROID-7'", "<x uid=''");
    let (kept, summary) = read("cot", format!("{}{text}{cancel}{forced}", tank()));
    assert_eq!((summary.observations, summary.rejected()), (1, 3));
    let said: Vec<_> = kept.rejected.iter().map(|r| (r.reason.code(), r.value.as_str())).collect();
    assert_eq!(said, [("withdrawn", "mark-1"), ("withdrawn", "ANDROID-7"), ("withdrawn", "mark-1")]);
}

#[test]
fn pings_chat_plans_and_drawings_cost_no_row_and_are_counted_in_warnings() {
    let of = |kind: &str| tank().replace("a-h-G-E-V-A-T", kind);
    let all = ["t-x-c-t", "t-x-c-t-r", "u-d-f", "b-t-f", "b-m-p-w"].map(of).concat();
    let (_, summary) = read("cot", all);
    assert_eq!(summary.rows, 0);
    assert_eq!(
        summary.warnings,
        [
            "chat messages; not read (1 rows)",
            "drawings and measurements; not read (1 rows)",
            "pings; not read (2 rows)",
            "waypoints, routes and other marks of a plan; not read (1 rows)",
        ]
    );
}

#[test]
fn exercises_are_marked_and_simulations_rejected() {
    let with = |from: &str, to: &str| read("cot", tank().replace(from, to)).0;
    assert!(one(&with("version='2.0'", "version='2.0' opex='e-Spring'")).flag(0, FLAG_EXERCISE));
    assert!(one(&with("a-h-G", "a-k-G")).flag(0, FLAG_EXERCISE));
    assert!(!one(&with("version='2.0'", "version='2.0' opex='o-Watch'")).flag(0, FLAG_EXERCISE));
    assert_eq!(faults(&with("version='2.0'", "version='2.0' opex='s'")), [("not-actual", "opex")]);
    assert_eq!(faults(&with("h-g-i-g-o", "m-s")), [("not-actual", "how")]);
}

#[test]
fn bad_events_are_rejected_one_by_one() {
    let bad = [
        ("stale='2026-03-01T10:10:00Z'", "stale='2026-03-01T09:59:59Z'", "ends-before-start", "stale"),
        ("uid='mark-1' ", "", "missing-value", "uid"),
        ("type='a-h-G-E-V-A-T'", "", "missing-value", "type"),
        ("a-h-G-E-V-A-T", "z-1", "unknown-word", "type"),
        ("start='2026-03-01T10:00:00Z'", "start='yesterday'", "bad-date", "start"),
        ("start='2026-03-01T10:00:00Z'", "start='1066-03-01T10:00:00Z'", "date-out-of-limits", "start"),
        ("lat='47.01'", "lat='147.01'", "looks-swapped", "lat"),
        ("lon='-30.02'", "lon='NaN'", "not-finite", "lon"),
        ("lon='-30.02'", "lon='-230.02'", "position-out-of-range", "lon"),
        ("ce='15'", "ce='-1'", "out-of-range", "ce"),
        ("<point lat='47.01' lon='-30.02' hae='120' ce='15' le='9999999.0'/>", "", "missing-value", "point"),
        ("<detail>", "<detail><a>", "bad-xml", ""),
        ("&amp;", "&nbsp;", "bad-xml", ""),
    ];
    let text: String =
        bad.iter().map(|(from, to, ..)| format!("{}\n{}\n", tank().replace(from, to), tank())).collect();
    let (kept, summary) = read("cot", text);
    assert_eq!(faults(&kept), bad.map(|(_, _, reason, column)| (reason, column)));
    assert_eq!(summary.observations, bad.len() as u64);
    assert!(kept.rejected.iter().enumerate().all(|(i, r)| r.line == 2 * i as u64 + 1), "{:?}", kept.rejected);
    let (_, summary) = read("cot", tank().replace("stale='2026-03-01T10:10:00Z'", ""));
    assert_eq!((summary.observations, summary.warnings.len()), (1, 1));
}

// CAP

fn alert(id: &str, sent: &str, message: &str, references: &str, info: &str) -> String {
    format!(
        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>{id}</identifier><sender>velia.example</sender>\
         <sent>2026-03-01T{sent}+00:00</sent><status>Actual</status><msgType>{message}</msgType><scope>Public</scope>\
         {references}{info}</alert>"
    )
}

fn info(onset: &str, expires: &str, area: &str) -> String {
    format!(
        "<info><event>Air raid</event><urgency>Immediate</urgency><effective>2026-03-01T00:00:00+00:00</effective>\
         <onset>2026-03-01T{onset}+00:00</onset><expires>2026-03-01T{expires}+00:00</expires>\
         <headline>Take cover</headline><web>https://velia.example/a</web>{area}</info>"
    )
}

fn refer(id: &str, sent: &str) -> String {
    format!(
        "<references>other.example,x,2026-02-28T00:00:00+00:00 velia.example,{id},2026-03-01T{sent}Z</references>"
    )
}

const SQUARE: &str = "<area><areaDesc>Velia district</areaDesc>\
    <polygon>47.0,-30.0 47.0,-29.9 47.1,-29.9 47.0,-30.0</polygon></area>";

#[test]
fn an_air_raid_alert_is_an_interval_in_an_area_whose_pairs_are_latitude_first() {
    let (kept, _) = read("cap", alert("a1", "10:00:00", "Alert", "", &info("10:01:00", "11:00:00", SQUARE)));
    let b = one(&kept);
    assert_eq!((b.word_at(&b.kind, 0), b.means_at(0)), ("air alert", Means::Undetermined));
    assert_eq!(b.event(0).start.to_string(), "2026-03-01T10:01:00Z");
    assert_eq!(b.event(0).end.to_string(), "2026-03-01T11:00:00Z");
    assert_eq!(Instant(b.reported_ms[0]).to_string(), "2026-03-01T10:00:00Z");
    assert_eq!(ring(&kept, 0), [(-30.0, 47.0), (-29.9, 47.0), (-29.9, 47.1), (-30.0, 47.0)]);
    assert_eq!(b.note.get(0), "Air raid: Take cover; urgency Immediate; Velia district");
    assert_eq!(b.links.get(0), "https://velia.example/a");
    assert!(!b.flag(0, FLAG_ALLEGATION) && !b.flag(0, FLAG_EXERCISE));
}

#[test]
fn each_area_is_an_observation_and_an_area_by_name_alone_is_nowhere() {
    let areas = format!(
        "{SQUARE}<area><areaDesc>Karsk</areaDesc><circle>47.5,-30.5 12.5</circle><circle>47.6,-30.5 0</circle></area>\
         <area><areaDesc>Delta</areaDesc><geocode><valueName>FIPS</valueName><value>7</value></geocode></area>"
    );
    let (kept, summary) =
        read("cap", alert("a1", "10:00:00", "Alert", "", &info("10:01:00", "11:00:00", &areas)));
    assert_eq!((summary.observations, summary.rejected()), (4, 0));
    let b = one(&kept);
    assert_eq!(b.radius_m[1], 12_500.0);
    assert!(b.radius_m[2].is_nan() && b.lon_deg[3].is_nan());
    assert!(b.note.get(3).ends_with("; Delta; FIPS 7"), "{}", b.note.get(3));
    let distinct: std::collections::BTreeSet<_> = ids(&kept).into_iter().collect();
    assert_eq!(distinct.len(), 4);
}

#[test]
fn an_update_is_a_later_version_of_its_alert_and_a_cancel_ends_it_in_any_order_of_the_file() {
    let first = alert("a1", "10:00:00", "Alert", "", &info("10:01:00", "11:00:00", SQUARE));
    let update =
        alert("a2", "10:30:00", "Update", &refer("a1", "10:00:00"), &info("10:30:00", "12:00:00", SQUARE));
    let cancel = alert("a3", "11:20:00", "Cancel", &refer("a2", "10:30:00"), "");
    let feed = |parts: &[&String]| {
        let entries: String =
            parts.iter().map(|p| format!("<entry><content>{p}</content></entry>")).collect();
        format!("<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>")
    };
    for order in [[&first, &update, &cancel], [&cancel, &update, &first], [&update, &cancel, &first]] {
        let (kept, summary) = read("cap", feed(&order));
        assert_eq!((summary.observations, summary.rejected()), (3, 0));
        let all = settled(&[one(&kept)]);
        assert_eq!(all.len(), 1, "{all:?}");
        let (start, end, note) = &all[0];
        assert_eq!((start.as_str(), end.as_str()), ("2026-03-01T10:01:00Z", "2026-03-01T11:20:00Z"));
        assert!(note.ends_with("; cancelled"), "{note}");
    }
}

#[test]
fn an_all_clear_ends_its_alert_and_is_no_air_alert_itself() {
    let first = alert("a1", "10:00:00", "Alert", "", &info("10:01:00", "11:00:00", SQUARE));
    let clear = info("10:30:00", "12:00:00", SQUARE)
        .replace("<urgency>", "<responseType>AllClear</responseType><urgency>");
    let update = alert("a2", "10:30:00", "Update", &refer("a1", "10:00:00"), &clear);
    let (kept, _) = read("cap", first + &update);
    let all = settled(&[one(&kept)]);
    assert_eq!((all.len(), all[0].1.as_str()), (1, "2026-03-01T10:30:00Z"));
    assert!(all[0].2.ends_with("; all clear"), "{all:?}");
    for over in [clear, info("10:30:00", "12:00:00", SQUARE).replace("Air raid", "Air raid: all-clear")] {
        let (kept, _) = read("cap", alert("a2", "10:30:00", "Alert", "", &over));
        assert_eq!(one(&kept).word_at(&one(&kept).kind, 0), "other");
    }
}

#[test]
fn an_update_that_no_longer_names_an_area_ends_the_alert_there() {
    let two = format!("{SQUARE}<area><areaDesc>Delta</areaDesc></area>");
    let first = alert("a1", "10:00:00", "Alert", "", &info("10:01:00", "11:00:00", &two));
    let update =
        alert("a2", "10:30:00", "Update", &refer("a1", "10:00:00"), &info("10:30:00", "12:00:00", SQUARE));
    let (kept, _) = read("cap", first + &update);
    let all = settled(&[one(&kept)]);
    let ends: Vec<&str> = all.iter().map(|(_, end, _)| end.as_str()).collect();
    assert_eq!(all.len(), 2);
    assert!(ends.contains(&"2026-03-01T12:00:00Z") && ends.contains(&"2026-03-01T10:30:00Z"), "{all:?}");
}

#[test]
fn an_area_of_an_update_is_known_by_its_name_and_a_new_one_is_a_new_observation() {
    let named = |names: &[&str]| {
        let one = |n: &&str| {
            format!(
                "<area><areaDesc>{n}</areaDesc><geocode><valueName>N</valueName><value>{n}</value></geocode></area>"
            )
        };
        names.iter().map(one).collect::<String>()
    };
    let first =
        alert("a1", "10:00:00", "Alert", "", &info("10:01:00", "11:00:00", &named(&["Ash", "Birch"])));
    let second = info("10:30:00", "12:00:00", &named(&["Birch"]));
    let second = alert("a2", "10:30:00", "Update", &refer("a1", "10:00:00"), &second);
    let spans = |text: &str| {
        let (kept, _) = read("cap", text);
        let mut all: Vec<String> = settled(&[one(&kept)])
            .iter()
            .map(|(start, end, note)| {
                let area = note.rsplit(' ').next().unwrap();
                format!("{area} {} {}", &start[11..16], &end[11..16])
            })
            .collect();
        all.sort();
        all
    };
    let both = format!("{first}{second}");
    assert_eq!(spans(&both), ["Ash 10:01 10:30", "Birch 10:01 12:00"]);
    // What has ended and is named again begins anew; what was never named has no beginning before the update.
    let third = info("10:40:00", "13:00:00", &named(&["Cedar", "Ash", "Birch"]));
    let third = alert("a3", "10:40:00", "Update", &refer("a2", "10:30:00"), &third);
    assert_eq!(
        spans(&format!("{both}{third}")),
        ["Ash 10:01 10:30", "Ash 10:40 13:00", "Birch 10:01 13:00", "Cedar 10:40 13:00"]
    );
    let cancel = alert("a4", "10:50:00", "Cancel", &refer("a3", "10:40:00"), "");
    let (kept, _) = read("cap", format!("{both}{third}{cancel}"));
    let ends: Vec<bool> = settled(&[one(&kept)]).iter().map(|(_, _, n)| n.ends_with("; cancelled")).collect();
    assert_eq!(ends.iter().filter(|e| **e).count(), 3, "what had ended before is not cancelled");
}

#[test]
fn nobody_ends_the_alert_of_another_and_what_refers_to_nothing_here_is_told() {
    let first = alert("a1", "10:00:00", "Alert", "", &info("10:01:00", "11:00:00", SQUARE));
    let cancel = alert("a3", "10:20:00", "Cancel", &refer("a1", "10:00:00"), "");
    let foreign = cancel.replace("velia.example,a1", "karsk.example,a1");
    let (kept, summary) = read("cap", format!("{first}\n{foreign}"));
    assert_eq!((summary.observations, faults(&kept)), (1, vec![("withdrawn", "references")]));
    assert_eq!(kept.rejected[0].line, 2);
    assert!(kept.rejected[0].record.contains("<identifier>a3"));
    let lone =
        alert("a2", "10:30:00", "Update", &refer("a1", "10:00:00"), &info("10:30:00", "12:00:00", SQUARE));
    let (kept, _) = read("cap", lone);
    assert_eq!(
        one(&kept).links.get(0),
        "https://velia.example/a\nother.example,x,2026-02-28T00:00:00+00:00\nvelia.example,a1,2026-03-01T10:00:00Z"
    );
}

#[test]
fn exercises_are_marked_tests_rejected_and_translations_read_once() {
    let plain = alert("a1", "10:00:00", "Alert", "", &info("10:01:00", "11:00:00", SQUARE));
    let (kept, _) = read("cap", plain.replace("Actual", "Exercise"));
    assert!(one(&kept).flag(0, FLAG_EXERCISE));
    for (from, to, reason, column) in [
        ("Actual", "Test", "not-actual", "status"),
        ("Actual", "Draft", "not-actual", "status"),
        ("Actual", "System", "not-actual", "status"),
        ("Actual", "actual?", "unknown-word", "status"),
        ("<status>Actual</status>", "", "missing-value", "status"),
        ("msgType>Alert", "msgType>Ack", "not-actual", "msgType"),
        ("<identifier>a1</identifier>", "", "missing-value", "identifier"),
        ("2026-03-01T11:00:00", "2026-03-01T09:00:00", "ends-before-start", "expires"),
        ("47.1,-29.9 47.0,-30.0", "47.1,-29.9", "bad-geometry", "polygon"),
        ("47.1,-29.9", "47.1 -29.9", "bad-geometry", "polygon"),
        ("47.1,-29.9", "147.1,-29.9", "looks-swapped", "polygon"),
    ] {
        let (kept, _) = read("cap", plain.replace(from, to));
        assert_eq!(faults(&kept), [(reason, column)], "{from} {to}");
    }
    let twice = info("10:01:00", "11:00:00", SQUARE).replace("<info>", "<info><language>uk</language>");
    let both =
        alert("a1", "10:00:00", "Alert", "", &format!("{}{twice}", info("10:01:00", "11:00:00", SQUARE)));
    let (_, summary) = read("cap", both);
    assert_eq!(summary.observations, 1);
    assert_eq!(summary.warnings, ["alerts in several languages; the first is read (1 rows)"]);
}

#[test]
fn entries_of_an_index_are_observations_and_what_they_lack_is_named() {
    let entry = "<entry><id>e1</id><title>Missile threat</title><link href='https://velia.example/e1'/>\
         <updated>2026-03-01T10:00:00Z</updated><cap:event>Missile threat</cap:event><cap:status>Actual</cap:status>\
         <cap:msgType>Alert</cap:msgType><cap:effective>2026-03-01T10:00:00Z</cap:effective>\
         <cap:expires>2026-03-01T11:00:00Z</cap:expires><cap:areaDesc>Velia</cap:areaDesc><cap:polygon/></entry>";
    let feed = |entries: &str| {
        format!(
            "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:cap='urn:oasis:names:tc:emergency:cap:1.1'>{entries}</feed>"
        )
    };
    let (kept, _) = read("cap", feed(entry));
    let b = one(&kept);
    assert_eq!((b.word_at(&b.kind, 0), b.links.get(0)), ("air alert", "https://velia.example/e1"));
    let later = entry.replace("10:00:00Z</updated>", "10:20:00Z</updated>");
    assert_eq!(ids(&kept), ids(&read("cap", feed(&later)).0));
    let without = [
        ("<id>e1</id>", "id"),
        ("<title>Missile threat</title>", "title"),
        ("<link href='https://velia.example/e1'/>", "link"),
        ("<cap:status>Actual</cap:status>", "status"),
        ("<updated>2026-03-01T10:00:00Z</updated>", "updated"),
    ];
    let all: String = without.iter().map(|(part, _)| entry.replace(part, "")).collect();
    assert_eq!(faults(&read("cap", feed(&all)).0), without.map(|(_, name)| ("missing-value", name)));
    assert_eq!(read("cap", feed("")).1.rows, 0, "a feed without entries is a quiet feed");
}

// KML and GPX

fn placemark(inner: &str) -> String {
    format!(
        "<kml xmlns='http://www.opengis.net/kml/2.2'><Document><Placemark id='p1'>{inner}</Placemark></Document></kml>"
    )
}

const WHEN: &str = "<TimeStamp><when>2026-03-01T10:00:00Z</when></TimeStamp>";
const POINT: &str = "<Point><coordinates> -30.02,47.01,120 </coordinates></Point>";

#[test]
fn a_placemark_with_a_time_is_an_observation_of_the_kind_that_it_names() {
    let data = "<ExtendedData><Data name='kind'><value>Explosion</value></Data><Data name='count'><value>about 3</value>\
        </Data><SchemaData><SimpleData name='radius_m'>250</SimpleData><SimpleData name='ROUTE'>7</SimpleData></SchemaData>\
        </ExtendedData>";
    let (kept, summary) = read(
        "kml",
        placemark(&format!("<name>Mill</name>{WHEN}{data}{POINT}<description>heard</description>")),
    );
    let b = one(&kept);
    assert_eq!((b.word_at(&b.kind, 0), b.note.get(0)), ("explosion", "Mill; heard"));
    assert_eq!((b.lon_deg[0], b.lat_deg[0], b.radius_m[0]), (-30.02, 47.01, 250.0));
    assert_eq!(b.count(0).map(|c| (c.min, c.approximate)), Some((3, true)));
    assert_eq!(summary.unread_columns, ["ROUTE"]);
    let (kept, _) = read("kml", placemark(&format!("<name>Mill</name>{WHEN}{POINT}")));
    assert_eq!(one(&kept).word_at(&one(&kept).kind, 0), "other");
    let typed = data.replace("'kind'", "'type'").replace("Explosion", "flare");
    let (kept, _) = read("kml", placemark(&format!("{WHEN}{typed}{POINT}")));
    assert_eq!(one(&kept).word_at(&one(&kept).kind, 0), "flare");
}

#[test]
fn a_span_of_time_and_a_polygon_are_read_and_a_mapping_names_other_columns() {
    let polygon = "<MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>-30,47 -29.9,47 -29.9,47.1 -30,47\
        </coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry>";
    let span = "<TimeSpan><begin>2026-03-01T10:00:00Z</begin><end>2026-03-01T12:00:00Z</end></TimeSpan>";
    let (kept, _) = read("kml", placemark(&format!("{span}{polygon}")));
    assert_eq!(one(&kept).event(0).end.to_string(), "2026-03-01T12:00:01Z");
    assert_eq!(ring(&kept, 0)[1], (-29.9, 47.0));
    let mapping = r#"{"kind":{"column":"What","values":{"MG":"burst"}},"start":"Seen"}"#;
    let options = Options { mapping: Some(Mapping::parse(mapping).unwrap()), ..Options::default() };
    let data = "<ExtendedData><Data name='What'><value>MG</value></Data><Data name='Seen'><value>2026-03-02</value></Data></ExtendedData>";
    let (kept, _) = try_read("kml", &options, placemark(&format!("{data}{POINT}")).as_bytes()).unwrap();
    assert_eq!(one(&kept).word_at(&one(&kept).kind, 0), "burst");
}

#[test]
fn placemarks_that_cannot_be_used_are_rejected_with_the_reason() {
    let line = "<LineString><coordinates>-30,47 -29,47</coordinates></LineString>";
    for (inner, reason, column) in [
        (POINT.to_owned(), "missing-value", "time"),
        (format!("{WHEN}{line}"), "bad-geometry", "geometry"),
        (format!("{WHEN}<Track/>"), "bad-geometry", "geometry"),
        (format!("{WHEN}{POINT}{POINT}"), "bad-geometry", "geometry"),
        (format!("{WHEN}<MultiGeometry>{POINT}{line}</MultiGeometry>"), "bad-geometry", "geometry"),
        (format!("{WHEN}<Point><coordinates>x</coordinates></Point>"), "bad-geometry", "geometry"),
        (format!("{WHEN}<Point><coordinates>47,147</coordinates></Point>"), "looks-swapped", "geometry"),
        (format!("{WHEN}<Polygon/>"), "bad-geometry", "geometry"),
        (WHEN.replace("2026-03-01T10:00:00Z", "March"), "bad-date", "start"),
    ] {
        let (kept, _) = read("kml", placemark(&inner));
        assert_eq!(faults(&kept), [(reason, column)], "{inner}");
    }
}

#[test]
fn a_placemark_that_a_program_has_numbered_anew_is_the_same_observation() {
    let one = placemark(&format!(
        "<name>Mill</name>{WHEN}<Point id='g1'><coordinates>-30.02,47.01</coordinates></Point>"
    ));
    let again = one.replace("id='p1'", "id='p2'").replace(" id='g1'", "");
    assert_ne!(one, again);
    assert_eq!(ids(&read("kml", &one).0), ids(&read("kml", &again).0));
    let moved = one.replace("47.01", "47.02");
    assert_ne!(ids(&read("kml", &one).0), ids(&read("kml", &moved).0));
}

#[test]
fn a_kind_that_the_vocabulary_does_not_have_is_told_and_its_word_stays_in_the_note() {
    let of = |kind: &str| {
        let data = format!("<ExtendedData><Data name='kind'><value>{kind}</value></Data></ExtendedData>");
        read("kml", placemark(&format!("<name>Mill</name>{WHEN}{data}{POINT}")))
    };
    let (kept, summary) = of("Grad strike");
    let b = one(&kept);
    assert_eq!((b.word_at(&b.kind, 0), b.note.get(0)), ("other", "Mill; kind stated: Grad strike"));
    assert_eq!(
        summary.warnings,
        ["kinds that are not in the vocabulary; the word stands in the note (1 rows)"]
    );
    let (kept, summary) = of("flare");
    assert_eq!((one(&kept).note.get(0), summary.warnings.len()), ("Mill", 0));
    let waypoint = "<gpx><wpt lat='47.01' lon='-30.02'><time>2026-03-01T10:00:00Z</time><name>W1</name>\
        <extensions><kind>thud</kind></extensions></wpt></gpx>";
    assert!(one(&read("gpx", waypoint).0).note.get(0).ends_with("kind stated: thud"));
}

fn track(points: &[(f64, f64, &str)]) -> String {
    let points: String = points
        .iter()
        .map(|(lon, lat, time)| {
            format!("<trkpt lat='{lat}' lon='{lon}'><time>2026-03-01T{time}Z</time></trkpt>\n")
        })
        .collect();
    format!("<gpx version='1.1'><trk><name>Patrol</name><trkseg>{points}</trkseg></trk></gpx>")
}

#[test]
fn a_waypoint_with_a_time_is_an_observation_and_a_route_is_not_read() {
    let text = "<gpx><wpt lat='47.01' lon='-30.02'><ele>1</ele><time>2026-03-01T10:00:00Z</time><name>W1</name>\
        <desc>crater</desc><type>damage</type><link href='https://karsk.example/w'/></wpt>\
        <wpt lat='47.01' lon='-30.02'><name>W2</name></wpt><rte><rtept lat='1' lon='2'/></rte></gpx>";
    let (kept, summary) = read("gpx", text);
    let b = one(&kept);
    assert_eq!(
        (b.word_at(&b.kind, 0), b.note.get(0), b.links.get(0)),
        ("damage", "W1; crater", "https://karsk.example/w")
    );
    assert_eq!(b.event(0).start.to_string(), "2026-03-01T10:00:00Z");
    assert_eq!(faults(&kept), [("missing-value", "time")]);
    assert_eq!(summary.warnings, ["routes: where somebody means to go; not read (1 rows)"]);
    assert!(summary.unread_columns.is_empty(), "{:?}", summary.unread_columns);
}

#[test]
fn a_track_is_a_chain_of_circles_that_were_in_reach_all_the_time() {
    // Half an hour northward, 5 km.
    let fixes: Vec<(f64, f64, String)> =
        (0..=30).map(|m| (-30.0, 47.0 + f64::from(m) * 0.0015, format!("10:{m:02}:00"))).collect();
    let points: Vec<(f64, f64, &str)> = fixes.iter().map(|(x, y, t)| (*x, *y, t.as_str())).collect();
    let (kept, summary) = read("gpx", track(&points));
    assert_eq!((summary.observations, summary.rejected()), (0, 0));
    assert!((10..=30).contains(&kept.coverage.len()), "{}", kept.coverage.len());
    let mut at = kept.coverage[0].interval.start;
    assert_eq!(at.to_string(), "2026-03-01T10:00:00Z");
    for c in &kept.coverage {
        assert_eq!(c.interval.start, at, "no gap and no overlap");
        at = c.interval.end;
        let CoverageArea::Circle { at: middle, radius_m } = c.area else { panic!() };
        assert!((500.0..=1_000.0).contains(&radius_m));
        // Whoever is in the circle's edge is in reach from wherever the patrol was in that stretch.
        for moment in [c.interval.start.0, c.interval.end.0] {
            let minutes = (moment - kept.coverage[0].interval.start.0) as f64 / 60_000.0;
            let off = atlas::geodesy::geodesic_m(
                [-30.0, 47.0 + minutes * 0.0015],
                [middle.lon_deg(), middle.lat_deg()],
            );
            assert!(off + radius_m <= 1_000.5, "{off} {radius_m}");
        }
    }
    assert_eq!(at.to_string(), "2026-03-01T10:30:00Z");
    let options = Options { radius_m: Some(8_000.0), ..Options::default() };
    let wide = try_read("gpx", &options, track(&points).as_bytes()).unwrap().0;
    assert!(wide.coverage.len() < 5);
}

#[test]
fn gaps_of_a_track_claim_nothing_and_fixes_out_of_order_are_rejected() {
    let (kept, summary) = read(
        "gpx",
        track(&[
            (-30.0, 47.0, "10:00:00"),
            (-30.0, 47.0, "10:05:00"),
            (-30.0, 47.0, "11:00:00"),
            (-30.0, 47.0, "10:59:00"),
            (-30.0, 47.0, "11:05:00"),
            (-29.0, 47.0, "11:06:00"),
        ]),
    );
    let spans: Vec<String> =
        kept.coverage.iter().map(|c| format!("{} {}", c.interval.start, c.interval.end)).collect();
    assert_eq!(
        spans,
        ["2026-03-01T10:00:00Z 2026-03-01T10:05:00Z", "2026-03-01T11:00:00Z 2026-03-01T11:05:00Z"]
    );
    assert_eq!(faults(&kept), [("ends-before-start", "time")]);
    assert_eq!(kept.rejected[0].line, 4);
    assert_eq!(summary.warnings, ["gaps of a track, in time or place; nothing is claimed for them (2 rows)"]);
    let parts = track(&[(-30.0, 47.0, "10:00:00")]).replace("</trkseg>", "</trkseg><trkseg>").replace(
        "</trkseg></trk>",
        "<trkpt lat='47' lon='-30'><time>2026-03-01T10:05:00Z</time></trkpt></trkseg></trk>",
    );
    assert_eq!(read("gpx", parts).1.coverage, 0, "between two segments the receiver was off");
}

// Streams

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_cut_anywhere_between_events_gives_the_same_ids(
        picks in prop::collection::vec(0usize..6, 1..12), cuts in prop::collection::vec(0usize..12, 0..6)
    ) {
        let kinds = [
            tank(),
            format!("<?xml version='1.0'?>\n{}", tank()),
            tank().replace("mark-1", "<bad"),
            format!("<!-- </event> -->{}", tank()),
            tank().replace("a-h-G-E-V-A-T", "t-x-c-t"),
            tank().replace("<detail>", "<detail><![CDATA[</event>]]>"),
        ];
        let parts: Vec<String> = picks.iter().enumerate()
            .map(|(i, k)| kinds[*k].replace("mark-1", &format!("mark-{i}"))).collect();
        let (whole, summary) = read("cot", parts.concat());
        let mut expected = ids(&whole);
        let mut edges: Vec<usize> = cuts.iter().map(|c| c % parts.len()).chain([0, parts.len()]).collect();
        edges.sort_unstable();
        edges.dedup();
        let (mut got, mut rows) = (Vec::new(), 0);
        for pair in edges.windows(2) {
            let (kept, part) = read("cot", parts[pair[0]..pair[1]].concat());
            rows += part.rows;
            got.extend(ids(&kept));
        }
        prop_assert_eq!(rows, summary.rows);
        expected.sort();
        got.sort();
        prop_assert_eq!(&got, &expected);
        // The same by the function that a collector cuts with.
        let (text, mut by_end) = (parts.concat(), Vec::new());
        let mut rest = text.as_bytes();
        while let Some(end) = evidence::formats::cot::event_end(rest) {
            by_end.extend(ids(&try_read("cot", &Options::default(), &rest[..end]).unwrap().0));
            rest = &rest[end..];
        }
        by_end.sort();
        prop_assert_eq!(by_end, expected);
        prop_assert!(rest.is_empty());
    }
}

#[test]
fn the_track_of_the_documentation_is_read_as_its_page_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sources/gpx.md");
    let page = std::fs::read_to_string(path).unwrap();
    let example = page.split("```xml\n").nth(1).and_then(|t| t.split("```").next()).unwrap();
    let (kept, summary) = read("gpx", example);
    assert_eq!((summary.observations, summary.rejected()), (1, 0), "{:?}", kept.rejected);
    assert_eq!(one(&kept).word_at(&one(&kept).kind, 0), "damage");
    let first = kept.coverage.first().unwrap().interval.start.to_string();
    let last = kept.coverage.last().unwrap().interval.end.to_string();
    assert_eq!((first.as_str(), last.as_str()), ("2026-03-01T10:00:00Z", "2026-03-01T10:12:00Z"));
}
