//! The entities around an observation: its datastream, thing, feature of interest.

use crate::formats::json::{at, scalar};
use crate::formats::mapped::Named;
use serde_json::Value;

/// What is known of an observation besides itself. Entities that stand in the observation go before those around it.
#[derive(Clone, Copy, Default)]
pub(super) struct Context<'v> {
    pub(super) datastream: Option<&'v Value>,
    pub(super) thing: Option<&'v Value>,
    pub(super) location: Option<&'v Value>,
    pub(super) feature: Option<&'v Value>,
    pub(super) property: Option<&'v Value>,
    pub(super) sensor: Option<&'v Value>,
    /// The address of the datastream, where that is all that is stated.
    pub(super) link: Option<&'v str>,
}

const STREAMS: [&str; 2] = ["Datastream", "MultiDatastream"];

impl<'v> Context<'v> {
    /// Inside `entity`.
    pub(super) fn inside(mut self, entity: &'v Value) -> Context<'v> {
        match name_of(entity, "") {
            "Thing" => self.thing = Some(entity),
            "Location" => self.location = Some(entity),
            "FeatureOfInterest" => self.feature = Some(entity),
            "ObservedProperty" => self.property = Some(entity),
            "Sensor" => self.sensor = Some(entity),
            _ => self.datastream = Some(entity),
        }
        self.around()
    }

    /// Of a group of a data array.
    pub(super) fn of_group(self, group: &'v Value) -> Context<'v> {
        self.of_observation(group)
    }

    /// Of an observation.
    pub(super) fn of_observation(mut self, value: &'v Value) -> Context<'v> {
        for name in STREAMS {
            self.datastream = at(value, &[name]).or(self.datastream);
            let link = value.get(format!("{name}@iot.navigationLink"));
            self.link = link.and_then(Value::as_str).or(self.link);
        }
        self.feature = at(value, &["FeatureOfInterest"]).or(self.feature);
        self.around()
    }

    /// What stands in the datastream.
    fn around(mut self) -> Context<'v> {
        let of = |name: &str| self.datastream.and_then(|d| at(d, &[name]));
        self.property = of("ObservedProperty").or(self.property);
        self.sensor = of("Sensor").or(self.sensor);
        self.thing = of("Thing").or(self.thing);
        self
    }

    /// The observed properties, in the order of the results of a MultiDatastream.
    pub(super) fn properties(self) -> Vec<&'v Value> {
        let several = self.datastream.and_then(|d| d.get("ObservedProperties")).and_then(Value::as_array);
        several.map_or_else(|| self.property.into_iter().collect(), |p| p.iter().collect())
    }

    /// A member of the free `properties` of the datastream, sensor or thing.
    pub(super) fn free(self, names: &[&str]) -> Option<&'v Value> {
        let entities = [self.datastream, self.sensor, self.thing];
        let mut found = entities.into_iter().flatten();
        found.find_map(|e| names.iter().find_map(|n| at(e, &["properties", n])))
    }

    /// What `path` names, parted by `/`: in the observation, its datastream, its thing, or the context by name.
    fn look(self, value: &'v Value, path: &str) -> Option<&'v Value> {
        let steps: Vec<&str> = path.split('/').collect();
        let roots = [Some(value), self.datastream, self.thing];
        if let Some(found) = roots.into_iter().flatten().find_map(|root| at(root, &steps)) {
            return Some(found);
        }
        let (first, rest) = steps.split_first()?;
        let root = match *first {
            "Datastream" | "MultiDatastream" => self.datastream,
            "Thing" => self.thing,
            "ObservedProperty" => self.property,
            "Sensor" => self.sensor,
            "FeatureOfInterest" => self.feature,
            _ => None,
        };
        at(root?, rest)
    }
}

/// What kind of entity it is, as far as its members or the address of a request tell; empty: none.
pub(super) fn name_of(entity: &Value, url: &str) -> &'static str {
    const NAMES: [&str; 8] = [
        "HistoricalLocation",
        "MultiDatastream",
        "Datastream",
        "FeatureOfInterest",
        "FeaturesOfInterest",
        "ObservedProperty",
        "ObservedProperties",
        "Observation",
    ];
    const MORE: [&str; 3] = ["Location", "Sensor", "Thing"];
    let link = scalar(entity.get("@iot.selfLink")).unwrap_or_default();
    let address = if url.is_empty() { link.as_ref() } else { url };
    let last = address.rsplit('/').next().unwrap_or("");
    let last = last.split(['(', '?']).next().unwrap_or("");
    if let Some(name) =
        NAMES.into_iter().chain(MORE).find(|n| last.trim_end_matches('s') == n.trim_end_matches('s'))
    {
        return match name {
            "FeaturesOfInterest" => "FeatureOfInterest",
            "ObservedProperties" => "ObservedProperty",
            name => name,
        };
    }
    if !last.is_empty() {
        return "";
    }
    let has = |name: &str| entity.get(name).is_some();
    match () {
        () if has("multiObservationDataTypes") || has("unitOfMeasurements") => "MultiDatastream",
        () if has("observationType") || has("unitOfMeasurement") => "Datastream",
        () if has("feature") => "FeatureOfInterest",
        () if has("location") => "Location",
        () if has("metadata") => "Sensor",
        () if has("definition") => "ObservedProperty",
        () if has("taskingParameters") => "TaskingCapability",
        () if has("Locations") || has("Datastreams") || has("MultiDatastreams") => "Thing",
        () if has("Observations") => "Datastream",
        () if has("name") && has("description") && !has("entityTypes") => "Thing",
        () => "",
    }
}

/// Takes the values of one observation that a mapping asks for, by path. `phenomenonTime` is its beginning,
/// `phenomenonTime/end` its end.
pub(super) fn fill(named: &mut Named, value: &Value, context: Context<'_>) {
    for (name, text) in named.emptied() {
        let (path, half) = match name.strip_suffix("/end") {
            Some(path) => (path, 1),
            None => (name, 0),
        };
        let found = context.look(value, path);
        let whole = scalar(found);
        let is_time = path.ends_with("Time");
        match (whole, found) {
            (Some(whole), _) if is_time => {
                text.push_str(whole.split('/').nth(half).unwrap_or(""));
            }
            (Some(whole), _) => text.push_str(&whole),
            (None, Some(other @ (Value::Object(_) | Value::Array(_)))) => {
                text.push_str(&other.to_string());
            }
            (None, _) => {}
        }
    }
}
