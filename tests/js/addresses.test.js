// Presigned URLs in the hands of a plain HTTP client, and buckets in the host's name.
import assert from "node:assert/strict";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { agent, clientOf, newBucket, oddKeys, port, read, s3 } from "./ruststack.js";

// Sends the path as it is: `fetch` would resolve its dots.
async function plain(method, url, body) {
  const [, host, path] = url.match(/^http:\/\/([^/:]+):\d+(.*)$/);
  const answer = await new Promise((resolve, reject) => {
    request({ agent, host, port, path, method }, resolve).on("error", reject).end(body);
  });
  const content = await text(answer);
  assert.equal(answer.statusCode, 200, content);
  return content;
}

test("presigned URLs write and read", async () => {
  const Bucket = await newBucket();
  for (const Key of oddKeys) {
    const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key }), { expiresIn: 60 });
    await plain("PUT", put, Key);
    assert.equal((await read(Bucket, Key)).toString(), Key);
    const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
    assert.equal(await plain("GET", get), Key);
  }
});

for (const domain of ["s3.localhost.localstack.cloud", "localhost"]) {
  test(`a bucket is found in front of ${domain}`, async () => {
    const client = clientOf(domain);
    after(() => client.destroy());
    const Bucket = await newBucket();
    for (const Key of oddKeys) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      assert.equal((await read(Bucket, Key)).toString(), Key);
      const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
      assert.ok(url.startsWith(`http://${Bucket}.${domain}:${port}/`), url);
      assert.equal(await plain("GET", url), Key);
    }
  });
}
