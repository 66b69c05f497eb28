//! What happens in the fortnight: every event with what it really is. Sensors see some of it; `truth.csv` holds it all.

use super::land::{Land, STORAGE, Spot};
use crate::random::Random;
use base::time::{DAY_MS, HOUR_MS};

/// The first day, 3 March 2026 at 00:00 by the clocks of Lindmar (UTC+02:00), milliseconds since 1970.
pub const FIRST_DAY_MS: i64 = 1_772_488_800_000;
/// Days of the rehearsal.
pub const DAYS: i64 = 14;

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Shooting across or along the line.
    Fire,
    /// A blast at a quarry or by deminers, announced.
    Blast,
    /// A field or stubble burnt.
    Farming,
    /// A weapon standing somewhere.
    Weapon,
    /// An aircraft without crew over the buffer.
    Flight,
    /// Persons under arms.
    Troops,
    /// Interference with the Mechanism's navigation.
    Jamming,
}

/// One event as it is.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it is.
    pub nature: Nature,
    /// Kind of fact, a word of the vocabulary.
    pub kind: &'static str,
    /// When it begins, milliseconds since 1970.
    pub start_ms: i64,
    /// Where.
    pub at: Spot,
    /// Whose act: `KA`, `VE`, `mechanism`, or empty.
    pub actor: &'static str,
    /// Weapon class; empty: none.
    pub weapon: &'static str,
    /// Its calibre, millimetres; 0: none.
    pub calibre_mm: u16,
    /// How many.
    pub count: u16,
    /// Fired from there, rather than landed there.
    pub outgoing: bool,
    /// Announced as an exercise, a blast or the like.
    pub announced: bool,
}

/// A clause that an event breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its label in both texts.
    pub clause: &'static str,
    /// Under which texts: `both`, `karsk` or `velia`.
    pub texts: &'static str,
}

/// Exchanges of fire on each day: quiet at first, then two days of fighting near Lindmar.
const EXCHANGES: [usize; DAYS as usize] = [74, 66, 52, 46, 44, 36, 33, 31, 35, 118, 127, 68, 47, 41];
/// How far the buffer reaches on either side.
const BUFFER_KM: f64 = 7.5;
/// Nothing stands or happens so near to where a rule changes, kilometres.
const CLEAR_KM: f64 = 0.4;
/// Where fire is likeliest: kilometres north of the middle.
const HOT_KM: [f64; 4] = [2.0, 24.0, -31.0, -9.0];

/// Everything that happens, by time.
#[must_use]
pub fn events(land: &Land, random: &mut Random) -> Vec<Event> {
    let mut all = Vec::new();
    for _ in 0..24 {
        // The evening before: no text is in force yet.
        let start_ms = FIRST_DAY_MS - 6 * HOUR_MS + (random.unit() * 5.9 * HOUR_MS as f64) as i64;
        exchange(land, random, start_ms, &mut all);
    }
    for (day, exchanges) in EXCHANGES.iter().enumerate() {
        let midnight_ms = FIRST_DAY_MS + day as i64 * DAY_MS;
        for _ in 0..*exchanges {
            let start_ms = midnight_ms + hour_of_fire(random);
            exchange(land, random, start_ms, &mut all);
        }
        lawful(land, random, midnight_ms, &mut all);
        for _ in 0..64 {
            let one = weapon(land, random, midnight_ms);
            all.extend(Some(one).filter(|e| is_clear(land, e.at, &[15.0, 50.0, 75.0, 150.0])));
        }
        let mut present = Vec::new();
        presence(land, random, midnight_ms, &mut present);
        all.extend(present.into_iter().filter(|e| is_clear(land, e.at, &[BUFFER_KM])));
    }
    all.sort_by_key(|e| e.start_ms);
    all
}

/// Whether a spot keeps clear of these distances from the lines.
fn is_clear(land: &Land, at: Spot, distances_km: &[f64]) -> bool {
    let clear = |km: f64| distances_km.iter().all(|d| (km - d).abs() > CLEAR_KM);
    clear(land.km_to_contact(at)) && clear(land.km_to_september(at))
}

/// Milliseconds after midnight: most of the fire falls between dusk and dawn.
fn hour_of_fire(random: &mut Random) -> i64 {
    let hour =
        if random.chance(0.65) { random.between(18.0, 30.0) % 24.0 } else { random.between(6.0, 18.0) };
    (hour * HOUR_MS as f64) as i64
}

/// A few rounds from one side, now and then answered.
fn exchange(land: &Land, random: &mut Random, start_ms: i64, all: &mut Vec<Event>) {
    let y_km = match random.pick(&HOT_KM) {
        Some(hot) if random.chance(0.8) => hot + 3.0 * random.bell(),
        _ => random.between(-57.0, 57.0),
    };
    let karsk = random.chance(0.5);
    let rounds = 1 + random.below(3);
    let mut at_ms = start_ms;
    for round in 0..rounds {
        let answered = round > 0 && random.chance(0.35);
        let by_karsk = karsk != answered;
        at_ms += random.between(5.0, 95.0) as i64 * 1_000;
        all.push(shot(land, random, at_ms, y_km, by_karsk));
    }
}

