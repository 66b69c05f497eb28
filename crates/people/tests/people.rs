//! Accounts as those meet them who sign in, who manage, and who would like to be somebody else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is a finding"
)]

use base::{Grant, Role};
use people::limits::{FAILURES_OF_PAIR, FIRST_LINK_MS, LINK_MS, SESSION_IDLE_MS, SESSION_MS, TOKENS_MAX};
use people::{
    Attempt, By, Change, FILE, LinkError, People, PeopleError, Scope, SignInError, SignedIn, Via, code_at,
};
use std::sync::Arc;

const PASSWORD: &str = "a long enough password";
/// 2026-05-10 00:00 UTC.
const T: i64 = 1_778_371_200_000;
const STEP: i64 = 30_000;
const HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.9";

struct Mission {
    dir: tempfile::TempDir,
    people: People,
}

fn mission() -> Mission {
    let dir = tempfile::tempdir().unwrap();
    let people = People::open(dir.path()).unwrap();
    Mission { dir, people }
}

fn by(now_ms: i64) -> By<'static> {
    By { who: "operator", address: "terminal", now_ms }
}

fn role(role: Role) -> Grant {
    Grant { role, of: String::new() }
}

/// Somebody who has used their link; the second is the secret of their codes.
fn join(people: &People, id: &str, grants: &[Grant], with_code: bool, now_ms: i64) -> String {
    people.add(Some(id), "A Name", grants, by(now_ms)).unwrap();
    let link = people.link(id, by(now_ms)).unwrap();
    use_link(people, link.secret.text(), with_code, now_ms)
}

fn use_link(people: &People, link: &str, with_code: bool, now_ms: i64) -> String {
    let begun = people.begin(link, now_ms).unwrap();
    let code = code_at(&begun.secret_base32, now_ms).unwrap();
    people.finish(link, PASSWORD, with_code.then_some(code.as_str()), HOME, now_ms).unwrap();
    begun.secret_base32
}

fn sign_in(
    people: &People,
    id: &str,
    code: &str,
    address: &str,
    now_ms: i64,
) -> Result<SignedIn, SignInError> {
    people.sign_in(Attempt { id, password: PASSWORD, code }, address, now_ms)
}

fn fail(people: &People, id: &str, address: &str, now_ms: i64) -> SignInError {
    people.sign_in(Attempt { id, password: "wrong", code: "" }, address, now_ms).unwrap_err()
}

#[test]
fn the_first_link_makes_one_administrator_and_there_is_no_password_before_it() {
    let m = mission();
    assert!(!m.people.has_accounts().unwrap());
    let first = m.people.first_link("admin", by(T)).unwrap().unwrap();
    assert!(!m.people.has_accounts().unwrap(), "the desk stays open until it is used");
    assert!(matches!(sign_in(&m.people, "admin", "", HOME, T), Err(SignInError::Refused)));
    let second = m.people.first_link("admin", by(T + 1)).unwrap().unwrap();
    assert!(matches!(m.people.begin(first.secret.text(), T + 2), Err(LinkError::Refused)), "replaced");
    let none = m.people.finish(second.secret.text(), PASSWORD, None, HOME, T + 2);
    assert!(matches!(none, Err(LinkError::NeedsCode)));
    let secret = use_link(&m.people, second.secret.text(), true, T + 2);
    assert!(m.people.has_accounts().unwrap());
    assert!(m.people.first_link("other", by(T + 3)).unwrap().is_none());
    let code = code_at(&secret, T + STEP).unwrap();
    let signed = sign_in(&m.people, "admin", &code, HOME, T + STEP).unwrap();
    assert!(signed.person.has(Role::Administrator) && !signed.person.is_staff());
    let late = mission();
    let link = late.people.first_link("admin", by(T)).unwrap().unwrap();
    assert!(matches!(late.people.begin(link.secret.text(), T + FIRST_LINK_MS), Err(LinkError::Refused)));
}

