//! Inputs of the protocols: forms and XML documents by the tables of real services, and their constraints.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ruststack_core::{
    protocol::{
        aws_query::{self, Form},
        xml::{self, Element},
    },
    validate::validate,
};

fuzz_target!(|bytes: &[u8]| {
    let form = Form::parse(bytes);
    for operation in ruststack_sts::api::MODEL.operations.iter().chain(ruststack_sqs::api::MODEL.operations) {
        if let Ok(input) = aws_query::read_input(operation.input, &form) {
            drop(validate(operation.input, &input));
        }
    }
    let Ok(Some(root)) = Element::parse(bytes) else { return };
    for operation in ruststack_s3::api::MODEL.operations {
        drop(xml::read_structure(operation.output, &root));
    }
});
