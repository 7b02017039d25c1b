//! The roles that services make for themselves: their names and policies, as AWS gave them on request.
//!
//! Recorded: test_service_role_lifecycle and its neighbours, 2025-03-13.

/// The role of one service.
pub(crate) struct ServiceLinked {
    pub(crate) service: &'static str,
    pub(crate) role: &'static str,
    /// In AWS's folder for such policies.
    pub(crate) policy: &'static str,
    /// Whether there may be several, told apart by what follows the name.
    pub(crate) takes_suffix: bool,
    pub(crate) description: Option<&'static str>,
}

const fn linked(service: &'static str, role: &'static str, policy: &'static str) -> ServiceLinked {
    ServiceLinked { service, role, policy, takes_suffix: false, description: None }
}

pub(crate) fn find(service: &str) -> Option<&'static ServiceLinked> {
    ROLES.iter().find(|role| role.service == service)
}

const ROLES: &[ServiceLinked] = &[
    linked(
        "accountdiscovery.ssm.amazonaws.com",
        "AWSServiceRoleForAmazonSSM_AccountDiscovery",
        "AWSSystemsManagerAccountDiscoveryServicePolicy",
    ),
    linked("acm.amazonaws.com", "AWSServiceRoleForCertificateManager", "CertificateManagerServiceRolePolicy"),
    linked("appmesh.amazonaws.com", "AWSServiceRoleForAppMesh", "AWSAppMeshServiceRolePolicy"),
    linked(
        "autoscaling-plans.amazonaws.com",
        "AWSServiceRoleForAutoScalingPlans_EC2AutoScaling",
        "AWSAutoScalingPlansEC2AutoScalingPolicy",
    ),
    ServiceLinked {
        takes_suffix: true,
        ..linked("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling", "AutoScalingServiceRolePolicy")
    },
    linked("backup.amazonaws.com", "AWSServiceRoleForBackup", "AWSBackupServiceLinkedRolePolicyForBackup"),
    linked("batch.amazonaws.com", "AWSServiceRoleForBatch", "BatchServiceRolePolicy"),
    linked(
        "cassandra.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_CassandraTable",
        "AWSApplicationAutoscalingCassandraTablePolicy",
    ),
    linked(
        "cks.kms.amazonaws.com",
        "AWSServiceRoleForKeyManagementServiceCustomKeyStores",
        "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
    ),
    linked("cloudtrail.amazonaws.com", "AWSServiceRoleForCloudTrail", "CloudTrailServiceRolePolicy"),
    linked(
        "codestar-notifications.amazonaws.com",
        "AWSServiceRoleForCodeStarNotifications",
        "AWSCodeStarNotificationsServiceRolePolicy",
    ),
    linked("config.amazonaws.com", "AWSServiceRoleForConfig", "AWSConfigServiceRolePolicy"),
    ServiceLinked {
        takes_suffix: true,
        ..linked("connect.amazonaws.com", "AWSServiceRoleForAmazonConnect", "AmazonConnectServiceLinkedRolePolicy")
    },
    linked(
        "dms-fleet-advisor.amazonaws.com",
        "AWSServiceRoleForDMSFleetAdvisor",
        "AWSDMSFleetAdvisorServiceRolePolicy",
    ),
    linked("dms.amazonaws.com", "AWSServiceRoleForDMSServerless", "AWSDMSServerlessServiceRolePolicy"),
    linked("docdb-elastic.amazonaws.com", "AWSServiceRoleForDocDB-Elastic", "AmazonDocDB-ElasticServiceRolePolicy"),
    linked("ec2-instance-connect.amazonaws.com", "AWSServiceRoleForEc2InstanceConnect", "Ec2InstanceConnectEndpoint"),
    linked(
        "ec2.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_EC2SpotFleetRequest",
        "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy",
    ),
    linked("ecr.amazonaws.com", "AWSServiceRoleForECRTemplate", "ECRTemplateServiceRolePolicy"),
    linked("ecs.amazonaws.com", "AWSServiceRoleForECS", "AmazonECSServiceRolePolicy"),
    linked("eks-connector.amazonaws.com", "AWSServiceRoleForAmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"),
    linked("eks-fargate.amazonaws.com", "AWSServiceRoleForAmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
    linked("eks-nodegroup.amazonaws.com", "AWSServiceRoleForAmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
    linked("eks.amazonaws.com", "AWSServiceRoleForAmazonEKS", "AmazonEKSServiceRolePolicy"),
    linked("elasticache.amazonaws.com", "AWSServiceRoleForElastiCache", "ElastiCacheServiceRolePolicy"),
    linked(
        "elasticbeanstalk.amazonaws.com",
        "AWSServiceRoleForElasticBeanstalk",
        "AWSElasticBeanstalkServiceRolePolicy",
    ),
    linked(
        "elasticfilesystem.amazonaws.com",
        "AWSServiceRoleForAmazonElasticFileSystem",
        "AmazonElasticFileSystemServiceRolePolicy",
    ),
    linked(
        "elasticloadbalancing.amazonaws.com",
        "AWSServiceRoleForElasticLoadBalancing",
        "AWSElasticLoadBalancingServiceRolePolicy",
    ),
    linked(
        "email.cognito-idp.amazonaws.com",
        "AWSServiceRoleForAmazonCognitoIdpEmailService",
        "AmazonCognitoIdpEmailServiceRolePolicy",
    ),
    linked(
        "emr-containers.amazonaws.com",
        "AWSServiceRoleForAmazonEMRContainers",
        "AmazonEMRContainersServiceRolePolicy",
    ),
    linked("emrwal.amazonaws.com", "AWSServiceRoleForEMRWAL", "EMRDescribeClusterPolicyForEMRWAL"),
    linked("fis.amazonaws.com", "AWSServiceRoleForFIS", "AmazonFISServiceRolePolicy"),
    linked("grafana.amazonaws.com", "AWSServiceRoleForAmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"),
    linked("imagebuilder.amazonaws.com", "AWSServiceRoleForImageBuilder", "AWSServiceRoleForImageBuilder"),
    linked(
        "iotmanagedintegrations.amazonaws.com",
        "AWSServiceRoleForIoTManagedIntegrations",
        "AWSIoTManagedIntegrationsRolePolicy",
    ),
    linked("kafka.amazonaws.com", "AWSServiceRoleForKafka", "KafkaServiceRolePolicy"),
    linked("kafkaconnect.amazonaws.com", "AWSServiceRoleForKafkaConnect", "KafkaConnectServiceRolePolicy"),
    linked(
        "lakeformation.amazonaws.com",
        "AWSServiceRoleForLakeFormationDataAccess",
        "LakeFormationDataAccessServiceRolePolicy",
    ),
    linked("lex.amazonaws.com", "AWSServiceRoleForLexBots", "AmazonLexBotPolicy"),
    ServiceLinked {
        takes_suffix: true,
        ..linked("lexv2.amazonaws.com", "AWSServiceRoleForLexV2Bots", "AmazonLexV2BotPolicy")
    },
    linked("lightsail.amazonaws.com", "AWSServiceRoleForLightsail", "LightsailExportAccess"),
    linked("m2.amazonaws.com", "AWSServiceRoleForAWSM2", "AWSM2ServicePolicy"),
    linked("memorydb.amazonaws.com", "AWSServiceRoleForMemoryDB", "MemoryDBServiceRolePolicy"),
    linked("mq.amazonaws.com", "AWSServiceRoleForAmazonMQ", "AmazonMQServiceRolePolicy"),
    linked(
        "mrk.kms.amazonaws.com",
        "AWSServiceRoleForKeyManagementServiceMultiRegionKeys",
        "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
    ),
    linked(
        "notifications.amazonaws.com",
        "AWSServiceRoleForAwsUserNotifications",
        "AWSUserNotificationsServiceLinkedRolePolicy",
    ),
    linked(
        "observability.aoss.amazonaws.com",
        "AWSServiceRoleForAmazonOpenSearchServerless",
        "AmazonOpenSearchServerlessServiceRolePolicy",
    ),
    linked(
        "opensearchservice.amazonaws.com",
        "AWSServiceRoleForAmazonOpenSearchService",
        "AmazonOpenSearchServiceRolePolicy",
    ),
    linked("ops.apigateway.amazonaws.com", "AWSServiceRoleForAPIGateway", "APIGatewayServiceRolePolicy"),
    linked(
        "ops.emr-serverless.amazonaws.com",
        "AWSServiceRoleForAmazonEMRServerless",
        "AmazonEMRServerlessServiceRolePolicy",
    ),
    linked(
        "opsdatasync.ssm.amazonaws.com",
        "AWSServiceRoleForSystemsManagerOpsDataSync",
        "AWSSystemsManagerOpsDataSyncServiceRolePolicy",
    ),
    linked(
        "opsinsights.ssm.amazonaws.com",
        "AWSServiceRoleForAmazonSSM_OpsInsights",
        "AWSSSMOpsInsightsServiceRolePolicy",
    ),
    linked(
        "pullthroughcache.ecr.amazonaws.com",
        "AWSServiceRoleForECRPullThroughCache",
        "AWSECRPullThroughCache_ServiceRolePolicy",
    ),
    linked("ram.amazonaws.com", "AWSServiceRoleForResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"),
    ServiceLinked {
        description: Some("Allows Amazon RDS to manage AWS resources on your behalf"),
        ..linked("rds.amazonaws.com", "AWSServiceRoleForRDS", "AmazonRDSServiceRolePolicy")
    },
    linked("redshift.amazonaws.com", "AWSServiceRoleForRedshift", "AmazonRedshiftServiceLinkedRolePolicy"),
    linked(
        "replication.cassandra.amazonaws.com",
        "AWSServiceRoleForKeyspacesReplication",
        "KeyspacesReplicationServiceRolePolicy",
    ),
    linked("replication.ecr.amazonaws.com", "AWSServiceRoleForECRReplication", "ECRReplicationServiceRolePolicy"),
    linked("repository.sync.codeconnections.amazonaws.com", "AWSServiceRoleForGitSync", "AWSGitSyncServiceRolePolicy"),
    linked(
        "resource-explorer-2.amazonaws.com",
        "AWSServiceRoleForResourceExplorer",
        "AWSResourceExplorerServiceRolePolicy",
    ),
    linked("rolesanywhere.amazonaws.com", "AWSServiceRoleForRolesAnywhere", "AWSRolesAnywhereServicePolicy"),
    linked("s3-outposts.amazonaws.com", "AWSServiceRoleForS3OnOutposts", "AWSS3OnOutpostsServiceRolePolicy"),
    linked("ses.amazonaws.com", "AWSServiceRoleForAmazonSES", "AmazonSESServiceRolePolicy"),
    linked("shield.amazonaws.com", "AWSServiceRoleForAWSShield", "AWSShieldServiceRolePolicy"),
    linked("ssm-incidents.amazonaws.com", "AWSServiceRoleForIncidentManager", "AWSIncidentManagerServiceRolePolicy"),
    linked("ssm-quicksetup.amazonaws.com", "AWSServiceRoleForSSMQuickSetup", "SSMQuickSetupRolePolicy"),
    ServiceLinked {
        description: Some("Provides access to AWS Resources managed or used by Amazon SSM."),
        ..linked("ssm.amazonaws.com", "AWSServiceRoleForAmazonSSM", "AmazonSSMServiceRolePolicy")
    },
    ServiceLinked {
        description: Some(
            "Service-linked role used by AWS SSO to manage AWS resources, including IAM roles, policies and SAML IdP on your behalf.",
        ),
        ..linked("sso.amazonaws.com", "AWSServiceRoleForSSO", "AWSSSOServiceRolePolicy")
    },
    linked(
        "vpcorigin.cloudfront.amazonaws.com",
        "AWSServiceRoleForCloudFrontVPCOrigin",
        "AWSCloudFrontVPCOriginServiceRolePolicy",
    ),
    linked("waf.amazonaws.com", "AWSServiceRoleForWAFLogging", "WAFLoggingServiceRolePolicy"),
    linked("wafv2.amazonaws.com", "AWSServiceRoleForWAFV2Logging", "WAFV2LoggingServiceRolePolicy"),
];