fn shot(land: &Land, random: &mut Random, start_ms: i64, y_km: f64, by_karsk: bool) -> Event {
    let (kind, weapon, calibre_mm) = match random.below(20) {
        0..=4 => ("explosion", "mortar", *random.pick(&[60, 82, 120]).unwrap_or(&82)),
        5..=8 => ("explosion", "artillery", *random.pick(&[100, 122, 152]).unwrap_or(&122)),
        9 => ("explosion", "rockets", 122),
        10 => ("explosion", "tank", 125),
        11..=14 => ("burst", "heavy machine-gun", 0),
        15..=16 => ("shot", "small arms", 0),
        17 => ("muzzle flash", "", 0),
        _ => ("projectile", "", 0),
    };
    let outgoing = random.chance(0.55);
    let own_side = by_karsk == outgoing;
    let near = if weapon == "artillery" || weapon == "rockets" { (3.0, 9.0) } else { (0.3, 4.5) };
    let off_km = random.between(near.0, near.1) * if own_side { -1.0 } else { 1.0 };
    let y_km = (y_km + 0.8 * random.bell()).clamp(-59.0, 59.0);
    Event {
        nature: Nature::Fire,
        kind,
        start_ms,
        at: Spot::new(land.line_x_km(y_km) + off_km, y_km),
        actor: if by_karsk { "KA" } else { "VE" },
        weapon,
        calibre_mm,
        count: if kind == "burst" { 1 + random.below(40) as u16 } else { 1 + random.below(4) as u16 },
        outgoing,
        announced: false,
    }
}

/// What is allowed and yet leaves traces: quarry and demining blasts, fields on fire.
fn lawful(land: &Land, random: &mut Random, midnight_ms: i64, all: &mut Vec<Event>) {
    let plain = |nature, kind, start_ms, at| Event {
        nature,
        kind,
        start_ms,
        at,
        actor: "",
        weapon: "",
        calibre_mm: 0,
        count: 1,
        outgoing: false,
        announced: nature == Nature::Blast,
    };
    for _ in 0..5 {
        let y_km = random.between(-50.0, 50.0);
        let off_km = random.between(9.0, 24.0) * if random.chance(0.5) { -1.0 } else { 1.0 };
        let start_ms = midnight_ms + (random.between(9.0, 16.0) * HOUR_MS as f64) as i64;
        all.push(plain(Nature::Blast, "explosion", start_ms, Spot::new(land.line_x_km(y_km) + off_km, y_km)));
    }
    for _ in 0..46 {
        let at = Spot::new(random.between(-110.0, 110.0), random.between(-55.0, 52.0));
        let start_ms = midnight_ms + (random.between(10.0, 17.0) * HOUR_MS as f64) as i64;
        all.push(plain(Nature::Farming, "thermal anomaly", start_ms, at));
    }
}

/// A weapon somewhere: most where they may stand, some in storage, some too near.
fn weapon(land: &Land, random: &mut Random, midnight_ms: i64) -> Event {
    let (weapon, calibre_mm, least_km) = match random.below(10) {
        0..=2 => ("mortar", *random.pick(&[82, 120]).unwrap_or(&120), 15.0),
        3..=4 => ("tank", 125, 15.0),
        5..=7 => ("artillery", *random.pick(&[76, 100, 122, 152]).unwrap_or(&122), 50.0),
        8 => ("rockets", *random.pick(&[122, 220]).unwrap_or(&122), 75.0),
        _ => ("R-9", 0, 150.0),
    };
    let karsk = random.chance(0.5);
    let y_km = random.between(-48.0, 48.0);
    let sign = if karsk { -1.0 } else { 1.0 };
    let at = match random.below(10) {
        0..=1 => storage(random, if karsk { "KA" } else { "VE" }),
        2..=5 => Spot::new(land.line_x_km(y_km) + sign * random.between(0.15, 0.92) * least_km, y_km),
        _ => Spot::new(land.line_x_km(y_km) + sign * (least_km + 8.0 + random.between(0.0, 12.0)), y_km),
    };
    Event {
        nature: Nature::Weapon,
        kind: "weapon",
        start_ms: midnight_ms + (random.between(6.5, 18.5) * HOUR_MS as f64) as i64,
        at,
        actor: if karsk { "KA" } else { "VE" },
        weapon,
        calibre_mm,
        count: 1 + random.below(6) as u16,
        outgoing: false,
        announced: false,
    }
}

