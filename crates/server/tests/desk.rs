//! The service as a reader meets it, over a small mission in memory.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is a finding"
)]

mod common;

use axum::http::{Request, StatusCode};
use common::{FIRST_MS, Memory, OBSERVER, app, ask, get};
use serde_json::Value;
use server::App;
use std::collections::BTreeSet;

const INCIDENTS: u64 = 60 + 4 + 3 + 1 + 1;
/// Every third of 60 explosions lies in the buffer, and one of the sectors wholly does.
const BREACHED: u64 = 20 + 1;

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_mission_says_what_it_knows_and_that_coverage_is_not_stated() {
    let mission = get(&app(), "/api/v1/mission").await.json();
    assert_eq!(mission["totals"]["incidents"], INCIDENTS);
    assert_eq!(mission["totals"]["observations"], INCIDENTS + 1);
    assert_eq!(mission["totals"]["allegations"], 1);
    assert_eq!(mission["totals"]["rejected"], 2);
    assert_eq!(mission["head"]["seq"], 2);
    assert_eq!(mission["first_event"], "2026-05-10T00:00:00.000Z");
    assert!(mission["coverage_statement"].as_str().unwrap().starts_with("Coverage not stated"));
    let clause = &mission["versions"][0]["clauses"][0];
    assert_eq!((clause["label"].as_str(), clause["kind"].as_str()), (Some("2.1"), Some("prohibition")));
    assert_eq!(clause["in_force_from"], "2026-03-02T22:00:00.000Z");
    assert_eq!(clause["incident_counts"]["breached"], BREACHED, "{clause}");
    assert!(!clause["explanation"].as_str().unwrap().is_empty());
    assert_eq!(mission["kinds"][0]["name"], "explosion");
    assert_eq!(mission["sources"][0]["rejected"], 2);
    assert!(mission.get("truth").is_none());
}

