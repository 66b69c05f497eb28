//! Circles of nearest places: the shapes in which a cluster is looked for.

use crate::panel::Zone;

/// Mean radius of the Earth, km (IUGG).
const EARTH_RADIUS_KM: f64 = 6_371.008_8;
/// How many members all circles may have together.
const MEMBERS_MAX: usize = 20_000_000;

/// For every place as a centre, the places around it in order of distance: each beginning of the list is a circle.
///
/// Places are held in order of their position, whatever their order in the panel, so that neither a maximum nor a
/// draw depends on the order in which places are given.
#[derive(Clone, Debug)]
pub struct Circles {
    /// Row in the panel of each place held here.
    zones: Vec<u32>,
    /// East and north of the south-west corner, km, on a plane; for tiles only.
    plane_km: Vec<(f64, f64)>,
    /// Where each centre's list begins, with the end of the last.
    starts: Vec<usize>,
    members: Vec<u32>,
    distances_km: Vec<f32>,
}

/// One centre with the places around it, nearest first. The centre is the first member, unless another place shares
/// its position.
#[derive(Clone, Copy, Debug)]
pub struct Rings<'c> {
    /// Places, as `Circles` numbers them.
    pub members: &'c [u32],
    /// How far each is from the centre, km.
    pub distances_km: &'c [f32],
}

impl Circles {
    /// Circles of up to `radius_km_max` and at most `places_max` places around each of `zones`.
    /// Nothing when there are too many places for any real list.
    #[must_use]
    pub fn new(zones: &[Zone], radius_km_max: f64, places_max: usize) -> Option<Circles> {
        let mut order: Vec<(u32, &Zone)> = (0_u32..).zip(zones).collect();
        order.sort_by(|(_, a), (_, b)| {
            a.lat_deg.total_cmp(&b.lat_deg).then(a.lon_deg.total_cmp(&b.lon_deg)).then(a.name.cmp(&b.name))
        });
        let places: Vec<Place> = order.iter().map(|(_, zone)| Place::of(zone)).collect();
        let mut circles = Circles {
            zones: order.iter().map(|(row, _)| *row).collect(),
            plane_km: plane_km(&order),
            starts: vec![0],
            members: Vec::new(),
            distances_km: Vec::new(),
        };
        let mut near: Vec<(f64, u32)> = Vec::new();
        for centre in &places {
            nearest(centre, &places, radius_km_max, &mut near);
            near.truncate(places_max.max(1));
            circles.members.extend(near.iter().map(|(_, place)| *place));
            circles.distances_km.extend(near.iter().map(|(km, _)| *km as f32));
            circles.starts.push(circles.members.len());
            if circles.members.len() > MEMBERS_MAX {
                return None;
            }
        }
        Some(circles)
    }

    /// How many places.
    #[must_use]
    pub fn places(&self) -> usize {
        self.zones.len()
    }

    /// How many circles in all.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The row in the panel of each place.
    #[must_use]
    pub fn zones(&self) -> &[u32] {
        &self.zones
    }

    /// Where each place lies east and north of the south-west corner, km, on a plane.
    #[must_use]
    pub fn plane_km(&self) -> &[(f64, f64)] {
        &self.plane_km
    }

    /// The centres in order, each with the places around it.
    pub fn rings(&self) -> impl Iterator<Item = Rings<'_>> {
        self.starts.iter().zip(self.starts.iter().skip(1)).map(|(&from, &to)| Rings {
            members: self.members.get(from..to).unwrap_or_default(),
            distances_km: self.distances_km.get(from..to).unwrap_or_default(),
        })
    }

    /// The places around one centre.
    #[must_use]
    pub fn ring(&self, centre: usize) -> Rings<'_> {
        let from = self.starts.get(centre).copied().unwrap_or(0);
        let to = self.starts.get(centre + 1).copied().unwrap_or(from);
        Rings {
            members: self.members.get(from..to).unwrap_or_default(),
            distances_km: self.distances_km.get(from..to).unwrap_or_default(),
        }
    }
}

