//! Entries of record version 2 as bytes: cards of sources, what arrived by itself, the custody log, decisions.

use super::{
    BadEntry, Part, Received,
    cbor::{Pack, Unpack},
    check_rejected, columns, coverage, put_pairs, put_rejected, short, stated, take_rejected,
};
use crate::limits;
use base::{Digest, ObservationId};
use evidence::card::{Card, Light, Reach, SourceKind};
use evidence::item::{Handling, Item};
use incidents::{Decision, Verdict};

/// An optional value: an empty array, or one of its parts.
fn put_option<T>(p: &mut Pack, value: Option<T>, parts: usize, put: impl FnOnce(&mut Pack, T)) {
    match value {
        None => p.array(0),
        Some(value) => {
            p.array(parts);
            put(p, value);
        }
    }
}

/// Reads an optional value; `take` reads its `parts`.
fn take_option<'b, T>(
    u: &mut Unpack<'b>,
    parts: usize,
    what: &'static str,
    take: impl FnOnce(&mut Unpack<'b>) -> Result<T, BadEntry>,
) -> Result<Option<T>, BadEntry> {
    match u.array(parts, what)? {
        0 => Ok(None),
        n if n == parts => take(u).map(Some),
        _ => Err(BadEntry::Malformed { what }),
    }
}

fn put_texts(p: &mut Pack, texts: &[String]) {
    p.array(texts.len());
    texts.iter().for_each(|t| p.text(t));
}

fn take_texts(u: &mut Unpack<'_>, max: usize, what: &'static str) -> Result<Vec<String>, BadEntry> {
    (0..u.array(max, what)?).map(|_| u.string(what)).collect()
}

fn keyed<'b, T>(
    u: &mut Unpack<'b>,
    key: u64,
    what: &'static str,
    take: impl FnOnce(&mut Unpack<'b>, &'static str) -> Result<T, BadEntry>,
) -> Result<T, BadEntry> {
    u.key(key, what)?;
    take(u, what)
}

/// Writes a card.
pub(super) fn put_card(p: &mut Pack, card: &Card) {
    let mut buffer = [0; 4];
    let reliability: &str = card.reliability.encode_utf8(&mut buffer);
    p.map(12);
    let texts = [&card.id, card.kind.name(), &card.format, &card.operator, reliability];
    let [id, kind, format, operator, reliability] = texts.map(Part::Text);
    put_pairs(p, &[id, kind, format, operator, reliability, Part::Text(&card.reliability_reason)]);
    p.uint(6);
    p.array(card.detects.len());
    for reach in &card.detects {
        p.array(4);
        p.text(&reach.kind);
        put_option(p, reach.range_m, 1, |p, m| p.floats(&[m]));
        p.text(reach.light.name());
        p.uint(u64::from(reach.clear_weather_only));
    }
    p.uint(7);
    put_texts(p, &card.blind_to);
    p.uint(8);
    put_option(p, card.latency_ms, 2, |p, (usual, longest)| {
        p.uint(usual);
        p.uint(longest);
    });
    p.uint(9);
    put_option(p, card.clock_offset_ms, 2, |p, (offset, doubt)| {
        p.int(offset);
        p.uint(doubt);
    });
    p.uint(10);
    put_texts(p, &card.copies);
    p.uint(11);
    p.text(&card.limitations);
}

