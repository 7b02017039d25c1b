// DynamoDB Streams: who follows a stream sees every change, and the shards that it was split into.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb-streams";
import { settings } from "./ruststack.js";

const dynamodb = new DynamoDBClient(settings);
const streams = new DynamoDBStreamsClient(settings);
after(() => dynamodb.destroy());
after(() => streams.destroy());

async function newTable() {
  const TableName = `table-${randomBytes(8).toString("hex")}`;
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  return { TableName, StreamArn: TableDescription.LatestStreamArn };
}

async function read(StreamArn) {
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const records = [];
  for (const { ShardId } of StreamDescription.Shards) {
    const from = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
    let { ShardIterator } = await streams.send(new GetShardIteratorCommand(from));
    while (ShardIterator) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 2 }));
      records.push(...page.Records);
      ShardIterator = page.Records.length ? page.NextShardIterator : undefined;
    }
  }
  return records;
}

test("every change of an item is read, in order", async () => {
  const { TableName, StreamArn } = await newTable();
  const Key = { id: { S: "a" } };
  await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Key, data: { B: Buffer.from([0x90]) } } }));
  const update = { UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": { N: "1" } } };
  await dynamodb.send(new UpdateItemCommand({ TableName, Key, ...update }));
  await dynamodb.send(new DeleteItemCommand({ TableName, Key }));
  const records = await read(StreamArn);
  assert.deepEqual(records.map(({ eventName }) => eventName), ["INSERT", "MODIFY", "REMOVE"]);
  assert.deepEqual(Buffer.from(records[0].dynamodb.NewImage.data.B), Buffer.from([0x90]));
  assert.equal(records[1].dynamodb.NewImage.n.N, "1");
  assert.ok(records[0].dynamodb.ApproximateCreationDateTime instanceof Date);
  assert.equal(records[2].dynamodb.NewImage, undefined);
});

test("a stream may not be there", async () => {
  const { StreamArn } = await newTable();
  const missing = streams.send(new DescribeStreamCommand({ StreamArn: `${StreamArn}0` }));
  await assert.rejects(missing, ResourceNotFoundException);
});
