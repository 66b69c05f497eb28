//! Bytes that repeat, marks that are told, and nothing that a strict page would refuse.

use super::*;
use crate::backtest::archive::{DAY_MS, Event, zone_of};
use crate::backtest::control::{ControlSettings, control};
use crate::backtest::detection::injected::{InjectedSettings, injected};
use crate::backtest::detection::named::{Case, LagModel, named};
use crate::backtest::detection::played::{timelines, without_days};
use crate::backtest::detection::timeline::{DayTold, Mark, Raised, Truce};
use crate::backtest::forecasting::{DailyTestSettings, daily};
use crate::backtest::scanning::{Alarm, STATED_PEER, ordinary, places_panel};
use crate::baseline::BaselineSettings;
use crate::detect::watch::WatchSettings;
use crate::panel::Panel;
use crate::scan::{Scanner, Settings};

/// Two cells over 260 days; the first quadruples for a fortnight from day 200 on.
fn panel() -> Panel {
    let count = |zone: u32, day: u32| {
        let usual = 2 - zone + (day * 7 + zone * 3) % 3;
        if zone == 0 && (200..214).contains(&day) { usual * 4 } else { usual }
    };
    let counts = (0..2).flat_map(|zone| (0..260).map(move |day| count(zone, day))).collect();
    Panel::new(vec![zone_of(200_000), zone_of(200_001)], 0, DAY_MS, counts, None).unwrap()
}

fn detection(panel: &Panel, stream: &str) -> Vec<Plot> {
    let settings = InjectedSettings { trials: 20, ..InjectedSettings::default() };
    let result = injected(stream, panel, &BaselineSettings::DETECTION, &settings);
    of_detection(&result, &timelines(panel, &WatchSettings::default())).unwrap()
}

fn forecast() -> Vec<Plot> {
    forecast_of(&panel())
}

fn forecast_of(panel: &Panel) -> Vec<Plot> {
    let settings = DailyTestSettings { strides_steps: vec![7; 3], ..DailyTestSettings::default() };
    of_forecast(&daily("made up", panel, &settings)).unwrap()
}

fn scan() -> Vec<Plot> {
    let event =
        |day, lon_deg| Event { day, lon_deg, lat_deg: 33.05, weight: 1, reported_day: None, deaths: None };
    let of_day = |day: i32| (0..9).map(move |at| event(day, 44.05 + 0.1 * f64::from((at + day) % 7)));
    let events: Vec<Event> = (0..200).flat_map(of_day).collect();
    let panel = places_panel(&events, 0.1).unwrap();
    let scanner = Scanner::new(&panel, Settings { replicas: 99, ..Settings::default() }).unwrap();
    let row = ordinary("made up", &scanner, &panel, &[150, 160, 170], &Alarm::default()).unwrap();
    let result = ScanBacktest {
        vintage: "made up".to_owned(),
        places: 7,
        circles: scanner.circles(),
        replicas: 99,
        alarm: Alarm::default(),
        ordinary: vec![row],
        known: Vec::new(),
        raised: Vec::new(),
        stated: STATED_PEER,
    };
    of_scan(&result).unwrap()
}

fn simulated() -> Vec<Plot> {
    of_control(&control(&ControlSettings { replicas: 1, ..ControlSettings::default() })).unwrap()
}

/// What a strict page refuses, and what would come from elsewhere.
fn strict(text: &str) {
    for word in ["<script", "style=", "javascript:", "url(", "href", "<image", "@import", "onload"] {
        assert!(!text.contains(word), "{word}");
    }
    let addresses = text.matches("http").count() - text.matches("http-equiv").count();
    assert_eq!(addresses, text.matches("http://www.w3.org/2000/svg").count());
}

#[test]
fn the_same_result_gives_the_same_bytes() {
    assert_eq!(detection(&panel(), "made up"), detection(&panel(), "made up"));
    assert_eq!(forecast(), forecast());
    assert_eq!(scan(), scan());
    assert_eq!(simulated(), simulated());
    let plots = detection(&panel(), "made up");
    assert_eq!(page("a", &[], &plots), page("a", &[], &plots));
}

