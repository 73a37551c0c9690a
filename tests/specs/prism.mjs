// Prism's mock of a spec responds to valid and invalid requests like the service, and Dredd finds all
// responses of the spec in it.
// Usage: node prism.mjs SERVICE SPEC

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

import { sendAll } from "./requests.mjs";

const [service, spec] = process.argv.slice(2);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** Waits for the mock, up to a minute. */
async function waitFor(url, mock) {
  for (let tries = 0; tries < 300 && mock.exitCode === null; tries += 1) {
    const response = await fetch(`${url}/health`).catch(() => null);
    if (response) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("prism does not start");
}

/** Asserts that headers and bodies are the examples of the spec, not random strings. */
function checkExamples(responses) {
  for (const { path, status, headers, text } of responses) {
    const id = headers.get("x-request-id");
    if (!/^[0-9a-f]{32}$/.test(id)) throw new Error(`${path}: X-Request-Id is ${id}`);
    const location = headers.get("location");
    if (status === 201 && !/^\/\w+\/[0-9a-f]{24}$/.test(location)) {
      throw new Error(`${path}: Location is ${location}`);
    }
    if (status === 400 && JSON.parse(text).error.code !== "VALIDATION_ERROR") {
      throw new Error(`${path}: ${text}`);
    }
  }
}

async function dredd(url) {
  const options = ["--hookfiles", path("dredd-hooks.cjs"), "--loglevel", "error", "--no-color"];
  const run = spawn(path("node_modules/.bin/dredd"), [spec, url, ...options]);
  let output = "";
  run.stdout.on("data", (data) => (output += data));
  run.stderr.on("data", (data) => (output += data));
  const [code] = await once(run, "close");
  const summary = output.match(/complete: (\d+) passing.*/);
  if (code !== 0 || !summary || Number(summary[1]) === 0) throw new Error(`dredd:\n${output}`);
  return summary[0].replace("complete: ", "");
}

const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const command = ["mock", "--host", "127.0.0.1", "--port", String(port), spec];
const mock = spawn(path("node_modules/.bin/prism"), command, { stdio: "ignore" });
try {
  await waitFor(url, mock);
  // Prism responds 422 to an invalid body if the operation declares 422.
  checkExamples(await sendAll(service, url, [400, 422]));
  console.log(`dredd ${await dredd(url)}`);
} finally {
  mock.kill();
}
