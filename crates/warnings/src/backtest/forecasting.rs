//! Back-tests of forecasts: deaths by country and month (B1), counts by cell over days (B2).

pub mod country_month;
pub mod daily;

pub use country_month::{CountryMonthResult, CountryMonthSettings, CountryMonths, country_month};
pub use daily::{DailyResult, DailyTestSettings, Fan, FanPoint, HorizonResult, daily};
