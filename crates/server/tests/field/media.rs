//! Media in pieces.

use crate::common::Got;
use crate::double::Site;
use crate::submission;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use base::Digest;
use proptest::prelude::*;
use serde_json::json;

async fn announce(site: &Site, bytes: &[u8]) -> Digest {
    let digest = Digest::of(bytes);
    let mut submission = submission(&format!("uuid:{digest}").chars().take(40).collect::<String>());
    submission["media"] = json!([{"name": "../../p.jpg", "media_type": "image/jpeg", "bytes": bytes.len(),
        "sha256": digest.to_string(), "taken_at": "2026-05-10T10:01:00Z"}]);
    let got = site.submit(&site.token, &submission).await;
    assert!(got.status.is_success(), "{}", got.text);
    if site.keeper.blob(digest).is_none() {
        assert_eq!(got.json()["missing_media"], json!([digest.to_string()]));
    }
    digest
}

fn path(digest: Digest) -> String {
    format!("/api/v1/field/media/{digest}")
}

async fn piece(site: &Site, digest: Digest, offset: u64, length: usize, body: Body) -> Got {
    let request = site
        .request("PATCH", &path(digest), Some(&site.token))
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", offset)
        .header("upload-length", length);
    site.send(request, body).await
}

async fn offset(site: &Site, digest: Digest) -> u64 {
    let got = site.send(site.request("HEAD", &path(digest), Some(&site.token)), Body::empty()).await;
    assert_eq!(got.status, StatusCode::OK);
    got.headers["upload-offset"].to_str().unwrap().parse().unwrap()
}

/// A body whose connection breaks after `bytes`.
fn cut(bytes: &[u8]) -> Body {
    let first = Ok(Bytes::copy_from_slice(bytes));
    Body::from_stream(tokio_stream::iter([first, Err(std::io::Error::other("cut off"))]))
}

#[tokio::test]
async fn a_photo_that_was_cut_off_goes_on_from_where_it_stopped_over_a_restart_too() {
    let site = Site::new();
    let photo: Vec<u8> = (0..100_000_u32).map(|i| (i % 251) as u8).collect();
    let digest = announce(&site, &photo).await;
    assert_eq!(offset(&site, digest).await, 0);
    let broken = piece(&site, digest, 0, photo.len(), cut(&photo[..30_000])).await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    assert_eq!(offset(&site, digest).await, 30_000, "what came before the cut is here");
    let site = site.restarted();
    assert_eq!(offset(&site, digest).await, 30_000);
    let got = piece(&site, digest, 30_000, photo.len(), photo[30_000..60_000].to_vec().into()).await;
    assert_eq!(got.status, StatusCode::NO_CONTENT, "{}", got.text);
    assert_eq!(got.headers["upload-offset"], "60000");
    let repeated = piece(&site, digest, 30_000, photo.len(), photo[30_000..60_000].to_vec().into()).await;
    assert_eq!(repeated.status, StatusCode::CONFLICT);
    assert_eq!(repeated.headers["upload-offset"], "60000");
    let last = piece(&site, digest, 60_000, photo.len(), photo[60_000..].to_vec().into()).await;
    assert_eq!(last.status, StatusCode::NO_CONTENT);
    assert_eq!(site.keeper.blob(digest).unwrap(), photo);
    let lines = site.keeper.handled_lines();
    assert_eq!((lines.len(), lines[0].action.as_str(), lines[0].copy), (1, "received", Some(digest)));
    assert_eq!(offset(&site, digest).await, photo.len() as u64);
    let once_more = piece(&site, digest, photo.len() as u64, photo.len(), Body::empty()).await;
    assert_eq!(once_more.status, StatusCode::NO_CONTENT, "the answer to the last piece may have been lost");
    assert_eq!(site.keeper.handled_lines().len(), 1);
    assert!(site.uploads().iter().all(|name| name.ends_with(".json")), "{:?}", site.uploads());
}

