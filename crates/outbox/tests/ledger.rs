//! Nothing is lost and nothing doubled: the ledger of the outbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use common::{HOUR_MS, NOON_MS, alert, follows, to_files};
use outbox::limits::ATTEMPTS_MAX;
use outbox::{
    Dispatcher, Enqueued, Entry, Kind, Level, Message, Outbox, OutboxError, Parcel, Receipt, Routing, Status,
    Tally, Undelivered, Way, route,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

const MIN_MS: i64 = 60_000;

/// A way that answers as it is told to, and remembers what it took.
#[derive(Default)]
struct Told {
    answers: Mutex<Vec<Undelivered>>,
    took: Mutex<Vec<(String, String, String)>>,
}

impl Told {
    fn failing(answers: Vec<Undelivered>) -> Told {
        Told { answers: Mutex::new(answers), ..Told::default() }
    }

    fn ids(&self) -> Vec<String> {
        self.took.lock().unwrap().iter().map(|(id, ..)| id.clone()).collect()
    }
}

impl Way for Told {
    fn send(&self, parcel: &Parcel<'_>) -> Result<Receipt, Undelivered> {
        if let Some(failure) = self.answers.lock().unwrap().pop() {
            return Err(failure);
        }
        let (id, recipient) = (parcel.message.id.clone(), parcel.recipient.name.clone());
        self.took.lock().unwrap().push((id, recipient, parcel.key.to_owned()));
        Ok(Receipt("taken".to_owned()))
    }
}

fn run(dir: &Path, outbox: &Outbox, routing: &Routing, way: &dyn Way, at_ms: i64) -> Tally {
    let clock = move || at_ms;
    Dispatcher::new(dir, outbox, &clock).unwrap().run_due(routing, way).unwrap()
}

fn put(outbox: &Outbox, routing: &Routing, message: &Message, at_ms: i64) -> Enqueued {
    outbox.enqueue(message, &route(routing, message, at_ms), at_ms).unwrap()
}

fn of(outbox: &Outbox, message: &str, recipient: &str) -> Entry {
    outbox.entries_of(message).unwrap().into_iter().find(|e| e.recipient == recipient).unwrap()
}

#[test]
fn a_message_put_twice_goes_out_once_and_its_id_belongs_to_it() {
    let (dir, routing, way) = (tempfile::tempdir().unwrap(), to_files("", ""), Told::default());
    let outbox = Outbox::open(dir.path()).unwrap();
    let first = Enqueued { queued: 1, ..Enqueued::default() };
    assert_eq!(put(&outbox, &routing, &alert("a"), NOON_MS), first);
    assert_eq!(
        put(&outbox, &routing, &alert("a"), NOON_MS + 1),
        Enqueued { known: 1, ..Enqueued::default() }
    );
    run(dir.path(), &outbox, &routing, &way, NOON_MS);
    put(&outbox, &routing, &alert("a"), NOON_MS + 2);
    run(dir.path(), &outbox, &routing, &way, NOON_MS + HOUR_MS);
    assert_eq!(way.ids(), ["a"]);
    let other = Message { level: Level::Warning, ..alert("a") };
    assert!(matches!(outbox.enqueue(&other, &[], NOON_MS), Err(OutboxError::Taken(id)) if id == "a"));
    assert_eq!(outbox.message("a").unwrap(), Some(alert("a")));
}

#[test]
fn a_failure_is_tried_again_after_a_growing_wait_with_its_reason_kept() {
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_files("", ""));
    let outbox = Outbox::open(dir.path()).unwrap();
    let way = Told::failing(vec![Undelivered::again("busy"), Undelivered::again("down")]);
    put(&outbox, &routing, &alert("a"), NOON_MS);
    assert_eq!(run(dir.path(), &outbox, &routing, &way, NOON_MS).failed, 1);
    assert_eq!(of(&outbox, "a", "desk").status, Status::Failed { times: 1, reason: "down".to_owned() });
    let due_ms = outbox.next_due_ms().unwrap().unwrap();
    assert!((NOON_MS + 2_500..=NOON_MS + 5_000).contains(&due_ms));
    assert_eq!(run(dir.path(), &outbox, &routing, &way, due_ms - 1), Tally::default(), "not before its time");
    assert_eq!(run(dir.path(), &outbox, &routing, &way, due_ms).failed, 1);
    let due_ms = outbox.next_due_ms().unwrap().unwrap();
    assert_eq!(run(dir.path(), &outbox, &routing, &way, due_ms).sent, 1);
    let entry = of(&outbox, "a", "desk");
    assert_eq!(entry.status, Status::Sent { receipt: "taken".to_owned() });
    let what: Vec<String> = outbox.events_of(entry.id).unwrap().into_iter().map(|e| e.what).collect();
    assert_eq!(what, ["queued", "sending", "failed", "sending", "failed", "sending", "sent"]);
}

