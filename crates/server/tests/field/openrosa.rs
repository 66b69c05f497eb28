//! OpenRosa as ODK Collect and `curl` speak it.

use crate::common::Got;
use crate::double::Site;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use base::Digest;
use base64::Engine as _;

const FORM: &str = r#"<?xml version="1.0"?><data id="truceline_field" version="1">
    <effect>explosion</effect><means>heard</means><start>2026-05-10T10:00:00.000+02:00</start><count>3</count>
    <narrative>two thuds &amp; one</narrative><photo_1>one.jpg</photo_1><photo_2>two.jpg</photo_2>
    <meta><instanceID>uuid:a-1</instanceID></meta></data>"#;
const BOUNDARY: &str = "xxBOUNDARYxx";

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}")))
}

fn parts(files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (part, name, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(bytes);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    out
}

async fn post(site: &Site, body: Body) -> Got {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = site.request("POST", "/openrosa/submission", None);
    let request = request.header("authorization", basic("P-07", &site.token)).header("content-type", kind);
    site.send(request, body).await
}

async fn ask(site: &Site, method: &str, path: &str) -> Got {
    let request = site.request(method, path, None).header("authorization", basic("P-07", &site.token));
    site.send(request, Body::empty()).await
}

fn xml(text: &str) -> (&'static str, &'static str, &[u8]) {
    ("xml_submission_file", "submission.xml", text.as_bytes())
}

const ONE: (&str, &str, &[u8]) = ("one.jpg", "one.jpg", b"first photo");
const TWO: (&str, &str, &[u8]) = ("two.jpg", "two.jpg", b"second photo");

fn media_kept(site: &Site) -> Vec<String> {
    site.keeper.arrivals().iter().flat_map(|a| a.items.iter().map(|i| i.name.clone())).collect()
}

#[tokio::test]
async fn the_form_is_listed_and_given_to_who_is_enrolled() {
    let site = Site::new();
    let list = ask(&site, "GET", "/openrosa/formList").await;
    assert_eq!(list.status, StatusCode::OK);
    assert_eq!(list.headers["x-openrosa-version"], "1.0");
    assert!(list.text.contains("<formID>truceline_field</formID>"), "{}", list.text);
    assert!(list.text.contains("http://localhost:8480/openrosa/forms/field.xml"));
    let form = ask(&site, "GET", "/openrosa/forms/field.xml").await;
    assert!(form.text.contains("<bind nodeset=\"/data/effect\""));
    let head = ask(&site, "HEAD", "/openrosa/submission").await;
    assert_eq!(head.status, StatusCode::NO_CONTENT);
    assert_eq!(head.headers["x-openrosa-accept-content-length"], "268435456");
    for authorization in
        [basic("P-08", &site.token), basic("P-07", "wrong"), "Basic ???".to_owned(), "Negotiate x".to_owned()]
    {
        let request = site.request("GET", "/openrosa/formList", None).header("authorization", authorization);
        let refused = site.send(request, Body::empty()).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.headers["www-authenticate"].to_str().unwrap().starts_with("Basic realm="));
    }
}

#[tokio::test]
async fn a_submission_with_two_photos_is_kept_once_however_often_it_is_sent() {
    let site = Site::new();
    for _ in 0..3 {
        let got = post(&site, parts(&[xml(FORM), ONE, TWO]).into()).await;
        assert_eq!(got.status, StatusCode::CREATED, "{}", got.text);
        assert!(got.text.contains("http://openrosa.org/http/response"));
    }
    let arrivals = site.keeper.arrivals();
    assert_eq!(arrivals.len(), 3, "the answers and two media");
    assert_eq!((arrivals[0].batch.len(), arrivals[0].by.as_str()), (1, "P-07"));
    assert_eq!(arrivals[0].original, FORM.as_bytes());
    assert_eq!(arrivals[0].batch.note.get(0), "two thuds & one");
    assert_eq!(media_kept(&site), ["one.jpg", "two.jpg"]);
    assert!(
        arrivals[1].items[0].is_here
            && arrivals[1].items[0].observation == arrivals[0].batch.id.first().copied()
    );
    assert_eq!(site.keeper.blob(Digest::of(b"second photo")).unwrap(), b"second photo");
    assert_eq!(site.keeper.handled_lines().len(), 2);
    assert!(site.uploads().is_empty(), "{:?}", site.uploads());
}

#[tokio::test]
async fn media_that_come_in_several_requests_join_and_until_then_more_are_awaited() {
    let site = Site::new();
    let first = post(&site, parts(&[xml(FORM), TWO]).into()).await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text);
    let marked = post(&site, parts(&[xml(FORM), ("*isIncomplete*", "", b"yes")]).into()).await;
    assert_eq!(marked.status, StatusCode::ACCEPTED);
    let second = post(&site, parts(&[ONE, xml(FORM)]).into()).await;
    assert_eq!(second.status, StatusCode::CREATED, "{}", second.text);
    assert_eq!(media_kept(&site), ["two.jpg", "one.jpg"]);
    let other = post(&site, parts(&[xml(FORM), ("one.jpg", "one.jpg", b"changed")]).into()).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "a name means one file");
    let edited = FORM.replace("<count>3", "<count>30");
    assert_eq!(post(&site, parts(&[xml(&edited)]).into()).await.status, StatusCode::CONFLICT);
    assert_eq!(site.keeper.arrivals().len(), 3);
}

