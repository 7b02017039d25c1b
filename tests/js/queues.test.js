// SQS: the SDK compares the MD5s of what it sends and receives by itself.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  paginateListQueues,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  ReceiptHandleIsInvalid,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { newQueue, sqs } from "./ruststack.js";

const send = (QueueUrl, message) => sqs.send(new SendMessageCommand({ QueueUrl, ...message }));

async function receive(QueueUrl, options = {}) {
  const wanted = { MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"], ...options };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...wanted }));
  return Messages;
}

test("a message comes as it was sent, with its attributes", async () => {
  const QueueUrl = await newQueue();
  const MessageBody = "<&\"'\u{1f600}\r\n> ";
  const MessageAttributes = {
    text: { DataType: "String", StringValue: "ä" },
    number: { DataType: "Number.int", StringValue: "1" },
    bytes: { DataType: "Binary.own", BinaryValue: randomBytes(100) },
  };
  const sent = await send(QueueUrl, { MessageBody, MessageAttributes });
  const [message] = await receive(QueueUrl);
  assert.deepEqual([message.MessageId, message.Body], [sent.MessageId, MessageBody]);
  assert.equal(message.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
  assert.deepEqual(
    Buffer.from(message.MessageAttributes.bytes.BinaryValue),
    MessageAttributes.bytes.BinaryValue,
  );
  assert.equal(message.MessageAttributes.text.StringValue, "ä");
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
});

test("who waits is told at once", async () => {
  const QueueUrl = await newQueue();
  const waiting = receive(QueueUrl, { WaitTimeSeconds: 20 });
  const begin = performance.now();
  await send(QueueUrl, { MessageBody: "work" });
  assert.equal((await waiting)[0].Body, "work");
  assert.ok(performance.now() - begin < 10_000);
});

test("a batch is sent, received and deleted", async () => {
  const QueueUrl = await newQueue();
  const Entries = Array.from({ length: 10 }, (_, n) => ({ Id: String(n), MessageBody: `body ${n}` }));
  const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  assert.deepEqual([sent.Successful.length, sent.Failed], [10, undefined]);
  const received = await receive(QueueUrl, { MaxNumberOfMessages: 10 });
  assert.deepEqual(received.map(({ Body }) => Body), Entries.map(({ MessageBody }) => MessageBody));
  const handles = received.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
  const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
  assert.equal(deleted.Successful.length, 10);
});

test("a message that is given back comes again", async () => {
  const QueueUrl = await newQueue();
  await send(QueueUrl, { MessageBody: "again" });
  const [first] = await receive(QueueUrl);
  assert.deepEqual(await receive(QueueUrl), []);
  const { ReceiptHandle } = first;
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  const [again] = await receive(QueueUrl);
  assert.deepEqual([again.MessageId, again.Attributes.ApproximateReceiveCount], [first.MessageId, "2"]);
});

test("messages of a group keep their order, and the same is sent once", async () => {
  const QueueUrl = await newQueue({ FifoQueue: "true", ContentBasedDeduplication: "true" });
  for (const MessageBody of ["1", "2", "2", "3"]) await send(QueueUrl, { MessageBody, MessageGroupId: "group" });
  const received = await receive(QueueUrl, { MaxNumberOfMessages: 10 });
  assert.deepEqual(received.map(({ Body }) => Body), ["1", "2", "3"]);
  assert.deepEqual(await receive(QueueUrl), []);
});

test("queues are listed page by page", async () => {
  const urls = [await newQueue(), await newQueue(), await newQueue()];
  const listed = [];
  for await (const page of paginateListQueues({ client: sqs, pageSize: 2 }, {})) listed.push(...page.QueueUrls);
  assert.ok(urls.every((url) => listed.includes(url)));
  assert.equal(new Set(listed).size, listed.length);
  const QueueNamePrefix = new URL(urls[0]).pathname.split("/").at(-1);
  const { QueueUrls } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix }));
  assert.deepEqual(QueueUrls, [urls[0]]);
});

test("a purge leaves nothing", async () => {
  const QueueUrl = await newQueue();
  await send(QueueUrl, { MessageBody: "gone" });
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  const wanted = { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(wanted));
  assert.equal(Attributes.ApproximateNumberOfMessages, "0");
});

test("errors are the SDK's own", async () => {
  const QueueUrl = await newQueue();
  await assert.rejects(send(`${QueueUrl}-missing`, { MessageBody: "a" }), (error) => {
    assert.ok(error instanceof QueueDoesNotExist);
    return error.message === "The specified queue does not exist.";
  });
  const wrong = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "wrong" });
  await assert.rejects(sqs.send(wrong), ReceiptHandleIsInvalid);
});
