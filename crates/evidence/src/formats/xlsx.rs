//! One sheet of a spreadsheet as a table, its columns named by a mapping: Office Open XML workbooks (`.xlsx`).
//!
//! The file is an archive of outside data: before one part is opened, every part is unpacked and measured, and more
//! than [`UNPACKED_BYTES_MAX`] in all is refused. Cells are read one after the other; a sheet that says it reaches from
//! A1 to the last column and row costs nothing.

use crate::formats::fields::key_part;
use crate::formats::mapped::{Bound, Record};
use crate::intake::{At, Intake, Options, ReadError};
use crate::mapping::Mapping;
use crate::reject::{Fault, RejectReason};
use base::CivilZone;
use base::limits::{COLUMNS_MAX, LINE_BYTES_MAX};
use calamine::{Data, DataRef, DataType, ExcelDateTime, Reader, SheetType, Xlsx};
use std::io::{self, Cursor, Read};

const NAME: &str = "xlsx";
/// Largest file, packed, bytes.
const PACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Largest sum of all parts, unpacked, bytes.
const UNPACKED_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Most parts of an archive.
const PARTS_MAX: usize = 4_096;
/// Sheets that a message lists.
const SHEETS_SHOWN_MAX: usize = 20;

type Book = Xlsx<Cursor<Vec<u8>>>;

fn wrong(found: impl Into<String>) -> ReadError {
    ReadError::WrongKind { format: NAME, found: found.into() }
}

/// The cells of one row.
#[derive(Default)]
struct Cells {
    texts: Vec<String>,
    bytes: usize,
    /// Row of the sheet, from 1.
    row: u32,
}

impl Record for Cells {
    fn get(&self, slot: usize) -> &[u8] {
        self.texts.get(slot).map_or(b"", String::as_bytes)
    }
}

impl Cells {
    fn clear(&mut self) {
        self.texts.iter_mut().for_each(String::clear);
        self.bytes = 0;
    }

    fn is_empty(&self) -> bool {
        self.texts.iter().all(|t| t.trim().is_empty())
    }

    /// The row as a person would see it.
    fn raw(&self) -> String {
        self.texts.join(" | ")
    }
}

/// Reads the sheet.
pub(crate) fn run(
    options: &Options,
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut book = open(input)?;
    let sheet = sheet(&book, options.part.as_deref())?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|e| wrong(broken(&e)))?;
    let mut table = Table::default();
    let mut reading = Reading { row: None, too_long: false };
    loop {
        let next = match cells.next_cell() {
            Ok(next) => next,
            Err(e) => {
                reading.finish(&mut table, options, &zone, intake)?;
                return if table.bound.is_none() {
                    Err(wrong(broken(&e)))
                } else {
                    intake.ended(io::ErrorKind::InvalidData.into(), At { line: table.line(), raw: b"" })
                };
            }
        };
        let Some(cell) = next else {
            reading.finish(&mut table, options, &zone, intake)?;
            return if table.bound.is_some() { Ok(()) } else { Err(ReadError::Empty) };
        };
        let (row, column) = cell.get_position();
        if reading.row != Some(row) {
            reading.finish(&mut table, options, &zone, intake)?;
            reading = Reading { row: Some(row), too_long: false };
            table.cells.clear();
            table.cells.row = row.saturating_add(1);
        }
        reading.take(&mut table.cells, column as usize, cell.get_value());
    }
}

fn broken(error: &dyn std::error::Error) -> String {
    format!("the workbook cannot be read: {error}")
}

/// Unpacks and measures every part, then opens the workbook.
fn open(input: Box<dyn Read + '_>) -> Result<Book, ReadError> {
    let mut bytes = Vec::new();
    let mut limited = input.take(PACKED_BYTES_MAX + 1);
    limited.read_to_end(&mut bytes).map_err(|e| ReadError::at_start(NAME, e))?;
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() as u64 > PACKED_BYTES_MAX {
        return Err(wrong(format!("it is larger than {PACKED_BYTES_MAX} bytes; save the sheet as CSV")));
    }
    if !bytes.starts_with(b"PK") {
        return Err(wrong("it is not an .xlsx workbook; save it as one, or as CSV"));
    }
    measure(&bytes)?;
    Xlsx::new(Cursor::new(bytes)).map_err(|e| wrong(broken(&e)))
}

