"""Archives, replays, connections and API destinations, compared with what AWS answered."""

import datetime

import pytest

from ..conftest import PATTERN, fresh

BOTH = pytest.mark.parametrize("bus, kind", [("default", "default"), ("custom", "custom")], indirect=["bus"])


def archives(name, date=""):
    return pytest.mark.recorded("archive_and_replay", name, date)


def connections(name, date="09-12-2024"):
    return pytest.mark.recorded("api_destinations_and_connection", name, date)


def make_archive(events, bus="default", **more):
    name, source = fresh("archive"), events.describe_event_bus(Name=bus)["Arn"]
    made = events.create_archive(ArchiveName=name, EventSourceArn=source, RetentionDays=1, **more)
    return name, source, made


@BOTH
@archives("TestArchive::test_create_list_describe_update_delete_archive[{kind}]")
def test_an_archive_comes_and_goes(events, bus, kind, recording):
    more = {"Description": "description of the archive", "EventPattern": PATTERN}
    name, _, made = make_archive(events, bus, **more)
    recording.compare("create-archive", made)
    recording.compare("list-archives", events.list_archives(NamePrefix=name))
    recording.compare("describe-archive", events.describe_archive(ArchiveName=name))
    recording.compare("update-archive", events.update_archive(ArchiveName=name, Description="updated"))
    recording.compare("delete-archive", events.delete_archive(ArchiveName=name))


@BOTH
@archives("TestArchive::test_create_archive_error_duplicate[{kind}]")
def test_a_name_is_of_one_archive(events, bus, kind, recording):
    name, source, _ = make_archive(events, bus)
    arguments = {"ArchiveName": name, "EventSourceArn": source}
    recording.refused("create-archive-duplicate-error", events.create_archive, **arguments)


@archives("TestArchive::test_create_archive_error_unknown_event_bus")
def test_an_archive_has_a_bus(events, recording):
    source = events.describe_event_bus()["Arn"].replace("default", "x")
    arguments = {"ArchiveName": "archive", "EventSourceArn": source}
    recording.refused("create-archive-unknown-event-bus-error", events.create_archive, **arguments)


@archives("TestArchive::test_describe_archive_error_unknown_archive")
def test_an_archive_that_is_not_there(events, recording):
    recording.refused("describe-archive-unknown-archive-error", events.describe_archive, ArchiveName="x")


@archives("TestArchive::test_delete_archive_error_unknown_archive")
def test_no_archive_is_deleted(events, recording):
    recording.refused("delete-archive-unknown-archive-error", events.delete_archive, ArchiveName="x")


@archives("TestArchive::test_update_archive_error_unknown_archive")
def test_an_update_says_what(events, recording):
    recording.refused("update-archive-unknown-archive-error", events.update_archive, ArchiveName="x")


@archives("TestReplay::test_describe_replay_error_unknown_replay")
def test_a_replay_that_is_not_there(events, recording):
    recording.refused("describe-replay-unknown-replay-error", events.describe_replay, ReplayName="x")


@pytest.mark.parametrize("seconds", [0, 10])
@archives("TestReplay::test_start_replay_error_invalid_end_time[{seconds}]")
def test_a_replay_begins_before_it_ends(events, seconds, recording):
    _, source, made = make_archive(events)
    now = datetime.datetime.now(datetime.UTC)
    recording.refused(
        "start-replay-invalid-end-time-error",
        events.start_replay,
        ReplayName="replay",
        EventSourceArn=made["ArchiveArn"],
        EventStartTime=now,
        EventEndTime=now - datetime.timedelta(seconds=seconds),
        Destination={"Arn": source},
    )


AUTHS = [
    ("BASIC", {"BasicAuthParameters": {"Username": "user", "Password": "pass"}}),
    ("API_KEY", {"ApiKeyAuthParameters": {"ApiKeyName": "ApiKey", "ApiKeyValue": "secret"}}),
    (
        "OAUTH_CLIENT_CREDENTIALS",
        {
            "OAuthParameters": {
                "AuthorizationEndpoint": "https://example.com/oauth",
                "ClientParameters": {"ClientID": "client_id", "ClientSecret": "client_secret"},
                "HttpMethod": "POST",
            }
        },
    ),
]