/// Reads a card.
pub(super) fn take_card(u: &mut Unpack<'_>) -> Result<Card, BadEntry> {
    let bad = |what| BadEntry::Malformed { what };
    u.map(12, "card")?;
    let id = keyed(u, 0, "id", Unpack::string)?;
    let kind = keyed(u, 1, "kind of source", Unpack::text)?;
    let kind = SourceKind::ALL.iter().find(|(_, n)| *n == kind).ok_or(bad("kind of source"))?.0;
    let format = keyed(u, 2, "format", Unpack::string)?;
    let operator = keyed(u, 3, "operator", Unpack::string)?;
    let word = keyed(u, 4, "reliability", Unpack::text)?;
    let mut letters = word.chars();
    let (Some(reliability), None) = (letters.next(), letters.next()) else { return Err(bad("reliability")) };
    let reliability_reason = keyed(u, 5, "reason of reliability", Unpack::string)?;
    u.key(6, "reach")?;
    let n = u.array(limits::CARD_KINDS_MAX, "reach")?;
    let detects = (0..n).map(|_| take_reach(u)).collect::<Result<Vec<_>, _>>()?;
    u.key(7, "blind kinds")?;
    let blind_to = take_texts(u, limits::CARD_KINDS_MAX, "blind kinds")?;
    u.key(8, "latency")?;
    let latency_ms = take_option(u, 2, "latency", |u| Ok((u.uint("latency")?, u.uint("latency")?)))?;
    u.key(9, "clock")?;
    let clock_offset_ms = take_option(u, 2, "clock", |u| Ok((u.int("clock")?, u.uint("clock")?)))?;
    u.key(10, "copies")?;
    let copies = take_texts(u, limits::CARD_KINDS_MAX, "copies")?;
    let limitations = keyed(u, 11, "limitations", Unpack::string)?;
    Ok(Card {
        id,
        kind,
        format,
        operator,
        reliability,
        reliability_reason,
        detects,
        blind_to,
        latency_ms,
        clock_offset_ms,
        copies,
        limitations,
    })
}

fn take_reach(u: &mut Unpack<'_>) -> Result<Reach, BadEntry> {
    let bad = BadEntry::Malformed { what: "reach" };
    u.array_of(4, "reach")?;
    let kind = u.string("kind of reach")?;
    let range_m = take_option(u, 1, "range", |u| {
        u.floats("range")?.first().copied().ok_or(BadEntry::Malformed { what: "range" })
    })?;
    let light = u.text("light")?;
    let light = Light::ALL.iter().find(|(_, n)| *n == light).ok_or(bad)?.0;
    Ok(Reach { kind, range_m, light, clear_weather_only: take_bool(u, "weather")? })
}

fn take_bool(u: &mut Unpack<'_>, what: &'static str) -> Result<bool, BadEntry> {
    match u.uint(what)? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(BadEntry::Malformed { what }),
    }
}

/// Refuses cards that say too little, too much, or contradict themselves.
pub(super) fn check_card(card: &Card) -> Result<(), BadEntry> {
    card.check().map_err(|e| BadEntry::unsound(&e.to_string()))?;
    stated("the id of a source", &card.id, limits::NAME_BYTES_MAX)?;
    for (what, text) in [
        ("the format of a source", &card.format),
        ("the operator of a source", &card.operator),
        ("the reason of a source's reliability", &card.reliability_reason),
    ] {
        short(what, text, limits::NAME_BYTES_MAX)?;
    }
    stated("the limitations of a source", &card.limitations, limits::LIMITATIONS_BYTES_MAX)?;
    if [card.detects.len(), card.blind_to.len(), card.copies.len()].into_iter().max()
        > Some(limits::CARD_KINDS_MAX)
    {
        return Err(BadEntry::unsound("a card names too many kinds or sources"));
    }
    let names = card.detects.iter().map(|r| &r.kind).chain(&card.blind_to).chain(&card.copies);
    names.into_iter().try_for_each(|n| stated("a kind or source on a card", n, limits::NAME_BYTES_MAX))
}

/// Writes an arrival.
pub(super) fn put_received(p: &mut Pack, r: &Received) {
    p.map(10);
    let [source, format, key, by] = [&r.source, &r.format, &r.key, &r.by].map(|t| Part::Text(t));
    put_pairs(p, &[source, format, key, by]);
    p.uint(4);
    put_option(p, r.clock_ahead_ms, 1, Pack::int);
    p.uint(5);
    p.digest(r.original);
    p.uint(6);
    columns::put_batch(p, &r.batch);
    p.uint(7);
    p.array(r.coverage.len());
    r.coverage.iter().for_each(|c| coverage::put_coverage(p, c));
    p.uint(8);
    p.array(r.rejected.len());
    r.rejected.iter().for_each(|row| put_rejected(p, row));
    p.uint(9);
    p.array(r.items.len());
    r.items.iter().for_each(|item| put_item(p, item));
}

