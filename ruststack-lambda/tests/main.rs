//! Lambda as an AWS SDK client sees it.