/// What the parts say of their own size may be a lie: they are unpacked and counted.
fn measure(bytes: &[u8]) -> Result<(), ReadError> {
    let bad = |e: zip::result::ZipError| wrong(format!("the archive is damaged or cut off: {e}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
    if archive.len() > PARTS_MAX {
        return Err(wrong(format!("it has more than {PARTS_MAX} parts")));
    }
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(bad)?;
        let name = part.name().map(|n| n.into_owned()).map_err(bad)?;
        if part.enclosed_name().is_none() {
            return Err(wrong(format!("its part `{name}` has a name that leads out of the archive")));
        }
        let mut limited = part.take(left + 1);
        let n = io::copy(&mut limited, &mut io::sink())
            .map_err(|e| wrong(format!("its part `{name}` cannot be unpacked: {e}")))?;
        left = left.checked_sub(n).ok_or_else(|| {
            wrong(format!("it unpacks to more than {UNPACKED_BYTES_MAX} bytes; save the sheet as CSV"))
        })?;
    }
    Ok(())
}

/// The name of the sheet asked for, or of the first worksheet.
fn sheet(book: &Book, wanted: Option<&str>) -> Result<String, ReadError> {
    let sheets: Vec<&str> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet)
        .map(|s| s.name.as_str())
        .collect();
    let found = match wanted {
        None => sheets.first(),
        Some(name) => sheets.iter().find(|s| **s == name),
    };
    found.map(|s| (*s).to_owned()).ok_or_else(|| {
        let shown: Vec<String> = sheets.iter().take(SHEETS_SHOWN_MAX).map(|s| format!("`{s}`")).collect();
        let asked =
            wanted.map_or("it has no sheet of cells".to_owned(), |n| format!("there is no sheet `{n}`"));
        ReadError::Options(format!("{asked}; there are {}: {}", sheets.len(), shown.join(", ")))
    })
}

/// The row being put together.
struct Reading {
    row: Option<u32>,
    too_long: bool,
}

impl Reading {
    fn take(&mut self, cells: &mut Cells, column: usize, value: &DataRef<'_>) {
        if column >= COLUMNS_MAX {
            self.too_long |= !value.is_empty();
            return;
        }
        let text = text_of(value);
        if text.is_empty() {
            return;
        }
        cells.bytes = cells.bytes.saturating_add(text.len());
        if cells.bytes > LINE_BYTES_MAX {
            self.too_long = true;
            return;
        }
        if cells.texts.len() <= column {
            cells.texts.resize_with(column + 1, String::new);
        }
        if let Some(slot) = cells.texts.get_mut(column) {
            *slot = text;
        }
    }

    fn finish(
        &mut self,
        table: &mut Table,
        options: &Options,
        zone: &CivilZone,
        intake: &mut Intake<'_>,
    ) -> Result<(), ReadError> {
        if self.row.take().is_none() {
            return Ok(());
        }
        if self.too_long {
            if table.bound.is_none() {
                return Err(wrong("its first row is too long or too wide for a header"));
            }
            let raw = table.cells.raw();
            let at = At { line: table.line(), raw: raw.as_bytes() };
            intake.rejected(at, Fault::new("", RejectReason::RecordTooLong, ""));
            return Ok(());
        }
        if table.cells.is_empty() {
            return Ok(());
        }
        match &mut table.bound {
            None => table.header(options, zone, intake),
            Some(bound) => {
                if let Some(fault) = unnamed(&table.cells, &table.named) {
                    let raw = table.cells.raw();
                    intake.rejected(At { line: u64::from(table.cells.row), raw: raw.as_bytes() }, fault);
                    return Ok(());
                }
                table.whole.clear();
                for column in &table.order {
                    key_part(&mut table.whole, table.cells.get(*column));
                }
                if let Err(fault) = bound.observe(&table.cells, None, &table.whole, intake)? {
                    let raw = table.cells.raw();
                    intake.rejected(At { line: u64::from(table.cells.row), raw: raw.as_bytes() }, fault);
                }
                Ok(())
            }
        }
    }
}

