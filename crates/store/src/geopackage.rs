//! Features of a GeoPackage (OGC 12-128r19) as properties and WKB. The file is outside data: it is opened read-only,
//! and only plain tables are read, since a view could compute without end.

use base::limits::GEOMETRY_BYTES_MAX;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, types::ValueRef};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

use crate::limits::LAYERS_SHOWN_MAX;

/// One feature: its properties, and its geometry as WKB without the GeoPackage header; empty: it has no geometry.
pub type Feature = (Map<String, Value>, Vec<u8>);

/// The reference system that geometry is read in: WGS84 longitude and latitude.
const EPSG: i64 = 4326;

/// Why a GeoPackage could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GeoPackageError {
    /// No file.
    #[error("there is no file `{}`", .path.display())]
    Missing {
        /// Where.
        path: PathBuf,
    },
    /// Some other file, or a damaged one.
    #[error("`{}` is not a GeoPackage that can be read: {what}", .path.display())]
    NotAGeoPackage {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A program has written to it and not yet folded in what it wrote.
    #[error("GeoPackage `{}` is open in another program or was not closed; close it there and try again", .path.display())]
    InUse {
        /// Where.
        path: PathBuf,
    },
    /// No layer has that name.
    #[error("GeoPackage `{}` has no layer `{layer}` of features; it has {}", .path.display(), listed(.layers))]
    NoLayer {
        /// Where.
        path: PathBuf,
        /// The name asked for.
        layer: String,
        /// The names there are.
        layers: Vec<String>,
    },
    /// No name was given and there is not exactly one layer.
    #[error("GeoPackage `{}` has {}; name one layer of features", .path.display(), listed(.layers))]
    WhichLayer {
        /// Where.
        path: PathBuf,
        /// The names there are.
        layers: Vec<String>,
    },
    /// The layer is in another reference system.
    #[error("layer `{layer}` of `{}` is in {found}; reproject it to EPSG:{EPSG}", .path.display())]
    OtherSystem {
        /// Where.
        path: PathBuf,
        /// The layer.
        layer: String,
        /// The system it states.
        found: String,
    },
    /// A geometry does not follow the format.
    #[error("feature {feature} of layer `{layer}` in `{}`: {what}", .path.display())]
    BadGeometry {
        /// Where.
        path: PathBuf,
        /// The layer.
        layer: String,
        /// Which feature, from 1 in the order of the layer.
        feature: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// More bytes than [`GEOMETRY_BYTES_MAX`].
    #[error("layer `{layer}` of `{}` has more than {GEOMETRY_BYTES_MAX} bytes; keep only what the agreement names", .path.display())]
    TooLarge {
        /// Where.
        path: PathBuf,
        /// The layer.
        layer: String,
    },
}

fn listed(layers: &[String]) -> String {
    if layers.is_empty() {
        return "no layer of features".to_owned();
    }
    let shown: Vec<String> = layers.iter().take(LAYERS_SHOWN_MAX).map(|l| format!("`{l}`")).collect();
    let rest = layers.len().saturating_sub(shown.len());
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    format!("{} layers: {}{more}", layers.len(), shown.join(", "))
}

/// A layer of features that lies in a plain table.
struct Layer {
    table: String,
    geometry: String,
    srs_id: i64,
}

/// The names of the layers of features in the GeoPackage at `path`, in order of their names.
pub fn layers(path: &Path) -> Result<Vec<String>, GeoPackageError> {
    let connection = open(path)?;
    Ok(layers_of(path, &connection)?.into_iter().map(|l| l.table).collect())
}

/// All features of `layer`, or of the only layer there is, in the order of the table.
pub fn features(path: &Path, layer: Option<&str>) -> Result<Vec<Feature>, GeoPackageError> {
    let connection = open(path)?;
    let found = layers_of(path, &connection)?;
    let names = || found.iter().map(|l| l.table.clone()).collect::<Vec<String>>();
    let layer = match (layer, found.as_slice()) {
        (Some(name), _) => found.iter().find(|l| l.table == name).ok_or_else(|| {
            GeoPackageError::NoLayer { path: path.to_owned(), layer: name.to_owned(), layers: names() }
        })?,
        (None, [only]) => only,
        (None, _) => return Err(GeoPackageError::WhichLayer { path: path.to_owned(), layers: names() }),
    };
    check_system(path, &connection, layer)?;
    read(path, &connection, layer)
}

fn broken(path: &Path) -> impl Fn(rusqlite::Error) -> GeoPackageError {
    move |cause| GeoPackageError::NotAGeoPackage { path: path.to_owned(), what: cause.to_string() }
}

/// Opens the file as one that nobody changes, so that nothing is written beside it. That is only right while no
/// write-ahead log waits to be folded in.
fn open(path: &Path) -> Result<Connection, GeoPackageError> {
    if !path.exists() {
        return Err(GeoPackageError::Missing { path: path.to_owned() });
    }
    let waiting = |tail: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(tail);
        std::fs::metadata(name).is_ok_and(|m| m.len() > 0)
    };
    if waiting("-wal") || waiting("-journal") {
        return Err(GeoPackageError::InUse { path: path.to_owned() });
    }
    let absolute = std::path::absolute(path).map_err(|cause| GeoPackageError::NotAGeoPackage {
        path: path.to_owned(),
        what: cause.to_string(),
    })?;
    let uri = format!("file:{}?immutable=1", escaped(&absolute.to_string_lossy()));
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri, flags).map_err(broken(path))?;
    connection.pragma_update(None, "trusted_schema", false).map_err(broken(path))?;
    connection.pragma_update(None, "cell_size_check", true).map_err(broken(path))?;
    check_whole(path, &connection)?;
    Ok(connection)
}

