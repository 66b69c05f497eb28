//! Any table, its columns named by a mapping: CSV, with comma, semicolon or tab.

use crate::formats::Step;
use crate::formats::fields::key_part;
use crate::formats::mapped::{Bound, Record};
use crate::formats::rows::{Header, Rows};
use crate::intake::{At, Intake, Options, ReadError};
use crate::mapping::Mapping;
use base::CivilZone;
use std::io::Read;

const NAME: &str = "csv";

impl Record for Rows<'_> {
    fn get(&self, slot: usize) -> &[u8] {
        self.field(slot)
    }
}

/// Reads the table.
pub(crate) fn run(
    options: &Options,
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let usual = Mapping::default();
    let mapping = options.mapping.as_ref().unwrap_or(&usual);
    let mut rows = Rows::open(NAME, input, mapping.delimiter)?;
    let header = Header::read(NAME, &mut rows)?;
    let mut find = |name: &str| header.find(name).into_iter().collect();
    let mut bound = Bound::bind(mapping, zone, &mut find).map_err(|missing| {
        let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
        header.missing(NAME, &missing)
    })?;
    let unread = (0..header.len()).filter(|i| !bound.reads(*i));
    intake.unread(unread.map(|i| header.name(i).to_owned()).collect());
    // A record without id is its content; the order of the columns is no part of that.
    let mut order: Vec<usize> = (0..header.len()).collect();
    order.sort_by_key(|i| header.lower(*i));
    let mut whole = Vec::new();
    loop {
        let next = rows.next();
        match super::step(next, &rows, header.len(), intake)? {
            Step::Row => {}
            Step::Skip => continue,
            Step::Done => return Ok(()),
        }
        whole.clear();
        order.iter().for_each(|column| key_part(&mut whole, rows.field(*column)));
        if let Err(fault) = bound.observe(&rows, None, &whole, intake)? {
            intake.rejected(At { line: rows.line(), raw: &rows.raw() }, fault);
        }
    }
}
