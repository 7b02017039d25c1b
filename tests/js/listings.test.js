// Ten thousand keys, page by page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { newBucket, s3, url } from "./ruststack.js";

// Anonymous requests, because the client under test takes its time for each.
async function fill(Bucket, keys) {
  const rest = keys.values();
  const put = async () => {
    for (const key of rest) {
      const answer = await fetch(`${url}/${Bucket}/${key}`, { method: "PUT" });
      assert.equal(answer.status, 200);
    }
  };
  await Promise.all(Array.from({ length: 8 }, put));
}

test("ten thousand keys are listed page by page", async () => {
  const Bucket = await newBucket();
  const prefixes = Array.from({ length: 10 }, (_, number) => `${number}/`);
  const numbers = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, "0"));
  const keys = prefixes.flatMap((prefix) => numbers.map((number) => prefix + number));
  await fill(Bucket, keys);

  const pages = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket })) pages.push(page);
  assert.equal(pages.length, 10);
  assert.deepEqual(pages.flatMap(({ Contents }) => Contents.map(({ Key }) => Key)), keys);

  const rolledUp = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket, Delimiter: "/" })) {
    assert.equal(page.Contents, undefined);
    rolledUp.push(...page.CommonPrefixes.map(({ Prefix }) => Prefix));
  }
  assert.deepEqual(rolledUp, prefixes);
});