#[test]
fn what_is_given_up_is_a_dead_letter_that_a_person_can_send_again() {
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_files("", ""));
    let outbox = Outbox::open(dir.path()).unwrap();
    let way = Told::failing(vec![Undelivered::never("no such mailbox")]);
    put(&outbox, &routing, &alert("a"), NOON_MS);
    assert_eq!(run(dir.path(), &outbox, &routing, &way, NOON_MS).dead, 1);
    let dead = outbox.dead().unwrap().remove(0);
    assert_eq!(dead.status, Status::Dead { times: 1, reason: "no such mailbox".to_owned() });
    let later = alert("a").expires_ms + HOUR_MS;
    outbox.retry(dead.id, "olena", later).unwrap();
    assert!(matches!(outbox.retry(dead.id, "olena", later), Err(OutboxError::NotDead(_))));
    assert_eq!(run(dir.path(), &outbox, &routing, &way, later).sent, 1, "by hand it goes even if it lapsed");
    assert!(outbox.dead().unwrap().is_empty());
}

#[test]
fn attempts_have_an_end_and_so_has_the_message() {
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_files("", ""));
    let outbox = Outbox::open(dir.path()).unwrap();
    let way = Told::failing(vec![Undelivered::again("down"); 1_000]);
    put(&outbox, &routing, &alert("a"), NOON_MS);
    let mut attempts = 0;
    while let Some(due_ms) = outbox.next_due_ms().unwrap() {
        run(dir.path(), &outbox, &routing, &way, due_ms);
        attempts += 1;
    }
    assert_eq!(attempts, ATTEMPTS_MAX);
    let Status::Dead { times, reason } = of(&outbox, "a", "desk").status else { panic!("not dead") };
    assert_eq!((times, reason.as_str()), (ATTEMPTS_MAX, "given up after 60 attempts: down"));
    let lapsed = Message { thread: "other".to_owned(), ..alert("b") };
    put(&outbox, &routing, &lapsed, NOON_MS);
    assert_eq!(run(dir.path(), &outbox, &routing, &Told::default(), lapsed.expires_ms), Tally::default());
    assert!(
        matches!(of(&outbox, "b", "desk").status, Status::Dead { reason, .. } if reason.contains("lapsed"))
    );
}

#[test]
fn an_end_never_overtakes_its_beginning() {
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_files("", ""));
    let outbox = Outbox::open(dir.path()).unwrap();
    let way = Told::failing(vec![Undelivered::again("down")]);
    let first = alert("a");
    put(&outbox, &routing, &first, NOON_MS);
    run(dir.path(), &outbox, &routing, &way, NOON_MS);
    put(&outbox, &routing, &follows(&first, "b", Kind::Cancel), NOON_MS + 1);
    run(dir.path(), &outbox, &routing, &way, NOON_MS + 1);
    assert_eq!(way.ids(), ["a", "b"], "the end brings the beginning's next attempt forward");
}

#[test]
fn whoever_is_next_is_told_only_if_nobody_acknowledges() {
    let steps = "escalate: [{after: 15 min, to: [head]}]";
    let (dir, routing, way) = (tempfile::tempdir().unwrap(), to_files("", steps), Told::default());
    let outbox = Outbox::open(dir.path()).unwrap();
    put(&outbox, &routing, &alert("a"), NOON_MS);
    run(dir.path(), &outbox, &routing, &way, NOON_MS + 14 * MIN_MS);
    assert_eq!(way.ids(), ["a"]);
    outbox.acknowledge("a", "desk", "olena", NOON_MS + 14 * MIN_MS).unwrap();
    run(dir.path(), &outbox, &routing, &way, NOON_MS + 15 * MIN_MS);
    assert_eq!(way.ids(), ["a"]);
    let told = Status::Acknowledged { who: "olena".to_owned(), at_ms: NOON_MS + 14 * MIN_MS };
    assert_eq!(of(&outbox, "a", "desk").status, told);
    assert!(
        matches!(of(&outbox, "a", "head").status, Status::Withheld { reason } if reason.contains("olena"))
    );
    let second = Message { thread: "other".to_owned(), ..alert("b") };
    put(&outbox, &routing, &second, NOON_MS);
    run(dir.path(), &outbox, &routing, &way, NOON_MS + 15 * MIN_MS);
    assert_eq!(way.ids(), ["a", "b", "b"]);
    assert!(matches!(outbox.acknowledge("b", "nobody", "x", 0), Err(OutboxError::Unknown(_))));
}

