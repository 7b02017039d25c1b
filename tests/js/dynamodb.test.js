// DynamoDB by the DocumentClient, which makes attribute values of JavaScript's own and back; and a page that shows tables.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { settings, url } from "./ruststack.js";

const client = new DynamoDBClient(settings);
const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
after(() => client.destroy());

async function newTable() {
  const TableName = `table-${randomBytes(8).toString("hex")}`;
  const KeySchema = [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ];
  const AttributeDefinitions = [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "N" },
  ];
  const BillingMode = "PAY_PER_REQUEST";
  await client.send(new CreateTableCommand({ TableName, KeySchema, AttributeDefinitions, BillingMode }));
  return TableName;
}

test("an item comes back as it was put", async () => {
  const TableName = await newTable();
  const Item = {
    pk: "a",
    sk: 1.5,
    flag: true,
    none: null,
    bytes: Uint8Array.from([0, 255]),
    list: [1, "ä", { deep: [new Set(["x", "y"])] }],
    numbers: new Set([1, 2, 3]),
  };
  await documents.send(new PutCommand({ TableName, Item }));
  const got = await documents.send(new GetCommand({ TableName, Key: { pk: "a", sk: 1.5 } }));
  assert.deepEqual(got.Item, Item);
});

test("a paginator goes through all pages of a query", async () => {
  const TableName = await newTable();
  const puts = Array.from({ length: 25 }, (_, sk) => ({ PutRequest: { Item: { pk: "a", sk } } }));
  await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }));
  const query = {
    TableName,
    KeyConditionExpression: "pk = :pk AND sk > :sk",
    ExpressionAttributeValues: { ":pk": "a", ":sk": 4 },
  };
  const found = [];
  for await (const page of paginateQuery({ client: documents, pageSize: 7 }, query)) found.push(...page.Items);
  assert.deepEqual(found.map(({ sk }) => sk), Array.from({ length: 20 }, (_, index) => index + 5));
});

test("a condition that fails has a class of its own, and the item", async () => {
  const TableName = await newTable();
  const Key = { pk: "a", sk: 1 };
  await documents.send(new PutCommand({ TableName, Item: { ...Key, version: 3 } }));
  const update = {
    TableName,
    Key,
    UpdateExpression: "SET version = :new",
    ConditionExpression: "version = :old",
    ExpressionAttributeValues: { ":old": 2, ":new": 3 },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
  await assert.rejects(documents.send(new UpdateCommand(update)), (error) => {
    assert.ok(error instanceof ConditionalCheckFailedException);
    assert.equal(error.Item.version.N, "3");
    return true;
  });
});

test("a transaction that is cancelled changes nothing and says why", async () => {
  const TableName = await newTable();
  const Item = { pk: "a", sk: 1 };
  const check = { TableName, Key: { pk: "b", sk: 1 }, ConditionExpression: "attribute_exists(pk)" };
  const TransactItems = [{ Put: { TableName, Item } }, { ConditionCheck: check }];
  await assert.rejects(documents.send(new TransactWriteCommand({ TransactItems })), (error) => {
    assert.ok(error instanceof TransactionCanceledException);
    assert.deepEqual(error.CancellationReasons.map(({ Code }) => Code), ["None", "ConditionalCheckFailed"]);
    return true;
  });
  assert.equal((await documents.send(new GetCommand({ TableName, Key: Item }))).Item, undefined);
});

test("dynamodb-admin shows a table and its items", async () => {
  const TableName = await newTable();
  await documents.send(new PutCommand({ TableName, Item: { pk: "a key to look for", sk: 1 } }));
  const { port, stop } = await startAdmin();
  const page = async (path) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept: "text/html" } });
    assert.equal(answer.status, 200);
    return answer.text();
  };
  try {
    assert.match(await page("/"), new RegExp(TableName));
    assert.match(await page(`/tables/${TableName}/get`), new RegExp(TableName));
    assert.match(await page(`/tables/${TableName}/items/${encodeURIComponent("a key to look for,1")}`), /a key to look for/);
  } finally {
    await stop();
  }
});

async function startAdmin() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const script = fileURLToPath(import.meta.resolve("dynamodb-admin")).replace(/dist\/.*/, "dist/dynamodb-admin.js");
  const { accessKeyId, secretAccessKey } = settings.credentials;
  const env = {
    ...process.env,
    DYNAMO_ENDPOINT: url,
    AWS_REGION: settings.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    // Otherwise it makes one up.
    AWS_SESSION_TOKEN: "",
  };
  const arguments_ = [script, "--port", String(port), "--host", "127.0.0.1"];
  const admin = spawn(process.execPath, arguments_, { env, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: admin.stdout })) {
    if (/listening/i.test(line)) break;
  }
  const stop = async () => {
    admin.kill();
    await once(admin, "exit");
  };
  return { port, stop };
}
