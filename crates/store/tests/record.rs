//! The record format: its golden bytes, and that nothing outside it is accepted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use atlas::answer::{NO_SHAPE, Shape};
use base::Role;
use base::{Count, Digest, Instant, Interval, LonLat, ObservationId, Place, Sector};
use cases::{Act, By, Deed, Ref};
use evidence::batch::{Batch, Builder, NO_COUNT, NOT_STATED_MS, Texts};
use evidence::card::{Card, Light, Reach, SourceKind};
use evidence::coverage::{Coverage, CoverageArea, Status};
use evidence::draft::{Assessment, Draft, Means, TimePrecision};
use evidence::item::{Handling, Item};
use incidents::{Decision, Verdict};
use proptest::prelude::*;
use store::{BadEntry, Entry, Received, RejectedRow};

fn texts(all: &[&str]) -> Texts {
    let mut texts = Texts::default();
    all.iter().for_each(|t| texts.push(t));
    texts
}

/// A point with its radius, a sector and a polygon: every column has a value that is stated and one that is not.
fn three_rows() -> Batch {
    let observer = LonLat::new(37.5, 48.25).unwrap();
    let ring = vec![[37.0, 48.0], [37.5, 48.0], [37.5, 48.5], [37.0, 48.0]];
    Batch {
        words: ["", "post-1", "explosion", "mortar", "Kilo", "shots", "flight"].map(String::from).to_vec(),
        shapes: vec![
            Shape::Sector(Sector {
                observer,
                observer_radius_m: 25.0,
                bearing_deg: 191.25,
                half_width_deg: 11.25,
                range_min_m: 1_000.0,
                range_max_m: 5_000.0,
            }),
            Shape::Polygon(vec![ring, vec![]]),
        ],
        id: vec![ObservationId(1), ObservationId(u128::MAX - 1), ObservationId(0x0123_4567 << 96)],
        content: vec![1, u64::MAX, 0x0102_0304_0506_0708],
        source: vec![1, 1, 1],
        kind: vec![2, 2, 6],
        start_ms: vec![1_772_496_000_000, -1, 0],
        end_ms: vec![1_772_582_400_000, -1, 0],
        precision: vec![3, 0, 4],
        observed_ms: vec![NOT_STATED_MS, 5, NOT_STATED_MS],
        reported_ms: vec![1_772_500_000_000, NOT_STATED_MS, NOT_STATED_MS],
        lon_deg: vec![37.5, f64::NAN, 37.25],
        lat_deg: vec![48.25, f64::NAN, 48.125],
        radius_m: vec![500.0, f32::NAN, f32::NAN],
        shape: vec![NO_SHAPE, 0, 1],
        means: vec![2, 10, 0],
        assessment: vec![2, 0, 1],
        count_min: vec![160, NO_COUNT, 0],
        count_max: vec![170, NO_COUNT, 0],
        unit: vec![5, 0, 0],
        weapon: vec![3, 0, 0],
        calibre_mm: vec![82.0, f32::NAN, f32::NAN],
        actor: vec![4, 0, 0],
        flags: vec![1, 4, 2],
        note: texts(&["heard at Зелене", "", "three"]),
        links: texts(&["", "https://example.org/1\nhttps://example.org/2", ""]),
    }
}

