//! Work of nobody's request, in the name of a bucket's owner.

use ruststack_core::{background, context::Context, scope::Scope, service::Runtime};

use crate::{SPEC, bucket::Bucket};

pub(crate) fn context(runtime: &Runtime, bucket: &Bucket) -> Context {
    background::context(&SPEC, Scope::new(bucket.owner, bucket.region.clone()), runtime)
}
