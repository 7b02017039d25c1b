//! Grants in headers: `x-amz-grant-read: id="…", uri="…", emailAddress="…"`.

use super::{CanonicalUser, Grant, Grantee, Group, Permission};
use crate::error::S3Error;

/// The header of each permission.
pub(super) const HEADERS: [(&str, Permission); 5] = [
    ("x-amz-grant-full-control", Permission::FullControl),
    ("x-amz-grant-read", Permission::Read),
    ("x-amz-grant-read-acp", Permission::ReadAcp),
    ("x-amz-grant-write", Permission::Write),
    ("x-amz-grant-write-acp", Permission::WriteAcp),
];

/// The grants of one header.
pub(super) fn grants(header: &str, permission: Permission, value: &str) -> Result<Vec<Grant>, S3Error> {
    let grantees = value.split(',').map(|grantee| grantee_of(header, grantee.trim()));
    grantees.map(|grantee| Ok(Grant { grantee: grantee?, permission })).collect()
}

fn grantee_of(header: &str, text: &str) -> Result<Grantee, S3Error> {
    let format = || S3Error::GrantFormat { header: header.to_owned(), value: text.to_owned() };
    let (kind, value) = text.split_once('=').ok_or_else(format)?;
    let value = value.trim().trim_matches('"').to_owned();
    match kind.trim() {
        "id" => {
            let user = CanonicalUser::parse(&value).map(Grantee::User);
            user.ok_or(S3Error::InvalidGrantId { argument: "id", value })
        }
        "uri" => {
            let group = Group::of_uri(&value).map(Grantee::Group);
            group.ok_or(S3Error::InvalidGroupUri { argument: "uri", value })
        }
        // Differs from AWS: no account has an email address here.
        "emailAddress" => Err(S3Error::UnresolvableGrantByEmailAddress {}),
        _ => Err(format()),
    }
}

#[cfg(test)]
mod tests {
    use ruststack_core::error::AwsError;

    use super::*;

    #[test]
    fn a_header_grants_one_permission_to_many() {
        let id = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";
        let value = format!("uri=\"http://acs.amazonaws.com/groups/s3/LogDelivery\", id={id}");
        let grants = grants("x-amz-grant-read", Permission::Read, &value).unwrap();
        let grantees = [Grantee::Group(Group::LogDelivery), Grantee::User(CanonicalUser::parse(id).unwrap())];
        assert_eq!(grants, grantees.map(|grantee| Grant { grantee, permission: Permission::Read }));
    }

    #[test]
    fn a_grantee_in_a_header_is_a_known_one() {
        let uri = "http://acs.amazonaws.com/groups/s3/FakeGroup";
        for (value, name, argument, message) in [
            (&*format!("uri=\"{uri}\""), "uri", uri, "Invalid group uri"),
            ("fakekey=\"1234\"", "x-amz-grant-write", "fakekey=\"1234\"", "Argument format not recognized"),
            ("id=\"wrong-id\"", "id", "wrong-id", "Invalid id"),
        ] {
            let error = AwsError::from(grants("x-amz-grant-write", Permission::Write, value).unwrap_err());
            assert_eq!((error.code(), error.message()), ("InvalidArgument", message));
            assert_eq!(error.members(), [("ArgumentName", name.to_owned()), ("ArgumentValue", argument.to_owned())]);
        }
    }
}
