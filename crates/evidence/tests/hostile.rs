//! Input that nobody means well with: nothing panics, every row is accounted for, memory stays bounded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{Kept, try_read};
use evidence::{Format, Options, ReadError};
use proptest::prelude::*;
use std::io::{Read, Write};

const FIRMS: &str =
    "latitude,longitude,acq_date\n48.5,37.5,2020-01-01\n48.6,37.5,2020-01-01\n48.7,37.5,2020-01-01\n";

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    to.write_all(text).unwrap();
    to.finish().unwrap()
}

#[test]
fn compressed_files_are_read_as_plain_ones_in_several_members_too() {
    let plain = try_read("firms", &Options::default(), FIRMS.as_bytes()).unwrap().1;
    let (head, tail) = FIRMS.as_bytes().split_at(40);
    let members = [gzip(head), gzip(tail)].concat();
    assert_eq!(try_read("firms", &Options::default(), &members).unwrap().1, plain);
    let zstd = zstd::encode_all(FIRMS.as_bytes(), 3).unwrap();
    assert_eq!(try_read("firms", &Options::default(), &zstd).unwrap().1, plain);
}

fn many_rows(n: usize) -> String {
    let mut text = String::from("latitude,longitude,acq_date\n");
    for i in 0..n {
        text.push_str(&format!(
            "{},{},2020-01-{:02}\n",
            (i * 7919 % 90_000) as f64 / 1000.0,
            (i * 104_729 % 180_000) as f64 / 1000.0,
            i % 28 + 1
        ));
    }
    text
}

#[test]
fn a_file_that_is_cut_off_keeps_its_good_rows_and_says_so_in_one_rejected_row() {
    let text = many_rows(20_000);
    for packed in [gzip(text.as_bytes()), zstd::encode_all(text.as_bytes(), 3).unwrap()] {
        let cut = &packed[..packed.len() * 3 / 4];
        let (kept, summary) = try_read("firms", &Options::default(), cut).unwrap();
        assert!(summary.observations > 1_000, "{summary:?}");
        assert_eq!(summary.rejected_by_reason.get("truncated-file"), Some(&1), "{summary:?}");
        assert_eq!(kept.rejected.last().unwrap().row, summary.rows);
        assert!(summary.is_incomplete());
    }
}

#[test]
fn a_damaged_file_keeps_its_good_rows_and_says_so() {
    let mut packed = gzip(many_rows(20_000).as_bytes());
    let end = packed.len() - 6;
    packed[end] ^= 0xff;
    let (_, summary) = try_read("firms", &Options::default(), &packed).unwrap();
    assert_eq!((summary.observations, summary.rejected()), (20_000, 1));
    assert_eq!(summary.rejected_by_reason.get("corrupt-file"), Some(&1), "{summary:?}");
}

#[test]
fn a_json_file_that_is_cut_off_keeps_its_good_events() {
    let event = r#"[37.5,48.5,"Bilka","A",1,[]]"#;
    let text = format!(r#"{{"20260101":[{event},{event},[37.5,48"#);
    let (kept, summary) = try_read("viina", &Options::default(), text.as_bytes()).unwrap();
    assert_eq!(summary.observations, 2);
    assert_eq!(kept.reasons(), [("truncated-file", 3)]);
    assert_eq!(kept.rejected[0].record, "[37.5,48");
    let refused = try_read("viina", &Options::default(), &gzip(text.as_bytes())[..11]).err().unwrap();
    let says = "this cannot be read as viina: the compressed file is cut off before its first record";
    assert_eq!(refused.to_string(), says);
}

/// Gives `head`, then `middle` times the letter x, then `tail`; counts what is held.
struct Long {
    head: &'static [u8],
    middle: usize,
    tail: &'static [u8],
}

impl Read for Long {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        if !self.head.is_empty() {
            return self.head.read(to);
        }
        if self.middle > 0 {
            let n = to.len().min(self.middle);
            to[..n].fill(b'x');
            self.middle -= n;
            return Ok(n);
        }
        self.tail.read(to)
    }
}