#[tokio::test]
async fn a_submission_that_is_cut_off_anywhere_leaves_nothing_and_sending_it_again_completes() {
    let site = Site::new();
    let whole = parts(&[xml(FORM), ONE, TWO]);
    for length in (0..whole.len() - 4).step_by(97) {
        let ended = post(&site, whole[..length].to_vec().into()).await;
        assert_eq!(ended.status, StatusCode::BAD_REQUEST, "{length}: {}", ended.text);
        let first = Ok(Bytes::copy_from_slice(&whole[..length]));
        let broken = tokio_stream::iter([first, Err(std::io::Error::other("cut off"))]);
        assert_eq!(post(&site, Body::from_stream(broken)).await.status, StatusCode::BAD_REQUEST);
        assert!(site.keeper.arrivals().is_empty() && site.uploads().is_empty(), "{length}");
        site.keeper.pass_ms(10_000);
    }
    assert_eq!(post(&site, whole.into()).await.status, StatusCode::CREATED);
    assert_eq!(site.keeper.arrivals().len(), 3);
}

#[tokio::test]
async fn poisoned_xml_and_names_that_are_paths_harm_nothing() {
    let site = Site::new();
    let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>";
    for text in [
        FORM.replace("<data ", &format!("{bomb}<data ")),
        FORM.replace("&amp;", "&b;"),
        FORM.replace("truceline_field", "theirs"),
        FORM.replace("uuid:a-1", "../../a"),
        FORM.replace("</data>", ""),
        "\u{0}".to_owned(),
    ] {
        let refused = post(&site, parts(&[xml(&text)]).into()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{text}");
        assert!(refused.text.contains("submit_error"), "{}", refused.text);
    }
    assert_eq!(post(&site, parts(&[ONE]).into()).await.status, StatusCode::BAD_REQUEST, "no answers");
    let request = site.request("POST", "/openrosa/submission", Some(&site.token));
    let typed = request.header("content-type", "text/xml");
    assert_eq!(site.send(typed, FORM.into()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(site.keeper.arrivals().is_empty());
    let form = FORM.replace("one.jpg", "../../access.json").replace("<photo_2>two.jpg</photo_2>", "");
    let sent = parts(&[xml(&form), ("x", "../../access.json", b"evil"), ("y", "/etc/passwd", b"evil too")]);
    let got = post(&site, sent.into()).await;
    assert_eq!(got.status, StatusCode::CREATED, "{}", got.text);
    assert_eq!(media_kept(&site), ["access.json", "passwd"]);
    assert!(std::fs::read_to_string(site.dir.path().join("access.json")).unwrap().contains("P-07"));
    assert!(site.uploads().is_empty());
}

#[tokio::test]
async fn too_many_and_too_large_parts_are_refused_with_the_limit_named() {
    let site = Site::new();
    let large = vec![b' '; 1024 * 1024 + 1];
    let refused = post(&site, parts(&[("xml_submission_file", "x", &large)]).into()).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.text.contains("1048576"), "{}", refused.text);
    let many: Vec<(&str, &str, &[u8])> = vec![("p", "p", b"1"); 65];
    let refused = post(&site, parts(&many).into()).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.text.contains("64"), "{}", refused.text);
    let request = site.request("POST", "/openrosa/submission", Some(&site.token));
    let stated = request
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .header("content-length", "300000000");
    assert_eq!(site.send(stated, Body::empty()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(site.keeper.arrivals().is_empty() && site.uploads().is_empty());
}

#[tokio::test]
async fn answers_that_cannot_be_read_are_kept_with_their_reason_since_nobody_can_correct_them_there() {
    let site = Site::new();
    let form = FORM
        .replace("2026-05-10T10:00:00.000+02:00", "at dawn")
        .replace("one.jpg", "")
        .replace("two.jpg", "");
    let got = post(&site, parts(&[xml(&form)]).into()).await;
    assert_eq!(got.status, StatusCode::CREATED, "{}", got.text);
    let kept = &site.keeper.arrivals()[0];
    assert_eq!((kept.batch.len(), kept.rejected.len()), (0, 1));
    assert_eq!(kept.rejected[0].column, "start");
}

#[tokio::test]
async fn a_busy_journal_says_when_to_try_again() {
    let site = Site::new();
    site.keeper.set_busy(true);
    let refused = post(&site, parts(&[xml(FORM), ONE, TWO]).into()).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers["retry-after"], "2");
    site.keeper.set_busy(false);
    assert_eq!(post(&site, parts(&[xml(FORM), ONE, TWO]).into()).await.status, StatusCode::CREATED);
}