#[test]
fn a_link_works_once_even_for_two_at_the_same_time() {
    let m = mission();
    m.people.add(Some("v.1"), "One", &[role(Role::Analyst)], by(T)).unwrap();
    let link = m.people.link("v.1", by(T)).unwrap();
    let people = Arc::new(m.people);
    let racers: Vec<_> = (0..4)
        .map(|i| {
            let (people, link) = (people.clone(), link.secret.text().to_owned());
            std::thread::spawn(move || {
                people.finish(&link, &format!("{PASSWORD} {i}"), None, HOME, T).is_ok()
            })
        })
        .collect();
    let won = racers.into_iter().map(|r| r.join().unwrap()).filter(|ok| *ok).count();
    assert_eq!(won, 1);
    assert!(matches!(people.finish(link.secret.text(), PASSWORD, None, HOME, T), Err(LinkError::Refused)));
}

#[test]
fn a_link_that_was_not_finished_goes_on_to_hold_after_a_crash() {
    let m = mission();
    m.people.add(Some("v.1"), "One", &[role(Role::Chair)], by(T)).unwrap_err();
    let chair = Grant { role: Role::Chair, of: "jmc".to_owned() };
    m.people.add(Some("v.1"), "One", &[chair], by(T)).unwrap();
    let link = m.people.link("v.1", by(T)).unwrap();
    let before = m.people.begin(link.secret.text(), T).unwrap();
    drop(m.people);
    let again = People::open(m.dir.path()).unwrap();
    let after = again.begin(link.secret.text(), T + 1).unwrap();
    assert_eq!(before, after, "who loaded the page again has not scanned the code in vain");
    for bad in ["short", &"x".repeat(1_025)] {
        let code = code_at(&after.secret_base32, T).unwrap();
        let refused = again.finish(link.secret.text(), bad, Some(&code), HOME, T);
        assert!(matches!(refused, Err(LinkError::BadPassword)));
    }
    let wrong = again.finish(link.secret.text(), PASSWORD, Some("000000"), HOME, T);
    assert!(matches!(wrong, Err(LinkError::BadCode)));
    use_link(&again, link.secret.text(), true, T + 2);
    assert!(matches!(again.begin(link.secret.text(), T + 3), Err(LinkError::Refused)));
    assert!(matches!(again.begin(&"x".repeat(100_000), T), Err(LinkError::Refused)));
}

#[test]
fn a_code_is_good_once_and_deciding_roles_cannot_do_without() {
    let m = mission();
    let member = Grant { role: Role::Member, of: "jmc".to_owned() };
    let secret = join(&m.people, "v.1", std::slice::from_ref(&member), true, T);
    let used = code_at(&secret, T).unwrap();
    assert!(sign_in(&m.people, "v.1", &used, HOME, T).is_err(), "it confirmed the link already");
    let code = code_at(&secret, T + STEP).unwrap();
    assert!(sign_in(&m.people, "v.1", "", HOME, T + STEP).is_err());
    sign_in(&m.people, "v.1", &code, HOME, T + STEP).unwrap();
    assert!(matches!(sign_in(&m.people, "v.1", &code, HOME, T + STEP), Err(SignInError::Refused)));
    let older = code_at(&secret, T).unwrap();
    assert!(sign_in(&m.people, "v.1", &older, HOME, T + STEP).is_err(), "none from before it either");

    join(&m.people, "v.2", &[role(Role::Analyst)], false, T);
    let open = sign_in(&m.people, "v.2", "", HOME, T).unwrap();
    m.people.apply("v.2", &[Change::Grant(member)], by(T + 1)).unwrap();
    assert_eq!(m.people.by_session(open.secret.text(), T + 2).unwrap(), None, "no decision without a code");
    assert!(matches!(sign_in(&m.people, "v.2", "", HOME, T + 3), Err(SignInError::NeedsCode)));
}