const COT: &[u8] =
    b"'/><event uid='a' type='a-h-G' how='h-e' time='2026-03-01T10:00:00Z' start='2026-03-01T10:00:00Z'>\
    <point lat='47' lon='-30'/></event>";

#[test]
fn a_line_without_end_costs_one_row_and_the_next_is_read() {
    for (format, head, tail) in [
        ("firms", &b"latitude,longitude,acq_date\n48.5,37.5,"[..], &b"\n48.5,37.5,2020-01-01\n"[..]),
        ("csv", b"date,kind,note\n2026-03-01,shot,\"", b"\"\n2026-03-01,shot,y\n"),
        ("smm", b"Observation,\"Date, time\"\nShot,", b"\nShot,2020-09-13\n"),
        (
            "viina",
            b"{\"20260101\":[[37.5,48.5,\"",
            b"\",\"A\",1,[]],[37.5,48.5,\"b\",\"A\",1,[]]]}",
        ),
        ("cot", b"<event uid='", COT),
        ("cap", b"<feed><alert><identifier>", b"</identifier></alert><entry><id>e</id><title>t</title><link href='l'/>\
          <updated>2026-03-01T10:00:00Z</updated><event>x</event><status>Actual</status></entry></feed>"),
        ("kml", b"<kml><Placemark><name>", b"</name></Placemark><Placemark><TimeStamp><when>2026-03-01</when></TimeStamp>\
          </Placemark></kml>"),
        ("gpx", b"<gpx><wpt lat='47' lon='-30'><name>", b"</name></wpt><wpt lat='47' lon='-30'><time>2026-03-01</time></wpt>\
          </gpx>"),
        (
            "geojson",
            b"{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"kind\":\"",
            b"\"}}\n{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"kind\":\"shot\",\"date\":\"2026-03-01\"}}\n",
        ),
        (
            "sensorthings",
            b"{\"value\":[{\"result\":\"",
            b"\"},{\"result\":1,\"phenomenonTime\":\"2026-03-01T10:00:00Z\"}]}",
        ),
        ("sensor-json", b"{\"kind\":\"", b"\"}\n{\"kind\":\"shot\",\"time\":1772445600000}\n"),
        (
            "odk",
            b"{\"results\":[{\"effect\":\"",
            b"\"},{\"effect\":\"shot\",\"start\":\"2026-03-01T10:00Z\",\"_uuid\":\"1\"}]}",
        ),
        ("odk", b"_uuid,effect,start\n1,", b"\n1,shot,2026-03-01T10:00Z\n"),
        ("timemap", b"[{\"date\":\"", b"\"},{\"date\":\"2026-03-01\"}]"),
        (
            "acled",
            b"event_id_cnty,event_date,latitude,longitude,sub_event_type\n1,",
            b"\n1,2026-03-01,47,-30,Attack\n",
        ),
        (
            "adsb",
            b"[{\"icao24\":\"",
            b"\"},{\"icao24\":\"a\",\"timestamp\":1772366400,\"latitude\":47,\"longitude\":-30}]",
        ),
        (
            "gpkg",
            b"{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"kind\":\"",
            b"\"}}\n{\"type\":\"Feature\",\"geometry\":null,\
              \"properties\":{\"kind\":\"shot\",\"date\":\"2026-03-01\"}}\n",
        ),
        (
            "gpsjam",
            b"date,hex,count_good_aircraft,count_bad_aircraft\n2026-03-01,",
            b"\n2026-03-01,8413609ffffffff,40,20\n",
        ),
        (
            "air-raid",
            b"region,started_at,finished_at\nKarsk,",
            b"\nKarsk,2026-03-01 10:00:00,2026-03-01 11:00:00\n",
        ),
        (
            "corridors",
            b"HC_ID,date,proposal,status_result,text\n1,2026-03-01,Agreed,successful,\"",
            b"\"\n2,2026-03-01,Agreed,proposed route/outcome unknown,\n",
        ),
    ] {
        let input = Long { head, middle: 64 << 20, tail };
        let mut kept = Kept::default();
        let format = Format::named(format).unwrap();
        let summary = evidence::read(format, &Options::default(), "post", Box::new(input), &mut kept).unwrap();
        assert_eq!(kept.reasons(), [("record-too-long", 1)], "{format:?}");
        // A cell of aircraft is coverage, and an observation beside it.
        assert_eq!((summary.rows - summary.coverage, summary.observations), (2, 1), "{format:?}");
        assert!(kept.rejected[0].record.len() <= 4_096 + 8);
    }
}

