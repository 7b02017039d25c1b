// What every test of the JavaScript SDK stands on: a running RustStack and the samples all clients are tried with.
import { spawn } from "node:child_process";
import { createHash, randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { createServer } from "node:net";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";

export const MIB = 1024 * 1024;
export const { sizes, large, odd_keys: oddKeys } = JSON.parse(
  readFileSync(new URL("../s3/samples.json", import.meta.url)),
);

const BUILT = fileURLToPath(new URL("../../target/release/ruststack", import.meta.url));
const BINARY = process.env.RUSTSTACK_BINARY ?? BUILT;

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}

async function start() {
  const running = process.env.RUSTSTACK_ENDPOINT;
  if (running) return Number(new URL(running).port);
  const port = await freePort();
  // Signatures are verified: that finds what client and server understand differently.
  const settings = { GATEWAY_LISTEN: `127.0.0.1:${port}`, LS_LOG: "error", RUSTSTACK_AUTH: "sigv4" };
  const env = { ...process.env, ...settings };
  const server = spawn(BINARY, { env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(server.stdout, "data");
  assert.equal(line.toString(), "Ready.\n");
  after(async () => {
    server.kill();
    const [code] = await once(server, "exit");
    assert.equal(code, 0);
  });
  return port;
}

// Names below our local domains are this machine, whatever the resolver knows.
export const agent = new Agent({
  keepAlive: true,
  lookup: (_name, { all }, found) => {
    const address = "127.0.0.1";
    return all ? found(null, [{ address, family: 4 }]) : found(null, address, 4);
  },
});

export const port = await start();
export const url = `http://127.0.0.1:${port}`;
const credentials = { accessKeyId: String(randomInt(10 ** 12)).padStart(12, "0"), secretAccessKey: "test" };
export const settings = { endpoint: url, region: "us-east-1", credentials };
export const s3 = new S3Client(settings);
export const sqs = new SQSClient(settings);

after(() => s3.destroy());
after(() => sqs.destroy());
after(() => agent.destroy());

// A client that calls this machine by another name.
export function clientOf(domain) {
  return new S3Client({ ...settings, endpoint: `http://${domain}:${port}`, requestHandler: { httpAgent: agent } });
}

export async function newBucket() {
  const Bucket = `bucket-${randomBytes(8).toString("hex")}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

export async function newQueue(Attributes = {}) {
  const QueueName = `queue-${randomBytes(8).toString("hex")}${Attributes.FifoQueue ? ".fifo" : ""}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

export async function read(Bucket, Key) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from(await Body.transformToByteArray());
}