/// One sample of every kind, by the name of its golden file.
fn samples() -> Vec<(&'static str, Entry)> {
    let import = Digest::of(b"import");
    let adopted = Entry::AgreementAdopted {
        label: "signed".into(),
        file_name: "agreement.md".into(),
        text: Digest::of(b"text"),
        geometry: vec![
            ("lines/loc.geojson".into(), Digest::of(b"a")),
            ("zones/b.gpkg".into(), Digest::of(b"b")),
        ],
    };
    let registered = Entry::SourceRegistered {
        id: "post-1".into(),
        format: "csv".into(),
        operator: "the mission".into(),
        reliability: 'B',
        limitations: "hears to 10 km by day; sees nothing in fog".into(),
    };
    let started = Entry::ImportStarted {
        import,
        source: "post-1".into(),
        format: "csv".into(),
        file_name: "march.csv".into(),
        original: Digest::of(b"original"),
        bytes: 70_000,
    };
    let rows = vec![
        RejectedRow::new(3, 4, "lat", "position-out-of-range", "91"),
        RejectedRow::new(300, 0, "", "bad-json", ""),
    ];
    let camera = Coverage {
        source: "cam-1".into(),
        kinds: vec!["explosion".into(), "flare".into()],
        interval: Interval { start: Instant(-1_000), end: Instant(1_772_496_000_000) },
        area: CoverageArea::Circle { at: LonLat::new(37.5, 48.25).unwrap(), radius_m: 3_000.0 },
        status: Status::Denied,
        cause: "no power".into(),
    };
    let ring = [(37.0, 48.0), (37.5, 48.0), (37.5, 48.5), (37.0, 48.0)];
    let area = CoverageArea::Polygon(vec![ring.map(|(x, y)| LonLat::new(x, y).unwrap()).to_vec()]);
    let patrol =
        Coverage { kinds: vec![], area, status: Status::Effective, cause: String::new(), ..camera.clone() };
    vec![
        ("coverage", Entry::Coverage { import, chunk: 1, records: vec![camera, patrol] }),
        ("mission-opened", Entry::MissionOpened { name: "Місія".into(), zone: "Europe/Kyiv".into() }),
        ("agreement-adopted", adopted),
        ("source-registered", registered),
        ("import-started", started),
        ("observations", Entry::Observations { import, chunk: 7, batch: three_rows() }),
        ("observations-none", Entry::Observations { import, chunk: 0, batch: Batch::default() }),
        ("rejected", Entry::Rejected { import, chunk: 0, rows }),
        ("import-finished", Entry::ImportFinished { import, rows: 5, observations: 3, rejected: 2 }),
    ]
}

/// One sample of every kind that came with record version 2.
fn samples_of_version_2() -> Vec<(&'static str, Entry)> {
    let reach = |kind: &str, range_m, light, clear_weather_only| Reach {
        kind: kind.into(),
        range_m,
        light,
        clear_weather_only,
    };
    let card = Card {
        id: "cam-1".into(),
        kind: SourceKind::Camera,
        format: "sensor-json".into(),
        operator: "the mission".into(),
        reliability: 'B',
        reliability_reason: "compared with patrols in March".into(),
        detects: vec![
            reach("explosion", Some(3_000.0), Light::Night, true),
            reach("flare", None, Light::Any, false),
        ],
        blind_to: vec!["shot".into()],
        latency_ms: Some((2_000, 90_000)),
        clock_offset_ms: Some((-1_500, 200)),
        copies: vec!["cam-2".into()],
        limitations: "blind in fog".into(),
    };
    let bare = Card { id: "bare".into(), limitations: "none is known".into(), ..Card::default() };
    let item = Item {
        digest: Digest::of(b"photo"),
        bytes: 5,
        media_type: "image/jpeg".into(),
        name: "фото.jpg".into(),
        taken_ms: Some(-1),
        observation: Some(ObservationId(u128::MAX - 1)),
        is_here: false,
        retain_until_ms: None,
    };
    let later =
        Item { taken_ms: None, observation: None, is_here: true, retain_until_ms: Some(9), ..item.clone() };
    let received = Received {
        source: "patrol-3".into(),
        format: "form".into(),
        key: "uuid:1".into(),
        by: "P-07".into(),
        clock_ahead_ms: Some(-4_000),
        original: Digest::of(b"original"),
        batch: three_rows(),
        coverage: vec![],
        rejected: vec![RejectedRow::new(1, 0, "count", "bad-count", "many")],
        items: vec![item, later],
    };
    let silent =
        Received { clock_ahead_ms: None, batch: Batch::default(), items: vec![], ..received.clone() };
    let handling = Handling {
        item: Digest::of(b"photo"),
        action: "copied".into(),
        by: "officer".into(),
        note: "smaller picture".into(),
        copy: Some(Digest::of(b"small")),
    };
    let apart = Decision {
        verdict: Verdict::Apart,
        these: vec![ObservationId(1)],
        those: vec![ObservationId(2), ObservationId(3)],
        by: "officer".into(),
        why: "two craters".into(),
    };
    let together = Decision {
        verdict: Verdict::Together,
        these: vec![ObservationId(1), ObservationId(2)],
        those: vec![],
        ..apart.clone()
    };
    vec![
        ("source-described", Entry::SourceDescribed { card }),
        ("source-described-bare", Entry::SourceDescribed { card: bare }),
        ("received", Entry::Received(received)),
        ("received-little", Entry::Received(silent)),
        ("handled", Entry::Handled(handling)),
        ("link-decided-apart", Entry::LinkDecided(apart)),
        ("link-decided-together", Entry::LinkDecided(together)),
    ]
}

