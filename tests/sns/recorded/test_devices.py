"""Text messages and mobile devices, compared with what AWS answered."""

import json
import urllib.request
import uuid

import pytest

from ..conftest import subscribe

CREDENTIALS = {"PlatformPrincipal": "dummy", "PlatformCredential": "dummy"}
PHONE = "+430000000000"


def sms(name, date=""):
    return pytest.mark.recorded("sns", f"TestSNSSMS::{name}", date)


def application(name, date=""):
    return pytest.mark.recorded("sns", f"TestSNSPlatformApplicationCrud::{name}", date)


def endpoint(name, date=""):
    return pytest.mark.recorded("sns", f"TestSNSPlatformEndpointCrud::{name}", date)


@pytest.fixture
def app(sns):
    return make_app(sns)["PlatformApplicationArn"]


def make_app(sns):
    name = f"app-{uuid.uuid4().hex[:8]}"
    return sns.create_platform_application(Name=name, Platform="ADM", Attributes=CREDENTIALS)


@pytest.fixture
def device(sns, app):
    return make_device(sns, app)["EndpointArn"]


def make_device(sns, app, **given):
    return sns.create_platform_endpoint(PlatformApplicationArn=app, Token="token_1", **given)


def opt_out(server, account):
    body = json.dumps({"phoneNumber": PHONE, "accountId": account}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{server.url}/_aws/sns/phone-opt-outs", body)).close()


@sms("test_publish_wrong_phone_format")
def test_numbers_that_are_none(sns, topic, recording):
    recording.refused("invalid-number", sns.publish, Message="x", PhoneNumber="+1a234")
    recording.refused("wrong-format", sns.publish, Message="x", PhoneNumber="NAA+15551234567")
    given = {"TopicArn": topic, "Protocol": "sms", "Endpoint": "NAA+15551234567"}
    recording.refused("wrong-endpoint", sns.subscribe, **given)


@sms("test_subscribe_sms_endpoint")
def test_a_phone_need_not_confirm(sns, topic, recording):
    made = sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+123123123")
    arn = recording.compare("subscribe-sms-endpoint", made)["SubscriptionArn"]
    told = sns.get_subscription_attributes(SubscriptionArn=arn)
    recording.compare("subscribe-sms-attrs", told, hidden=["SubscriptionPrincipal"])


@sms("test_set_get_sms_attributes")
def test_settings_are_kept(sns, recording):
    given = {
        "DeliveryStatusSuccessSamplingRate": "100",
        "DefaultSenderID": "LSTest",
        "DefaultSMSType": "Promotional",
    }
    sns.set_sms_attributes(attributes=given)
    recording.compare("get-sms-all-attributes", sns.get_sms_attributes())
    some = sns.get_sms_attributes(attributes=["DefaultSenderID", "DefaultSMSType"])
    recording.compare("get-sms-some-attributes", some)


@pytest.mark.parametrize(
    "name, value",
    [
        pytest.param(*given, marks=sms(f"test_set_invalid_sms_attributes[{case}]"))
        for case, *given in [
            ("InvalidAttributeName", "InvalidAttribute", "invalid"),
            ("TooLongID", "DefaultSendID", "a" * 12),
            ("NoLetterID", "DefaultSendID", "123456789"),
            ("InvalidSMSType", "DefaultSMSType", "invalid"),
        ]
    ],
)
def test_settings_that_cannot_be(sns, name, value, recording):
    recording.refused("invalid-attribute", sns.set_sms_attributes, attributes={name: value})


@sms("test_get_sms_attributes_from_unmodified_region")
def test_settings_that_nobody_set(sns, recording):
    recording.compare("get-sms-attributes_unmodified_region", sns.get_sms_attributes())


@sms("test_is_phone_number_opted_out")
def test_a_phone_opts_out(sns, server, account, recording):
    opt_out(server, account)
    recording.compare("phone-number-opted-out", sns.check_if_phone_number_is_opted_out(phoneNumber=PHONE))


@sms("test_list_phone_numbers_opted_out")
def test_phones_that_opted_out_are_listed(sns, server, account, recording):
    opt_out(server, account)
    recording.compare("list-phone-numbers-opted-out", sns.list_phone_numbers_opted_out())


@pytest.mark.recorded("sns", "TestSNSSubscriptionCrudV2::test_list_opted_out", "")
def test_no_phone_opted_out(sns, recording):
    recording.compare("list-opted-out", sns.list_phone_numbers_opted_out())


@sms("test_opt_in_phone_number")
def test_a_phone_opts_in_again(sns, server, account, recording):
    opt_out(server, account)
    recording.compare("opt-in-phone-number", sns.opt_in_phone_number(phoneNumber=PHONE))


@sms("test_opt_in_non_existing_phone_number")
def test_a_phone_that_never_opted_out(sns, recording):
    recording.compare("opt-in-non-existing-number", sns.opt_in_phone_number(phoneNumber="+4411111111"))


@sms("test_opt_in_invalid_number")
def test_what_is_no_phone(sns, recording):
    recording.refused("opt-in-non-existing-number", sns.opt_in_phone_number, phoneNumber="invalid")


@application("test_create_platform_application")
def test_an_application_is_made(sns, recording):
    recording.compare("create-platform-application", make_app(sns))


@application("test_list_platform_applications")
def test_applications_are_listed(sns, app, recording):
    recording.compare("list-platform-applications", sns.list_platform_applications())


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(given, marks=application(f"test_create_platform_application_invalid_attributes[{case}]"))
        for case, given in [
            ("no-args", {}),
            ("missing-credential", {"PlatformPrincipal": "dummy"}),
            ("missing-principal", {"PlatformCredential": "dummy"}),
        ]
    ],
)
def test_applications_need_credentials(sns, given, recording):
    wish = {"Name": "app", "Platform": "ADM", "Attributes": given}
    recording.refused("platform-application-no-attributes", sns.create_platform_application, **wish)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=application(f"test_create_platform_application_invalid_name[{case}]"))
        for case, name in [("too-long", "a" * 257), ("empty", ""), ("invalid-char", "@name")]
    ],
)
def test_names_of_applications(sns, name, recording):
    wish = {"Name": name, "Platform": "ADM", "Attributes": CREDENTIALS}
    recording.refused("invalid-application-name", sns.create_platform_application, **wish)


