//! Acts on the docket: JSON within the entry, so that whoever checks the journal reads what was done without this
//! program. The JSON is that which writing the act gives, byte for byte.

use super::cbor::{Pack, Unpack};
use super::{BadEntry, stated};
use crate::limits;
use crate::rooms::RoomAct;
use cases::Act;

fn json(act: &Act) -> String {
    // Acts are plain data of our own: a number that JSON cannot hold was refused by `check_act`.
    serde_json::to_string(act).unwrap_or_default()
}

pub(super) fn put_act(p: &mut Pack, act: &Act) {
    p.map(1);
    p.uint(0);
    p.text(&json(act));
}

pub(super) fn take_act(u: &mut Unpack<'_>) -> Result<Act, BadEntry> {
    u.map(1, "body")?;
    let text = super::text(u, 0, "act")?;
    let act: Act = serde_json::from_str(&text).map_err(|_| BadEntry::Malformed { what: "act" })?;
    if json(&act) != text {
        return Err(BadEntry::Malformed { what: "act" });
    }
    Ok(act)
}

pub(super) fn check_act(act: &Act) -> Result<(), BadEntry> {
    stated("the key of an act", &act.key, limits::NAME_BYTES_MAX)?;
    stated("who acted", &act.by.person, limits::NAME_BYTES_MAX)?;
    let text = json(act);
    if serde_json::from_str::<Act>(&text).ok().as_ref() != Some(act) {
        return Err(BadEntry::unsound("an act holds a figure that cannot be written"));
    }
    Ok(())
}

pub(super) fn put_in_room(p: &mut Pack, act: &RoomAct) {
    p.map(1);
    p.uint(0);
    p.text(&act.json());
}

pub(super) fn take_in_room(u: &mut Unpack<'_>, kind: &str) -> Result<RoomAct, BadEntry> {
    u.map(1, "body")?;
    let text = super::text(u, 0, "act")?;
    let act = RoomAct::from_json(kind, &text).ok_or(BadEntry::Malformed { what: "act" })?;
    if act.json() != text {
        return Err(BadEntry::Malformed { what: "act" });
    }
    Ok(act)
}

pub(super) fn check_in_room(act: &RoomAct) -> Result<(), BadEntry> {
    stated("the key of an act", act.key(), limits::NAME_BYTES_MAX)?;
    stated("who acted", act.person(), limits::NAME_BYTES_MAX)?;
    if RoomAct::from_json(act.kind(), &act.json()).as_ref() != Some(act) {
        return Err(BadEntry::unsound("an act holds a figure that cannot be written"));
    }
    Ok(())
}
