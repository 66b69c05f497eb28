//! Takes: the folded journal as a desk. Gives: the JSON API, pages that need no script, the web app, and a live stream.
//! Never: is depended on, except by the command line; says anything that has not gone through `publication`.

pub mod access;
pub mod api;
mod assets;
mod board;
pub mod collect;
pub mod desk;
pub mod docket;
mod feeds;
pub mod field;
mod filter;
pub mod guarantee;
mod guard;
mod index;
pub mod keep;
pub mod limits;
mod live;
pub mod out;
mod pages;
pub mod people;
mod problem;
mod query;
mod rooms;
mod serve;
pub mod sign_on;
pub mod watch;

pub use api::{daily_json, openapi};
pub use desk::{Desk, DeskError, DeskSource, Extras, Rehearsal};
pub use live::App;
pub use publication::Head;
pub use serve::{Options, ServeError, router, router_behind, serve};