fn storage(random: &mut Random, owner: &str) -> Spot {
    let own: Vec<Spot> = STORAGE.iter().filter(|(o, ..)| *o == owner).map(|(.., at)| *at).collect();
    let middle = random.pick(&own).copied().unwrap_or(Spot::new(0.0, 0.0));
    middle.shifted(random.between(-0.6, 0.6), random.between(-0.6, 0.6))
}

/// Flights, persons under arms and jamming.
fn presence(land: &Land, random: &mut Random, midnight_ms: i64, all: &mut Vec<Event>) {
    let mut add = |random: &mut Random, nature, kind, actors: &[&'static str], reach_km: f64| {
        let y_km = random.between(-55.0, 55.0);
        let off_km = random.between(-reach_km, reach_km);
        all.push(Event {
            nature,
            kind,
            start_ms: midnight_ms + (random.unit() * 24.0 * HOUR_MS as f64) as i64,
            at: Spot::new(land.line_x_km(y_km) + off_km, y_km),
            actor: random.pick(actors).copied().unwrap_or(""),
            weapon: "",
            calibre_mm: 0,
            count: 1 + random.below(if nature == Nature::Troops { 30 } else { 2 }) as u16,
            outgoing: false,
            announced: false,
        });
    };
    for _ in 0..12 {
        add(random, Nature::Flight, "flight", &["KA", "VE", "mechanism", "mechanism", ""], 14.0);
    }
    for _ in 0..6 {
        add(random, Nature::Troops, "troops", &["KA", "VE"], 13.0);
    }
    for _ in 0..2 {
        add(random, Nature::Jamming, "jamming", &["KA", "VE", ""], 12.0);
    }
}

/// The clauses an event breaks, by its own rules, written down apart from the evaluator. Nothing happens nearer to a
/// boundary than the builder's plane and the ellipsoid may differ.
#[must_use]
pub fn broken(land: &Land, event: &Event) -> Vec<Broken> {
    let karsk_in_force = event.start_ms >= FIRST_DAY_MS;
    let velia_in_force = event.start_ms >= FIRST_DAY_MS + DAY_MS;
    let texts = match (karsk_in_force, velia_in_force) {
        (false, _) => return Vec::new(),
        (true, false) => "karsk",
        (true, true) => "both",
    };
    let contact_km = land.km_to_contact(event.at);
    let in_buffer = contact_km < BUFFER_KM;
    let by_a_party = event.actor == "KA" || event.actor == "VE";
    let one = |clause, holds: bool| if holds { vec![Broken { clause, texts }] } else { Vec::new() };
    match event.nature {
        Nature::Fire => {
            let fired = if event.outgoing { withdrawal(land, event) } else { None };
            let too_near = fired.map(|texts| Broken { clause: "3.1", texts });
            one("2.1", true).into_iter().chain(too_near).collect()
        }
        Nature::Blast if velia_in_force => vec![Broken { clause: "2.1", texts: "velia" }],
        Nature::Flight => one("2.2", in_buffer && by_a_party),
        Nature::Troops => one("3.2", in_buffer && by_a_party && event.start_ms >= FIRST_DAY_MS + 4 * DAY_MS),
        Nature::Jamming => one("6.3", true),
        Nature::Weapon => {
            withdrawal(land, event).map(|texts| Broken { clause: "3.1", texts }).into_iter().collect()
        }
        Nature::Blast | Nature::Farming => Vec::new(),
    }
}

/// Under which texts a weapon stands too near.
fn withdrawal(land: &Land, event: &Event) -> Option<&'static str> {
    let stored = STORAGE.iter().any(|(.., at)| at.km_to(event.at) < 1.2);
    // Under Karsk's text the withdrawal is complete at the end of the seventh day, under Velia's of the fourth.
    let karsk_due = event.start_ms >= FIRST_DAY_MS + 7 * DAY_MS;
    let velia_due = event.start_ms >= FIRST_DAY_MS + 5 * DAY_MS;
    let least_km = match event.weapon {
        "mortar" | "tank" => 15.0,
        "artillery" => 50.0,
        "rockets" => 75.0,
        "R-9" => 150.0,
        _ => return None,
    };
    let (karsk_least_mm, velia_least_mm) = (120, 100);
    let covered = |least_mm: u16| event.weapon != "artillery" || event.calibre_mm >= least_mm;
    let karsk_km =
        if event.actor == "VE" { land.km_to_september(event.at) } else { land.km_to_contact(event.at) };
    let velia_km = land.km_to_contact(event.at);
    let karsk = karsk_due && !stored && covered(karsk_least_mm) && karsk_km < least_km;
    let velia = velia_due && covered(velia_least_mm) && velia_km < least_km;
    match (karsk, velia) {
        (true, true) => Some("both"),
        (true, false) => Some("karsk"),
        (false, true) => Some("velia"),
        (false, false) => None,
    }
}
