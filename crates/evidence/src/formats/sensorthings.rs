//! Entities of the OGC SensorThings API (1.0, 1.1), JSON: observations alone or in collections, in data arrays, in
//! batches, or inside the Thing, Datastream or FeatureOfInterest that they belong to.

mod context;
mod observation;

use crate::formats::fields::key_part;
use crate::formats::frames::Cut;
use crate::formats::json::{self, at, canonical, scalar};
use crate::formats::mapped::{Bound, Named};
use crate::formats::moments::Clock;
use crate::intake::{At, Intake, Options, ReadError};
use crate::reject::{Fault, RejectReason};
use base::CivilZone;
use context::{Context, name_of};
use observation::Found;
use serde_json::{Map, Value};
use std::io::Read;

const NAME: &str = "sensorthings";
/// Members that hold entities which hold observations, and what the entity around them is to those.
const NESTED: [&str; 4] = ["Things", "Datastreams", "MultiDatastreams", "Observations"];

struct Reading {
    clock: Clock,
    mapping: Option<(Bound, Named)>,
    key: Vec<u8>,
}

/// Reads the document.
pub(crate) fn run(
    options: &Options,
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mapping = match &options.mapping {
        None => None,
        Some(mapping) => Some(Named::bind(mapping, zone.clone())?),
    };
    let mut reading = Reading { clock: Clock::new(zone), mapping, key: Vec::new() };
    let cut = Cut::Listed(&["value", "requests", "responses"]);
    let around = json::each(NAME, input, cut, intake, &mut |value, place, intake| {
        let before = intake.rows();
        reading.entity(unwrapped(value), Context::default(), place, intake)?;
        if intake.rows() > before { Ok(Ok(())) } else { Ok(Err(alone(value))) }
    })?;
    let page: Vec<u8> = around.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    if String::from_utf8_lossy(&page).contains("iot.nextLink\":\"") {
        intake.warn("this is one page of several: `@iot.nextLink` names the next; read that too");
    }
    Ok(())
}

/// The entity in a request or response of a batch.
fn unwrapped(value: &Value) -> &Value {
    let is_batch = value.get("url").is_some() || value.get("status").is_some();
    value.get("body").filter(|b| is_batch && b.is_object()).unwrap_or(value)
}

/// Says what it is that is no observation.
fn alone(value: &Value) -> Fault {
    let url = scalar(value.get("url")).unwrap_or_default();
    let what = name_of(unwrapped(value), &url);
    let says = match what {
        "" => "no entity of the SensorThings API".to_owned(),
        what => format!("a {what} without observations"),
    };
    Fault::new("", RejectReason::WrongShape, says)
}

impl Reading {
    /// Takes all observations in an entity.
    fn entity(
        &mut self,
        entity: &Value,
        context: Context<'_>,
        place: At<'_>,
        intake: &mut Intake<'_>,
    ) -> Result<(), ReadError> {
        if let Some(Value::Array(rows)) = entity.get("dataArray") {
            return self.data_array(entity, rows, context, place, intake);
        }
        let states = |name: &&str| entity.get(name).is_some();
        if ["result", "phenomenonTime", "resultTime"].iter().any(states)
            && entity.get("Observations").is_none()
            && entity.get("observationType").is_none()
            && entity.get("unitOfMeasurement").is_none()
        {
            return self.observation(entity, context, place, intake);
        }
        for name in NESTED {
            let Some(Value::Array(items)) = entity.get(name) else { continue };
            let inner = context.inside(entity);
            for item in items {
                self.entity(item, inner, place, intake)?;
            }
        }
        Ok(())
    }

    /// The data array extension: rows whose columns `components` names.
    fn data_array(
        &mut self,
        group: &Value,
        rows: &[Value],
        context: Context<'_>,
        place: At<'_>,
        intake: &mut Intake<'_>,
    ) -> Result<(), ReadError> {
        let components: Vec<&str> = group
            .get("components")
            .and_then(Value::as_array)
            .map(|c| c.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let context = context.of_group(group);
        for row in rows {
            let text = row.to_string();
            let place = At { line: place.line, raw: text.as_bytes() };
            match row.as_array() {
                Some(cells) if cells.len() == components.len() && !cells.is_empty() => {
                    let named = components.iter().map(|c| own_name(c)).zip(cells.iter().cloned());
                    let observation = Value::Object(named.collect::<Map<String, Value>>());
                    self.observation(&observation, context, place, intake)?;
                }
                _ => {
                    let says = "a row of a data array needs a value for each of its components";
                    intake.rejected(place, Fault::new("dataArray", RejectReason::WrongShape, says));
                }
            }
        }
        Ok(())
    }

    fn observation(
        &mut self,
        value: &Value,
        context: Context<'_>,
        place: At<'_>,
        intake: &mut Intake<'_>,
    ) -> Result<(), ReadError> {
        let context = context.of_observation(value);
        self.native_key(value, context);
        let found = observation::read(value, context, &self.clock, self.mapping.is_some(), intake);
        let result = match (found, &mut self.mapping) {
            (Err(fault), _) => Err(fault),
            (Ok(Found::Coverage(coverage)), _) => intake.covered(coverage)?,
            (Ok(Found::Nothing(fault)), _) => Err(fault),
            (Ok(found), Some((bound, named))) => {
                context::fill(named, value, context);
                bound.observe(named, found.place(), &self.key, intake)?
            }
            (Ok(Found::Facts(facts)), None) => {
                intake.observed(&facts.draft(&self.key))?;
                Ok(())
            }
        };
        if let Err(fault) = result {
            intake.rejected(place, fault);
        }
        Ok(())
    }

    /// The id that the service gave; without one the observation's content and its datastream.
    fn native_key(&mut self, value: &Value, context: Context<'_>) {
        self.key.clear();
        for name in ["@iot.id", "@iot.selfLink"] {
            if let Some(id) = scalar(value.get(name)) {
                key_part(&mut self.key, name.as_bytes());
                key_part(&mut self.key, id.as_bytes());
                return;
            }
        }
        let mut put = |part: &str| key_part(&mut self.key, part.as_bytes());
        for entity in [context.datastream, context.thing] {
            let path = |name: &str| entity.and_then(|e| scalar(at(e, &[name]))).unwrap_or_default();
            let id = path("@iot.id");
            put(&if id.is_empty() { path("name") } else { id });
        }
        put(context.link.unwrap_or(""));
        if let Some(members) = value.as_object() {
            let mut own: Vec<(&String, &Value)> = members
                .iter()
                .filter(|(n, v)| !v.is_null() && !n.contains('@') && !is_navigation(n))
                .collect();
            own.sort_by_key(|(name, _)| *name);
            for (name, value) in own {
                key_part(&mut self.key, name.as_bytes());
                canonical(value, &mut self.key);
            }
        }
    }
}

/// In a data array the id is called `id`.
fn own_name(component: &str) -> String {
    if component == "id" { "@iot.id".to_owned() } else { component.to_owned() }
}

/// Members that are other entities, expanded or not.
fn is_navigation(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}