/// Reads an arrival.
pub(super) fn take_received(u: &mut Unpack<'_>) -> Result<Received, BadEntry> {
    u.map(10, "body")?;
    let source = keyed(u, 0, "source", Unpack::string)?;
    let format = keyed(u, 1, "format", Unpack::string)?;
    let key = keyed(u, 2, "key", Unpack::string)?;
    let by = keyed(u, 3, "sender", Unpack::string)?;
    u.key(4, "clock")?;
    let clock_ahead_ms = take_option(u, 1, "clock", |u| u.int("clock"))?;
    let original = keyed(u, 5, "original", Unpack::digest)?;
    u.key(6, "batch")?;
    let batch = columns::take_batch(u)?;
    u.key(7, "coverage")?;
    let n = u.array(limits::COVERAGE_RECORDS_MAX, "coverage")?;
    let coverage = (0..n).map(|_| coverage::take_coverage(u)).collect::<Result<Vec<_>, _>>()?;
    u.key(8, "rejected")?;
    let n = u.array(limits::REJECTED_ROWS_MAX, "rejected")?;
    let rejected = (0..n).map(|_| take_rejected(u)).collect::<Result<Vec<_>, _>>()?;
    u.key(9, "items")?;
    let n = u.array(limits::ITEMS_MAX, "items")?;
    let items = (0..n).map(|_| take_item(u)).collect::<Result<Vec<_>, _>>()?;
    Ok(Received { source, format, key, by, clock_ahead_ms, original, batch, coverage, rejected, items })
}

/// Refuses arrivals that later stages could not rely on.
pub(super) fn check_received(r: &Received) -> Result<(), BadEntry> {
    stated("the source of an arrival", &r.source, limits::NAME_BYTES_MAX)?;
    stated("the format of an arrival", &r.format, limits::NAME_BYTES_MAX)?;
    stated("the key of an arrival", &r.key, limits::NAME_BYTES_MAX)?;
    short("the sender of an arrival", &r.by, limits::NAME_BYTES_MAX)?;
    columns::check_batch(&r.batch)?;
    coverage::check_coverage(&r.coverage)?;
    check_rejected(&r.rejected)?;
    if r.items.len() > limits::ITEMS_MAX {
        return Err(BadEntry::unsound("an arrival has too many media"));
    }
    r.items.iter().try_for_each(|item| {
        short("the type of a medium", &item.media_type, limits::NAME_BYTES_MAX)?;
        short("the name of a medium", &item.name, limits::NAME_BYTES_MAX)
    })
}

fn put_item(p: &mut Pack, item: &Item) {
    p.array(8);
    p.digest(item.digest);
    p.uint(item.bytes);
    p.text(&item.media_type);
    p.text(&item.name);
    put_option(p, item.taken_ms, 1, Pack::int);
    put_option(p, item.observation, 1, |p, id| p.bytes(&id.0.to_le_bytes()));
    p.uint(u64::from(item.is_here));
    put_option(p, item.retain_until_ms, 1, Pack::int);
}

fn take_item(u: &mut Unpack<'_>) -> Result<Item, BadEntry> {
    u.array_of(8, "item")?;
    Ok(Item {
        digest: u.digest("item")?,
        bytes: u.uint("size of an item")?,
        media_type: u.string("type of an item")?,
        name: u.string("name of an item")?,
        taken_ms: take_option(u, 1, "moment of an item", |u| u.int("moment of an item"))?,
        observation: take_option(u, 1, "observation of an item", take_id)?,
        is_here: take_bool(u, "arrival of an item")?,
        retain_until_ms: take_option(u, 1, "retention of an item", |u| u.int("retention of an item"))?,
    })
}

