//! People whom a provider vouches for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is a finding"
)]

use base::{Grant, Role};
use people::{Attempt, By, Change, FILE, People, PeopleError, SignInError, SignedIn, Vouched};

/// 2026-05-10 00:00 UTC.
const T: i64 = 1_778_371_200_000;
const HOME: &str = "192.0.2.1";
const ISSUER: &str = "https://id.example";

fn mission() -> (tempfile::TempDir, People) {
    let dir = tempfile::tempdir().unwrap();
    let people = People::open(dir.path()).unwrap();
    (dir, people)
}

fn by() -> By<'static> {
    By { who: "operator", address: "terminal", now_ms: T }
}

fn role(role: Role) -> Grant {
    Grant { role, of: String::new() }
}

fn vouch(
    people: &People,
    subject: &str,
    grants: &[Grant],
    is_strong: bool,
    now_ms: i64,
) -> Result<SignedIn, SignInError> {
    let vouched = Vouched { issuer: ISSUER, subject, name: "Olena K.", grants, is_strong };
    people.sign_in_vouched(vouched, HOME, now_ms)
}

#[test]
fn the_first_sign_in_makes_a_pseudonym_and_the_next_finds_it_again() {
    let (_dir, people) = mission();
    let first = vouch(&people, "sub-1", &[role(Role::Analyst)], false, T).unwrap();
    assert_eq!((first.person.id.as_str(), first.person.name.as_str()), ("v.1", "Olena K."));
    let again = vouch(&people, "sub-1", &[role(Role::Analyst)], false, T + 1).unwrap();
    assert_eq!(again.person.id, "v.1");
    assert_ne!(first.secret, again.secret, "each sign-in begins a session of its own");
    let other = vouch(&people, "sub-2", &[role(Role::Analyst)], false, T + 2).unwrap();
    assert_eq!(other.person.id, "v.2", "another subject is another person, whatever the name");
    let elsewhere = Vouched {
        issuer: "https://other.example",
        subject: "sub-1",
        name: "Olena K.",
        grants: &[role(Role::Analyst)],
        is_strong: false,
    };
    assert_eq!(
        people.sign_in_vouched(elsewhere, HOME, T).unwrap().person.id,
        "v.3",
        "so is another issuer's"
    );
    assert!(people.by_session(again.secret.text(), T + 3).unwrap().is_some());
    // Nobody has a password, so nobody signs in with one.
    let attempt = Attempt { id: "v.1", password: "", code: "" };
    assert!(matches!(people.sign_in(attempt, HOME, T + 4), Err(SignInError::Refused)));
}

#[test]
fn roles_are_what_the_provider_says_now_and_what_it_takes_is_gone_at_once() {
    let (_dir, people) = mission();
    let signed = vouch(&people, "s", &[role(Role::Analyst), role(Role::WatchOfficer)], false, T).unwrap();
    assert_eq!(signed.person.grants.len(), 2);
    let signed = vouch(&people, "s", &[role(Role::Publisher)], false, T + 1).unwrap();
    assert_eq!(signed.person.grants, [role(Role::Publisher)]);
    let before = signed.secret;
    assert!(matches!(vouch(&people, "s", &[], false, T + 2), Err(SignInError::NoRole)));
    assert!(people.account("v.1").unwrap().person.grants.is_empty(), "refused, and the roles are gone");
    assert!(people.by_session(before.text(), T + 3).unwrap().is_none(), "and so is the session");
    assert!(matches!(vouch(&people, "nobody", &[], true, T), Err(SignInError::NoRole)));
    assert_eq!(people.accounts().unwrap().len(), 1, "whom no role follows for gets no account");
    let log: Vec<String> = people.audit(None, 100).unwrap().into_iter().map(|l| l.what).collect();
    for what in ["account made", "bound to a provider", "role granted", "role revoked", "sign-in refused"] {
        assert!(log.iter().any(|l| l == what), "{what} is in {log:?}");
    }
}

#[test]
fn roles_that_decide_need_a_second_factor_at_the_provider() {
    let (_dir, people) = mission();
    let chair = Grant { role: Role::Chair, of: "commission/KA".to_owned() };
    let chair = std::slice::from_ref(&chair);
    assert!(matches!(vouch(&people, "s", chair, false, T), Err(SignInError::NeedsFactor)));
    let signed = vouch(&people, "s", chair, true, T + 1).unwrap();
    assert!(people.by_session(signed.secret.text(), T + 2).unwrap().is_some());
    assert!(!people.account("v.1").unwrap().lacks_code());
    // The next time without: nothing of before holds either.
    assert!(matches!(vouch(&people, "s", chair, false, T + 3), Err(SignInError::NeedsFactor)));
    assert!(people.by_session(signed.secret.text(), T + 4).unwrap().is_none());
    assert!(people.account("v.1").unwrap().lacks_code());
}

#[test]
fn a_disabled_account_stays_disabled_whatever_the_provider_says() {
    let (_dir, people) = mission();
    vouch(&people, "s", &[role(Role::Analyst)], false, T).unwrap();
    people.apply("v.1", &[Change::Disable], by()).unwrap();
    assert!(matches!(vouch(&people, "s", &[role(Role::Analyst)], true, T + 1), Err(SignInError::Disabled)));
}

#[test]
fn an_account_is_bound_to_one_person_of_a_provider_and_that_person_to_one_account() {
    let (_dir, people) = mission();
    people.add(Some("o.k"), "Olena", &[role(Role::Analyst)], by()).unwrap();
    people.add(Some("p.m"), "Petro", &[], by()).unwrap();
    people.bind("o.k", ISSUER, "s", by()).unwrap();
    assert!(matches!(people.bind("o.k", ISSUER, "t", by()), Err(PeopleError::Bound)));
    assert!(matches!(people.bind("p.m", ISSUER, "s", by()), Err(PeopleError::Bound)));
    assert!(matches!(people.bind("nobody", ISSUER, "t", by()), Err(PeopleError::Unknown)));
    assert!(matches!(people.bind("p.m", ISSUER, "a\nb", by()), Err(PeopleError::BadSubject)));
    assert_eq!(vouch(&people, "s", &[role(Role::Publisher)], false, T).unwrap().person.id, "o.k");
    assert_eq!(people.account("o.k").unwrap().person.grants, [role(Role::Publisher)]);
}

#[test]
fn a_name_that_cannot_be_shown_is_not_shown() {
    let (_dir, people) = mission();
    for (subject, name) in [("a", ""), ("b", "x\u{7}y"), ("c", &*"n".repeat(500))] {
        let grants = [role(Role::Analyst)];
        let vouched = Vouched { issuer: ISSUER, subject, name, grants: &grants, is_strong: false };
        let signed = people.sign_in_vouched(vouched, HOME, T).unwrap();
        assert_eq!(signed.person.name, signed.person.id);
    }
}

#[test]
fn a_file_of_the_first_format_is_taken_over_with_everybody_in_it() {
    let (dir, people) = mission();
    people.add(Some("o.k"), "Olena", &[role(Role::Analyst)], by()).unwrap();
    drop(people);
    let file = rusqlite::Connection::open(dir.path().join(FILE)).unwrap();
    file.execute_batch("DROP TABLE vouched; PRAGMA user_version = 1;").unwrap();
    drop(file);
    let people = People::open(dir.path()).unwrap();
    assert_eq!(people.account("o.k").unwrap().person.name, "Olena");
    people.bind("o.k", ISSUER, "s", by()).unwrap();
    assert_eq!(vouch(&people, "s", &[role(Role::Analyst)], false, T).unwrap().person.id, "o.k");
}