#[test]
fn whoever_takes_notice_at_the_desk_spares_the_next_and_no_recipient_counts_as_having_acknowledged() {
    let steps = "escalate: [{after: 15 min, to: [head]}]";
    let (dir, routing, way) = (tempfile::tempdir().unwrap(), to_files("", steps), Told::default());
    let outbox = Outbox::open(dir.path()).unwrap();
    put(&outbox, &routing, &alert("a"), NOON_MS);
    run(dir.path(), &outbox, &routing, &way, NOON_MS + 14 * MIN_MS);
    for _ in 0..2 {
        outbox.heard("a", "watch officer", NOON_MS + 14 * MIN_MS).unwrap();
    }
    run(dir.path(), &outbox, &routing, &way, NOON_MS + 20 * MIN_MS);
    assert_eq!(way.ids(), ["a"]);
    assert!(matches!(of(&outbox, "a", "desk").status, Status::Sent { .. }));
    assert!(
        matches!(of(&outbox, "a", "head").status, Status::Withheld { reason } if reason.contains("at the desk"))
    );
    assert!(matches!(outbox.heard("nothing", "x", 0), Err(OutboxError::Unknown(_))));
}

#[test]
fn who_heard_of_it_hears_of_its_end_and_nobody_else() {
    let steps = "escalate: [{after: 15 min, to: [head]}]";
    let (dir, routing, way) = (tempfile::tempdir().unwrap(), to_files("", steps), Told::default());
    let outbox = Outbox::open(dir.path()).unwrap();
    let (first, second) = (alert("a"), Message { thread: "other".to_owned(), ..alert("b") });
    put(&outbox, &routing, &first, NOON_MS);
    run(dir.path(), &outbox, &routing, &way, NOON_MS + 15 * MIN_MS);
    put(&outbox, &routing, &second, NOON_MS + 15 * MIN_MS);
    let end = NOON_MS + 16 * MIN_MS;
    put(&outbox, &routing, &follows(&first, "a-end", Kind::Cancel), end);
    put(&outbox, &routing, &follows(&second, "b-end", Kind::Cancel), end);
    run(dir.path(), &outbox, &routing, &way, end + HOUR_MS);
    assert!(matches!(of(&outbox, "a-end", "head").status, Status::Sent { .. }));
    assert!(
        matches!(of(&outbox, "b", "head").status, Status::Withheld { reason } if reason.contains("ended"))
    );
    assert!(matches!(of(&outbox, "b-end", "head").status, Status::Withheld { .. }));
    // Even when no rule reaches them any more.
    let third = Message { thread: "third".to_owned(), ..alert("c") };
    put(&outbox, &routing, &third, end);
    run(dir.path(), &outbox, &routing, &way, end + HOUR_MS);
    outbox.enqueue(&follows(&third, "c-end", Kind::Cancel), &[], end + HOUR_MS).unwrap();
    assert_eq!(of(&outbox, "c-end", "desk").rule, "thread");
}

#[test]
fn a_bundle_waits_for_others_and_the_gravest_level_waits_for_nobody() {
    let group = "group: {by: stream, wait: 5 min, interval: 30 min}";
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_files("", group));
    let outbox = Outbox::open(dir.path()).unwrap();
    let due = |id: &str, level: Level, at_ms: i64| {
        let message = Message { level, thread: id.to_owned(), ..alert(id) };
        put(&outbox, &routing, &message, at_ms);
        (of(&outbox, id, "desk").due_ms - NOON_MS) / MIN_MS
    };
    assert_eq!(due("a", Level::Watch, NOON_MS), 5);
    assert_eq!(due("b", Level::Advisory, NOON_MS + 3 * MIN_MS), 5, "with the first");
    assert_eq!(due("c", Level::Warning, NOON_MS + 4 * MIN_MS), 4);
    assert_eq!(due("d", Level::Watch, NOON_MS + 6 * MIN_MS), 35, "the next bundle, after the interval");
    assert_eq!(due("e", Level::Watch, NOON_MS + 90 * MIN_MS), 95);
}

