// The Node runtime of the process executor: standard library only.
import http from "node:http";
import path from "node:path";
import fs from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import util from "node:util";

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const PREFIX = "/2018-06-01/runtime";
const STREAMS = Symbol.for("aws.lambda.runtime.handler.streaming");
const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });

class Fault extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

function exchange(method, where, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    const request = http.request(
      { hostname, port, method, path: PREFIX + where, agent, headers: { ...headers, ...length } },
      (answer) => {
        const pieces = [];
        answer.on("data", (piece) => pieces.push(piece));
        answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

let requestId = "";

function printLines() {
  const levels = { log: "INFO", info: "INFO", debug: "DEBUG", trace: "TRACE", warn: "WARN", error: "ERROR" };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) => {
      const text = util.format(...values).replace(/\n/g, "\r");
      fs.writeSync(1, `${new Date().toISOString()}\t${requestId || "undefined"}\t${level}\t${text}\n`);
    };
  }
}

function describe(error) {
  if (error instanceof Error || (error && error.name && error.message !== undefined)) {
    return {
      errorType: error.name ?? "Error",
      errorMessage: String(error.message ?? ""),
      trace: String(error.stack ?? "").split("\n"),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function printError(label, error) {
  const { errorType, errorMessage, trace } = describe(error);
  const own = error && typeof error === "object" ? Object.fromEntries(Object.entries(error)) : {};
  const shown = JSON.stringify({ errorType, errorMessage, ...own, stack: trace });
  fs.writeSync(1, `${new Date().toISOString()}\t${requestId || "undefined"}\tERROR\t${label}\t${shown}\n`);
}

const JSON_ERROR = { "Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": "Unhandled" };

async function failStart(error) {
  printError("Uncaught Exception ", error);
  await exchange("POST", "/init/error", JSON.stringify(describe(error)), JSON_ERROR);
  process.exit(1);
}

function failInvocation(error) {
  printError("Invoke Error ", error);
  return exchange("POST", `/invocation/${requestId}/error`, JSON.stringify(describe(error)), JSON_ERROR);
}

async function load(file) {
  for (const [suffix, isModule] of [["", false], [".js", null], [".mjs", true], [".cjs", false]]) {
    const candidate = file + suffix;
    if (!fs.existsSync(candidate) || fs.statSync(candidate).isDirectory()) continue;
    if (isModule === true) return import(pathToFileURL(candidate).href);
    try {
      return createRequire(pathToFileURL(candidate))(candidate);
    } catch (error) {
      // A `.js` file is a module where its package says so.
      if (error.code !== "ERR_REQUIRE_ESM") throw error;
      return import(pathToFileURL(candidate).href);
    }
  }
  throw new Fault("Runtime.ImportModuleError", `Error: Cannot find module '${path.basename(file)}'\nRequire stack:\n- /var/runtime/index.mjs`);
}

async function findHandler() {
  const name = process.env._HANDLER;
  const base = path.basename(name);
  const dot = base.indexOf(".");
  if (name.includes("..")) {
    throw new Fault("Runtime.MalformedHandlerName", `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  if (dot < 1 || dot === base.length - 1) {
    throw new Fault("Runtime.MalformedHandlerName", "Bad handler");
  }
  const file = path.resolve(process.env.LAMBDA_TASK_ROOT, path.dirname(name), base.slice(0, dot));
  let module;
  try {
    module = await load(file);
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (error instanceof SyntaxError) throw rename(error, "Runtime.UserCodeSyntaxError");
    if (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND") {
      throw rename(error, "Runtime.ImportModuleError");
    }
    throw error;
  }
  let found = module;
  for (const part of base.slice(dot + 1).split(".")) found = found?.[part] ?? found?.default?.[part];
  if (found === undefined) throw new Fault("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof found !== "function") throw new Fault("Runtime.HandlerNotFound", `${name} is not a function`);
  return found;
}

function rename(error, name) {
  const renamed = new Fault(name, String(error));
  renamed.stack = error.stack;
  return renamed;
}

function contextOf(headers, done) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const told = headers["lambda-runtime-client-context"];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: told ? JSON.parse(told) : undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
    done,
    succeed: (result) => done(null, result),
    fail: (error) => done(error ?? "handled"),
  };
}

/** What the handler comes to: by its promise, or by its callback. */
function invoke(handler, event, headers) {
  return new Promise((resolve, reject) => {
    let outcome = null;
    const done = (error, result) => {
      if (error !== null && error !== undefined) return reject(error);
      outcome = result;
      if (!context.callbackWaitsForEmptyEventLoop) setImmediate(() => resolve(result));
    };
    const context = contextOf(headers, done);
    try {
      const result = handler(event, context, done);
      if (typeof result?.then === "function") result.then(resolve, reject);
      // One that returns no promise answers by its callback, or nothing, once there is nothing left to do.
      else process.once("beforeExit", () => resolve(outcome));
    } catch (error) {
      reject(error);
    }
  });
}

async function answer(handler, event, headers) {
  const result = await invoke(handler, event, headers);
  let body;
  try {
    body = JSON.stringify(result === undefined ? null : result);
    if (body === undefined) body = "null";
  } catch (error) {
    throw rename(error, "Runtime.MarshalError");
  }
  await exchange("POST", `/invocation/${requestId}/response`, body, { "Content-Type": "application/json" });
}

async function stream(handler, event, headers) {
  let failed = null;
  const acknowledged = {};
  const arrived = new Promise((resolve, reject) => Object.assign(acknowledged, { resolve, reject }));
  const request = http.request(
    {
      hostname, port, method: "POST", agent, path: `${PREFIX}/invocation/${requestId}/response`,
      headers: {
        "Lambda-Runtime-Function-Response-Mode": "streaming",
        "Transfer-Encoding": "chunked",
        Trailer: ["Lambda-Runtime-Function-Error-Type", "Lambda-Runtime-Function-Error-Body"],
      },
    },
    (answer) => { answer.resume(); answer.on("end", acknowledged.resolve); },
  );
  request.on("error", acknowledged.reject);
  request.setContentType = (type) => request.setHeader("Content-Type", type);
  if (!request.hasHeader("Content-Type")) request.setHeader("Content-Type", "application/octet-stream");
  try {
    await handler(event, request, contextOf(headers, () => {}));
  } catch (error) {
    failed = error;
  }
  if (failed) {
    printError("Invoke Error ", failed);
    const described = describe(failed);
    request.addTrailers({
      "Lambda-Runtime-Function-Error-Type": described.errorType,
      "Lambda-Runtime-Function-Error-Body": Buffer.from(JSON.stringify(described)).toString("base64"),
    });
  }
  if (!request.writableEnded) request.end(failed ? undefined : "");
  await arrived;
}

globalThis.awslambda = {
  streamifyResponse: (handler, options) => {
    handler[STREAMS] = "response";
    if (options?.highWaterMark !== undefined) handler[Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark")] = options.highWaterMark;
    return handler;
  },
  HttpResponseStream: class HttpResponseStream {
    static from(request, prelude) {
      request.setContentType("application/vnd.awslambda.http-integration-response");
      request.write(JSON.stringify(prelude));
      request.write(Buffer.alloc(8));
      return request;
    }
  },
};

async function serve(handler) {
  for (;;) {
    requestId = "";
    const work = await exchange("GET", "/invocation/next");
    if (work.status !== 200) process.exit(1);
    requestId = work.headers["lambda-runtime-aws-request-id"];
    process.env._X_AMZN_TRACE_ID = work.headers["lambda-runtime-trace-id"] ?? "";
    process.removeAllListeners("beforeExit");
    try {
      const event = JSON.parse(work.body.length ? work.body.toString() : "{}");
      await (handler[STREAMS] ? stream : answer)(handler, event, work.headers);
    } catch (error) {
      await failInvocation(error);
    }
  }
}

async function crash(name, error) {
  const fault = name ? rename(error instanceof Error ? error : new Error(String(error)), name) : error;
  printError(name ? "Unhandled Promise Rejection " : "Uncaught Exception ", fault);
  const where = requestId ? `/invocation/${requestId}/error` : "/init/error";
  await exchange("POST", where, JSON.stringify(describe(fault)), JSON_ERROR).catch(() => {});
  process.exit(name ? 128 : 129);
}

printLines();
process.on("uncaughtException", (error) => crash(null, error));
process.on("unhandledRejection", (error) => crash("Runtime.UnhandledPromiseRejection", error));
let handler;
try {
  handler = await findHandler();
} catch (error) {
  await failStart(error);
}
await serve(handler);
