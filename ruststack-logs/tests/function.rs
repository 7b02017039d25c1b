//! A Lambda function that is there, and takes whatever comes, as a subscription filter's destination.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ruststack_core::{
    Request, Response,
    arn::Arn,
    bus::{DeliveryError, Payload, Reply, Sender},
    context::Context,
    error::AwsError,
    service::{Protocol, Service, ServiceSpec, State},
    store::Stateless,
};

pub(crate) const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

static SPEC: ServiceSpec = ServiceSpec::named("lambda", &[Protocol::RestJson]);

/// Remembers who invoked it with what.
#[derive(Default)]
pub(crate) struct Function {
    pub(crate) invoked: Mutex<Vec<(String, Vec<u8>)>>,
}

#[async_trait]
impl Service for Function {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, _ctx: Context, _request: Request) -> Result<Response, AwsError> {
        Err(AwsError::not_implemented("it is invoked over the bus"))
    }

    fn state(&self) -> &dyn State {
        &Stateless
    }

    async fn probe(self: Arc<Self>, _ctx: Context, _sender: &Sender, target: &Arn) -> Result<(), DeliveryError> {
        if target.as_str() == FUNCTION { Ok(()) } else { Err(DeliveryError::NoSuchResource(target.clone())) }
    }

    async fn deliver(
        self: Arc<Self>,
        _ctx: Context,
        sender: Sender,
        _target: Arn,
        payload: Payload,
    ) -> Result<Reply, DeliveryError> {
        self.invoked.lock().unwrap().push((sender.source.as_str().to_owned(), payload.body.to_vec()));
        Ok(Reply::default())
    }
}