#[test]
fn one_program_sends_and_the_rest_are_told_so() {
    let dir = tempfile::tempdir().unwrap();
    let (outbox, clock) = (Outbox::open(dir.path()).unwrap(), || NOON_MS);
    let first = Dispatcher::new(dir.path(), &outbox, &clock).unwrap();
    assert!(matches!(Dispatcher::new(dir.path(), &outbox, &clock), Err(OutboxError::Locked)));
    drop(first);
    assert!(Dispatcher::new(dir.path(), &outbox, &clock).is_ok());
}

#[test]
fn the_file_itself_refuses_to_forget() {
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_files("", ""));
    let outbox = Outbox::open(dir.path()).unwrap();
    put(&outbox, &routing, &alert("a"), NOON_MS);
    run(dir.path(), &outbox, &routing, &Told::default(), NOON_MS);
    let file = rusqlite::Connection::open(dir.path().join(outbox::FILE)).unwrap();
    for change in [
        "DELETE FROM message",
        "DELETE FROM entry",
        "DELETE FROM event",
        "UPDATE event SET what = 'x'",
        "UPDATE message SET body = ''",
        "UPDATE entry SET status = 'dead'",
        "UPDATE entry SET status = 'both'",
    ] {
        assert!(file.execute(change, []).is_err(), "{change}");
    }
}

#[test]
fn a_recipient_that_left_the_file_is_a_dead_letter_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(dir.path()).unwrap();
    put(&outbox, &to_files("", ""), &alert("a"), NOON_MS);
    run(dir.path(), &outbox, &Routing::default(), &Told::default(), NOON_MS);
    let Status::Dead { reason, .. } = of(&outbox, "a", "desk").status else { panic!("not dead") };
    assert!(reason.contains("routing.yaml"), "{reason}");
}

#[test]
fn a_step_that_may_have_arrived_when_the_program_died_is_not_withheld_and_its_end_follows() {
    let (dir, way) = (tempfile::tempdir().unwrap(), Told::default());
    let routing = to_files("", "escalate: [{after: 15 min, to: [head]}]");
    let outbox = Outbox::open(dir.path()).unwrap();
    put(&outbox, &routing, &alert("a"), NOON_MS);
    run(dir.path(), &outbox, &routing, &way, NOON_MS);
    drop(outbox);
    let later_ms = NOON_MS + 15 * MIN_MS;
    dies_having_sent(dir.path(), &routing, &way, later_ms);
    let outbox = Outbox::open(dir.path()).unwrap();
    way.answers.lock().unwrap().push(Undelivered::again("down"));
    run(dir.path(), &outbox, &routing, &way, later_ms);
    put(&outbox, &routing, &follows(&alert("a"), "b", Kind::Cancel), later_ms);
    run(dir.path(), &outbox, &routing, &way, later_ms + 10 * MIN_MS);
    let head = |id: &str| way.took.lock().unwrap().iter().filter(|t| t.0 == id && t.1 == "head").count();
    assert_eq!((head("a"), head("b")), (2, 1), "told twice under one id, and of the end");
}

/// What may happen, in any order.
#[derive(Clone, Debug)]
enum Happening {
    Put(u8),
    End(u8),
    Run,
    /// The way takes nothing for the next `n` attempts.
    Down(u8),
    /// The program dies after the recipient took it and before the ledger says so.
    DiesHavingSent,
    Reopen,
    Acknowledge(u8),
    RetryDead,
    Later(u16),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (0..4_u8).prop_map(Happening::Put),
        1 => (0..4_u8).prop_map(Happening::End),
        4 => Just(Happening::Run),
        1 => (1..4_u8).prop_map(Happening::Down),
        2 => Just(Happening::DiesHavingSent),
        1 => Just(Happening::Reopen),
        1 => (0..4_u8).prop_map(Happening::Acknowledge),
        1 => Just(Happening::RetryDead),
        3 => (1..2_000_u16).prop_map(Happening::Later),
    ]
}

fn message(n: u8) -> Message {
    Message { thread: format!("t{n}"), ..alert(&format!("m{n}")) }
}