#[test]
fn every_plot_has_its_words_its_numbers_and_nothing_that_a_strict_page_refuses() {
    let all = [detection(&panel(), "made up"), forecast(), scan(), simulated()].concat();
    let ids: Vec<&str> = all.iter().map(|p| p.id.as_str()).collect();
    for wanted in [
        "achieved-over-promised",
        "timeline-area",
        "reliability-7d",
        "pit-30d",
        "fan-1d",
        "scan-timeline-1",
        "control-found",
    ] {
        assert!(ids.contains(&wanted), "{ids:?}");
    }
    for plot in &all {
        strict(&plot.svg);
        assert!(plot.svg.starts_with("<svg ") && plot.svg.ends_with("</svg>\n"), "{}", plot.id);
        let marked = format!("aria-labelledby=\"{0}-title {0}-told\">\n<title id=\"{0}-title\">", plot.id);
        assert!(plot.svg.contains(&marked) && plot.svg.contains("<desc id="), "{}", plot.id);
        assert!(plot.table.rows.iter().all(|r| r.len() == plot.table.heads.len()), "{}", plot.id);
        assert!(!plot.table.rows.is_empty(), "{}", plot.id);
        let has_days = !plot.id.contains("promised") && !plot.id.starts_with("control");
        assert!(plot.told.contains("UTC") || !has_days, "{}: {}", plot.id, plot.told);
    }
    let page = page("All", &["Played on made-up days.".to_owned()], &all);
    strict(&page);
    assert_eq!(page.matches("<table>").count(), all.len());
    assert!(page.contains("default-src 'none'") && page.contains("<th scope=\"col\">"));
}

#[test]
fn the_policy_of_the_page_allows_its_own_style_and_no_other() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(STYLE));
    let page = page("a", &[], &[]);
    assert!(page.contains(&format!("style-src 'sha256-{digest}';")), "the digest of the style is {digest}");
    assert!(page.contains(&format!("<style>{STYLE}</style>")));
}

#[test]
fn names_from_outside_become_no_markup() {
    let hostile = "<b>\"x'&\u{7}\u{202e}.csv";
    let plots = detection(&panel(), hostile);
    let page = page(hostile, &[hostile.to_owned()], &plots);
    assert!(!page.contains("<b>") && !page.contains('\u{7}') && !page.contains('\u{202e}'));
    assert!(page.contains("&lt;b&gt;"));
}

#[test]
fn days_on_which_nobody_looked_are_hatched_told_and_not_drawn_as_none() {
    let whole = timelines(&panel(), &WatchSettings::default());
    let gap = without_days(&panel(), &[(100, 119)]).unwrap();
    let gapped = timelines(&gap, &WatchSettings::default());
    let plots = of_detection(
        &injected(
            "made up",
            &gap,
            &BaselineSettings::DETECTION,
            &InjectedSettings { trials: 5, ..InjectedSettings::default() },
        ),
        &gapped,
    )
    .unwrap();
    let area = plots.iter().find(|p| p.id == "timeline-area").unwrap();
    assert!(area.told.contains("20 days are hatched"), "{}", area.told);
    assert_eq!(area.table.rows.iter().filter(|r| r[1] == "not observed").count(), 20);
    let slants = |plot: &Plot| plot.svg.matches("#F3F3F3").count();
    assert_eq!(slants(area), 3, "a hatching in each pane");
    let seen = &of_detection(
        &injected(
            "made up",
            &panel(),
            &BaselineSettings::DETECTION,
            &InjectedSettings { trials: 5, ..InjectedSettings::default() },
        ),
        &whole,
    )
    .unwrap()[1];
    assert_eq!(slants(seen), 0);
    let text = drawing(&gapped);
    let row = |name: &str| text.lines().find(|l| l.trim_start().starts_with(name)).unwrap().to_owned();
    // Three days a column: days 100 to 119 touch seven columns, six of them whole.
    assert_eq!(row("not observed").matches('/').count(), 7, "{text}");
    assert_eq!(row("counts").matches('/').count(), 6, "{text}");
    assert_eq!(row("counts").matches('·').count(), 0, "{text}");
}