/// Samples of what came with record version 3.
fn samples_of_version_3() -> Vec<(&'static str, Entry)> {
    use cases::act::{AttributionText, Claim, Hypothesis, Strand, Weighed};
    use cases::words::{Confidence, Intent, Likelihood, Standard, Weight};
    let by = |role, of: &str| By { person: "v.1".into(), role, of: of.into() };
    let claim =
        Claim {
            against: "KA".into(), text: "Постріли о 5".into(), from_ms: Some(-1), ..Claim::default()
        };
    let strand = Strand {
        kind: "direction".into(),
        text: "craters".into(),
        cites: vec!["#17".into()],
        side: String::new(),
        weight: Weight::Supports,
        ratio: Some((0.1, 3.5)),
    };
    let weighed = Weighed {
        hypothesis: Hypothesis::Party("KA".into()),
        strands: vec![strand],
        likelihood: Likelihood::VeryLikely,
    };
    let none =
        Weighed { hypothesis: Hypothesis::NoEvent, strands: vec![], likelihood: Likelihood::AlmostNone };
    let attribution = AttributionText {
        weighed: vec![weighed, none],
        adopted: None,
        responsibility: None,
        intent: Intent::Undetermined,
        standard: Standard::Balance,
        confidence: Confidence::Low,
        would_settle: vec!["radar".into()],
    };
    let alleged = Act {
        key: "k1".into(),
        by: by(Role::Liaison, "VE"),
        at_ms: 1_773_129_600_000,
        seen: None,
        deed: Deed::Allege(claim),
    };
    let attributed = Act {
        key: "k2".into(),
        by: by(Role::Chair, "commission/TA"),
        at_ms: 1_773_129_600_001,
        seen: Some(7),
        deed: Deed::Attribute { finding: Ref("FND-2026-0001/v1".into()), attribution },
    };
    vec![("acted-alleged", Entry::Acted(alleged)), ("acted-attributed", Entry::Acted(attributed))]
}

#[test]
fn an_act_reads_back_only_from_the_bytes_that_writing_it_gives() {
    let bytes = samples_of_version_3()[0].1.to_bytes().unwrap();
    let spaced = String::from_utf8_lossy(&bytes).replace("\"at_ms\":1773129600000", "\"at_ms\":1773129600e3");
    assert!(matches!(
        Entry::from_bytes(spaced.as_bytes()),
        Err(BadEntry::Malformed { what: "act" } | BadEntry::Malformed { .. })
    ));
    let Entry::Acted(mut act) = samples_of_version_3().remove(1).1 else { panic!("no act") };
    if let Deed::Attribute { attribution, .. } = &mut act.deed {
        attribution.weighed[0].strands[0].ratio = Some((f64::NAN, 1.0));
    }
    assert!(Entry::Acted(act).to_bytes().unwrap_err().to_string().contains("cannot be written"));
}

/// Samples of the kinds that came with version 4.
fn samples_of_version_4() -> Vec<(&'static str, Entry)> {
    use warnings::act::{Audience, Deed, Facts};
    let by = By { person: "w.1".into(), role: base::Role::WatchOfficer, of: String::new() };
    let facts = Facts {
        ground: "buffer".into(),
        what: "fire".into(),
        raised_ms: 1_773_129_600_000,
        since_ms: 1_773_100_800_000,
        level: warnings::raised::Level::Warning,
        counted: 30,
        expected_milli: 7_900,
        only_parties: false,
        one_source: String::new(),
        indicator: String::new(),
        head_seq: 17,
        algorithm: "watch 1".into(),
    };
    let deed = Deed::Issue {
        warning: Ref("WRN-2026-03-10-buffer-fire".into()),
        facts: Some(facts),
        level: warnings::raised::Level::Watch,
        audiences: vec![Audience::Staff, Audience::Parties],
        instruction: "keep off the bridge".into(),
        expires_ms: 1_773_216_000_000,
        why: "three posts heard it".into(),
    };
    let act = base::Act { key: "k1".into(), by, at_ms: 1_773_129_660_000, seen: Some(1), deed };
    let read = |kind: &str, json: &str| Entry::InRoom(store::RoomAct::from_json(kind, json).expect("an act"));
    let request = r#"{"key":"k2","by":{"person":"g.ta","role":"guarantor","of":"TA"},"at_ms":1773129660000,"deed":{"deed":"request","clause":{"text":"signed","clause":"5.1"},"question":"whether the fire is sustained","cites":["FND-2026-0001"]}}"#;
    let call = r#"{"key":"k3","by":{"person":"w.1","role":"watch-officer"},"at_ms":1773129660000,"deed":{"deed":"log","call":{"from":"KA","to":"VE","called_ms":1773129600000,"text":"a convoy at noon","drill":false}}}"#;
    vec![
        ("warned-issued", Entry::InRoom(store::RoomAct::Warning(act))),
        ("guaranteed-requested", read("guaranteed", request)),
        ("noticed-logged", read("noticed", call)),
    ]
}

