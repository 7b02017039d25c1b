//! Subscriptions begin, are confirmed by tokens, and end.

use ruststack_core::{
    arn::Arn,
    context::Context,
    identity::Principal,
    scope::{Partition, Scope},
};

use crate::{
    Sns,
    arns::{self, TopicPlace},
    attribute_value::Asked,
    delivering::{Parcel, Target},
    envelope::ConfirmationKind,
    error::{SnsError, invalid, invalid_because},
    limits::MAX_SUBSCRIPTIONS,
    protocol::Protocol,
    rows,
    subscription::{State, Subscription},
    subscription_attributes::{self, Subscriber},
    token,
    topic::Settings,
    topic_attributes::Attributes,
    topics::{Ended, Held},
};

/// What is asked for.
pub(crate) struct Wish {
    pub(crate) protocol: Protocol,
    pub(crate) endpoint: String,
    pub(crate) attributes: Attributes,
}

/// The user that LocalStack shows where nobody's user subscribed.
const UNKNOWN_USER: &str = "DummySNSPrincipal";

/// A new subscription, or the one that is there and is the same; with whether it is confirmed.
pub(crate) fn subscribe(sns: &Sns, ctx: &Context, place: &TopicPlace, wish: Wish) -> Result<(String, bool), SnsError> {
    let regional = sns.regional(&place.scope);
    check_application_endpoint(sns, &wish)?;
    let _section = ctx.changes().begin()?;
    let held = &mut *regional.topics.lock();
    let topic = held.topic(&place.name)?.settings.clone();
    wish.protocol.check_endpoint(&wish.endpoint, topic.is_fifo)?;
    let subscriber = Subscriber { protocol: wish.protocol, endpoint: &wish.endpoint, is_fifo_topic: topic.is_fifo };
    subscriber.check_all(&wish.attributes)?;
    if let Some(found) = held.subscriptions.by_endpoint(&place.name, wish.protocol, &wish.endpoint) {
        let found = found.clone();
        if !subscription_attributes::is_same(&found.attributes, &wish.attributes) {
            return Err(Asked::AmongOthers.refuse("Subscription already exists with different attributes"));
        }
        // Whoever has not confirmed it is asked once more.
        ask(sns, ctx, &topic, &found, ConfirmationKind::Subscription);
        return Ok((found.arn.to_string(), found.is_confirmed()));
    }
    if held.subscriptions.len() >= MAX_SUBSCRIPTIONS {
        return Err(SnsError::SubscriptionLimitExceeded {});
    }
    let new = new(ctx, &place.scope, &topic, held, wish)?;
    put(ctx, &place.scope, held, new.clone());
    ask(sns, ctx, &topic, &new, ConfirmationKind::Subscription);
    Ok((new.arn.to_string(), new.is_confirmed()))
}

/// A mobile device that nobody registered cannot subscribe.
fn check_application_endpoint(sns: &Sns, wish: &Wish) -> Result<(), SnsError> {
    if wish.protocol != Protocol::Application {
        return Ok(());
    }
    let scope = wish.endpoint.parse().ok().as_ref().and_then(arns::scope_of);
    let is_there = scope.is_some_and(|scope| sns.regional(&scope).platforms.lock().endpoint(&wish.endpoint).is_ok());
    let no_endpoint = || invalid_because("Endpoint", format!("Endpoint does not exist for endpoint {}", wish.endpoint));
    if is_there { Ok(()) } else { Err(no_endpoint()) }
}

fn new(ctx: &Context, scope: &Scope, topic: &Settings, held: &mut Held, wish: Wish) -> Result<Subscription, SnsError> {
    let must_be_confirmed = wish.protocol.must_be_confirmed();
    let arn = format!("{}:{}", topic.arn, ctx.ids().uuid()).parse().map_err(|_| invalid("TopicArn"))?;
    let state = if must_be_confirmed { State::Pending } else { State::Confirmed { is_authenticated: true } };
    let subscription = Subscription {
        number: held.subscriptions.next_number(),
        arn,
        topic: topic.name().to_owned(),
        owner: ctx.identity().account,
        protocol: wish.protocol,
        endpoint: wish.endpoint,
        principal: principal(ctx, scope.partition()),
        attributes: wish.attributes,
        state,
        token: must_be_confirmed.then(|| token::make(ctx.ids(), scope)),
        created_at: ctx.now(),
        filter: None,
    };
    Ok(subscription.with_filter())
}