@application("test_create_platform_application_invalid_platform")
def test_platforms_that_there_are_not(sns, recording):
    wish = {"Name": "name", "Platform": "AAA", "Attributes": CREDENTIALS}
    recording.refused("invalid-platform", sns.create_platform_application, **wish)


@application("test_get_platform_application_attributes_invalid_arn")
def test_applications_that_are_none(sns, recording):
    call = sns.get_platform_application_attributes
    recording.refused("invalid-application-arn", call, PlatformApplicationArn="invalid-arn")


@application("test_set_platform_application_attributes_invalid_arn")
def test_applications_that_are_none_are_not_set(sns, recording):
    given = {"PlatformApplicationArn": "invalid-arn", "Attributes": CREDENTIALS}
    recording.refused("invalid-application-arn", sns.set_platform_application_attributes, **given)


@application("test_get_platform_application_attributes")
def test_credentials_are_not_told(sns, app, recording):
    told = sns.get_platform_application_attributes(PlatformApplicationArn=app)
    recording.compare("get-application-attributes", told)


@application("test_set_platform_application_attributes")
def test_applications_are_set(sns, app, recording):
    given = {"SuccessFeedbackSampleRate": "50"}
    sns.set_platform_application_attributes(PlatformApplicationArn=app, Attributes=given)
    told = sns.get_platform_application_attributes(PlatformApplicationArn=app)
    recording.compare("set-get-application-attributes", told)


@application("test_get_platform_application_attributes_non_existing_app")
def test_applications_that_are_not_there(sns, app, recording):
    call = sns.get_platform_application_attributes
    recording.refused("non_existing-application-arn", call, PlatformApplicationArn=f"{app}x")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(given, marks=application(f"test_set_platform_application_attributes_non_existing_app{case}"))
        for case, given in [
            ("", {}),
            ("[no-args]", {}),
            ("[missing-credential]", {"PlatformPrincipal": "dummy"}),
            ("[missing-principal]", {"PlatformCredential": "dummy"}),
            ("[dummy-args]", CREDENTIALS),
        ]
    ],
)
def test_applications_that_are_not_there_are_not_set(sns, app, given, recording):
    wish = {"PlatformApplicationArn": f"{app}x", "Attributes": given}
    recording.refused("non_existing-application-arn", sns.set_platform_application_attributes, **wish)


def named(recording):
    """The recordings have a word for the application that marks of values know nothing of."""
    text = json.dumps(recording.steps).replace("<platform_application>", "<application:1>")
    recording.steps = json.loads(text)
    return recording


@endpoint("test_create_platform_endpoint")
def test_a_device_is_made(sns, app, recording):
    named(recording).compare("create-platform-endpoint", make_device(sns, app))


@endpoint("test_create_platform_endpoint_idempotency")
def test_a_device_is_made_once(sns, app, recording):
    named(recording).compare("create-platform-endpoint", make_device(sns, app))
    recording.compare("create-platform-endpoint-idempotent", make_device(sns, app))
    recording.refused("create-platform-endpoint-different-token", make_device, sns=sns, app=app, CustomUserData="x")


@endpoint("test_create_platform_endpoint_non_existent_app")
def test_a_device_of_nothing(sns, app, recording):
    recording.refused("create-platform-endpoint", make_device, sns=sns, app=f"{app}x")