fn take_id(u: &mut Unpack<'_>) -> Result<ObservationId, BadEntry> {
    let bytes = u.bytes("observation")?;
    let bytes: [u8; 16] = bytes.try_into().map_err(|_| BadEntry::Malformed { what: "observation" })?;
    Ok(ObservationId(u128::from_le_bytes(bytes)))
}

/// Writes a line of the custody log.
pub(super) fn put_handling(p: &mut Pack, h: &Handling) {
    p.map(5);
    let [action, by, note] = [&h.action, &h.by, &h.note].map(|t| Part::Text(t));
    put_pairs(p, &[Part::Digest(h.item), action, by, note]);
    p.uint(4);
    put_option(p, h.copy, 1, Pack::digest);
}

/// Reads a line of the custody log.
pub(super) fn take_handling(u: &mut Unpack<'_>) -> Result<Handling, BadEntry> {
    u.map(5, "body")?;
    let item: Digest = keyed(u, 0, "item", Unpack::digest)?;
    let action = keyed(u, 1, "action", Unpack::string)?;
    let by = keyed(u, 2, "handler", Unpack::string)?;
    let note = keyed(u, 3, "note", Unpack::string)?;
    u.key(4, "copy")?;
    let copy = take_option(u, 1, "copy", |u| u.digest("copy"))?;
    Ok(Handling { item, action, by, note, copy })
}

/// Refuses a line without what makes it one.
pub(super) fn check_handling(h: &Handling) -> Result<(), BadEntry> {
    stated("what was done with an item", &h.action, limits::NAME_BYTES_MAX)?;
    stated("who handled an item", &h.by, limits::NAME_BYTES_MAX)?;
    short("the note on an item's handling", &h.note, limits::WHY_BYTES_MAX)
}

/// Writes a decision.
pub(super) fn put_decision(p: &mut Pack, d: &Decision) {
    let verdict = match d.verdict {
        Verdict::Together => 0,
        Verdict::Apart => 1,
    };
    p.map(5);
    put_pairs(p, &[Part::Number(verdict), Part::Text(&d.by), Part::Text(&d.why)]);
    for (key, ids) in [(3, &d.these), (4, &d.those)] {
        p.uint(key);
        p.array(ids.len());
        ids.iter().for_each(|id| p.bytes(&id.0.to_le_bytes()));
    }
}

/// Reads a decision.
pub(super) fn take_decision(u: &mut Unpack<'_>) -> Result<Decision, BadEntry> {
    u.map(5, "body")?;
    let verdict = match keyed(u, 0, "verdict", Unpack::uint)? {
        0 => Verdict::Together,
        1 => Verdict::Apart,
        _ => return Err(BadEntry::Malformed { what: "verdict" }),
    };
    let by = keyed(u, 1, "decider", Unpack::string)?;
    let why = keyed(u, 2, "reason", Unpack::string)?;
    let mut ids = |key| -> Result<Vec<ObservationId>, BadEntry> {
        u.key(key, "observations")?;
        (0..u.array(limits::DECIDED_MAX, "observations")?).map(|_| take_id(u)).collect()
    };
    let (these, those) = (ids(3)?, ids(4)?);
    Ok(Decision { verdict, these, those, by, why })
}

/// Refuses a decision without reason, decider or matter.
pub(super) fn check_decision(d: &Decision) -> Result<(), BadEntry> {
    stated("who decided", &d.by, limits::NAME_BYTES_MAX)?;
    stated("the reason of a decision", &d.why, limits::WHY_BYTES_MAX)?;
    if d.these.len() > limits::DECIDED_MAX || d.those.len() > limits::DECIDED_MAX {
        return Err(BadEntry::unsound("a decision is about too many observations"));
    }
    let both = !d.these.is_empty() && !d.those.is_empty();
    let enough = match d.verdict {
        Verdict::Together => d.these.len() + d.those.len() >= 2,
        Verdict::Apart => both && !d.these.iter().any(|id| d.those.contains(id)),
    };
    if enough {
        Ok(())
    } else {
        Err(BadEntry::unsound("a decision names no two observations that it is about"))
    }
}
