"""PartiQL, backups and insights, compared with what AWS answered."""

from botocore.config import Config

from .conftest import make_table
from .test_recorded_items import recorded


@recorded("test_dynamodb_batch_execute_statement")
def test_a_batch_of_statements_writes(dynamodb, recording):
    name = make_table(dynamodb, "Username")["TableName"]
    dynamodb.put_item(TableName=name, Item={"Username": {"S": "user02"}})
    texts = [
        f"INSERT INTO \"{name}\" VALUE {{'Username': 'user01'}}",
        f"UPDATE \"{name}\" SET Age=20 WHERE Username='user02'",
    ]
    answer = dynamodb.batch_execute_statement(Statements=[{"Statement": text} for text in texts])
    recording.compare("ExecutedStatement", answer)
    for user in ["user02", "user01"]:
        item = dynamodb.get_item(TableName=name, Key={"Username": {"S": user}})["Item"]
        recording.compare(f"ItemUser{user[-1]}", item)


@recorded("test_dynamodb_execute_statement_empy_parameter")
def test_no_parameters_are_not_an_empty_list(client, recording):
    dynamodb = client("dynamodb", config=Config(parameter_validation=False))
    name = make_table(dynamodb, "Artist", "SongTitle")["TableName"]
    recording.refused(
        "invalid-param-error", dynamodb.execute_statement, Statement=f'SELECT * FROM "{name}"', Parameters=[]
    )


@recorded("test_dynamodb_execute_transaction")
def test_a_transaction_of_statements_writes(dynamodb, recording):
    name = make_table(dynamodb, "Username")["TableName"]
    texts = [f"INSERT INTO \"{name}\" VALUE {{'Username': '{user}'}}" for user in ["user01", "user02"]]
    answer = dynamodb.execute_transaction(TransactStatements=[{"Statement": text} for text in texts])
    recording.compare("ExecutedTransaction", answer)
    scanned = dynamodb.scan(TableName=name)
    scanned["Items"].sort(key=str)
    recording.compare("TableScan", scanned)


@recorded("test_dynamodb_partiql_missing")
def test_what_is_missing_is_found_so(dynamodb, recording):
    name = make_table(dynamodb, "Username")["TableName"]
    dynamodb.execute_statement(
        Statement=f"INSERT INTO \"{name}\" VALUE {{'Username': 'Alice123', 'FirstName':'Alice'}}"
    )
    found = dynamodb.execute_statement(Statement=f'SELECT * FROM "{name}" WHERE FirstName IS NOT MISSING')
    recording.compare("FirstNameNotMissing", found["Items"])
    missing = dynamodb.execute_statement(Statement=f'SELECT * FROM "{name}" WHERE FirstName IS MISSING')
    assert missing["Items"] == []


@recorded("test_continuous_backup_update")
def test_a_table_tells_when_it_can_be_restored_to(dynamodb, table, recording):
    wanted = {"TableName": table, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    recording.compare("update-continuous-backup", dynamodb.update_continuous_backups(**wanted))
    told_of = dynamodb.describe_continuous_backups(TableName=table)
    recording.compare("describe-continuous-backup", told_of)


@recorded("test_dynamodb_describe_contributor_insights")
def test_insights_are_off(dynamodb, table, recording):
    recording.compare(
        "describe-contributor-insights-disabled", dynamodb.describe_contributor_insights(TableName=table)
    )
