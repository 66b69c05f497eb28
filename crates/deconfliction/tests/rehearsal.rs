//! What people do in the rehearsal is done by the rules: every act on the board is taken, in its order.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

use base::{CivilZone, Instant, Takes};
use deconfliction::Board;
use deconfliction::act::Act;
use deconfliction::words::{EntryState, WindowState};
use serde_json::Value;

#[test]
fn every_act_of_the_rehearsal_is_taken_and_comes_to_what_it_tells() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/demo/acts.jsonl");
    let text = std::fs::read_to_string(file).unwrap();
    let mut board = Board::new(CivilZone::named("Etc/GMT-2").unwrap());
    let mut last_ms = 0;
    for (line, text) in text.lines().enumerate() {
        let value: Value = serde_json::from_str(text).unwrap();
        if value["room"] != "board" {
            continue;
        }
        let act: Act = serde_json::from_value(value["act"].clone()).unwrap();
        board.take(&act).unwrap_or_else(|e| panic!("line {}: {e}: {text}", line + 1));
        last_ms = last_ms.max(act.at_ms);
    }
    let now = Instant(last_ms);
    let windows: Vec<WindowState> = board.windows.values().map(|w| w.state(now)).collect();
    assert_eq!(windows, [WindowState::Evaluated, WindowState::Evaluated]);
    assert_eq!(board.notices.len(), 2);
    assert!(board.register.values().all(|e| e.state(now) == EntryState::Current));
    assert_eq!((board.calls.len(), board.drills.len()), (2, 1));
}
