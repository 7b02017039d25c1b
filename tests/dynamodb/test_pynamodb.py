"""PynamoDB: models, their indexes, conditions and transactions."""

import pytest
from pynamodb.attributes import ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite


@pytest.fixture
def orders(server, account):
    """A model with a table of its own."""

    class ByStatus(GlobalSecondaryIndex):
        class Meta:
            projection = AllProjection()

        status = UnicodeAttribute(hash_key=True)
        total = NumberAttribute(range_key=True)

    class Order(Model):
        class Meta:
            table_name = "orders"
            host = server.url
            region = "us-east-1"
            aws_access_key_id = account
            aws_secret_access_key = "test"
            billing_mode = "PAY_PER_REQUEST"

        customer = UnicodeAttribute(hash_key=True)
        number = NumberAttribute(range_key=True)
        status = UnicodeAttribute(default="new")
        total = NumberAttribute(default=0)
        tags = UnicodeSetAttribute(null=True)
        address = MapAttribute(null=True)
        lines = ListAttribute(default=list)
        by_status = ByStatus()

    Order.create_table(wait=True)
    return Order


def test_models_are_saved_and_found(orders):
    with orders.batch_write() as batch:
        for number in range(30):
            batch.save(orders("me", number, total=number, tags={"a", "b"}, address={"city": "here"}, lines=[1, "x"]))
    found = orders.get("me", 7)
    assert (found.total, found.tags, found.address["city"], found.lines) == (7, {"a", "b"}, "here", [1, "x"])
    assert [order.number for order in orders.query("me", orders.number >= 25)] == [25, 26, 27, 28, 29]
    page = orders.by_status.query("new", orders.total.between(10, 12), scan_index_forward=False)
    assert [order.total for order in page] == [12, 11, 10]
    assert orders.count() == 30


def test_updates_and_conditions(orders):
    order = orders("me", 1, total=1)
    order.save(orders.customer.does_not_exist())
    with pytest.raises(PutError):
        orders("me", 1).save(orders.customer.does_not_exist())
    order.update(actions=[orders.total.add(5), orders.status.set("sent"), orders.lines.set(orders.lines.append(["y"]))])
    assert (order.total, order.status, order.lines) == (6, "sent", ["y"])


def test_a_transaction_is_made_or_not(orders):
    connection = Connection(region="us-east-1", host=orders.Meta.host)
    connection.session.set_credentials(orders.Meta.aws_access_key_id, orders.Meta.aws_secret_access_key)
    with pytest.raises(TransactWriteError) as caught, TransactWrite(connection=connection) as transaction:
        transaction.save(orders("me", 1))
        transaction.condition_check(orders, "me", 2, condition=orders.customer.exists())
    # It sends checks before all else.
    assert [reason and reason.code for reason in caught.value.cancellation_reasons] == ["ConditionalCheckFailed", None]
    assert orders.count() == 0