/// What is wrong with a row that has a value under no name: nobody could say what it is, and it would be lost.
fn unnamed(cells: &Cells, named: &[bool]) -> Option<Fault> {
    let is_stray = |(i, text): &(usize, &String)| !text.trim().is_empty() && named.get(*i) != Some(&true);
    let (column, _) = cells.texts.iter().enumerate().find(is_stray)?;
    let says = format!("a value in column {}, which has no name", letters(column));
    Some(Fault::new("", RejectReason::TooManyFields, says))
}

/// The name of a column as workbooks have it, from 0: `A`, `Z`, `AA`.
fn letters(mut column: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.insert(0, b'A' + (column % 26) as u8);
        match column / 26 {
            0 => return String::from_utf8_lossy(&name).into_owned(),
            more => column = more - 1,
        }
    }
}

/// The sheet as far as it is read.
#[derive(Default)]
struct Table {
    cells: Cells,
    bound: Option<Bound>,
    /// Whether each column has a name.
    named: Vec<bool>,
    /// Columns in order of their names: a record without an id is its content.
    order: Vec<usize>,
    whole: Vec<u8>,
}

impl Table {
    fn line(&self) -> u64 {
        u64::from(self.cells.row)
    }

    /// Takes the first row that is not empty as the names of the columns.
    fn header(
        &mut self,
        options: &Options,
        zone: &CivilZone,
        intake: &mut Intake<'_>,
    ) -> Result<(), ReadError> {
        let names: Vec<String> = self.cells.texts.iter().map(|t| t.trim().to_owned()).collect();
        let usual = Mapping::default();
        let mapping = options.mapping.as_ref().unwrap_or(&usual);
        let at = |name: &str| names.iter().position(|n| n.to_lowercase() == name.trim().to_lowercase());
        let mut find = |name: &str| at(name).into_iter().collect();
        let bound = Bound::bind(mapping, zone.clone(), &mut find).map_err(|missing| {
            let quoted =
                |names: &[String]| names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
            let found: Vec<String> = names.iter().filter(|n| !n.is_empty()).cloned().collect();
            ReadError::MissingColumns { format: NAME, missing: quoted(&missing), found: quoted(&found) }
        })?;
        self.named = names.iter().map(|n| !n.is_empty()).collect();
        let named = |i: &usize| self.named.get(*i) == Some(&true);
        let unread = (0..names.len()).filter(named).filter(|i| !bound.reads(*i));
        intake.unread(unread.filter_map(|i| names.get(i).cloned()).collect());
        self.order = (0..names.len()).filter(named).collect();
        self.order.sort_by_key(|i| names.get(*i).map(|n| n.to_lowercase()));
        self.bound = Some(bound);
        Ok(())
    }
}

/// A cell as text. Formulas have been worked out by the program that saved the file; errors (`#N/A`) are empty. Dates
/// are serial numbers of days: they become civil dates and times to the second, without a zone.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::SharedString(text) => (*text).trim().to_owned(),
        DataRef::DateTime(moment) => moment_text(*moment),
        other => match Data::from(other.clone()) {
            Data::Float(x) => number_text(x),
            Data::Int(n) => n.to_string(),
            Data::Bool(b) => if b { "yes" } else { "no" }.to_owned(),
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.trim().to_owned(),
            _ => String::new(),
        },
    }
}

/// `5`, not `5.0`: every number of a workbook is a float.
fn number_text(x: f64) -> String {
    if x.fract() == 0.0 && x.abs() < 1e15 { format!("{x:.0}") } else { x.to_string() }
}

fn moment_text(moment: ExcelDateTime) -> String {
    const DAYS_MAX: f64 = 200_000.0;
    let serial = moment.as_f64();
    if !(0.0..DAYS_MAX).contains(&serial) {
        // Not a date that can be meant: shown as it is, and rejected by whoever wants a date.
        return number_text(serial);
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let clock = match second {
        0 if milli == 0 => format!("{hour:02}:{minute:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}"),
    };
    if moment.is_duration() || serial < 1.0 {
        // A time of day without a date.
        return clock;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if serial.fract() == 0.0 { date } else { format!("{date} {clock}") }
}
