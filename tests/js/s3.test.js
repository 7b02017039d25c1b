// The JavaScript SDK with its default settings: client, upload manager, presigner.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const MIB = 1024 * 1024;
const BINARY = process.env.RUSTSTACK_BINARY ?? fileURLToPath(new URL("../../target/release/ruststack", import.meta.url));
let server;
let s3;

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}

before(async () => {
  const port = await freePort();
  const env = { ...process.env, GATEWAY_LISTEN: `127.0.0.1:${port}`, LS_LOG: "error" };
  server = spawn(BINARY, { env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(server.stdout, "data");
  assert.equal(line.toString(), "Ready.\n");
  s3 = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});

after(async () => {
  s3.destroy();
  server.kill();
  const [code] = await once(server, "exit");
  assert.equal(code, 0);
});

async function newBucket() {
  const Bucket = `bucket-${randomBytes(8).toString("hex")}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function read(Bucket, Key) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from(await Body.transformToByteArray());
}

test("bytes come back as they were put", async () => {
  const Bucket = await newBucket();
  for (const size of [0, 1, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1]) {
    const Body = randomBytes(size);
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body }));
    assert.equal(sha256(await read(Bucket, "key")), sha256(Body));
  }
});

test("keys are taken as they are", async () => {
  const Bucket = await newBucket();
  for (const Key of ["with space", "plus+plus", "percent%25%", "ü/日本/🎉", "double//slash", "/leading", "semi;?#"]) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    assert.equal((await read(Bucket, Key)).toString(), Key);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    assert.deepEqual(Contents.map((entry) => entry.Key), [Key]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  }
});

test("the upload manager sends a large stream in parts", async () => {
  const Bucket = await newBucket();
  const Body = randomBytes(100 * MIB);
  await new Upload({ client: s3, params: { Bucket, Key: "large", Body } }).done();
  assert.equal(sha256(await read(Bucket, "large")), sha256(Body));
});

test("presigned URLs read and write", async () => {
  const Bucket = await newBucket();
  const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "a b" }), { expiresIn: 60 });
  assert.equal((await fetch(put, { method: "PUT", body: "signed" })).status, 200);
  const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "a b" }), { expiresIn: 60 });
  assert.equal(await (await fetch(get)).text(), "signed");
});

test("pages are walked and versions deleted", async () => {
  const Bucket = await newBucket();
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  for (let number = 0; number < 25; number++) {
    await s3.send(new PutObjectCommand({ Bucket, Key: `${number % 5}/${number}`, Body: "x" }));
  }
  const prefixes = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket, Delimiter: "/" })) {
    prefixes.push(...page.CommonPrefixes.map((entry) => entry.Prefix));
  }
  assert.deepEqual(prefixes, ["0/", "1/", "2/", "3/", "4/"]);
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "0/0" }));
  await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: "0/0" })), { name: "NotFound" });
  const { DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "0/0" }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "0/0", VersionId: DeleteMarkers[0].VersionId }));
  assert.equal((await read(Bucket, "0/0")).toString(), "x");
});

test("errors have AWS's names", async () => {
  const Bucket = await newBucket();
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: "none" })), { name: "NoSuchKey" });
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket: "no-such-bucket-here", Key: "x" })), { name: "NoSuchBucket" });
});