#[tokio::test]
async fn pages_laid_end_to_end_are_the_whole_list_without_doubles() {
    let app = app();
    for sort in ["time", "-time"] {
        for limit in [1, 7, 64, 1000] {
            let (mut all, mut cursor) = (Vec::new(), String::new());
            loop {
                let page =
                    get(&app, &format!("/api/v1/incidents?sort={sort}&limit={limit}{cursor}")).await.json();
                assert_eq!(page["total"], INCIDENTS);
                all.extend(ids(&page));
                let Some(next) = page["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(all.len() as u64, INCIDENTS, "{sort} {limit}");
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        }
    }
}

#[tokio::test]
async fn filters_narrow_and_agree_with_each_other() {
    let app = app();
    for (filter, total) in [
        ("outcome=breached", BREACHED),
        ("clause=2.1&outcome=breached", BREACHED),
        ("clause=2.2", 1),
        ("kind=flight", 1),
        ("kind=flight,burst", 8),
        ("kind=flight&kind=burst", 8),
        ("source=post-2", 2),
        ("kind=explosion&source=post-2", 1),
        ("q=mILL", 60),
        ("q=%D0%9C%D0%9B%D0%98%D0%9D%D0%90", 1),
        ("from=2026-05-10T01:00:00Z&to=2026-05-10T02:00:00Z", 2),
        ("bbox=179,0,-179,20", 1),
        ("bbox=36.0,48.505,37,48.515", 20),
        ("bbox=36.0,48.505,37,48.515&outcome=kept", 0),
        ("kind=armour", 0),
    ] {
        let page = get(&app, &format!("/api/v1/incidents?limit=1000&{filter}")).await;
        assert_eq!(page.status, StatusCode::OK, "{filter}: {}", page.text);
        let page = page.json();
        assert_eq!(page["total"], total, "{filter}");
        assert_eq!(ids(&page).len() as u64, total, "{filter}");
        let bins = get(&app, &format!("/api/v1/histogram?bins=10&{filter}")).await.json();
        let sum: u64 = bins["bins"].as_array().unwrap().iter().map(all_outcomes).sum();
        assert_eq!(sum, total, "{filter}: {bins}");
        let points = get(&app, &format!("/api/v1/incidents.geojson?{filter}")).await.json();
        assert_eq!(points["properties"]["total"], total, "{filter}");
    }
}

fn all_outcomes(bin: &Value) -> u64 {
    ["breached", "undetermined", "excused", "kept", "not_applicable"]
        .iter()
        .map(|o| bin[o].as_u64().unwrap())
        .sum()
}

#[tokio::test]
async fn outcomes_share_out_all_incidents() {
    let app = app();
    let mut sum = 0;
    for outcome in ["breached", "undetermined", "excused", "kept", "not_applicable"] {
        sum += get(&app, &format!("/api/v1/incidents?outcome={outcome}")).await.json()["total"]
            .as_u64()
            .unwrap();
    }
    assert_eq!(sum, INCIDENTS);
    let nowhere = get(&app, "/api/v1/incidents?from=2026-05-10T15:00:00Z&to=2026-05-10T15:00:01Z&kind=explosion&outcome=undetermined").await.json();
    assert_eq!(nowhere["total"], 1, "an explosion without a place is undetermined, never kept");
    assert_eq!(nowhere["items"][0]["lon"], Value::Null);
}

#[tokio::test]
async fn points_leave_out_only_what_has_no_place_and_say_how_many() {
    let points = get(&app(), "/api/v1/incidents.geojson").await.json();
    assert_eq!(points["type"], "FeatureCollection");
    assert_eq!(points["features"].as_array().unwrap().len() as u64, INCIDENTS - 1);
    assert_eq!(points["properties"]["without_place"], 1);
    assert_eq!(points["properties"]["truncated"], false);
}

#[tokio::test]
async fn an_incident_shows_its_observations_links_and_reasons() {
    let app = app();
    let first = get(&app, "/api/v1/incidents?limit=1").await.json();
    let id = first["items"][0]["id"].as_str().unwrap().to_owned();
    let one = get(&app, &format!("/api/v1/incidents/{id}")).await.json();
    assert_eq!(one["observations"], 2);
    assert_eq!(one["sources"], 2);
    assert_eq!(
        one["counts"][0]["text"], "about 4",
        "two posts that heard one explosion are reconciled, not added"
    );
    assert!(one["reference"].as_str().unwrap().starts_with("INC-20260510-"));
    let members = one["members"].as_array().unwrap();
    assert_eq!(members[0]["link"]["distance_m"], 0.0);
    assert!(members[1]["link"]["text"].as_str().unwrap().contains("20 s apart"));
    assert_eq!(members[1]["journal_seq"], 2);
    assert_eq!(members[1]["place"]["type"], "point");
    let finding = &one["findings"][0];
    assert_eq!((finding["clause"].as_str(), finding["outcome"].as_str()), (Some("2.1"), Some("breached")));
    let conditions: Vec<&str> = finding["traces"][0]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["condition"].as_str().unwrap())
        .collect();
    assert_eq!(conditions, ["time", "what", "who", "place"]);
    assert_eq!(one["neighbours"]["previous"], Value::Null);
    let next = one["neighbours"]["next"].as_str().unwrap();
    let next = get(&app, &format!("/api/v1/incidents/{next}")).await.json();
    assert_eq!(next["neighbours"]["previous"], id.as_str());
    let by_reference =
        get(&app, &format!("/api/v1/incidents?q={}", one["reference"].as_str().unwrap())).await.json();
    assert_eq!(ids(&by_reference), [id]);
}

#[tokio::test]
async fn an_earlier_moment_shows_what_was_known_then() {
    let memory = Memory::new(2);
    let app = App::open(memory.clone()).unwrap();
    let then = server_time(FIRST_MS + 1);
    for _ in 0..3 {
        let mission = get(&app, &format!("/api/v1/mission?as_known_at={then}")).await.json();
        assert_eq!(mission["head"]["seq"], 1);
        assert_eq!(mission["as_known_at"], then.as_str());
        assert_eq!(mission["totals"]["incidents"], INCIDENTS - 1);
    }
    assert_eq!(*memory.folds.lock().unwrap(), [None, Some(FIRST_MS + 1)], "one moment is folded once");
    let none = get(&app, &format!("/api/v1/incidents?source=post-2&as_known_at={then}")).await;
    assert_eq!(none.json()["total"], 0, "a source that was not known yet is no mistake");
    let flight = ids(&get(&app, "/api/v1/incidents?kind=flight").await.json()).remove(0);
    let unknown = get(&app, &format!("/api/v1/incidents/{flight}?as_known_at={then}")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.json()["detail"].as_str().unwrap().contains("as known at"));
    let later = get(&app, "/api/v1/mission?as_known_at=2030-01-01T00:00:00Z").await.json();
    assert_eq!(later["head"]["seq"], 2);
    assert_eq!(
        memory.folds.lock().unwrap().len(),
        2,
        "the latest desk serves a moment after everything recorded"
    );
}

fn server_time(ms: i64) -> String {
    publication::words::rfc3339(base::Instant(ms))
}

#[tokio::test]
async fn the_desk_moves_with_the_journal_and_stays_up_when_it_cannot_be_read() {
    let memory = Memory::new(1);
    let app = App::open(memory.clone()).unwrap();
    *memory.entries.lock().unwrap() = 2;
    assert_eq!(get(&app, "/healthz").await.json()["head"]["seq"], 1);
    app.refresh();
    assert_eq!(get(&app, "/healthz").await.json()["head"]["seq"], 2);
    *memory.broken.lock().unwrap() = true;
    app.refresh();
    let health = get(&app, "/healthz").await.json();
    assert_eq!(
        (health["status"].as_str(), health["trouble"].as_str()),
        (Some("stale"), Some("the disk is gone"))
    );
    assert_eq!(get(&app, "/api/v1/mission").await.status, StatusCode::OK);
    let earlier = get(&app, "/api/v1/mission?as_known_at=2026-05-11T00:00:00Z").await;
    assert_eq!(earlier.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn every_bad_parameter_is_named_in_a_problem_document() {
    let app = app();
    for (address, parameter) in [
        ("/api/v1/incidents?bbox=1,2,3", "bbox"),
        ("/api/v1/incidents?from=yesterday", "from"),
        ("/api/v1/incidents?to=2026-05-10", "to"),
        ("/api/v1/incidents?from=2026-05-10T00:00:00Z&to=2026-05-09T00:00:00Z", "to"),
        ("/api/v1/incidents?kind=explosions", "kind"),
        ("/api/v1/incidents?source=nobody", "source"),
        ("/api/v1/incidents?version=1", "version"),
        ("/api/v1/incidents?version=-1", "version"),
        ("/api/v1/incidents?clause=9.9", "clause"),
        ("/api/v1/incidents?clause=2.1&clause=2.2", "clause"),
        ("/api/v1/incidents?outcome=guilty", "outcome"),
        ("/api/v1/incidents?as_known_at=x", "as_known_at"),
        ("/api/v1/incidents?sort=kind", "sort"),
        ("/api/v1/incidents?limit=0", "limit"),
        ("/api/v1/incidents?limit=1001", "limit"),
        ("/api/v1/incidents?cursor=abc", "cursor"),
        ("/api/v1/incidents?cursor=%D1%8F1a", "cursor"),
        ("/api/v1/incidents?outcom=breached", "outcom"),
        ("/api/v1/histogram?bins=100000", "bins"),
        ("/api/v1/layers/zone:buffer?at=x", "at"),
        ("/api/v1/layers?version=7", "version"),
        ("/api/v1/reports/daily?date=2026-02-30", "date"),
        ("/api/v1/coverage?from=x", "from"),
    ] {
        let got = get(&app, address).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{address}: {}", got.text);
        assert_eq!(got.headers["content-type"], "application/problem+json", "{address}");
        let problem = got.json();
        assert_eq!(problem["parameter"], parameter, "{address}");
        assert!(problem["detail"].as_str().unwrap().contains(parameter), "{address}");
    }
    let page = get(&app, "/api/v1/incidents?limit=1&sort=time").await.json();
    let other =
        get(&app, &format!("/api/v1/incidents?sort=-time&cursor={}", page["next"].as_str().unwrap())).await;
    assert_eq!(other.json()["parameter"], "cursor");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let app = app();
    for address in [
        "/api/v1/incidents/inc-00000000000000000000000000000000",
        "/api/v1/incidents/nonsense",
        "/api/v1/agreements/5",
        "/api/v1/agreements/x",
        "/api/v1/layers/zone:nowhere",
        "/api/v1/layers/nonsense",
        "/api/v2/mission",
    ] {
        let got = get(&app, address).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{address}");
        assert_eq!(got.headers["content-type"], "application/problem+json", "{address}");
    }
    assert_eq!(get(&app, "/incident/nonsense").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&app, "/assets/none.js").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_text_stands_in_pieces_and_its_lines_know_their_clauses() {
    let text = get(&app(), "/api/v1/agreements/0").await.json();
    let pieces = text["pieces"].as_array().unwrap();
    let heading = pieces.iter().find(|p| p["type"] == "heading" && p["level"] == 2).unwrap();
    assert_eq!(heading["id"], "article-1-the-line");
    let lines: Vec<&Value> =
        pieces.iter().filter(|p| p["type"] == "terms").flat_map(|p| p["lines"].as_array().unwrap()).collect();
    assert!(lines.iter().any(|l| l["clause"] == 1 && l["text"].as_str().unwrap().starts_with("2.2")));
    let html = pieces.iter().filter_map(|p| p["html"].as_str()).collect::<String>();
    assert!(!html.contains("<script"), "{html}");
    assert_eq!(text["clauses"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn layers_are_drawn_as_they_were_valid() {
    let app = app();
    let layers = get(&app, "/api/v1/layers?version=0").await.json();
    let ids: Vec<&str> = layers.as_array().unwrap().iter().map(|l| l["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["line:contact", "zone:buffer"]);
    assert_eq!((&layers[0]["tolerance_m"], &layers[1]["derived"]), (&Value::from(200.0), &Value::from(true)));
    let line = get(&app, "/api/v1/layers/line:contact?at=2026-05-10T00:00:00Z").await.json();
    assert_eq!(line["features"][0]["geometry"]["type"], "LineString");
    assert_eq!(line["features"][0]["properties"]["approximate"], false);
    let zone = get(&app, "/api/v1/layers/zone%3Abuffer").await.json();
    assert_eq!(zone["features"][0]["properties"]["approximate"], true);
    assert!(zone["features"][0]["geometry"].get("approximate").is_none());
    for address in ["/api/v1/layers/boundaries", "/api/v1/basemap"] {
        let none = get(&app, address).await.json();
        assert_eq!(none["type"], "FeatureCollection");
        assert!(none["properties"]["disclaimer"].is_string());
    }
    assert_eq!(get(&app, "/api/v1/coverage").await.json(), Value::Array(Vec::new()));
}

#[tokio::test]
async fn the_daily_report_counts_civil_days_and_never_says_zero_alone() {
    let app = app();
    // The civil day begins at 22:00 UTC: the incidents from 22:00 on belong to the next day.
    let report = get(&app, "/api/v1/reports/daily?date=2026-05-10").await.json();
    assert_eq!(report["start"], "2026-05-09T22:00:00.000Z");
    assert_eq!(report["totals"]["incidents"], 44 + 4 + 3 + 1);
    assert_eq!(report["allegations_total"], 1);
    assert_eq!(report["coverage_stated"], false);
    assert_eq!(report["head"]["seq"], 2);
    let breached = report["versions"][0]["clauses"][0]["incidents"]["breached"].as_u64().unwrap();
    assert_eq!(breached, 16);
    let counted =
        &report["kinds"].as_array().unwrap().iter().find(|k| k["kind"] == "explosion").unwrap()["counts"];
    assert_eq!(counted[0]["text"], "about 133", "44 times about 3, one of them reconciled to 4");
    let next = get(&app, "/api/v1/reports/daily?date=2026-05-11").await.json();
    assert_eq!(next["totals_before"]["incidents"], report["totals"]["incidents"]);
    let sum = next["totals"]["incidents"].as_u64().unwrap() + report["totals"]["incidents"].as_u64().unwrap();
    assert_eq!(sum, INCIDENTS, "days share out all incidents");

    let html = get(&app, "/reports/daily/2026-05-10").await.text;
    assert!(html.contains("<html lang=\"en\" dir=\"ltr\">") && html.contains("<caption>"));
    assert!(html.contains("2026-05-10 00:00:00 Etc/GMT-2"));
    assert!(html.contains("0 recorded; coverage not stated"));
    let silent = get(&app, "/reports/daily/2026-04-01").await.text;
    assert!(silent.contains("0 recorded; coverage not stated"));
    assert!(
        !silent.contains("<td class=\"n\">0</td></tr></tbody></table><h2>"),
        "no bare zero in the totals"
    );
    assert_eq!(get(&app, "/reports/daily/2026-99-01").await.status, StatusCode::BAD_REQUEST);
}

/// Everything anybody can ask for.
async fn everything(app: &App) -> Vec<(String, String)> {
    let mut addresses: Vec<String> = [
        "/api/v1/mission",
        "/api/v1/incidents?limit=1000",
        "/api/v1/incidents.geojson",
        "/api/v1/histogram",
        "/api/v1/agreements/0",
        "/api/v1/layers",
        "/api/v1/layers/zone:buffer",
        "/api/v1/coverage",
        "/api/v1/reports/daily?date=2026-05-10",
        "/reports/daily/2026-05-10",
        "/list?limit=1000",
        "/list",
        "/healthz",
        "/api/openapi.json",
        "/",
    ]
    .iter()
    .map(|a| (*a).to_owned())
    .collect();
    for id in ids(&get(app, "/api/v1/incidents?limit=1000").await.json()) {
        addresses.push(format!("/api/v1/incidents/{id}"));
        addresses.push(format!("/incident/{id}"));
    }
    let mut out = Vec::new();
    for address in addresses {
        let got = get(app, &address).await;
        assert_eq!(got.status, StatusCode::OK, "{address}: {}", got.text);
        out.push((address, got.text));
    }
    out
}

/// Every number in a text that has decimals.
fn numbers(text: &str) -> impl Iterator<Item = f64> + '_ {
    let word = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    text.split(move |c: char| !word(c)).filter(|n| n.contains('.')).filter_map(|n| n.parse().ok())
}

#[tokio::test]
async fn no_answer_holds_an_observers_position() {
    let app = app();
    let all = everything(&app).await;
    let mut sectors = 0;
    for (address, text) in &all {
        sectors += text.matches("\"type\":\"sector\"").count();
        for number in numbers(text) {
            // Within a thousandth of a degree in either coordinate (about 100 m) is too near to be chance.
            let near = OBSERVER.iter().any(|o| (number - o).abs() < 0.000_05);
            assert!(!near, "{address} holds {number}");
        }
    }
    assert_eq!(sectors, 3, "the test looks at sectors");
}

#[tokio::test]
async fn what_sources_write_is_text_on_every_page() {
    let app = app();
    for (address, text) in everything(&app).await {
        if address == "/" {
            // The web app, if it was built: its markup is its own.
            continue;
        }
        if text.starts_with("<!doctype") {
            for bad in ["<script", "<img", "<b ", "<i>", "javascript:"] {
                assert!(!text.contains(bad), "{address} holds {bad}");
            }
        } else {
            assert!(!text.contains("javascript:alert"), "{address}");
        }
    }
    let list = get(&app, "/list?q=%22%3E%3Cscript%3E").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.text.contains("value=\"&quot;&gt;&lt;script&gt;\""));
}

#[tokio::test]
async fn the_list_page_filters_pages_and_links_without_script() {
    let app = app();
    let first = get(&app, "/list?outcome=breached&limit=15&version=&q=").await.text;
    assert!(first.contains("Incidents with these filters: 21"));
    assert_eq!(first.matches("href=\"/incident/inc-").count(), 15);
    assert!(first.contains("<option value=\"breached\" selected>"));
    let next = first.split("href=\"/list?").nth(1).and_then(|t| t.split('"').next()).unwrap();
    let second = get(&app, &format!("/list?{}", next.replace("&amp;", "&"))).await.text;
    assert_eq!(second.matches("href=\"/incident/inc-").count(), 6);
    assert!(second.contains("This is the last page"));
    let day = get(&app, "/list?from_day=2026-05-10&to_day=2026-05-10").await.text;
    assert!(day.contains("Incidents with these filters: 52"), "{day}");
    let none = get(&app, "/list?kind=armour").await.text;
    assert!(none.contains("0 recorded; coverage not stated"));
    let bad = get(&app, "/list?outcome=guilty").await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    assert!(bad.text.contains("<html") && bad.text.contains("guilty"));
}

#[tokio::test]
async fn only_requests_to_this_host_are_answered_and_every_answer_is_guarded() {
    let app = app();
    for host in ["evil.example", "localhost.evil.example:8480", "192.0.2.1"] {
        let got = ask(&app, Request::get("/api/v1/mission").header("host", host)).await;
        assert_eq!(got.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!got.text.contains("Test & Co"));
    }
    assert_eq!(ask(&app, Request::get("/healthz")).await.status, StatusCode::MISDIRECTED_REQUEST);
    for address in ["/api/v1/mission", "/list", "/", "/api/v1/incidents?limit=x"] {
        let got = get(&app, address).await;
        let policy = got.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'self'") && policy.contains("worker-src 'self' blob:"),
            "{address}"
        );
        assert_eq!(got.headers["x-content-type-options"], "nosniff");
        assert_eq!(got.headers["referrer-policy"], "no-referrer");
        assert!(got.headers.contains_key("cache-control"), "{address}");
        assert!(!got.headers.contains_key("access-control-allow-origin"));
    }
    assert_eq!(get(&app, "/api/v1/mission").await.headers["cache-control"], "no-store");
    let post = ask(&app, Request::post("/api/v1/mission").header("host", "localhost")).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
    let zipped = ask(
        &app,
        Request::get("/api/v1/incidents").header("host", "localhost").header("accept-encoding", "gzip"),
    );
    assert_eq!(zipped.await.headers["content-encoding"], "gzip");
}

#[test]
fn the_description_names_every_route() {
    let document: Value = serde_json::from_str(&server::openapi()).unwrap();
    let paths: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    for path in [
        "/api/v1/mission",
        "/api/v1/incidents",
        "/api/v1/incidents.geojson",
        "/api/v1/incidents/{id}",
        "/api/v1/histogram",
        "/api/v1/agreements/{version}",
        "/api/v1/layers",
        "/api/v1/layers/boundaries",
        "/api/v1/layers/{id}",
        "/api/v1/basemap",
        "/api/v1/coverage",
        "/api/v1/reports/daily",
        "/reports/daily/{date}",
        "/api/v1/stream",
        "/api/openapi.json",
        "/healthz",
    ] {
        assert!(paths.contains(path), "{path} is not described");
    }
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "schema {name} is missing");
    }
}

#[tokio::test]
async fn a_real_socket_streams_the_head_and_closes_when_told() {
    use std::io::{Read as _, Write as _};
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (tell, told) = tokio::sync::oneshot::channel();
    let options = server::Options { listen: "127.0.0.1:0".parse().unwrap(), ..server::Options::default() };
    let serving = tokio::spawn(server::serve(
        Memory::new(2),
        options,
        move |address| tell.send(address).unwrap_or_default(),
        async move {
            let _ = stopped.await;
        },
    ));
    let address = told.await.unwrap();
    let read = tokio::task::spawn_blocking(move || {
        let mut socket = std::net::TcpStream::connect(address).unwrap();
        write!(socket, "GET /api/v1/stream HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
        let mut text = String::new();
        let mut buffer = [0_u8; 4096];
        while !text.contains("\"seq\":2") {
            let n = socket.read(&mut buffer).unwrap();
            assert!(n > 0, "the stream ended: {text}");
            text.push_str(&String::from_utf8_lossy(&buffer[..n]));
        }
        (socket, text)
    });
    let (socket, text) = read.await.unwrap();
    assert!(text.contains("content-type: text/event-stream") && text.contains("event: head"), "{text}");
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    drop(socket);
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_refused_unless_said() {
    let options = server::Options { listen: "0.0.0.0:0".parse().unwrap(), ..server::Options::default() };
    let refused = server::serve(Memory::new(1), options, |_| {}, std::future::pending()).await;
    assert!(refused.unwrap_err().to_string().contains("which needs an account"));
}