/// Sends one entry and dies before it is noted: the ledger is copied while the parcel is in the recipient's hands, and
/// nothing is sent after that.
fn dies_having_sent(dir: &Path, routing: &Routing, way: &Told, at_ms: i64) {
    struct Dying<'a> {
        way: &'a Told,
        dir: &'a Path,
        copy: std::path::PathBuf,
        is_dead: std::sync::Mutex<bool>,
    }
    impl Way for Dying<'_> {
        fn send(&self, parcel: &Parcel<'_>) -> Result<Receipt, Undelivered> {
            let mut is_dead = self.is_dead.lock().unwrap();
            if std::mem::replace(&mut *is_dead, true) {
                return Err(Undelivered::again("nobody sends any more"));
            }
            let sent = self.way.send(parcel);
            // As a power cut would leave the file.
            let from = rusqlite::Connection::open(self.dir.join(outbox::FILE)).unwrap();
            from.execute("VACUUM INTO ?1", [self.copy.to_str().unwrap()]).unwrap();
            sent
        }
    }
    let cut = tempfile::tempdir().unwrap();
    {
        let outbox = Outbox::open(dir).unwrap();
        let (copy, is_dead) = (cut.path().join(outbox::FILE), std::sync::Mutex::new(false));
        run(dir, &outbox, routing, &Dying { way, dir, copy, is_dead }, at_ms);
    }
    if cut.path().join(outbox::FILE).exists() {
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(dir.join(format!("{}{ending}", outbox::FILE)));
        }
        std::fs::rename(cut.path().join(outbox::FILE), dir.join(outbox::FILE)).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_history_ends_in_a_ledger_that_agrees_with_what_the_recipients_got(
        history in prop::collection::vec(happening(), 1..30)
    ) {
        let steps = "escalate: [{after: 15 min, to: [head]}]";
        let (dir, routing, way) = (tempfile::tempdir().unwrap(), to_files("", steps), Told::default());
        let mut outbox = Outbox::open(dir.path()).unwrap();
        let mut at_ms = NOON_MS;
        for happening in history {
            match happening {
                Happening::Put(n) => { put(&outbox, &routing, &message(n), at_ms); }
                Happening::End(n) => {
                    if outbox.message(&format!("m{n}")).unwrap().is_some() {
                        put(&outbox, &routing, &follows(&message(n), &format!("e{n}"), Kind::Cancel), at_ms);
                    }
                }
                Happening::Run => { run(dir.path(), &outbox, &routing, &way, at_ms); }
                Happening::Down(n) => *way.answers.lock().unwrap() =
                    (0..n).map(|i| if i == 2 { Undelivered::never("no") } else { Undelivered::again("down") }).collect(),
                Happening::DiesHavingSent => {
                    drop(outbox);
                    dies_having_sent(dir.path(), &routing, &way, at_ms);
                    outbox = Outbox::open(dir.path()).unwrap();
                }
                Happening::Reopen => { drop(outbox); outbox = Outbox::open(dir.path()).unwrap(); }
                Happening::Acknowledge(n) => { let _ = outbox.acknowledge(&format!("m{n}"), "desk", "olena", at_ms); }
                Happening::RetryDead => for dead in outbox.dead().unwrap() {
                    outbox.retry(dead.id, "olena", at_ms).unwrap();
                },
                Happening::Later(s) => at_ms += i64::from(s) * 1_000,
            }
        }
        // Everything comes up again, and dead letters are sent by hand.
        way.answers.lock().unwrap().clear();
        loop {
            for dead in outbox.dead().unwrap() {
                outbox.retry(dead.id, "olena", at_ms).unwrap();
            }
            at_ms = at_ms.max(outbox.next_due_ms().unwrap().unwrap_or(at_ms));
            run(dir.path(), &outbox, &routing, &way, at_ms);
            if outbox.next_due_ms().unwrap().is_none() && outbox.dead().unwrap().is_empty() {
                break;
            }
        }
        let mut got: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for (id, recipient, key) in way.took.lock().unwrap().iter() {
            got.entry((id.clone(), recipient.clone())).or_default().push(key.clone());
        }
        let mut entries = outbox.latest(None, 1_000).unwrap();
        for entry in entries.drain(..) {
            let keys = got.remove(&(entry.message.clone(), entry.recipient.clone())).unwrap_or_default();
            match &entry.status {
                Status::Sent { .. } | Status::Acknowledged { .. } => {
                    prop_assert!(!keys.is_empty(), "{} was not got by {}", entry.message, entry.recipient);
                    prop_assert!(keys.iter().all(|k| *k == entry.key), "doubles have the same id");
                }
                Status::Withheld { .. } => prop_assert!(keys.is_empty(), "{entry:?} was got"),
                other => prop_assert!(false, "{other:?} at the end"),
            }
        }
        prop_assert!(got.is_empty(), "got what the ledger does not know: {got:?}");
    }
}