#[test]
fn sessions_end_by_rest_by_age_by_leaving_and_by_order() {
    let m = mission();
    join(&m.people, "v.1", &[role(Role::Analyst)], false, T);
    let first = sign_in(&m.people, "v.1", "", HOME, T).unwrap();
    let second = sign_in(&m.people, "v.1", "", HOME, T).unwrap();
    assert_ne!(first.secret, second.secret, "each sign-in has a session of its own");
    let alive = |s: &SignedIn, at| m.people.by_session(s.secret.text(), at).unwrap().is_some();
    assert!(alive(&first, T + SESSION_IDLE_MS - 1) && !alive(&second, T + SESSION_IDLE_MS));
    let mut at = T + SESSION_IDLE_MS - 1;
    while at + SESSION_IDLE_MS / 2 < T + SESSION_MS {
        at += SESSION_IDLE_MS / 2;
        assert!(alive(&first, at));
    }
    assert!(!alive(&first, T + SESSION_MS), "use does not make it last for ever");
    let third = sign_in(&m.people, "v.1", "", HOME, at).unwrap();
    m.people.sign_out(third.secret.text(), HOME, at).unwrap();
    assert!(!alive(&third, at));
    let fourth = sign_in(&m.people, "v.1", "", HOME, at).unwrap();
    m.people.apply("v.1", &[Change::Disable], by(at)).unwrap();
    assert!(!alive(&fourth, at));
    assert!(matches!(sign_in(&m.people, "v.1", "", HOME, at), Err(SignInError::Refused)));
    m.people.apply("v.1", &[Change::Enable], by(at)).unwrap();
    assert!(!alive(&fourth, at), "what was ended stays ended");
    let fifth = sign_in(&m.people, "v.1", "", HOME, at).unwrap();
    let link = m.people.link("v.1", by(at)).unwrap();
    assert!(alive(&fifth, at), "a link by itself takes nothing away");
    use_link(&m.people, link.secret.text(), false, at);
    assert!(!alive(&fifth, at), "whoever had the old password is out");
    for odd in ["", "tls_", "x", &"y".repeat(10_000), "tls_\u{0}"] {
        assert_eq!(m.people.by_session(odd, at).unwrap(), None);
        assert_eq!(m.people.by_token(odd, at).unwrap(), None);
    }
}

#[test]
fn who_guesses_waits_longer_each_time_and_locks_nobody_else_out() {
    let m = mission();
    join(&m.people, "v.1", &[role(Role::Analyst)], false, T);
    sign_in(&m.people, "v.1", "", HOME, T).unwrap();
    let mut now_ms = T;
    for _ in 0..FAILURES_OF_PAIR {
        assert!(matches!(fail(&m.people, "v.1", ELSEWHERE, now_ms), SignInError::Refused));
    }
    let mut waits = Vec::new();
    for _ in 0..4 {
        let SignInError::Wait { retry_ms } = fail(&m.people, "v.1", ELSEWHERE, now_ms) else { panic!() };
        waits.push(retry_ms);
        now_ms += retry_ms;
        assert!(matches!(fail(&m.people, "v.1", ELSEWHERE, now_ms), SignInError::Refused));
    }
    assert_eq!(waits, [1_000, 2_000, 4_000, 8_000]);
    assert!(matches!(sign_in(&m.people, "v.1", "", ELSEWHERE, now_ms), Err(SignInError::Wait { .. })));
    sign_in(&m.people, "v.1", "", HOME, now_ms).unwrap();
    sign_in(&m.people, "v.1", "", ELSEWHERE, now_ms + 16_000).unwrap();
}

#[test]
fn a_name_that_nobody_has_is_answered_and_counted_like_one_that_somebody_has() {
    let m = mission();
    join(&m.people, "v.1", &[role(Role::Analyst)], false, T);
    let told = |id: &str| -> Vec<String> {
        (0..FAILURES_OF_PAIR + 1).map(|_| fail(&m.people, id, ELSEWHERE, T).to_string()).collect()
    };
    assert_eq!(told("v.1"), told("v.2"));
    let long = "v".repeat(5_000);
    assert!(matches!(fail(&m.people, &long, "203.0.113.1", T), SignInError::Refused));
    let log = m.people.audit(None, 1_000).unwrap();
    assert!(log.iter().all(|line| line.object != "v.2"), "names that strangers make up fill no log");
}