#[tokio::test]
async fn bytes_that_are_not_the_ones_announced_are_discarded() {
    let site = Site::new();
    let digest = announce(&site, b"the true photo").await;
    let got = piece(&site, digest, 0, 14, "another  photo".into()).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", got.text);
    assert!(site.keeper.blob(Digest::of(b"another  photo")).is_none());
    assert_eq!(offset(&site, digest).await, 0);
    assert_eq!(piece(&site, digest, 0, 14, "the true photo".into()).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn only_what_the_same_observer_announced_is_taken_in_pieces_of_the_right_sort() {
    let site = Site::new();
    let digest = announce(&site, b"photo").await;
    let unknown = Digest::of(b"another");
    assert_eq!(piece(&site, unknown, 0, 7, "another".into()).await.status, StatusCode::NOT_FOUND);
    for name in ["..%2f..%2faccess.json", "xyz", "access.json"] {
        let request = site.request("HEAD", &format!("/api/v1/field/media/{name}"), Some(&site.token));
        assert_eq!(site.send(request, Body::empty()).await.status, StatusCode::NOT_FOUND, "{name}");
    }
    let stranger = site.request("HEAD", &path(digest), Some(&site.other_token));
    assert_eq!(site.send(stranger, Body::empty()).await.status, StatusCode::NOT_FOUND);
    let nobody = site.request("HEAD", &path(digest), None);
    assert_eq!(site.send(nobody, Body::empty()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        piece(&site, digest, 0, 6, "photo!".into()).await.status,
        StatusCode::BAD_REQUEST,
        "other length"
    );
    assert_eq!(piece(&site, digest, 0, 5, "photo!".into()).await.status, StatusCode::BAD_REQUEST, "too long");
    assert_eq!(offset(&site, digest).await, 0, "a piece that is too long is not taken");
    assert_eq!(piece(&site, digest, 3, 5, "to".into()).await.status, StatusCode::CONFLICT);
    let typed = site.request("PATCH", &path(digest), Some(&site.token)).header("content-type", "image/jpeg");
    let typed = typed.header("upload-offset", 0).header("upload-length", 5);
    assert_eq!(site.send(typed, "photo".into()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let bare = site.request("PATCH", &path(digest), Some(&site.token));
    let bare = bare.header("content-type", "application/offset+octet-stream");
    assert_eq!(site.send(bare, "photo".into()).await.status, StatusCode::BAD_REQUEST);
    let large = vec![0_u8; 5 * 1024 * 1024];
    let digest = announce(&site, &large).await;
    let refused = piece(&site, digest, 0, large.len(), large.clone().into()).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.json()["detail"].as_str().unwrap().contains("4194304"));
    assert_eq!(offset(&site, digest).await, 0);
}

#[tokio::test]
async fn a_medium_that_came_whole_while_the_journal_was_busy_is_kept_at_the_next_question() {
    let site = Site::new();
    let digest = announce(&site, b"photo").await;
    site.keeper.set_busy(true);
    let got = piece(&site, digest, 0, 5, "photo".into()).await;
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
    let asked = site.send(site.request("HEAD", &path(digest), Some(&site.token)), Body::empty()).await;
    assert_eq!(asked.status, StatusCode::SERVICE_UNAVAILABLE, "it is not kept, so it is not said to be");
    site.keeper.set_busy(false);
    let site = site.restarted();
    assert_eq!(offset(&site, digest).await, 5);
    assert_eq!(site.keeper.blob(digest).unwrap(), b"photo");
    assert_eq!(site.keeper.handled_lines().len(), 1);
}

#[tokio::test]
async fn the_desk_hands_out_an_original_only_as_a_file_and_its_custody_log_says_so() {
    let site = Site::new();
    let html = b"<script>alert(1)</script>".repeat(20_000);
    let digest = announce(&site, &html).await;
    site.app.refresh();
    let address = format!("/api/v1/items/{digest}");
    assert_eq!(site.get(&address, None).await.status, StatusCode::NOT_FOUND, "still on its way");
    let listed = site.get("/api/v1/items", None).await.json();
    assert_eq!((listed["items"][0]["is_here"].clone(), listed["total"].clone()), (json!(false), json!(1)));
    assert_eq!(piece(&site, digest, 0, html.len(), html.clone().into()).await.status, StatusCode::NO_CONTENT);
    site.app.refresh();
    let (status, headers, bytes) = site.send_raw(site.request("GET", &address, None), Body::empty()).await;
    assert_eq!((status, bytes == html), (StatusCode::OK, true));
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["content-disposition"], format!("attachment; filename=\"{digest}.bin\""));
    assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    site.app.refresh();
    let observation = site.keeper.arrivals()[0].batch.id[0];
    let listed = site.get(&format!("/api/v1/items?observation={observation}"), None).await;
    let actions: Vec<String> = listed.json()["items"][0]["custody"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(actions, ["received", "exported"]);
    assert!(!listed.text.contains("P-07"), "who sent it is not told");
    let looked = site.send(site.request("HEAD", &address, None), Body::empty()).await;
    assert_eq!(looked.status, StatusCode::OK);
    let other = site.request("GET", &address, None).header("sec-fetch-site", "cross-site");
    assert_eq!(site.send(other, Body::empty()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.keeper.handled_lines().len(), 2, "looking and being refused are not reading");
    site.keeper.set_busy(true);
    assert_eq!(
        site.get(&address, None).await.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "no line, no original"
    );
    for name in ["xyz", "..%2faccess.json", &"ab".repeat(32)] {
        assert_eq!(site.get(&format!("/api/v1/items/{name}"), None).await.status, StatusCode::NOT_FOUND);
    }
}

/// A PNG of two pixels, with a text beside them that says where it was taken.
const PHOTO: &str = "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd0000001a74455874436f6d6d656e74\
    004750532034372e303132202d33302e303231bb74829e0000000d49444154789c63f8cf0004ff01070001ffe2239e59\
    0000000049454e44ae426082";

fn photo() -> Vec<u8> {
    (0..PHOTO.len()).step_by(2).map(|i| u8::from_str_radix(&PHOTO[i..i + 2], 16).unwrap()).collect()
}

#[tokio::test]
async fn a_working_copy_is_shown_without_what_the_camera_wrote_and_a_bad_one_is_refused_with_the_reason() {
    let site = Site::new();
    let original = photo();
    assert!(original.windows(3).any(|w| w == b"GPS"));
    let digest = announce(&site, &original).await;
    site.app.refresh();
    let address = format!("/api/v1/items/{digest}/copy");
    assert_eq!(site.get(&address, None).await.status, StatusCode::NOT_FOUND, "still on its way");
    piece(&site, digest, 0, original.len(), original.clone().into()).await;
    site.app.refresh();
    let (status, headers, bytes) = site.send_raw(site.request("GET", &address, None), Body::empty()).await;
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (StatusCode::OK, "image/jpeg"));
    assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    assert!(bytes.starts_with(&[0xff, 0xd8]) && !bytes.windows(3).any(|w| w == b"GPS"));
    let lines = site.keeper.handled_lines();
    assert_eq!((lines[1].action.as_str(), lines[1].copy), ("copied", Some(Digest::of(&bytes))));
    assert!(lines[1].note.contains("2 × 1 of 2 × 1"), "{}", lines[1].note);
    assert_eq!(site.keeper.blob(digest).unwrap(), original, "the original is untouched");

    let other = announce(&site, b"%PDF-1.7 no picture").await;
    piece(&site, other, 0, 19, "%PDF-1.7 no picture".into()).await;
    site.app.refresh();
    let refused = site.get(&format!("/api/v1/items/{other}/copy"), None).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("it is no JPEG, PNG or WebP picture; the original is untouched"));
    let unknown = site.get(&format!("/api/v1/items/{}/copy", "ab".repeat(32)), None).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Pieces in any order, cut anywhere, repeated, too long, across restarts: in the end the same original, or none.
    #[test]
    fn whatever_is_sent_only_the_medium_announced_is_ever_kept(
        photo in proptest::collection::vec(any::<u8>(), 1..200),
        steps in proptest::collection::vec((0..220_usize, 0..220_usize, any::<bool>(), 0..8_u8), 0..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut site = Site::new();
            let digest = announce(&site, &photo).await;
            for (at, many, is_cut, turn) in steps {
                let from = at.min(photo.len());
                let bytes = photo[from..(from + many).min(photo.len())].to_vec();
                let body = if is_cut { cut(&bytes) } else { bytes.into() };
                // Now and then the device asks first, as it should; otherwise it sends what it likes.
                let (offset, body) = if turn < 4 {
                    let here = offset(&site, digest).await;
                    let rest = &photo[here as usize..(here as usize + many).min(photo.len())];
                    (here, if is_cut { cut(rest) } else { rest.to_vec().into() })
                } else {
                    (from as u64, body)
                };
                piece(&site, digest, offset, photo.len(), body).await;
                if turn == 0 {
                    site = site.restarted();
                }
            }
            let here = offset(&site, digest).await;
            prop_assert!(here == photo.len() as u64 || site.keeper.blob(digest).is_none());
            let rest = photo[here as usize..].to_vec();
            let last = piece(&site, digest, here, photo.len(), rest.into()).await;
            prop_assert_eq!(last.status, StatusCode::NO_CONTENT);
            prop_assert_eq!(site.keeper.blob(digest).unwrap(), photo);
            prop_assert_eq!(site.keeper.handled_lines().len(), 1);
            Ok(())
        })?;
    }
}