#[test]
fn a_rate_of_days_that_nobody_watched_is_none_and_not_zero() {
    let dark = without_days(&panel(), &[(0, 400)]).unwrap();
    let plots = detection(&dark, "dark");
    let rates = plots.iter().find(|p| p.id == "achieved-over-promised").unwrap();
    assert!(rates.table.rows.iter().all(|r| r[3] == "not watched" && r[5] == "not watched"));
    let marks = |plot: &Plot| plot.svg.matches("<circle").count();
    let watched = detection(&panel(), "watched");
    assert!(marks(rates) == 0 && marks(&watched[0]) > 0);
    assert!(forecast_of(&dark).iter().all(|p| !p.svg.is_empty()));
}

#[test]
fn a_drawing_has_its_rows_its_alarms_and_its_dates_below() {
    let days = (0..60).map(|n| DayTold {
        count: (n < 50).then_some(if n < 10 { 0 } else { n }),
        part: 1.0,
        expected: Some(3.0),
        rise_log10: (20..50).contains(&n).then_some(f64::from(n) / 20.0),
        erosion_log10: None,
    });
    let told = Timeline {
        name: "here".to_owned(),
        first_day: 13_749,
        days: days.collect(),
        marks: vec![
            Mark { day: 13_769, raised: Raised::Rise },
            Mark { day: 13_779, raised: Raised::Shock },
            Mark { day: 13_779, raised: Raised::Together },
        ],
        truce: Some(Truce { entry_into_force: 13_754, broke: 13_779 }),
        rise_level_log10: 2.0,
        erosion_level_log10: 1.3,
        promised: 2.0,
    };
    let text = drawing(&[told]);
    let rows: Vec<&str> = text.lines().map(|l| l.get(15..).unwrap_or_default()).collect();
    let name = |at: usize| text.lines().nth(at).unwrap().chars().take(14).collect::<String>();
    assert_eq!(text.lines().nth(2), Some("here, up to 49.0 a day"));
    assert_eq!(name(3).trim(), "counts");
    assert!(rows[3].starts_with("··········▂") && rows[3].ends_with("//////////"), "{text}");
    assert!(rows[4].chars().filter(|c| *c == '█').count() == 10, "{text}");
    assert_eq!(rows[6].chars().nth(20), Some('R'), "{text}");
    assert_eq!(rows[6].chars().nth(30), Some('2'), "{text}");
    assert_eq!(rows[8].trim_end(), format!("     >{}X", "=".repeat(24)), "{text}");
    assert!(text.ends_with("|2007-08-24       |2007-09-11       |2007-09-29       |2007-10-17\n"), "{text}");
    assert_eq!(drawing(&[]), "");
}

#[test]
fn a_named_case_is_drawn_about_its_ceasefire() {
    let event = |day, reported_day| Event {
        day,
        lon_deg: 44.2,
        lat_deg: 33.2,
        weight: 1,
        reported_day,
        deaths: None,
    };
    let often = |day: i32| if day < 250 { 2 } else { 9 };
    let events: Vec<Event> =
        (0..300).flat_map(|day| (0..often(day)).map(move |_| event(day, Some(day)))).collect();
    let case = Case {
        name: "made up".to_owned(),
        record: (0, 299),
        entry_into_force: 100,
        broke: 250,
        place: (44.2, 33.2, 30.0),
        events_min: 1,
        unobserved: Vec::new(),
    };
    let lag = LagModel { same_day: 1.0, judged_after_days: 0, seed: 1 };
    let told = named(&events, &case, &lag, &WatchSettings::default()).unwrap();
    let plots = of_named(&told).unwrap();
    assert_eq!(plots.len(), 2);
    assert!(plots[0].told.contains("in force from 1970-04-11 and broken on 1970-09-08"), "{}", plots[0].told);
    assert_eq!(plots[0].table.rows.len(), 35 + 150 + 31);
}
