//! Request heads and forms: the resolver says something for each.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruststack_core::{
    gateway::resolve::{resolve, resolve_form},
    registry::Registry,
};

fuzz_target!(|input: (&str, &str, &str, &[u8])| {
    let (uri, target, host, form) = input;
    let request = http::Request::builder().uri(uri).header("x-amz-target", target).header("host", host);
    let Ok(request) = request.body(()) else { return };
    let head = request.into_parts().0;
    let registry = Registry::new(Vec::new()).expect("nothing collides with nothing");
    let credential = ruststack_auth::credential::of_head(&head);
    drop(resolve(&head, credential.as_ref(), &registry));
    drop(resolve_form(&head, form, &registry));
});
