//! The closed vocabulary of what an observation can be *of*. Agreements group these kinds into acts; adapters map
//! their sources' codes to them. A kind outside this list is kept as it stands and matches only by its own name.

/// A kind of fact, with the words a reader sees.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The name in agreements, mappings and APIs.
    pub name: &'static str,
    /// One line for people.
    pub meaning: &'static str,
}

const fn kind(name: &'static str, meaning: &'static str) -> Kind {
    Kind { name, meaning }
}

/// All known kinds. The first six are the weapon effects that monitoring missions count.
pub const KINDS: &[Kind] = &[
    kind("explosion", "an explosion, outgoing, impact, airburst or undetermined"),
    kind("burst", "a burst of automatic fire"),
    kind("shot", "a single shot"),
    kind("projectile", "a projectile in flight"),
    kind("muzzle flash", "a muzzle flash"),
    kind("flare", "an illumination flare or tracer"),
    kind("airstrike", "an air strike"),
    kind("drone strike", "a strike by an uncrewed aircraft"),
    kind("artillery fire", "artillery, mortar or rocket fire"),
    kind("firefight", "fighting at close quarters"),
    kind("violence", "an event of organised violence, means not stated"),
    kind("weapon", "a weapon or weapon system present"),
    kind("troops", "persons under arms present"),
    kind("armour", "armoured vehicles present or moving"),
    kind("flight", "an aircraft, crewed or not, in the air"),
    kind("movement", "a movement of forces"),
    kind("mine", "a mine or unexploded ordnance"),
    kind("casualty", "a person killed or wounded"),
    kind("damage", "damage to an object"),
    kind("air alert", "an air-raid alert"),
    kind("thermal anomaly", "heat seen from orbit; a fire, a strike or a smokestack"),
    kind("jamming", "interference with signals or navigation"),
    kind("sensor blinded", "a sensor of the monitors covered, dazzled or cut off"),
    kind("sensor destroyed", "a sensor of the monitors destroyed or stolen"),
    kind("sensor moved", "a sensor of the monitors moved"),
    kind("marker moved", "a marker of a line moved"),
    kind("marker destroyed", "a marker of a line destroyed or removed"),
    kind("seal broken", "a seal of the monitors broken"),
    kind("staff threatened", "monitors threatened or detained"),
    kind("staff attacked", "monitors fired at or hurt"),
    kind("access denied", "monitors kept from a place"),
    kind("access delayed", "monitors delayed"),
    kind("other", "anything else"),
];

/// Whether `name` is a known kind.
#[must_use]
pub fn is_kind(name: &str) -> bool {
    KINDS.iter().any(|k| k.name == name)
}
