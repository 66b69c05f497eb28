//! Which kinds of fact can be reports of one event. An explosion heard and an artillery strike reported may be the
//! same; a burst of a machine-gun and an explosion are not, however near.

/// A set of natures an event of some kind can have, as bits; two kinds are compatible if they share one.
pub type Natures = u32;

const BLAST: Natures = 1;
const SMALL_ARMS: Natures = 2;
const MATERIEL: Natures = 4;
const PERSONS: Natures = 8;
const FLIGHT: Natures = 16;
const HEAT: Natures = 32;
const JAMMING: Natures = 64;
const ACCESS: Natures = 128;
const ALERT: Natures = 256;

/// The natures of a kind of fact; `None`: unknown kind, which is compatible only with itself.
#[must_use]
pub fn natures(kind: &str) -> Option<Natures> {
    Some(match kind {
        "explosion" | "airstrike" | "drone strike" | "artillery fire" | "projectile" | "muzzle flash"
        | "damage" => BLAST,
        "burst" | "shot" | "firefight" => SMALL_ARMS,
        "violence" | "casualty" => BLAST | SMALL_ARMS,
        "weapon" | "armour" => MATERIEL,
        "troops" => PERSONS,
        "movement" => MATERIEL | PERSONS,
        "flight" => FLIGHT,
        "thermal anomaly" => HEAT,
        "jamming" => JAMMING,
        "access denied" | "access delayed" => ACCESS,
        "air alert" => ALERT,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::natures;

    #[test]
    fn an_explosion_may_be_an_artillery_strike_but_never_a_burst() {
        let shares = |a, b| natures(a).unwrap() & natures(b).unwrap() != 0;
        assert!(shares("explosion", "artillery fire"));
        assert!(!shares("explosion", "burst"));
        assert!(!shares("explosion", "thermal anomaly"));
    }
}
