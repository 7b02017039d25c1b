//! `Tag…`, `Untag…`, `List…Tags` of roles, users, policies and instance profiles.

use ruststack_core::tags::Tags;

use crate::{
    api::{self, Tag},
    entity::Entity,
    error::IamError,
    instance_profile::InstanceProfile,
    operations::managed_policy::{Found, edit, find},
    paging::{Page, page},
    role::Role,
    tagging,
    turn::Turn,
    user::User,
};

/// What has tags, and is found by its name.
pub(super) trait Tagged: Entity {
    fn tags(&self) -> &Tags;

    fn tags_mut(&mut self) -> &mut Tags;
}

pub(super) fn add<T: Tagged>(turn: &mut Turn<'_>, name: &str, tags: Vec<Tag>) -> Result<(), IamError> {
    let mut tagged = turn.edit::<T>(name)?;
    *tagged.tags_mut() = tagging::add(tagged.tags(), tags)?;
    turn.put(tagged);
    Ok(())
}

pub(super) fn remove<T: Tagged>(turn: &mut Turn<'_>, name: &str, keys: &[String]) -> Result<(), IamError> {
    let mut tagged = turn.edit::<T>(name)?;
    tagging::remove(tagged.tags_mut(), keys);
    turn.put(tagged);
    Ok(())
}

pub(super) fn list<T: Tagged>(
    turn: &Turn<'_>,
    name: &str,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<Page<Tag>, IamError> {
    tag_page(turn.find::<T>(name)?.tags(), marker, max_items)
}

/// In the order in which they were given.
pub(super) fn tag_page(tags: &Tags, marker: Option<&str>, max_items: Option<i32>) -> Result<Page<Tag>, IamError> {
    let keyed = tagging::list(tags).into_iter().enumerate().map(|(index, tag)| (format!("{index:03}"), tag));
    page(keyed, marker, max_items)
}

macro_rules! tagged {
    ($($kind:ty, $field:ident: $tag:ident $tag_in:ident $tag_out:ident, $untag:ident $untag_in:ident $untag_out:ident,
       $list:ident $list_in:ident $list_out:ident;)*) => { $(
        impl Tagged for $kind {
            fn tags(&self) -> &Tags {
                &self.tags
            }

            fn tags_mut(&mut self) -> &mut Tags {
                &mut self.tags
            }
        }

        pub(super) fn $tag(turn: &mut Turn<'_>, input: api::$tag_in) -> Result<api::$tag_out, IamError> {
            add::<$kind>(turn, &input.$field, input.tags)?;
            Ok(api::$tag_out {})
        }

        pub(super) fn $untag(turn: &mut Turn<'_>, input: api::$untag_in) -> Result<api::$untag_out, IamError> {
            remove::<$kind>(turn, &input.$field, &input.tag_keys)?;
            Ok(api::$untag_out {})
        }

        pub(super) fn $list(turn: &mut Turn<'_>, input: api::$list_in) -> Result<api::$list_out, IamError> {
            let page = list::<$kind>(turn, &input.$field, input.marker.as_deref(), input.max_items)?;
            Ok(api::$list_out { is_truncated: page.is_truncated(), tags: page.entries, marker: page.marker })
        }
    )* };
}

tagged! {
    Role, role_name: tag_role TagRoleInput TagRoleOutput, untag_role UntagRoleInput UntagRoleOutput,
        list_role_tags ListRoleTagsInput ListRoleTagsOutput;
    User, user_name: tag_user TagUserInput TagUserOutput, untag_user UntagUserInput UntagUserOutput,
        list_user_tags ListUserTagsInput ListUserTagsOutput;
    InstanceProfile, instance_profile_name: tag_instance_profile TagInstanceProfileInput TagInstanceProfileOutput,
        untag_instance_profile UntagInstanceProfileInput UntagInstanceProfileOutput,
        list_instance_profile_tags ListInstanceProfileTagsInput ListInstanceProfileTagsOutput;
}

pub(super) fn tag_policy(turn: &mut Turn<'_>, input: api::TagPolicyInput) -> Result<api::TagPolicyOutput, IamError> {
    let mut policy = edit(turn, &input.policy_arn)?;
    policy.tags = tagging::add(&policy.tags, input.tags)?;
    turn.put(policy);
    Ok(api::TagPolicyOutput {})
}

pub(super) fn untag_policy(
    turn: &mut Turn<'_>,
    input: api::UntagPolicyInput,
) -> Result<api::UntagPolicyOutput, IamError> {
    let mut policy = edit(turn, &input.policy_arn)?;
    tagging::remove(&mut policy.tags, &input.tag_keys);
    turn.put(policy);
    Ok(api::UntagPolicyOutput {})
}

pub(super) fn list_policy_tags(
    turn: &mut Turn<'_>,
    input: api::ListPolicyTagsInput,
) -> Result<api::ListPolicyTagsOutput, IamError> {
    let tags = match find(turn, &input.policy_arn)? {
        Found::Own(policy) => policy.tags,
        Found::Aws(_) => Tags::new(),
    };
    let page = tag_page(&tags, input.marker.as_deref(), input.max_items)?;
    Ok(api::ListPolicyTagsOutput { is_truncated: page.is_truncated(), tags: page.entries, marker: page.marker })
}
