//! Back-tests: the methods on published records, with the figures they are judged by. A back-test takes data and
//! settings and gives a result that can be written down; it reads no file.

pub mod archive;
pub mod control;
pub mod detection;
pub mod forecasting;
pub mod scanning;