#[test]
fn tokens_do_what_their_holder_may_and_end_with_it() {
    let m = mission();
    join(&m.people, "v.1", &[role(Role::Analyst)], false, T);
    let (card, secret) = m.people.make_token("v.1", "map", Scope::Read, 3_600_000, by(T)).unwrap();
    let of = |at| m.people.by_token(secret.text(), at).unwrap();
    let admitted = of(T).unwrap();
    assert_eq!((admitted.person.id.as_str(), admitted.via), ("v.1", Via::Token(Scope::Read)));
    assert!(of(T + 3_600_000).is_none());
    m.people.apply("v.1", &[Change::Revoke(role(Role::Analyst))], by(T)).unwrap();
    assert!(!of(T).unwrap().person.is_staff(), "a token has no right of its own");
    assert!(matches!(m.people.revoke_token(card.number, Some("v.2"), by(T)), Err(PeopleError::Unknown)));
    m.people.revoke_token(card.number, Some("v.1"), by(T)).unwrap();
    assert!(of(T).is_none());
    for life_ms in [0, i64::MAX, i64::MIN] {
        assert!(matches!(
            m.people.make_token("v.1", "x", Scope::Act, life_ms, by(T)),
            Err(PeopleError::BadLife)
        ));
    }
    for _ in 0..TOKENS_MAX {
        m.people.make_token("v.1", "x", Scope::Act, 60_000, by(T)).unwrap();
    }
    assert!(matches!(m.people.make_token("v.1", "x", Scope::Act, 60_000, by(T)), Err(PeopleError::Full)));
}

#[test]
fn nobody_takes_power_for_themselves_and_the_last_administrator_stays() {
    let m = mission();
    let admin = role(Role::Administrator);
    join(&m.people, "admin", std::slice::from_ref(&admin), true, T);
    let themselves = By { who: "admin", address: HOME, now_ms: T };
    for change in
        [Change::Grant(role(Role::Custodian)), Change::Compartments(vec!["x".to_owned()]), Change::Disable]
    {
        assert!(matches!(m.people.apply("admin", &[change], themselves), Err(PeopleError::OwnPower)));
    }
    for change in [Change::Revoke(admin.clone()), Change::Disable] {
        assert!(matches!(m.people.apply("admin", &[change], by(T)), Err(PeopleError::LastAdministrator)));
    }
    assert!(m.people.account("admin").unwrap().person.has(Role::Administrator));
    m.people.add(Some("other"), "Other", &[admin], by(T)).unwrap();
    m.people.apply("admin", &[Change::Disable], by(T)).unwrap();
}

#[test]
fn what_cannot_be_taken_changes_nothing() {
    let m = mission();
    for id in ["", "A", "-a", ".", "../x", "a b", "a/b", "v\u{301}", &"a".repeat(33), "a\0"] {
        assert!(matches!(m.people.add(Some(id), "N", &[], by(T)), Err(PeopleError::BadId)), "{id:?}");
    }
    for name in ["", " ", "a\nb", &"n".repeat(81), "a\u{0}"] {
        assert!(matches!(m.people.add(Some("v.1"), name, &[], by(T)), Err(PeopleError::BadName)));
    }
    let liaison = |of: &str| Grant { role: Role::Liaison, of: of.to_owned() };
    for bad in [liaison(""), liaison(" KA"), Grant { role: Role::Analyst, of: "KA".to_owned() }] {
        assert!(matches!(m.people.add(Some("v.1"), "N", &[bad], by(T)), Err(PeopleError::BadHolder { .. })));
    }
    assert!(m.people.accounts().unwrap().is_empty(), "all of a change, or none");
    let made = m.people.add(None, "N", &[liaison("KA")], by(T)).unwrap();
    assert_eq!((made.person.id.as_str(), made.person.party()), ("v.1", Some("KA")));
    assert!(matches!(m.people.add(Some("v.1"), "N", &[], by(T)), Err(PeopleError::Taken)));
    assert!(matches!(m.people.link("v.9", by(T)), Err(PeopleError::Unknown)));
    let link = m.people.link("v.1", by(T)).unwrap();
    assert!(matches!(m.people.begin(link.secret.text(), T + LINK_MS), Err(LinkError::Refused)));
}