/// Who subscribes.
// Differs from AWS: who signs with a key that was not issued here subscribes as the user that LocalStack shows, not as root.
fn principal(ctx: &Context, partition: Partition) -> String {
    let identity = ctx.identity();
    match identity.principal {
        Principal::Root | Principal::Anonymous => {
            format!("arn:{partition}:iam::{}:user/{UNKNOWN_USER}", identity.account)
        }
        _ => identity.arn(partition),
    }
}

/// Puts a subscription in place of the one with its number, if there is one.
pub(crate) fn put(ctx: &Context, scope: &Scope, held: &mut Held, subscription: Subscription) {
    ctx.changes().record(|rows| rows::put_subscription(rows, scope, &subscription));
    held.subscriptions.insert(subscription);
}

/// Asks the owner of an HTTP endpoint to confirm, where there is something to confirm.
fn ask(sns: &Sns, ctx: &Context, topic: &Settings, subscription: &Subscription, kind: ConfirmationKind) {
    let is_open = kind == ConfirmationKind::Unsubscribe || !subscription.is_confirmed();
    let Some(token) = subscription.token.clone().filter(|_| is_open && subscription.protocol.is_http()) else { return };
    let message_id = ctx.ids().uuid();
    let lane = format!("{message_id}/{}", subscription.number);
    let parcel = Parcel::Confirmation {
        kind,
        topic: topic.arn.clone(),
        signature_version: topic.signature_version().to_owned(),
        message_id,
        token,
        at: ctx.now(),
        target: Target::of(subscription, topic),
    };
    sns.outbox.post(ctx, &lane, parcel);
}

/// Confirms the subscription of a token, also once more, or takes back one that ended; gives its ARN.
pub(crate) fn confirm(
    sns: &Sns,
    ctx: &Context,
    scope: &Scope,
    token: &str,
    is_authenticated: bool,
) -> Result<String, SnsError> {
    let regional = sns.regional(scope);
    let _section = ctx.changes().begin()?;
    let held = &mut *regional.topics.lock();
    forget_old(ctx, scope, held);
    let found = match held.subscriptions.by_token(token) {
        Some(found) => Subscription::clone(found),
        None => take_back(ctx, scope, held, token)?,
    };
    let arn = found.arn.to_string();
    if !found.is_confirmed() {
        put(ctx, scope, held, Subscription { state: State::Confirmed { is_authenticated }, ..found });
    }
    Ok(arn)
}

/// A subscription that ended begins again.
fn take_back(ctx: &Context, scope: &Scope, held: &mut Held, token: &str) -> Result<Subscription, SnsError> {
    let ended = held.ended.remove(token).ok_or_else(|| invalid("Token"))?;
    ctx.changes().record(|rows| rows::remove_ended(rows, scope, token));
    let back = ended.subscription;
    held.topic(&back.topic).map_err(|_| invalid("Token"))?;
    put(ctx, scope, held, back.clone());
    Ok(back)
}

fn forget_old(ctx: &Context, scope: &Scope, held: &mut Held) {
    let gone = held.expire_ended(ctx.now());
    ctx.changes().record(|rows| gone.iter().for_each(|token| rows::remove_ended(rows, scope, token)));
}

/// Ends a subscription; one that is not there has ended before.
pub(crate) fn unsubscribe(sns: &Sns, ctx: &Context, scope: &Scope, arn: &Arn) -> Result<(), SnsError> {
    let regional = sns.regional(scope);
    let _section = ctx.changes().begin()?;
    let held = &mut *regional.topics.lock();
    let Some(number) = held.subscriptions.by_arn(arn).map(|found| found.number) else { return Ok(()) };
    let Some(gone) = held.subscriptions.remove(number) else { return Ok(()) };
    let topic = held.topic_mut(&gone.topic)?;
    topic.settings.deleted += 1;
    let settings = topic.settings.clone();
    ctx.changes().record(|rows| {
        rows::remove_subscription(rows, scope, number);
        rows::put_topic(rows, scope, &settings);
    });
    if gone.protocol.is_http() && gone.is_confirmed() {
        // Another token than the one that confirmed it, which was seen by many.
        let again = Subscription { token: Some(token::make(ctx.ids(), scope)), ..Subscription::clone(&gone) };
        ask(sns, ctx, &settings, &again, ConfirmationKind::Unsubscribe);
        remember(ctx, scope, held, again);
    }
    Ok(())
}

fn remember(ctx: &Context, scope: &Scope, held: &mut Held, subscription: Subscription) {
    let Some(token) = subscription.token.clone() else { return };
    let ended = Ended { subscription, at: ctx.now() };
    ctx.changes().record(|rows| rows::put_ended(rows, scope, &token, &ended));
    held.ended.insert(token, ended);
    forget_old(ctx, scope, held);
}
