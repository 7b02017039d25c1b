//! What services measure of themselves, for those who watch them.

/// A quantity at this moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Measure {
    /// In small letters with underscores, the unit last: `queue_messages`, `journal_bytes`.
    pub name: &'static str,
    /// A sentence about all of this name, without its full stop.
    pub help: &'static str,
    /// What tells this one from others of its name.
    pub labels: Vec<(&'static str, String)>,
    pub value: u64,
}

impl Measure {
    /// Of what a service has posted and not yet delivered.
    pub fn of_outbox(service: &'static str, parcels: usize) -> Self {
        Self {
            name: "outbox_parcels",
            help: "What a service was given to deliver and has not delivered yet",
            labels: vec![("service", service.to_owned())],
            value: parcels as u64,
        }
    }
}
