//! AWS's cron expressions, computed by `croner`: without seconds, with years, Sunday is 1, `?` for one of the days.

use std::cmp::Ordering;

use croner::{
    CivilDateTime, CronDateTime, Resolution, Weekday,
    errors::CronError,
    parser::{CronParser, Seconds, Year},
};
use ruststack_core::clock::Timestamp;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

#[derive(Clone, Debug)]
pub(crate) struct Cron(croner::Cron);

impl Cron {
    /// Minutes, hours, day of the month, month, day of the week, year.
    pub(super) fn parse(fields: &str) -> Option<Self> {
        let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
        let [_, _, day_of_month, _, day_of_week, _] = fields[..] else { return None };
        // One of the days must be left open, and only one.
        if (day_of_month == "?") == (day_of_week == "?") {
            return None;
        }
        let parser = CronParser::builder().seconds(Seconds::Required).year(Year::Required);
        let parser = parser.alternative_weekdays(true).sloppy_ranges(true).dom_and_dow(true).build();
        parser.parse(&format!("0 {}", fields.join(" ")).to_uppercase()).ok().map(Self)
    }

    /// The first time behind `after`; `None` when there is none any more.
    pub(super) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let date_time = after.to_date_time();
        let start = Utc(PrimitiveDateTime::new(date_time.date(), date_time.time().replace_nanosecond(0).ok()?));
        let Utc(next) = self.0.find_next_occurrence(&start, false).ok()?;
        Some(Timestamp::from_date_time(next.assume_utc()))
    }
}

/// The calendar that croner walks through; EventBridge has no other zone.
#[derive(Clone)]
struct Utc(PrimitiveDateTime);

impl CronDateTime for Utc {
    fn to_civil(&self) -> CivilDateTime {
        let (date, time) = (self.0.date(), self.0.time());
        let (month, hour, minute, second) = (u8::from(date.month()), time.hour(), time.minute(), time.second());
        let (month, day) = (month.into(), date.day().into());
        let civil = CivilDateTime::from_ymd_hms_opt(date.year(), month, day, hour.into(), minute.into(), second.into());
        civil.expect("a date is a date in every calendar")
    }

    fn civil_weekday(&self) -> Weekday {
        match self.0.weekday() {
            time::Weekday::Monday => Weekday::Monday,
            time::Weekday::Tuesday => Weekday::Tuesday,
            time::Weekday::Wednesday => Weekday::Wednesday,
            time::Weekday::Thursday => Weekday::Thursday,
            time::Weekday::Friday => Weekday::Friday,
            time::Weekday::Saturday => Weekday::Saturday,
            time::Weekday::Sunday => Weekday::Sunday,
        }
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        Ok(of_civil(civil).map_or(Resolution::Gap, Resolution::Single))
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        let seconds = self.0.assume_utc().unix_timestamp().checked_add(seconds)?;
        let sum = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
        Some(Self(PrimitiveDateTime::new(sum.date(), sum.time())))
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

fn of_civil(civil: CivilDateTime) -> Option<Utc> {
    let small = |number: u32| u8::try_from(number).ok();
    let month = Month::try_from(small(civil.month())?).ok()?;
    let date = Date::from_calendar_date(civil.year(), month, small(civil.day())?).ok()?;
    let time = Time::from_hms(small(civil.hour())?, small(civil.minute())?, small(civil.second())?).ok()?;
    Some(Utc(PrimitiveDateTime::new(date, time)))
}