#[test]
fn the_log_tells_who_did_what_and_nothing_takes_it_back() {
    let m = mission();
    join(&m.people, "v.1", &[role(Role::Analyst)], false, T);
    sign_in(&m.people, "v.1", "", HOME, T + 1).unwrap();
    fail(&m.people, "v.1", ELSEWHERE, T + 2);
    let log = m.people.audit(None, 100).unwrap();
    let told: Vec<_> = log.iter().map(|l| (l.who.as_str(), l.what.as_str(), l.object.as_str())).collect();
    assert_eq!(
        told,
        [
            ("", "sign-in refused", "v.1"),
            ("v.1", "signed in", "v.1"),
            ("v.1", "signed in", "v.1"),
            ("v.1", "link used", "v.1"),
            ("operator", "link made", "v.1"),
            ("operator", "role granted", "v.1 analyst"),
            ("operator", "account made", "v.1"),
        ]
    );
    assert_eq!(log[0].address, ELSEWHERE);
    let older = m.people.audit(Some(log[1].seq), 2).unwrap();
    assert_eq!(older, log[2..4]);
    let raw = rusqlite::Connection::open(m.dir.path().join(FILE)).unwrap();
    let replace = "INSERT OR REPLACE INTO audit SELECT seq, 0, 'x', 'x', 'x', 'x' FROM audit";
    for sql in ["DELETE FROM audit", "UPDATE audit SET who = 'x'", replace] {
        assert!(raw.execute(sql, []).unwrap_err().to_string().contains("only grows"), "{sql}");
    }
}

#[test]
fn the_file_is_its_owners_and_holds_no_secret_in_the_clear() {
    use std::os::unix::fs::PermissionsExt as _;
    let m = mission();
    let secret = join(&m.people, "v.1", &[role(Role::Custodian)], true, T);
    let code = code_at(&secret, T + STEP).unwrap();
    let session = sign_in(&m.people, "v.1", &code, HOME, T + STEP).unwrap();
    let (_, token) = m.people.make_token("v.1", "x", Scope::Read, 60_000, by(T)).unwrap();
    let link = m.people.link("v.1", by(T)).unwrap();
    let pending = m.people.begin(link.secret.text(), T).unwrap().secret_base32;
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(m.dir.path()).unwrap() {
        let path = file.unwrap().path();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        bytes.extend(std::fs::read(&path).unwrap());
    }
    let raw = |base32: &str| totp_rs::Secret::try_from_base32(base32).unwrap().as_bytes().to_vec();
    for clear in [
        PASSWORD.as_bytes().to_vec(),
        session.secret.text().as_bytes()[4..].to_vec(),
        token.text().as_bytes()[4..].to_vec(),
        link.secret.text().as_bytes()[4..].to_vec(),
        secret.as_bytes().to_vec(),
        raw(&secret),
        raw(&pending),
    ] {
        assert!(!bytes.windows(clear.len()).any(|w| w == clear));
    }
    let shown = format!("{session:?} {link:?}");
    assert!(!shown.contains(&session.secret.text()[4..]) && !shown.contains(&link.secret.text()[4..]));
}

#[test]
fn two_programs_use_the_file_at_once_and_a_newer_one_is_not_misread() {
    let m = mission();
    let other = People::open(m.dir.path()).unwrap();
    join(&other, "v.1", &[role(Role::Analyst)], false, T);
    assert!(m.people.has_accounts().unwrap());
    let session = sign_in(&m.people, "v.1", "", HOME, T).unwrap();
    other.apply("v.1", &[Change::SignOut], by(T)).unwrap();
    assert_eq!(m.people.by_session(session.secret.text(), T).unwrap(), None);
    let raw = rusqlite::Connection::open(m.dir.path().join(FILE)).unwrap();
    raw.pragma_update(None, "user_version", 3).unwrap();
    assert!(matches!(People::open(m.dir.path()), Err(PeopleError::Newer(3))));
}
