//! ARNs of managed policies: the account's own, and AWS's.

use ruststack_core::scope::AccountId;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Owner {
    /// All accounts have it.
    Aws,
    Account(AccountId),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PolicyArn<'a> {
    pub(crate) owner: Owner,
    /// From its first slash to its last.
    pub(crate) path: &'a str,
    pub(crate) name: &'a str,
}

/// `arn:aws:iam::<account or aws>:policy<path><name>`.
pub(crate) fn parse(arn: &str) -> Option<PolicyArn<'_>> {
    let mut fields = arn.splitn(6, ':');
    let [_arn, partition, service, region, owner, resource] = [(); 6].map(|()| fields.next());
    let is_iam = arn.starts_with("arn:aws") && partition.is_some() && (service, region) == (Some("iam"), Some(""));
    let owner = match owner.filter(|_| is_iam)? {
        "aws" => Owner::Aws,
        account => Owner::Account(account.parse().ok()?),
    };
    let resource = resource?.strip_prefix("policy").filter(|rest| rest.starts_with('/'))?;
    let (path, name) = resource.split_at(resource.rfind('/')? + 1);
    (!name.is_empty()).then_some(PolicyArn { owner, path, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_known_by_its_arn() {
        let own = parse("arn:aws:iam::123456789012:policy/a/b/name").unwrap();
        assert_eq!((own.path, own.name), ("/a/b/", "name"));
        let aws = parse("arn:aws-cn:iam::aws:policy/name").unwrap();
        assert_eq!((aws.owner, aws.path, aws.name), (Owner::Aws, "/", "name"));
        for wrong in
            ["name", "arn:aws:iam::1:policy/name", "arn:aws:iam::123456789012:role/name", "arn:aws:iam::aws:policy/"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