def listed(sns, app):
    return sns.list_endpoints_by_platform_application(PlatformApplicationArn=app)


@endpoint("test_list_platform_endpoints")
def test_devices_are_listed(sns, app, device, recording):
    named(recording).compare("list-endpoints-by-app", listed(sns, app))


@endpoint("test_delete_platform_endpoint")
def test_a_device_goes(sns, app, device, recording):
    named(recording).compare("list-endpoints-by-app-pre-delete", listed(sns, app))
    recording.compare("delete-endpoint", sns.delete_endpoint(EndpointArn=device))
    recording.compare("list-endpoints-by-app-post-delete", listed(sns, app))


@endpoint("test_delete_platform_endpoint_with_subscription")
def test_a_subscription_outlives_its_device(sns, topic, device, recording):
    subscribe(sns, topic, device, "application")
    for step in ["list-subscriptions-pre-delete", "list-subscriptions-post-delete"]:
        # AWS tells of more, which there is not.
        del named(recording).steps[step]["NextToken"]
    recording.compare("list-subscriptions-pre-delete", sns.list_subscriptions())
    recording.compare("delete-endpoint", sns.delete_endpoint(EndpointArn=device))
    recording.compare("list-subscriptions-post-delete", sns.list_subscriptions())


@endpoint("test_delete_endpoints_of_deleted_app")
def test_devices_go_with_their_application(sns, app, device, recording):
    recording.compare("delete-application", sns.delete_platform_application(PlatformApplicationArn=app))
    recording.refused("list-endpoints-after-app-delete", listed, sns=sns, app=app)


@endpoint("test_get_platform_endpoint_attributes")
def test_devices_are_described(sns, device, recording):
    recording.compare("get-platform-endpoint-attributes", sns.get_endpoint_attributes(EndpointArn=device))


@endpoint("test_set_platform_endpoint_attributes")
def test_devices_are_set(sns, device, recording):
    answer = sns.set_endpoint_attributes(EndpointArn=device, Attributes={"Enabled": "false"})
    recording.compare("set-platform-endpoint-attributes", answer)
    recording.compare("get-platform-endpoint-attributes", sns.get_endpoint_attributes(EndpointArn=device))


GONE = "set-platform-endpoint-attributes-non-existent-app"


@endpoint("test_set_platform_endpoint_attributes_invalid_arn")
def test_devices_that_are_none(sns, app, recording):
    given = {"EndpointArn": app, "Attributes": {"Enabled": "false"}}
    recording.refused(GONE, sns.set_endpoint_attributes, **given)


@endpoint("test_set_platform_endpoint_attributes_non_existent_endpoint")
def test_devices_that_are_not_there_are_not_set(sns, device, recording):
    given = {"EndpointArn": f"{device}x", "Attributes": {"Enabled": "false"}}
    recording.refused(GONE, sns.set_endpoint_attributes, **given)


@endpoint("test_get_platform_endpoint_attributes_non_existent_endpoint")
def test_devices_that_are_not_there(sns, device, recording):
    recording.refused(GONE, sns.get_endpoint_attributes, EndpointArn=f"{device}x")


WRONG = [
    ("Invalid_Name_Principal", {"PlatformPrincipal": "x"}),
    ("Invalid_Name_Credential", {"PlatformCredential": "x"}),
    ("Invalid_Name_Generic", {"InvalidKey": "x"}),
    ("Data_Too_Long", {"CustomUserData": "a" * 2049}),
]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(given, marks=endpoint(f"test_set_platform_endpoint_attributes_invalid_attributes[{case}]"))
        for case, given in [*WRONG, ("Empty", {})]
    ],
)
def test_attributes_that_devices_have_not(sns, device, given, recording):
    wish = {"EndpointArn": device, "Attributes": given}
    recording.refused("set-platform-endpoint-invalid-attributes", sns.set_endpoint_attributes, **wish)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(given, marks=endpoint(f"test_create_platform_endpoint_with_invalid_attributes[{case}]"))
        for case, given in WRONG
    ],
)
def test_attributes_that_devices_cannot_begin_with(sns, app, given, recording):
    recording.refused("create-platform-endpoint-invalid-attr", make_device, sns=sns, app=app, Attributes=given)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(
            {"CustomUserData": "bar", "Attributes": {"CustomUserData": "foo"}},
            marks=endpoint("test_create_platform_endpoint_double_custom_data"),
        ),
        pytest.param({"CustomUserData": "bar"}, marks=endpoint("test_create_platform_endpoint_custom_data")),
    ],
)
def test_what_a_device_keeps_for_its_application(sns, app, given, recording):
    arn = make_device(sns, app, **given)["EndpointArn"]
    recording.compare("create-endpoint-double-custom-data", sns.get_endpoint_attributes(EndpointArn=arn))
