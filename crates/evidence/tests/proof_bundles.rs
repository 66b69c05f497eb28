//! Bundles that prove something: what fits, what does not, and what is not checked.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use base::Digest;
use evidence::proof::{Claim, NotABundle, Role, read};
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

const PHOTO: &[u8] = b"\xff\xd8 a photo \xff\xd9";

fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn table(digest: &str) -> String {
    format!("File Hash SHA256,File Modified,Location.Latitude\n{digest},2026-03-04T10:00Z,47.0\n")
}

fn bundle(named: &str, table: &str, with_photo: bool) -> Vec<u8> {
    let (csv, asc) = (format!("{named}.proof.csv"), format!("{named}.proof.csv.asc"));
    let mut all: Vec<(&str, &[u8])> = vec![
        (&csv, table.as_bytes()),
        (&asc, b"-----BEGIN PGP SIGNATURE-----"),
        ("pubkey.asc", b"-----BEGIN PGP PUBLIC KEY BLOCK-----"),
        ("HowToVerifyProofData.txt", b"..."),
    ];
    if with_photo {
        all.push(("IMG_1.jpg", PHOTO));
    }
    packed(&all)
}

#[test]
fn a_bundle_that_fits_says_what_was_checked_and_that_signatures_were_not() {
    let digest = Digest::of(PHOTO).to_string();
    let read = read(&bundle(&digest, &table(&digest), true)).unwrap();
    assert_eq!(read.members.len(), 5);
    let photo = read.members.iter().find(|m| m.role == Role::Medium).unwrap();
    assert_eq!((photo.digest, photo.bytes), (Digest::of(PHOTO), PHOTO.len() as u64));
    let told = read.told(&|_| false);
    assert!(told[0].starts_with("checked: ") && told[0].contains("`IMG_1.jpg`"), "{told:?}");
    assert!(told[1].starts_with("not checked: 1 signatures, whose key it is"), "{told:?}");
}

#[test]
fn a_changed_medium_does_not_fit_and_a_missing_one_is_looked_for() {
    let other = Digest::of(b"before it was changed").to_string();
    let changed = read(&bundle(&other, &table(&other), true)).unwrap().told(&|_| false);
    assert!(changed[0].starts_with("DOES NOT FIT"), "{changed:?}");
    let alone = read(&bundle(&other, &table(&other), false)).unwrap();
    assert!(alone.told(&|_| false)[0].starts_with("not checked"));
    assert!(alone.told(&|_| true)[0].contains("is held as an original"));
    let renamed = read(&bundle(&Digest::of(PHOTO).to_string(), &table(&other), false)).unwrap();
    assert!(renamed.told(&|_| true)[1].contains("another digest"));
}

#[test]
fn statements_as_objects_and_as_lines_are_read_too() {
    let digest = Digest::of(PHOTO);
    let json = format!("{{\"File Hash SHA256\":\"{digest}\",\"DeviceID\":\"x\"}}");
    let lines = format!("File Hash SHA256,{digest}\nDeviceID,x\n");
    for (name, text) in [("a.proof.json", json), ("b.proof.csv", lines)] {
        let read = read(&packed(&[(name, text.as_bytes()), ("p.jpg", PHOTO)])).unwrap();
        let medium = Some("p.jpg".to_owned());
        let claim = Claim { by: name.to_owned(), digest: Some(digest), name_agrees: None, medium };
        assert_eq!(read.claims, vec![claim]);
    }
    for text in ["", "[", "{}", "\"", "a,b\n"] {
        for name in ["a.proof.json", "a.proof.csv"] {
            assert_eq!(read(&packed(&[(name, text.as_bytes())])).unwrap().claims[0].digest, None, "{text}");
        }
    }
}

#[test]
fn what_is_no_bundle_and_what_is_a_bomb_is_refused() {
    assert!(matches!(read(PHOTO), Err(NotABundle::Other(_))));
    assert!(matches!(read(&packed(&[("a.jpg", PHOTO)])), Err(NotABundle::Other(_))));
    let whole = bundle("a", &table("b"), true);
    for cut in 0..whole.len() {
        // Any answer will do, as long as there is one.
        let _ = read(&whole[..cut]);
    }
    let bomb = packed(&[("a.proof.csv", b"x"), ("b.jpg", &vec![0; 40 << 20])]);
    assert!(matches!(read(&bomb), Err(NotABundle::Refused(_))));
    let out = packed(&[("a.proof.csv", b"x"), ("../b.jpg", PHOTO)]);
    assert!(matches!(read(&out), Err(NotABundle::Refused(_))));
}
