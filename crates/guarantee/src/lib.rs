//! Takes: the texts, what stands under them, the findings of cases, and people's acts. Gives: the case file (each
//! element of each text's trigger met, not met or undetermined, with what speaks for it, what against, what is
//! missing and whose the measure is), ladders with their clocks, consultations and decisions, obligations by number,
//! and the dossier. Never: says that the case has come about, mixes elements into one figure, advises, or lets a clock
//! do anything.

pub mod act;
pub mod consultation;
pub mod decision;
pub mod dossier;
pub mod elements;
pub mod ladder;
pub mod limits;
pub mod loss;
pub mod measure;
pub mod numbers;
pub mod records;
pub mod register;
pub mod rules;
pub mod setting;
pub mod shots;
pub mod silence;
pub mod view;
pub mod words;

pub use act::{Act, Deed};
pub use base::act::{By, Ref};
pub use register::Register;
pub use setting::Setting;

/// The version of the rules by which acts become a register and findings a case file, cited by every file.
pub const ALGORITHM: &str = "guarantee 1";