#[test]
fn a_row_of_a_hundred_thousand_fields_is_one_rejected_row() {
    let text = format!("{}{}\n48.8,37.5,2020-01-01\n", FIRMS, ",".repeat(100_000));
    let (kept, summary) = try_read("firms", &Options::default(), text.as_bytes()).unwrap();
    assert_eq!(kept.reasons(), [("record-too-long", 4)]);
    assert_eq!(summary.observations, 4);
}

#[test]
fn other_kinds_of_file_are_refused_in_plain_words() {
    let refused =
        |format: &str, bytes: &[u8]| try_read(format, &Options::default(), bytes).err().unwrap().to_string();
    assert_eq!(
        refused("csv", b"PK\x03\x04rest"),
        "this cannot be read as csv: it is a ZIP archive or a spreadsheet; unpack it, or save the sheet as CSV"
    );
    assert_eq!(
        refused("firms", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        "this cannot be read as firms: it holds binary data, not text"
    );
    assert_eq!(
        refused("ucdp", b"\xff\xfei\0d\0"),
        "this cannot be read as ucdp: it is UTF-16 text; save it as UTF-8"
    );
    assert_eq!(
        refused("viina", b"lon,lat\n"),
        "this cannot be read as viina: it does not begin with `{` or `[`, as JSON does"
    );
    assert_eq!(
        refused("geojson", b"\0\0\0\0"),
        "this cannot be read as geojson: it holds binary data, not text"
    );
    assert_eq!(
        refused("viina", b"{\"a\":1}"),
        "this cannot be read as viina: it has no arrays of events by day"
    );
}

/// Ten levels of ten references each.
fn entity_bomb(root: &str) -> String {
    let mut text = String::from("<?xml version='1.0'?>\n<!DOCTYPE lolz [<!ENTITY a0 'lol'>");
    for level in 1..10 {
        let inner = format!("&a{};", level - 1).repeat(10);
        text.push_str(&format!("<!ENTITY a{level} '{inner}'>"));
    }
    text + &format!("]><{root}>&a9;</{root}>")
}

#[test]
fn entity_bombs_and_entities_that_point_elsewhere_are_refused_and_never_expanded() {
    let external = |root: &str| {
        format!("<!DOCTYPE x [<!ENTITY xxe SYSTEM 'file:///etc/passwd'>]><{root}><a>&xxe;</a></{root}>")
    };
    let parameter =
        |root: &str| format!("<!DOCTYPE x [<!entity % p SYSTEM 'http://karsk.example/x.dtd'> %p;]><{root}/>");
    for (format, root) in [("cot", "event"), ("cap", "alert"), ("kml", "Placemark"), ("gpx", "wpt")] {
        for text in [entity_bomb(root), external(root), parameter(root)] {
            let (kept, summary) = try_read(format, &Options::default(), text.as_bytes()).unwrap();
            assert_eq!(kept.reasons(), [("poisoned-xml", 1)], "{format}");
            assert_eq!(summary.rows, 1);
            assert!(kept.rejected[0].record.starts_with("<!DOCTYPE"));
        }
        let inside = format!("<{root}><!DOCTYPE x [<!ENTITY a 'b'>]>&a;</{root}>");
        let (kept, _) = try_read(format, &Options::default(), inside.as_bytes()).unwrap();
        assert_eq!(kept.reasons(), [("poisoned-xml", 1)], "{format}");
    }
    let stream = format!(
        "{}<?xml version='1.0'?><event/{}",
        entity_bomb("event"),
        std::str::from_utf8(&COT[2..]).unwrap()
    );
    let (kept, summary) = try_read("cot", &Options::default(), stream.as_bytes()).unwrap();
    assert_eq!(
        (kept.reasons()[0], summary.observations),
        (("poisoned-xml", 1), 1),
        "the next document is read"
    );
}

#[test]
fn an_attribute_of_ten_megabytes_deep_nesting_and_a_million_elements_cost_one_row_each() {
    let whole = std::str::from_utf8(COT).unwrap().trim_start_matches("'/>");
    let deep = format!("<event>{}{}</event>", "<a>".repeat(1_000_000), "</a>".repeat(1_000_000));
    for (bad, reason) in [
        (format!("<event uid='{}'/>", "x".repeat(10 << 20)), "record-too-long"),
        (format!("<event {}/>", "a='1' ".repeat(10_000)), "bad-xml"),
        (format!("<event {}/>", (0..10_000).map(|i| format!("a{i}='' ")).collect::<String>()), "too-large"),
        (deep, "too-large"),
        (format!("<event>{}</event>", "<a>".repeat(1_000_000)), "too-large"),
        (format!("<event>{}</event>", "<a/>".repeat(1_000_000)), "too-large"),
    ] {
        let text = format!("{whole}{bad}{whole}");
        let (kept, summary) = try_read("cot", &Options::default(), text.as_bytes()).unwrap();
        assert_eq!((kept.reasons(), summary.observations), (vec![(reason, 2)], 2));
    }
}

#[test]
fn an_alert_of_very_many_areas_is_refused_by_the_limit() {
    let text = format!(
        "<alert><identifier>a</identifier><sender>b</sender><sent>2026-03-01T10:00:00Z</sent><status>Actual</status>\
         <msgType>Alert</msgType><info><event>x</event><headline>{}</headline>{}</info></alert>",
        "h".repeat(1 << 20),
        "<area/>".repeat(50_000)
    );
    let (kept, _) = try_read("cap", &Options::default(), text.as_bytes()).unwrap();
    assert_eq!(kept.reasons(), [("too-large", 1)]);
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn whole_event() -> &'static [u8] {
    &COT[3..]
}

#[test]
fn a_data_package_is_read_and_what_is_in_it_besides_is_said() {
    let package = zipped(&[
        ("MANIFEST/manifest.xml", b"<MissionPackageManifest/>"),
        ("a/one.cot", whole_event()),
        ("photo.jpg", b"\xff\xd8"),
        ("inner.zip", &zipped(&[("b/two.cot", whole_event())])),
    ]);
    let (kept, summary) = try_read("cot", &Options::default(), &package).unwrap();
    assert_eq!((summary.observations, summary.rejected()), (2, 0), "{:?}", kept.rejected);
    assert_eq!(summary.warnings.len(), 2, "{:?}", summary.warnings);
    assert!(summary.warnings[1].contains("does not read (2 rows)"), "{:?}", summary.warnings);
}

#[test]
fn names_that_lead_out_of_an_archive_are_rejected_rows_and_the_rest_is_read() {
    let names = [
        "../../etc/cron.d/x.cot",
        "/etc/x.cot",
        "a/../../x.cot",
        "C:\\x.cot",
        "\\\\host\\x.cot",
        "a\\..\\x.cot",
    ];
    let mut files: Vec<(&str, &[u8])> = names.iter().map(|n| (*n, whole_event())).collect();
    files.push(("good.cot", whole_event()));
    let (kept, summary) = try_read("cot", &Options::default(), &zipped(&files)).unwrap();
    assert_eq!(
        summary.rejected_by_reason.get("unsafe-name"),
        Some(&(names.len() as u64)),
        "{:?}",
        kept.rejected
    );
    assert_eq!((summary.rows, summary.observations), (7, 1));
}

#[test]
fn zip_bombs_and_archives_in_archives_in_archives_are_refused() {
    let bomb = zipped(&[("bomb.cot", &vec![b' '; 64 << 20]), ("good.cot", whole_event())]);
    assert!(bomb.len() < 1 << 20);
    let (kept, summary) = try_read("cot", &Options::default(), &bomb).unwrap();
    assert_eq!((kept.reasons(), summary.observations), (vec![("too-large", 1)], 1));
    assert!(kept.rejected[0].value.contains("more than 200 times its size"), "{}", kept.rejected[0]);
    let second = zipped(&[("x.zip", &zipped(&[("y.zip", &zipped(&[("z.cot", whole_event())]))]))]);
    let (kept, _) = try_read("cot", &Options::default(), &second).unwrap();
    assert_eq!(kept.reasons(), [("too-large", 1)]);
    let many: Vec<String> = (0..base::limits::ARCHIVE_ENTRIES_MAX + 1).map(|i| format!("{i}.cot")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|n| (n.as_str(), &b""[..])).collect();
    let refused = try_read("cot", &Options::default(), &zipped(&many)).err().unwrap().to_string();
    assert_eq!(refused, "this cannot be read as cot: the archive has 10001 entries, more than 10000");
}

#[test]
fn a_damaged_archive_is_refused_or_loses_the_damaged_entry() {
    let noise: Vec<u8> = (0..20_000u32).flat_map(|i| (i.wrapping_mul(2_654_435_761)).to_be_bytes()).collect();
    let packed = zipped(&[("noise.cot", &noise), ("good.cot", whole_event())]);
    let refused =
        try_read("cot", &Options::default(), &packed[..packed.len() / 2]).err().unwrap().to_string();
    assert!(
        refused.starts_with("this cannot be read as cot: the archive is damaged or cut off"),
        "{refused}"
    );
    let mut damaged = packed.clone();
    damaged[1_000] ^= 0xff;
    let (kept, summary) = try_read("cot", &Options::default(), &damaged).unwrap();
    assert_eq!((kept.reasons(), summary.observations), (vec![("corrupt-file", 1)], 1));
}

#[test]
fn an_xml_file_that_is_cut_off_keeps_its_good_records_and_says_so() {
    let event = std::str::from_utf8(whole_event()).unwrap();
    let placemark = "<Placemark><TimeStamp><when>2026-03-01</when></TimeStamp></Placemark>";
    for (format, text) in [
        ("cot", format!("{event}{event}<event uid='c'><poi")),
        ("kml", format!("<kml>{placemark}{placemark}")),
        ("kml", format!("<kml>{placemark}{placemark}<!-- ")),
        ("gpx", "<gpx><wpt lat='1' lon='1'><time>2026-03-01</time></wpt><wpt lat='1' lon='2'><time>2026-03-01</time></wpt><wpt".into()),
    ] {
        let (kept, summary) = try_read(format, &Options::default(), text.as_bytes()).unwrap();
        assert_eq!((kept.reasons(), summary.observations), (vec![("truncated-file", 3)], 2), "{format}");
        assert!(summary.is_incomplete());
    }
}

struct Breaks(&'static [u8]);

impl Read for Breaks {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() { Err(std::io::Error::other("the cable is out")) } else { self.0.read(to) }
    }
}

#[test]
fn an_input_that_fails_is_an_error_and_what_came_before_is_kept() {
    let mut kept = Kept::default();
    let input = Box::new(Breaks(FIRMS.as_bytes()));
    let error = evidence::read(Format::Firms, &Options::default(), "post", input, &mut kept).unwrap_err();
    assert!(matches!(error, ReadError::Input(_)), "{error}");
    assert_eq!(kept.rows().count(), 3);
}

#[test]
fn more_words_than_a_dictionary_holds_make_more_batches_and_lose_none() {
    let mut text = String::from("date,kind,actor\n");
    for i in 0..40_000 {
        text.push_str(&format!("2026-03-01,k{i},a{i}\n"));
    }
    let (kept, summary) = try_read("csv", &Options::default(), text.as_bytes()).unwrap();
    assert_eq!(summary.observations, 40_000);
    assert!(kept.rows().enumerate().all(|(i, (b, r))| b.word_at(&b.actor, r) == format!("a{i}")));
}

fn formats() -> impl Strategy<Value = &'static str> {
    prop::sample::select(Format::ALL.iter().map(|(_, n, _)| *n).collect::<Vec<_>>())
}