/// A position with what a distance needs of it.
struct Place {
    lat_deg: f64,
    lat_rad: f64,
    lon_rad: f64,
    cos_lat: f64,
}

impl Place {
    fn of(zone: &Zone) -> Place {
        let lat_rad = zone.lat_deg.to_radians();
        Place { lat_deg: zone.lat_deg, lat_rad, lon_rad: zone.lon_deg.to_radians(), cos_lat: lat_rad.cos() }
    }

    /// Great-circle distance, km (haversine).
    fn distance_km(&self, other: &Place) -> f64 {
        let lat = ((other.lat_rad - self.lat_rad) / 2.0).sin();
        let lon = ((other.lon_rad - self.lon_rad) / 2.0).sin();
        let half = lat * lat + self.cos_lat * other.cos_lat * lon * lon;
        2.0 * EARTH_RADIUS_KM * half.clamp(0.0, 1.0).sqrt().asin()
    }
}

/// Places within `radius_km` of `centre`, nearest first, those at one distance in order of position. Places come
/// sorted by latitude, so those too far north or south are never looked at.
fn nearest(centre: &Place, places: &[Place], radius_km: f64, near: &mut Vec<(f64, u32)>) {
    near.clear();
    let reach_deg = (radius_km / EARTH_RADIUS_KM).to_degrees() * 1.000_001 + 1e-9;
    let from = places.partition_point(|p| p.lat_deg < centre.lat_deg - reach_deg);
    let to = places.partition_point(|p| p.lat_deg <= centre.lat_deg + reach_deg);
    let band = (0_u32..).zip(places).skip(from).take(to.saturating_sub(from));
    near.extend(band.map(|(at, p)| (centre.distance_km(p), at)).filter(|(km, _)| *km <= radius_km));
    near.sort_by(|(a, i), (b, j)| a.total_cmp(b).then(i.cmp(j)));
}

fn plane_km(order: &[(u32, &Zone)]) -> Vec<(f64, f64)> {
    let least = |of: fn(&Zone) -> f64| order.iter().map(|(_, z)| of(z)).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&Zone) -> f64| order.iter().map(|(_, z)| of(z)).fold(f64::NEG_INFINITY, f64::max);
    let (south, north) = (least(|z| z.lat_deg), most(|z| z.lat_deg));
    let west = least(|z| z.lon_deg);
    let degree_km = EARTH_RADIUS_KM.to_radians();
    let shrink = ((south + north) / 2.0).to_radians().cos();
    let of = |z: &Zone| ((z.lon_deg - west) * degree_km * shrink, (z.lat_deg - south) * degree_km);
    order.iter().map(|(_, zone)| of(zone)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(lon_deg: f64, lat_deg: f64) -> Zone {
        Zone { name: format!("{lon_deg} {lat_deg}"), lon_deg, lat_deg }
    }

    #[test]
    fn a_circle_holds_the_places_within_its_radius_nearest_first() {
        let zones = [zone(44.0, 33.0), zone(44.1, 33.0), zone(44.0, 33.2), zone(50.0, 33.0)];
        let circles = Circles::new(&zones, 50.0, 100).unwrap();
        assert_eq!(circles.zones(), [0, 1, 3, 2]);
        let ring = circles.ring(0);
        assert_eq!(ring.members, [0, 1, 3]);
        // 0.1° of longitude at 33° is 9.33 km, 0.2° of latitude 22.24 km.
        assert!((ring.distances_km[1] - 9.326).abs() < 0.01, "{:?}", ring.distances_km);
        assert!((ring.distances_km[2] - 22.239).abs() < 0.01, "{:?}", ring.distances_km);
        assert_eq!(circles.ring(2).members, [2]);
        assert_eq!(Circles::new(&zones, 50.0, 2).unwrap().ring(0).members, [0, 1]);
        assert_eq!(circles.rings().count(), 4);
    }

    #[test]
    fn no_places_make_no_circles() {
        let circles = Circles::new(&[], 50.0, 10).unwrap();
        assert!(circles.is_empty());
        assert_eq!(circles.rings().count(), 0);
        assert!(circles.ring(0).members.is_empty());
    }
}
