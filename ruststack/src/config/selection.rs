//! `SERVICES`: names of services, of groups of them, and what they need.

use super::value;
use crate::services;

/// Names that stand for several services, as LocalStack has them.
const GROUPS: [(&str, &[&str]); 3] = [
    ("serverless", &["cloudformation", "cloudwatch", "iam", "sts", "lambda", "dynamodb", "apigateway", "s3"]),
    ("cognito", &["cognitoidp", "cognitoidentity"]),
    ("timestream", &["timestreamwrite", "timestreamquery"]),
];

/// What comes with a service without being named.
const NEEDS: [(&str, &[&str]); 6] = [
    ("s3", &["s3control"]),
    ("dynamodb", &["dynamodbstreams"]),
    ("lambda", &["s3", "sts"]),
    ("cloudformation", &["s3", "sts"]),
    ("secretsmanager", &["kms", "lambda"]),
    ("ssm", &["secretsmanager"]),
];

/// The services that are meant, without repetition; none for an empty list, which means all.
pub(super) fn parse(value: Option<&str>) -> Result<Vec<String>, String> {
    let mut open: Vec<String> = value::list(value).iter().rev().map(|item| canonical(item)).collect();
    let mut selected = Vec::new();
    while let Some(name) = open.pop() {
        if let Some(members) = members(&GROUPS, &name) {
            open.extend(members.iter().rev().map(|member| (*member).to_owned()));
        } else if !services::exists(&name) {
            return Err(unknown(&name));
        } else if !selected.contains(&name) {
            let needs = members(&NEEDS, &name).unwrap_or_default();
            open.extend(needs.iter().rev().map(|need| (*need).to_owned()));
            selected.push(name);
        }
    }
    Ok(selected)
}

/// `cognito-idp:4566` is `cognitoidp`; LocalStack has long ignored the port.
fn canonical(item: &str) -> String {
    item.split(':').next().unwrap_or_default().to_lowercase().replace('-', "")
}

fn members(table: &[(&str, &'static [&'static str])], name: &str) -> Option<&'static [&'static str]> {
    table.iter().find(|(key, _)| *key == name).map(|(_, members)| *members)
}

fn unknown(name: &str) -> String {
    let names = services::NAMES.iter().copied().chain(GROUPS.iter().map(|(group, _)| *group));
    let names = names.collect::<Vec<_>>().join(", ");
    format!("SERVICES: there is no service '{name}'; valid names: {names}, and those of AWS's other services")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_brings_what_it_needs_and_a_group_its_members() {
        for (value, selected) in [
            ("", ""),
            ("s3", "s3,s3control"),
            ("sts, s3:4566,sts", "sts,s3,s3control"),
            ("ssm", "ssm,secretsmanager,kms,lambda,s3,s3control,sts"),
            ("cognito", "cognitoidp,cognitoidentity"),
            ("cognito-idp", "cognitoidp"),
            ("timestream", "timestreamwrite,timestreamquery"),
        ] {
            assert_eq!(parse(Some(value)).unwrap().join(","), selected, "{value}");
        }
        let serverless = parse(Some("serverless")).unwrap();
        assert!(
            ["s3", "s3control", "sts", "lambda", "dynamodbstreams"]
                .iter()
                .all(|name| serverless.contains(&(*name).to_owned()))
        );
    }
}