@pytest.mark.parametrize("number", range(3))
@connections("TestEventBridgeConnections::test_create_connection_with_auth[auth_params{number}]")
def test_a_connection_tells_no_secrets(events, number, recording):
    kind, parameters = AUTHS[number]
    name = fresh("connection")
    made = events.create_connection(Name=name, AuthorizationType=kind, AuthParameters=parameters)
    recording.compare("create-connection-auth", made)
    recording.compare("describe-connection-auth", events.describe_connection(Name=name))


@connections("TestEventBridgeConnections::test_create_connection")
def test_a_connection_is_made_with_parameters(events, recording):
    name, (kind, parameters) = fresh("connection"), AUTHS[1]
    parameters = {**parameters, "InvocationHttpParameters": {}}
    made = events.create_connection(Name=name, AuthorizationType=kind, AuthParameters=parameters)
    recording.compare("create-connection", made)
    recording.compare("describe-connection", events.describe_connection(Name=name))


@connections("TestEventBridgeConnections::test_list_connections")
def test_connections_are_found_by_prefix(events, recording):
    name, (kind, parameters) = fresh("connection"), AUTHS[0]
    events.create_connection(Name=name, AuthorizationType=kind, AuthParameters=parameters)
    recording.compare("list-connections", events.list_connections(NamePrefix=name))


@pytest.mark.parametrize("number", range(3))
@connections("TestEventBridgeApiDestinations::test_api_destinations[auth{number}]")
def test_an_api_destination_comes_and_goes(events, number, recording):
    kind, parameters = AUTHS[number]
    made = events.create_connection(Name="connection", AuthorizationType=kind, AuthParameters=parameters)
    name, connection = fresh("destination"), made["ConnectionArn"]
    hidden = {"ApiDestinationArn", "ConnectionArn"}

    def change(step, call, method, path, description):
        endpoint = f"https://example.com/{path}"
        arguments = {"ConnectionArn": connection, "HttpMethod": method, "InvocationEndpoint": endpoint}
        recording.compare(step, call(Name=name, Description=description, **arguments), hidden)

    change("create-api-destination", events.create_api_destination, "POST", "api", "Test API destination")
    recording.compare("describe-api-destination", events.describe_api_destination(Name=name), hidden)
    recording.compare("list-api-destinations", events.list_api_destinations(NamePrefix=name), hidden)
    change("update-api-destination", events.update_api_destination, "PUT", "api/v2", "Updated API destination")
    recording.compare("describe-updated-api-destination", events.describe_api_destination(Name=name), hidden)
    recording.compare("delete-api-destination", events.delete_api_destination(Name=name))
    step = "describe-api-destination-not-found-error"
    recording.refused(step, events.describe_api_destination, Name=name)


@connections("TestEventBridgeConnections::test_delete_connection")
def test_a_connection_goes(events, recording):
    name, (kind, parameters) = fresh("connection"), AUTHS[0]
    made = events.create_connection(Name=name, AuthorizationType=kind, AuthParameters=parameters)
    recording.compare("create-connection-response", made)
    recording.compare("delete-connection", events.delete_connection(Name=name))
    recording.refused("describe-deleted-connection", events.describe_connection, Name=name)


@connections("TestEventBridgeConnections::test_create_connection_invalid_parameters")
def test_a_connection_is_of_a_type(events, recording):
    arguments = {"Name": "c", "AuthorizationType": "INVALID_AUTH_TYPE", "AuthParameters": {}}
    recording.refused("create-connection-invalid-auth-error", events.create_connection, **arguments)


@connections("TestEventBridgeConnections::test_create_connection_name_validation")
def test_a_connection_is_named_by_a_word(events, recording):
    kind, parameters = AUTHS[1]
    arguments = {"Name": "Invalid Name With Spaces!", "AuthorizationType": kind, "AuthParameters": parameters}
    recording.refused("create-connection-invalid-name-error", events.create_connection, **arguments)