/// SQLite reads what is missing at the end of a file as zeros; a line that lost its end must not be judged by.
fn check_whole(path: &Path, connection: &Connection) -> Result<(), GeoPackageError> {
    let not_whole =
        |what: &str| GeoPackageError::NotAGeoPackage { path: path.to_owned(), what: what.to_owned() };
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
    let pages = number("page_count").map_err(|cause| match cause.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => not_whole("it is not an SQLite file"),
        _ => broken(path)(cause),
    })?;
    let bytes = pages.saturating_mul(number("page_size").map_err(broken(path))?);
    if std::fs::metadata(path).map(|m| m.len()).ok() != Some(bytes) {
        return Err(not_whole("it is cut off or has bytes after its end"));
    }
    let report: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(broken(path))?;
    if report == "ok" { Ok(()) } else { Err(not_whole(&report.replace('\n', "; "))) }
}

/// A path as it may stand in a URI of SQLite.
fn escaped(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b);
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Tables that have pages of their own: no views, no virtual tables.
const PLAIN: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0";

fn layers_of(path: &Path, connection: &Connection) -> Result<Vec<Layer>, GeoPackageError> {
    for table in ["gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"] {
        let there = connection.query_row(&format!("{PLAIN} AND name = ?1"), [table], |_| Ok(())).optional();
        if there.map_err(broken(path))?.is_none() {
            let what = format!("it has no table `{table}`");
            return Err(GeoPackageError::NotAGeoPackage { path: path.to_owned(), what });
        }
    }
    let sql = format!(
        "SELECT g.table_name, g.column_name, g.srs_id
         FROM gpkg_geometry_columns g JOIN gpkg_contents c ON c.table_name = g.table_name
         WHERE c.data_type = 'features' AND g.table_name IN ({PLAIN}) ORDER BY g.table_name"
    );
    let mut statement = connection.prepare(&sql).map_err(broken(path))?;
    let layers = statement
        .query_map([], |row| Ok(Layer { table: row.get(0)?, geometry: row.get(1)?, srs_id: row.get(2)? }));
    layers.and_then(Iterator::collect).map_err(broken(path))
}

