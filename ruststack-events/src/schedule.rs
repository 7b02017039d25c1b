//! When a rule's schedule sends events: `rate(5 minutes)`, `cron(0 12 * * ? *)`.

mod cron;

use std::time::Duration;

use ruststack_core::clock::Timestamp;

use self::cron::Cron;

/// A schedule that was parsed.
#[derive(Clone, Debug)]
pub(crate) enum Schedule {
    Rate(Duration),
    Cron(Box<Cron>),
}

impl Schedule {
    /// `None` of what AWS refuses.
    pub(crate) fn parse(expression: &str) -> Option<Self> {
        let inside = |name: &str| expression.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        match inside("rate") {
            Some(rate) => Some(Self::Rate(period(rate)?)),
            None => Cron::parse(inside("cron")?).map(|cron| Self::Cron(Box::new(cron))),
        }
    }

    /// The first time behind `after`, where a rate counts from `since`.
    pub(crate) fn next(&self, since: Timestamp, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Rate(period) => {
                let periods = after.since(since).as_millis() / period.as_millis() + 1;
                let millis = i64::try_from(periods * period.as_millis()).ok()?;
                Some(Timestamp::from_millis(since.millis().checked_add(millis)?))
            }
            Self::Cron(cron) => cron.next(after),
        }
    }
}

/// `1 minute`, `5 minutes`: the unit agrees with the number.
fn period(rate: &str) -> Option<Duration> {
    const UNITS: [(&str, &str, u64); 3] = [("minute", "minutes", 60), ("hour", "hours", 3600), ("day", "days", 86_400)];
    let (number, unit) = rate.split_once(' ')?;
    let number: u32 = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())??;
    let is_named = |(one, many, _): &&(&str, &str, u64)| unit == if number == 1 { *one } else { *many };
    let (_, _, seconds) = UNITS.iter().find(is_named)?;
    (number > 0).then(|| Duration::from_secs(seconds * u64::from(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-10-21T07:28:00Z, a Wednesday.
    const NOW: Timestamp = Timestamp::from_seconds(1_792_567_680);

    fn next(expression: &str) -> String {
        Schedule::parse(expression).unwrap().next(NOW, NOW).map(Timestamp::to_iso_8601).unwrap_or_default()
    }

    #[test]
    fn rates_count_from_their_beginning() {
        assert_eq!(next("rate(1 minute)"), "2026-10-21T07:29:00Z");
        assert_eq!(next("rate(90 minutes)"), "2026-10-21T08:58:00Z");
        assert_eq!(next("rate(7 days)"), "2026-10-28T07:28:00Z");
        let rate = Schedule::parse("rate(1 hour)").unwrap();
        let later = NOW.plus(Duration::from_secs(2 * 3600 + 1));
        assert_eq!(rate.next(NOW, later).unwrap().to_iso_8601(), "2026-10-21T10:28:00Z");
    }

    /// Recorded: test_put_rule_with_invalid_schedule_rate, tests_put_rule_with_invalid_schedule_cron.
    #[test]
    fn what_aws_refuses_is_no_schedule() {
        for expression in [
            "rate(10 seconds)",
            "rate(10 years)",
            "rate(1 minutes)",
            "rate(1 hours)",
            "rate(10 day)",
            "rate()",
            "rate(10)",
            "rate(10 minutess)",
            "rate(foo minutes)",
            "rate(0 minutes)",
            "rate(-10 minutes)",
            "rate(+10 minutes)",
            "rate(10 MINUTES)",
            "rate( 10 minutes )",
            " rate(10 minutes)",
            "cron(0 1 * * * *)",
            "cron(7 20 * * NOT *)",
            "cron(INVALID)",
            "cron(0 dummy ? * MON-FRI *)",
            "cron(71 8 1 * ? *)",
            "cron(0 1 ? * ? *)",
            "cron(0 1 1 * 1 *)",
            "cron(0 1 * * ?)",
            "cron(0 1 * * ? * *)",
            "at(2026-10-21T07:28:00)",
            "",
        ] {
            assert!(Schedule::parse(expression).is_none(), "{expression}");
        }
    }

    #[test]
    fn cron_fires_when_aws_documents_it() {
        for (expression, time) in [
            ("cron(0 12 * * ? *)", "2026-10-21T12:00:00Z"),
            ("cron(0/15 * * * ? *)", "2026-10-21T07:30:00Z"),
            ("cron(* * ? * WED *)", "2026-10-21T07:29:00Z"),
            ("cron(28 7 * * ? *)", "2026-10-22T07:28:00Z"),
            ("cron(0 2 ? * SAT *)", "2026-10-24T02:00:00Z"),
            ("cron(0 2 ? * 7 *)", "2026-10-24T02:00:00Z"),
            ("cron(0 18 ? * MON-FRI *)", "2026-10-21T18:00:00Z"),
            ("cron(0 18 ? * 2-6 *)", "2026-10-21T18:00:00Z"),
            ("cron(0 2 ? * SAT#3 *)", "2026-11-21T02:00:00Z"),
            ("cron(15 10 ? * 6L 2026-2027)", "2026-10-30T10:15:00Z"),
            ("cron(0 8 L * ? *)", "2026-10-31T08:00:00Z"),
            ("cron(0 8 1W * ? *)", "2026-11-02T08:00:00Z"),
            ("cron(0 10 ? JAN,jul SUN *)", "2027-01-03T10:00:00Z"),
            ("cron(5,35 14 * * ? *)", "2026-10-21T14:05:00Z"),
            ("cron(0/5 8-17 ? * MON-FRI *)", "2026-10-21T08:00:00Z"),
            ("cron(0/30 20-23 1/7 * ? *)", "2026-10-22T20:00:00Z"),
            ("cron(0 0 29 2 ? *)", "2028-02-29T00:00:00Z"),
            ("cron(0/5 5 ? JAN 1-5 2022)", ""),
        ] {
            assert_eq!(next(expression), time, "{expression}");
        }
    }
}