/// Pieces that the formats are made of, so that chance gets past the first byte.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "latitude,longitude,acq_date,acq_time\n",
        "id,relid,year,latitude,longitude,date_start,date_end,low,high\n",
        "date,time,kind,count,lon,lat,start,end\n",
        "Observation,\"Date, time\",Event location,No.\n",
        "date,hex,count_good_aircraft,count_bad_aircraft\n",
        "8413609ffffffff",
        "oblast,raion,hromada,level,started_at,finished_at,naive\n",
        "HC_ID,Date,date,proposal,status_result,text,Link,From,To,from_latitude,from_longitude\n",
        "successful",
        "from 9 a.m. Kyiv time (10:00 Moscow time)",
        "{\"icao\":\"a\",\"timestamp\":1772366400,\"trace\":[[0,47,-30,1],[10,-47,30,1],[20,47",
        "{\"timestamp\":1772366400,\"latitude\":47,\"longitude\":-30}",
        "{\"timestamp\":{\"0\":1772366400},\"latitude\":{\"0\":47},\"longitude\":{\"0\":-30}}",
        "PK\u{3}\u{4}",
        "{\"20260101\":[",
        "{\"type\":\"FeatureCollection\",\"features\":[",
        "event_id_cnty,event_date,latitude,longitude,sub_event_type,time_precision\n",
        "_uuid,effect,start,end,place,access_kind,not_seen\n",
        "a-1,shot,2026-03-01T10:00Z,2026-03-01T11:00Z,47 -30 0 5,denied,fog jamming\n",
        "{\"results\":[",
        "{\"value\":[",
        "{\"_uuid\":\"a\",\"effect\":\"shot\",\"start\":\"2026-03-01T10:00Z\",\"observer_place\":{\"type\":\"Point\",\"coordinates\":[1,2]}}",
        "{\"kind\":\"shot\",\"time\":1772445600000,\"observer\":{\"lon\":1,\"lat\":2,\"radius_m\":3},\"range_max_m\":4}",
        "{\"status\":\"down\",\"time\":-1,\"every_s\":60,\"lon\":1,\"lat\":2,\"radius_m\":3}",
        "{\"components\":[\"result\",\"phenomenonTime\"],\"dataArray\":[[1,\"2026-03-01/2026-03-02\"],[],[[],{}]]}",
        "{\"Things\":[{\"Datastreams\":[{\"Observations\":[",
        "{\"result\":0,\"phenomenonTime\":\"2026-03-01/2026-03-02\",\"Datastream\":{\"ObservedProperty\":{\"name\":\"shot\"},\"properties\":{\"range_m\":9}}}",
        "{\"date\":\"3/1/2026\",\"latitude\":\"47\",\"longitude\":-30,\"sources\":[1],\"filters\":[{}]}",
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[37,48]},\"properties\":{\"kind\":\"shot\",\"date\":\"2026-03-01\"}}",
        "[37.5,48.5,\"B\",\"A\",1,[]]",
        "<?xml version='1.0' encoding='UTF-16'?>",
        "<?xml version='1.0' encoding='ISO-8859-1'?>\n",
        "<!DOCTYPE a [<!ENTITY b 'c'>",
        "]>",
        "<event uid='a' type='a-h-G-U-C-I' how='h-e' time='2026-03-01T10:00:00Z' start='2026-03-01T10:00:00Z' stale='2026-03-01T10:00:00Z'>",
        "<point lat='47' lon='-30' ce='9999999'/>",
        "</event>",
        "<alert><identifier>a</identifier><sender>b</sender><sent>2026-03-01T10:00:00Z</sent><status>Actual</status><msgType>Alert</msgType><info><event>air raid</event>",
        "<area><polygon>47,-30 47,-29 48,-29 47,-30</polygon><circle>47,-30 1</circle></area></info></alert>",
        "<feed><entry><id>1</id><title>t</title><link href='x'/><status>Actual</status><updated>2026-03-01T10:00:00Z</updated><effective>2026-03-01T10:00:00Z</effective></entry>",
        "<kml><Placemark><TimeStamp><when>2026-03-01</when></TimeStamp><Point><coordinates>-30,47</coordinates></Point></Placemark>",
        "<gpx><wpt lat='47' lon='-30'><time>2026-03-01</time></wpt>",
        "<trkpt lat='47' lon='-30'><time>2026-03-01T10:00:00Z</time></trkpt>",
        "<trkpt lat='47.1' lon='-30'><time>2026-03-01T10:05:00Z</time></trkpt>",
        "<!-- ",
        " -->",
        "<![CDATA[",
        "]]>",
        "<",
        ">",
        "/>",
        "'",
        "&amp;",
        "&b;",
        "PK\u{3}\u{4}",
        "2-5 km SSE-SSW",
        "2026-03-01",
        "01/31/2004 00:00",
        "21:30-21:45",
        "-9999999999999999999",
        "1e308",
        "NaN",
        "about 3-4",
        "48.5",
        ",",
        ";",
        "\n",
        "\r\n",
        "\"",
        "\\",
        "[",
        "]",
        "{",
        "}",
        ":",
        "\u{feff}",
        "ї",
        "\u{0}",
    ]);
    let piece = prop_oneof![
        8 => words.prop_map(|w| w.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_an_adapter_panic_or_lose_a_row(
        format in formats(), bytes in pieces(), packed: bool, cut in 0usize..64
    ) {
        let bytes = if packed { gzip(&bytes) } else { bytes };
        let end = bytes.len() - cut.min(bytes.len()) * usize::from(packed);
        // The counts are asserted in `try_read`.
        let _ = try_read(format, &Options::default(), &bytes[..end]);
    }

    #[test]
    fn no_bytes_in_an_archive_make_an_adapter_panic(
        format in formats(), name in "[a-z./\\\\:]{0,8}", bytes in pieces(), spoil in any::<(u16, u8)>()
    ) {
        let ending = ["cot", "xml", "cap", "kml", "gpx", "zip"][usize::from(spoil.1) % 6];
        let mut packed = zipped(&[(&format!("{name}.{ending}"), &bytes)]);
        let _ = try_read(format, &Options::default(), &packed);
        let at = usize::from(spoil.0) % packed.len();
        packed[at] = spoil.1;
        let _ = try_read(format, &Options::default(), &packed);
        let _ = evidence::formats::cot::event_end(&bytes);
    }

    #[test]
    fn no_mapping_makes_a_panic(text in "\\PC{0,80}", name in "[a-z]{1,10}", value in "\\PC{0,30}") {
        let _ = evidence::mapping::Mapping::parse(&text);
        let quoted = serde_json::to_string(&value).unwrap();
        let _ = evidence::mapping::Mapping::parse(&format!("{{\"{name}\":{quoted},\"date\":{{\"column\":\"d\",\"formats\":[{quoted}]}}}}"));
    }

    #[test]
    fn rows_are_read_alike_however_the_input_arrives(
        bytes in pieces(), sizes in prop::collection::vec(1usize..50, 1..8)
    ) {
        for (_, format, _) in Format::ALL {
            let whole = try_read(format, &Options::default(), &bytes);
            let mut kept = Kept::default();
            let dribble = Dribble { bytes: &bytes, sizes: &sizes, at: 0 };
            let format = Format::named(format).unwrap();
            let parts = evidence::read(format, &Options::default(), "post", Box::new(dribble), &mut kept);
            match (whole, parts) {
                (Ok((a, s)), Ok(t)) => {
                    prop_assert_eq!(s, t);
                    prop_assert_eq!(a.rejected, kept.rejected);
                }
                (Err(a), Err(b)) => prop_assert_eq!(a.to_string(), b.to_string()),
                (a, b) => prop_assert!(false, "{:?} {:?}", a.map(|x| x.1), b),
            }
        }
    }
}

struct Dribble<'a> {
    bytes: &'a [u8],
    sizes: &'a [usize],
    at: usize,
}

impl Read for Dribble<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let n = self.sizes[self.at % self.sizes.len()].min(self.bytes.len()).min(to.len());
        self.at += 1;
        let (now, later) = self.bytes.split_at(n);
        to[..n].copy_from_slice(now);
        self.bytes = later;
        Ok(n)
    }
}