fn check_system(path: &Path, connection: &Connection, layer: &Layer) -> Result<(), GeoPackageError> {
    let sql = "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
    let stated: Option<(String, i64)> = connection
        .query_row(sql, [layer.srs_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(broken(path))?;
    let found = match stated {
        Some((organization, EPSG)) if organization.eq_ignore_ascii_case("epsg") => return Ok(()),
        Some((organization, id)) if id > 0 => format!("{}:{id}", organization.to_uppercase()),
        _ => "an undefined reference system".to_owned(),
    };
    Err(GeoPackageError::OtherSystem { path: path.to_owned(), layer: layer.table.clone(), found })
}

/// An SQL name in quotes.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The column that orders the features, if the table has a primary key.
fn order_of(connection: &Connection, table: &str) -> rusqlite::Result<String> {
    let mut info = connection.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?;
    let keys: Vec<String> = info.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    if keys.is_empty() {
        return Ok("rowid".to_owned());
    }
    Ok(keys.iter().map(|k| quoted(k)).collect::<Vec<_>>().join(", "))
}

fn read(path: &Path, connection: &Connection, layer: &Layer) -> Result<Vec<Feature>, GeoPackageError> {
    let order = order_of(connection, &layer.table).map_err(broken(path))?;
    let sql = format!("SELECT * FROM {} ORDER BY {order}", quoted(&layer.table));
    let mut statement = connection.prepare(&sql).map_err(broken(path))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([]).map_err(broken(path))?;
    let mut features = Vec::new();
    let mut bytes_left = GEOMETRY_BYTES_MAX;
    while let Some(row) = rows.next().map_err(broken(path))? {
        let mut properties = Map::new();
        let mut wkb = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            let value = row.get_ref(index).map_err(broken(path))?;
            let too_large =
                || GeoPackageError::TooLarge { path: path.to_owned(), layer: layer.table.clone() };
            bytes_left = bytes_left.checked_sub(size_of_value(value)).ok_or_else(too_large)?;
            if column.eq_ignore_ascii_case(&layer.geometry) {
                wkb = geometry(value, layer.srs_id).map_err(|what| GeoPackageError::BadGeometry {
                    path: path.to_owned(),
                    layer: layer.table.clone(),
                    feature: features.len().saturating_add(1),
                    what,
                })?;
            } else {
                properties.insert(column.clone(), property(value));
            }
        }
        features.push((properties, wkb));
    }
    Ok(features)
}

fn size_of_value(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
        _ => size_of::<f64>(),
    }
}

/// A property as JSON; bytes as hexadecimal digits, numbers that JSON lacks as null.
fn property(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::from(n),
        ValueRef::Real(x) => Value::from(x),
        ValueRef::Text(bytes) => Value::from(String::from_utf8_lossy(bytes)),
        ValueRef::Blob(bytes) => Value::from(bytes.iter().map(|b| format!("{b:02x}")).collect::<String>()),
    }
}

/// The WKB after the header of clause 2.1.3: `GP`, version, flags, reference system, envelope.
fn geometry(value: ValueRef<'_>, srs_id: i64) -> Result<Vec<u8>, &'static str> {
    let blob = match value {
        ValueRef::Null => return Ok(Vec::new()),
        ValueRef::Blob(blob) => blob,
        _ => return Err("its geometry is not a blob"),
    };
    let Some(([b'G', b'P', version, flags, srs @ ..], rest)) = blob.split_first_chunk::<8>() else {
        return Err("its geometry does not begin with the header of a GeoPackage");
    };
    if *version != 0 {
        return Err("its geometry has a header of an unknown version");
    }
    if flags & 0b0010_0000 != 0 {
        return Err("its geometry is of an extended type");
    }
    let srs = if flags & 1 == 1 { i32::from_le_bytes(*srs) } else { i32::from_be_bytes(*srs) };
    if i64::from(srs) != srs_id {
        return Err("its geometry names another reference system than its layer");
    }
    if flags & 0b0001_0000 != 0 {
        return Ok(Vec::new());
    }
    let envelope_bytes = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err("its geometry has an envelope of an unknown kind"),
    };
    match rest.get(envelope_bytes..) {
        Some(wkb) if wkb.len() >= 5 => Ok(wkb.to_vec()),
        _ => Err("its geometry is cut off"),
    }
}
