//! A dossier proves itself: signed, checked member by member, and refused when anything was changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use base::{Digest, Role};
use common::{Story, World, by, clause, right, scenario};
use guarantee::act::Deed;
use guarantee::dossier::html::page;
use guarantee::dossier::note::verify;
use guarantee::dossier::{Head, Making, Manifest, MemberFault, NoteError, Signer, Verifier, manifest};
use guarantee::words::Audience;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn head() -> Head {
    Head { entries: 17, digest: Digest::of(b"head").to_string() }
}

fn making<'a>(algorithms: &'a BTreeMap<String, String>, members: &'a [(&'a str, &'a [u8])]) -> Making<'a> {
    Making {
        title: "Case file of 12 March",
        audience: Audience::Guarantors,
        as_known_at_ms: common::START_MS,
        head: head(),
        algorithms,
        members,
    }
}

#[test]
fn a_signed_dossier_is_checked_without_network_and_without_this_mission() {
    let world = World::at(&scenario("35-elements-of-a-trigger"), "2026-03-13T00:00:00Z");
    let story = Story::new(world.setting());
    let file = world.file(&story.register, &right(), Audience::Guarantors);
    let html = page(&file, "Case file", &world.versions[0].agreement.zone);
    let json = serde_json::to_string(&file).unwrap();
    let members: [(&str, &[u8]); 3] = [
        ("case-file.html", html.as_bytes()),
        ("case-file.json", json.as_bytes()),
        ("proofs/17.txt", b"checkpoint"),
    ];
    let algorithms = BTreeMap::from([
        ("guarantee".to_owned(), guarantee::ALGORITHM.to_owned()),
        ("findings".to_owned(), findings::ALGORITHM.to_owned()),
    ]);
    let made = manifest(&making(&algorithms, &members)).unwrap();
    let signer = Signer::new("mission.example", &[42; 32]).unwrap();
    let note = signer.sign(&made.text()).unwrap();
    // Elsewhere, with the note, the members and one line of text:
    let key = Verifier::read(&signer.verifier().to_string()).unwrap();
    let (text, signed) = verify(&note, &[key]).unwrap();
    assert_eq!(signed, ["mission.example"]);
    let read = Manifest::read(text).unwrap();
    assert_eq!(read, made);
    let checked = read.check(members);
    assert!(checked.is_whole() && checked.sound.len() == 3, "{checked:?}");
    // One letter more, one member less, one that does not belong.
    let changed = read.check([
        ("case-file.html", format!("{html} ").as_bytes()),
        ("case-file.json", json.as_bytes()),
        ("other.txt", b"x".as_slice()),
    ]);
    assert_eq!(changed.changed, ["case-file.html"]);
    assert_eq!(
        (changed.missing, changed.extra),
        (vec!["proofs/17.txt".to_owned()], vec!["other.txt".to_owned()])
    );
    // Of two files under one name only one is the member.
    assert_eq!(read.check([members[2], members[2]]).changed, ["proofs/17.txt"]);
    let forged = note.replace("\"entries\": 17", "\"entries\": 18");
    assert_ne!(forged, note);
    assert!(matches!(verify(&forged, &[signer.verifier()]), Err(NoteError::Changed(_))));
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    let world = World::at(&scenario("35-elements-of-a-trigger"), "2026-03-13T00:00:00Z");
    let told = || {
        let story = Story::new(world.setting());
        let file = world.file(&story.register, &right(), Audience::Public);
        page(&file, "Case file", &world.versions[0].agreement.zone)
    };
    assert_eq!(told(), told());
    let members: [(&str, &[u8]); 2] = [("b", b"1"), ("a", b"2")];
    let turned = [members[1], members[0]];
    let none = BTreeMap::new();
    let (one, other) =
        (manifest(&making(&none, &members)).unwrap(), manifest(&making(&none, &turned)).unwrap());
    assert_eq!(one.text(), other.text());
}

#[test]
fn a_member_that_could_land_elsewhere_is_refused() {
    let none = BTreeMap::new();
    for name in ["", "../x", "a/../b", "/etc/x", "a//b", "a\\b", "c:x", "a/", ".", "x\ny"] {
        let members: [(&str, &[u8]); 1] = [(name, b"")];
        assert!(matches!(manifest(&making(&none, &members)), Err(MemberFault::Name(_))), "{name:?}");
    }
    let twice: [(&str, &[u8]); 2] = [("A.html", b"1"), ("a.html", b"2")];
    assert!(matches!(manifest(&making(&none, &twice)), Err(MemberFault::Twice(_))));
    let good: [(&str, &[u8]); 1] = [("a", b"")];
    let text = manifest(&making(&none, &good)).unwrap().text();
    assert!(Manifest::read(&text.replace("dossier 1", "dossier 2")).is_err());
    assert!(Manifest::read(&text.replace("\"title\"", "\"titles\"")).is_err());
}

#[test]
fn what_people_write_cannot_become_part_of_the_page() {
    let world = World::at(&scenario("11-ladder"), "2026-03-31T12:00:00Z");
    let mut story = Story::new(world.setting());
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;\u{202e}";
    story.done(
        by("g.1", Role::Guarantor, "TA"),
        Deed::Request {
            clause: clause("The ladder, in the night in which the clocks change", "9.1"),
            question: evil.into(),
            cites: vec![evil.into()],
        },
    );
    let file = world.file(&story.register, &right(), Audience::Internal);
    let html = page(&file, evil, &world.versions[0].agreement.zone);
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains('\u{202e}'));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;"));
    for tag in html.split('<').skip(1).map(|t| t.split(['>', ' ']).next().unwrap_or("")) {
        let known = [
            "!doctype", "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "ul", "li",
            "table", "tr", "th", "td", "span",
        ];
        let name = tag.trim_start_matches('/');
        assert!(known.contains(&name), "<{tag}");
    }
}

proptest! {
    #[test]
    fn nothing_that_is_read_panics(text in any::<String>(), note in "[a-z\n\u{2014} +/=]{0,80}") {
        let _ = Manifest::read(&text);
        let _ = Verifier::read(&text);
        let _ = verify(&text, &[]);
        let _ = verify(&note, &[Signer::new("a", &[1; 32]).unwrap().verifier()]);
    }

    #[test]
    fn any_text_that_can_be_signed_is_verified_and_no_other_text_passes(
        lines in prop::collection::vec("[^\\p{C}]{0,20}", 1..5),
        at in any::<prop::sample::Index>(),
    ) {
        let signer = Signer::new("mission.example", &[3; 32]).unwrap();
        let text = format!("{}\n", lines.join("\n"));
        let note = signer.sign(&text).unwrap();
        prop_assert_eq!(verify(&note, &[signer.verifier()]).unwrap().0, text.as_str());
        let place = text.char_indices().map(|(i, _)| i).nth(at.index(text.chars().count())).unwrap();
        let changed = format!("{}!{}", &note[..place], &note[place..]);
        prop_assert!(verify(&changed, &[signer.verifier()]).is_err());
    }
}
