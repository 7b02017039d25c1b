//! AWS's limits. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

/// Of each of a user, group or role.
pub(crate) const MAX_ATTACHED_POLICIES: usize = 10;
pub(crate) const MAX_POLICY_VERSIONS: usize = 5;
pub(crate) const MAX_ACCESS_KEYS: usize = 2;
pub(crate) const MAX_SERVICE_CREDENTIALS: usize = 2;
pub(crate) const MAX_SIGNING_CERTIFICATES: usize = 2;
pub(crate) const MAX_GROUPS_OF_USER: usize = 10;
pub(crate) const MAX_TAGS: usize = 50;
/// Characters that are no white space, of all inline policies together.
pub(crate) const MAX_USER_POLICY_SIZE: usize = 2048;
pub(crate) const MAX_GROUP_POLICY_SIZE: usize = 5120;
pub(crate) const MAX_ROLE_POLICY_SIZE: usize = 10240;
/// Characters that are no white space.
pub(crate) const MAX_MANAGED_POLICY_SIZE: usize = 6144;
pub(crate) const MAX_TRUST_POLICY_SIZE: usize = 2048;
/// Of an OpenID Connect provider.
pub(crate) const MAX_CLIENT_IDS: usize = 100;
pub(crate) const MAX_THUMBPRINTS: usize = 5;
pub(crate) const DEFAULT_SESSION_SECONDS: i32 = 3600;
/// Entries on a page when nobody says how many.
pub(crate) const DEFAULT_PAGE: usize = 100;

/// How many deleted access keys of an account are remembered.
pub(crate) const MAX_DELETED_KEYS: usize = 1000;

/// Of an account.
pub(crate) const MAX_USERS: usize = 5000;
pub(crate) const MAX_GROUPS: usize = 300;
pub(crate) const MAX_ROLES: usize = 1000;
pub(crate) const MAX_POLICIES: usize = 1500;
pub(crate) const MAX_INSTANCE_PROFILES: usize = 1000;
pub(crate) const MAX_SERVER_CERTIFICATES: usize = 20;
