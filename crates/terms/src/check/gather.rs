//! The statements of a file, sorted by what they are. Their order means nothing but the order of clauses.

use super::names::{Names, Sort};
use crate::limits::CLAUSES_MAX;
use crate::parsed::{
    CategoryDecl, Clause, Exception, FlowDecl, Instrument, LineDecl, MomentDecl, Name, ReferenceDecl,
    SensorDecl, Statement, UnitDecl, ZoneDecl,
};
use crate::problem::{Bad, Problems};
use crate::source::Stretch;
use std::collections::HashSet;

#[derive(Default)]
pub(super) struct Gathered<'a> {
    pub names: Names<'a>,
    pub instrument: Option<Instrument<'a>>,
    pub instrument_failed: bool,
    pub moments: Vec<MomentDecl<'a>>,
    pub units: Vec<UnitDecl<'a>>,
    pub categories: Vec<CategoryDecl<'a>>,
    pub flows: Vec<FlowDecl<'a>>,
    pub sensors: Vec<SensorDecl<'a>>,
    pub lines: Vec<LineDecl<'a>>,
    pub zones: Vec<ZoneDecl<'a>>,
    pub references: Vec<ReferenceDecl<'a>>,
    pub references_failed: Vec<&'a str>,
    pub clauses: Vec<Clause<'a>>,
    pub exceptions: Vec<Exception<'a>>,
    pub labels_failed: Vec<Name<'a>>,
    pub too_many: bool,
}

/// Keeps a declaration under its name, if the name is free.
fn keep<'a, T>(
    names: &mut Names<'a>,
    all: &mut Vec<T>,
    name: Name<'a>,
    sort: Sort,
    decl: T,
    problems: &mut Problems<'_>,
) {
    // Moments count from 1: 0 is the entry into force.
    let index = all.len() + usize::from(sort == Sort::Moment);
    if names.declare(name, sort, index, problems) {
        all.push(decl);
    }
}

impl<'a> Gathered<'a> {
    pub fn add(&mut self, statement: Statement<'a>, problems: &mut Problems<'_>) {
        let names = &mut self.names;
        match statement {
            Statement::Instrument(instrument) => self.add_instrument(*instrument, problems),
            Statement::Actors(all) => all.into_iter().for_each(|actor| names.add_actor(actor, problems)),
            Statement::Weapons(all) => all.into_iter().for_each(|weapon| names.add_weapon(weapon, problems)),
            Statement::Act(act) => names.add_act(act, problems),
            Statement::Moment(d) => keep(names, &mut self.moments, d.name, Sort::Moment, d, problems),
            Statement::Unit(d) => keep(names, &mut self.units, d.name, Sort::Unit, d, problems),
            Statement::Category(d) => keep(names, &mut self.categories, d.name, Sort::Category, d, problems),
            Statement::Flow(d) => keep(names, &mut self.flows, d.name, Sort::Flow, d, problems),
            Statement::Sensor(d) => keep(names, &mut self.sensors, d.name, Sort::Sensor, *d, problems),
            Statement::Line(d) => keep(names, &mut self.lines, d.name, Sort::Line, *d, problems),
            Statement::Zone(d) => keep(names, &mut self.zones, d.name, Sort::Zone, *d, problems),
            Statement::Reference(reference) => self.references.push(reference),
            Statement::Clause(clause) => {
                if self.has_room(clause.at, problems) {
                    self.clauses.push(*clause);
                }
            }
            Statement::Exception(exception) => {
                if self.has_room(exception.at, problems) {
                    self.exceptions.push(exception);
                }
            }
            Statement::Failed(failed) => {
                self.instrument_failed |= failed.instrument;
                self.references_failed.extend(failed.reference_of.iter().map(|n| n.text));
                failed.names.iter().for_each(|name| self.names.declare_unknown(*name));
                self.labels_failed.extend(failed.label);
            }
        }
    }

    /// The labels of clauses and exceptions, those that could not be read among them.
    pub fn labels(&self) -> HashSet<&'a str> {
        let clauses = self.clauses.iter().map(|c| c.label.text);
        let exceptions = self.exceptions.iter().filter_map(|e| e.label).map(|l| l.text);
        clauses.chain(exceptions).chain(self.labels_failed.iter().map(|l| l.text)).collect()
    }

    /// The labels of clauses and exceptions with their places.
    pub fn label_names(&self) -> Vec<Name<'a>> {
        let clauses = self.clauses.iter().map(|c| c.label);
        clauses.chain(self.exceptions.iter().filter_map(|e| e.label)).collect()
    }

    fn add_instrument(&mut self, instrument: Instrument<'a>, problems: &mut Problems<'_>) {
        if self.instrument.is_some() {
            let message = "a file holds one instrument, and this is the second";
            let at = instrument.name.at;
            problems.error(Bad::new(
                "second-instrument",
                at,
                message,
                "put the other instrument in a file of its own",
            ));
            return;
        }
        if let Some(anchor) = instrument.anchor {
            self.names.declare(anchor, Sort::Moment, 0, problems);
        }
        self.instrument = Some(instrument);
    }

    fn has_room(&mut self, at: Stretch, problems: &mut Problems<'_>) -> bool {
        let room = self.clauses.len() + self.exceptions.len() < CLAUSES_MAX;
        if !room && !self.too_many {
            self.too_many = true;
            let message = format!("a file has at most {CLAUSES_MAX} clauses");
            problems.error(Bad::new("too-many-clauses", at, message, "divide it"));
        }
        room
    }
}