fn hex(bytes: &[u8]) -> String {
    let lines: Vec<String> =
        bytes.chunks(32).map(|line| line.iter().map(|b| format!("{b:02x}")).collect()).collect();
    lines.join("\n") + "\n"
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len() / 2).map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap()).collect()
}

#[test]
fn every_kind_of_entry_has_the_bytes_it_has_always_had() {
    let first = samples().into_iter().map(|s| (1, s));
    let second = samples_of_version_2().into_iter().map(|s| (2, s));
    let third = samples_of_version_3().into_iter().map(|s| (3, s));
    let fourth = samples_of_version_4().into_iter().map(|s| (4, s));
    for (version, (name, entry)) in first.chain(second).chain(third).chain(fourth) {
        let bytes = entry.to_bytes().unwrap();
        assert_eq!(bytes[1], version, "{name} is written in the version in which its kind first stood");
        let path = format!("{}/tests/golden/v{version}-{name}.hex", env!("CARGO_MANIFEST_DIR"));
        // For a new kind only: the bytes of an old one never change.
        if std::env::var_os("WRITE_NEW_GOLDEN").is_some() && !std::fs::exists(&path).unwrap() {
            std::fs::write(&path, hex(&bytes)).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no golden bytes at {path}"));
        assert_eq!(hex(&bytes), golden, "{name}: old journals would no longer be readable");
        let read = Entry::from_bytes(&from_hex(&golden)).unwrap();
        assert_eq!(read.to_bytes().unwrap(), bytes, "{name}");
        assert_eq!(read.kind(), entry.kind());
        if !matches!(entry, Entry::Observations { .. } | Entry::Received(_)) {
            assert_eq!(read, entry);
        }
    }
}

#[test]
fn a_batch_reads_back_value_by_value() {
    let entry = Entry::Observations { import: Digest::of(b"i"), chunk: u32::MAX, batch: three_rows() };
    let Ok(Entry::Observations { batch, chunk, .. }) = Entry::from_bytes(&entry.to_bytes().unwrap()) else {
        panic!("not observations");
    };
    // NaN is not equal to itself, but its printed form is.
    assert_eq!(format!("{batch:?}"), format!("{:?}", three_rows()));
    assert_eq!(chunk, u32::MAX);
}

#[test]
fn an_entry_of_a_later_version_is_refused_by_its_number() {
    let mut bytes = samples()[1].1.to_bytes().unwrap();
    bytes[1] = 9;
    assert_eq!(Entry::from_bytes(&bytes), Err(BadEntry::Newer { version: 9 }));
    assert!(Entry::from_bytes(&bytes).unwrap_err().to_string().contains("record version `9` is newer"));
    bytes[1] = 1;
    bytes[2] = 22;
    assert_eq!(Entry::from_bytes(&bytes), Err(BadEntry::UnknownKind { version: 1, kind: 22 }));
    let mut bytes = samples_of_version_2()[0].1.to_bytes().unwrap();
    bytes[1] = 1;
    assert_eq!(Entry::from_bytes(&bytes), Err(BadEntry::UnknownKind { version: 1, kind: 9 }));
}

#[test]
fn what_no_entry_may_say_is_refused_before_it_is_written() {
    let source = |reliability, limitations: &str| Entry::SourceRegistered {
        id: "s".into(),
        format: "csv".into(),
        operator: String::new(),
        reliability,
        limitations: limitations.into(),
    };
    assert!(source('?', "sees little").to_bytes().is_ok());
    assert!(source('G', "sees little").to_bytes().unwrap_err().to_string().contains("reliability"));
    assert!(
        source('A', " \n").to_bytes().unwrap_err().to_string().contains("limitations of a source is empty")
    );
    let d = Digest::of(b"");
    let twice = Entry::AgreementAdopted {
        label: "l".into(),
        file_name: "f".into(),
        text: d,
        geometry: vec![("a".into(), d), ("b".into(), d), ("a".into(), d)],
    };
    assert!(twice.to_bytes().unwrap_err().to_string().contains("one geometry file twice"));
}

#[test]
fn a_batch_that_later_stages_could_not_rely_on_is_refused_with_its_row() {
    type Harm = fn(&mut Batch);
    let harms: [(Harm, &str); 12] = [
        (|b| b.kind[1] = 7, "do not fit together"),
        (|b| b.shape[0] = 2, "do not fit together"),
        (|b| b.content.truncate(2), "do not fit together"),
        (|b| b.end_ms[0] = 0, "do not fit together"),
        (|b| b.words[0] = "x".into(), "do not fit together"),
        (|b| b.lat_deg[0] = 90.5, "row 0 of a batch: a position outside the Earth"),
        (|b| b.lat_deg[2] = f64::NAN, "row 2 of a batch: a position"),
        (|b| b.radius_m[0] = -1.0, "row 0 of a batch: a radius"),
        (|b| b.means[2] = 11, "row 2 of a batch: a code"),
        (|b| b.flags[1] = 8, "row 1 of a batch: a code"),
        (|b| b.count_min[0] = 171, "row 0 of a batch: a count"),
        (|b| b.shapes[1] = Shape::Polygon(vec![vec![[181.0, 0.0]]]), "shape 1 of a batch: a vertex"),
    ];
    for (harm, says) in harms {
        let mut batch = three_rows();
        harm(&mut batch);
        let refused =
            Entry::Observations { import: Digest::of(b"i"), chunk: 0, batch }.to_bytes().unwrap_err();
        assert!(refused.to_string().contains(says), "{refused}");
    }
}

#[test]
fn a_card_or_decision_that_says_too_little_is_refused() {
    let card = |limitations: &str, reliability| Entry::SourceDescribed {
        card: Card { id: "s".into(), limitations: limitations.into(), reliability, ..Card::default() },
    };
    assert!(card("sees little", '?').to_bytes().is_ok());
    assert!(card(" ", '?').to_bytes().unwrap_err().to_string().contains("no limitations"));
    assert!(card("sees little", 'G').to_bytes().unwrap_err().to_string().contains("reliability"));
    let decided = |verdict, these: &[u128], those: &[u128], why: &str| {
        let ids = |all: &[u128]| all.iter().map(|n| ObservationId(*n)).collect();
        let (these, those) = (ids(these), ids(those));
        Entry::LinkDecided(Decision { verdict, these, those, by: "officer".into(), why: why.into() })
            .to_bytes()
    };
    assert!(decided(Verdict::Together, &[1, 2], &[], "one crater").is_ok());
    assert!(decided(Verdict::Together, &[1], &[], "one crater").is_err());
    assert!(decided(Verdict::Apart, &[1], &[2], " ").is_err());
    assert!(decided(Verdict::Apart, &[1], &[1, 2], "two craters").is_err());
}

#[test]
fn coverage_that_says_nothing_usable_is_refused() {
    type Harm = fn(&mut Coverage);
    let harms: [(Harm, &str); 5] = [
        (|c| c.source = " ".into(), "source of coverage is empty"),
        (|c| c.kinds.push(String::new()), "kind of coverage is empty"),
        (|c| c.interval.end = Instant(-2_000), "ends before it starts"),
        (|c| c.area = CoverageArea::Circle { at: LonLat::new(0.0, 0.0).unwrap(), radius_m: -1.0 }, "radius"),
        (|c| c.cause = "x".repeat(5_000), "cause of coverage is longer"),
    ];
    for (harm, says) in harms {
        let Entry::Coverage { import, chunk, mut records } = samples()[0].1.clone() else {
            panic!("not coverage")
        };
        harm(&mut records[1]);
        let refused = Entry::Coverage { import, chunk, records }.to_bytes().unwrap_err();
        assert!(refused.to_string().contains(says), "{refused}");
    }
}

#[test]
fn a_rejected_row_is_cut_at_a_character_and_fits() {
    let long = "ї".repeat(10_000);
    let row = RejectedRow::new(1, 1, &long, &long, &long);
    let entry = Entry::Rejected { import: Digest::of(b"i"), chunk: 0, rows: vec![row] };
    assert!(entry.to_bytes().is_ok());
}

fn place() -> impl Strategy<Value = Place> {
    let at = || (-180.0..=180.0, -90.0..=90.0f64).prop_filter_map("swapped", |(x, y)| LonLat::new(x, y).ok());
    let sector = (at(), 0.0..360.0, 0.0..180.0, 0.0..9_000.0).prop_map(|(observer, bearing, half, near)| {
        Place::Sector(Sector {
            observer,
            observer_radius_m: 10.0,
            bearing_deg: bearing,
            half_width_deg: half,
            range_min_m: near,
            range_max_m: near + 1_000.0,
        })
    });
    prop_oneof![
        Just(Place::Undetermined),
        (at(), proptest::option::of(0.0..1e5)).prop_map(|(at, radius_m)| Place::Point { at, radius_m }),
        sector,
        proptest::collection::vec(proptest::collection::vec(at(), 1..6), 1..3).prop_map(Place::Polygon),
    ]
}

fn batch() -> impl Strategy<Value = Batch> {
    let row = (
        (place(), any::<u64>(), "\\PC{0,12}", "[a-c]{0,2}"),
        (-2_000_000_000_000i64..4_000_000_000_000, 0i64..1_000_000_000, 0u8..5, 0u8..11, 0u8..4),
        (proptest::option::of((0u32..1_000, 0u32..10)), proptest::option::of(0.0f32..300.0), any::<bool>()),
    );
    proptest::collection::vec(row, 0..20).prop_map(|rows| {
        let mut builder = Builder::new("source");
        for (
            (place, key, note, word),
            (start, length, precision, means, assessment),
            (count, calibre_mm, yes),
        ) in rows
        {
            let draft = Draft {
                native_key: &key.to_le_bytes(),
                kind: &word,
                event: Interval { start: Instant(start), end: Instant(start + length) },
                precision: TimePrecision::from_code(precision).unwrap(),
                place,
                means: Means::from_code(means).unwrap(),
                assessment: Assessment::from_code(assessment).unwrap(),
                count: count.map(|(min, more)| Count { min, max: min + more, approximate: yes }),
                calibre_mm,
                actor: &word,
                allegation: yes,
                note: &note,
                ..Draft::default()
            };
            builder.push(&draft).unwrap();
        }
        builder.take()
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    let digest = || any::<[u8; 32]>().prop_map(Digest);
    let rejected = (any::<u64>(), any::<u64>(), "\\PC{0,9}", "[a-z]{1,9}", "\\PC{0,30}")
        .prop_map(|(row, line, column, reason, value)| RejectedRow::new(row, line, &column, &reason, &value));
    prop_oneof![
        ("[a-z]\\PC{0,40}", "[A-Z][a-z]{1,9}").prop_map(|(name, zone)| Entry::MissionOpened { name, zone }),
        (digest(), any::<u32>(), batch()).prop_map(|(import, chunk, batch)| Entry::Observations {
            import,
            chunk,
            batch
        }),
        (digest(), any::<u32>(), proptest::collection::vec(rejected, 0..9))
            .prop_map(|(import, chunk, rows)| Entry::Rejected { import, chunk, rows }),
        (digest(), any::<[u64; 3]>()).prop_map(|(import, [rows, observations, rejected])| {
            Entry::ImportFinished { import, rows, observations, rejected }
        }),
        proptest::sample::select(samples()).prop_map(|(_, entry)| entry),
        proptest::sample::select(samples_of_version_2()).prop_map(|(_, entry)| entry),
    ]
}

proptest! {
    #[test]
    fn an_entry_reads_back_as_it_was_written(entry in entry()) {
        let bytes = entry.to_bytes().unwrap();
        let read = Entry::from_bytes(&bytes).unwrap();
        prop_assert_eq!(format!("{:?}", &read), format!("{:?}", &entry));
        prop_assert_eq!(read.to_bytes().unwrap(), bytes);
    }

    #[test]
    fn arbitrary_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(entry) = Entry::from_bytes(&bytes) {
            prop_assert_eq!(entry.to_bytes().unwrap(), bytes);
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_are_another_entry_in_its_only_spelling(
        entry in entry(),
        harms in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let mut bytes = entry.to_bytes().unwrap();
        for (at, value) in harms {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(entry) = Entry::from_bytes(&bytes) {
            prop_assert_eq!(entry.to_bytes().unwrap(), bytes);
        }
    }
}
