// A server with express-openapi-validator accepts valid requests, and responds 400 to invalid ones.
// Usage: node express.mjs SERVICE SPEC

import express from "express";
import { middleware } from "express-openapi-validator";

import { requests, sendAll } from "./requests.mjs";

const [service, spec] = process.argv.slice(2);
const statuses = new Map(
  requests[service]
    .filter(({ status }) => status < 400)
    .map(({ method, path, status }) => [`${method} ${path}`, status]),
);

const app = express();
app.use(express.json());
app.use(middleware({ apiSpec: spec, validateRequests: true, validateResponses: false }));
app.use((request, response) => {
  response.status(statuses.get(`${request.method} ${request.originalUrl}`) ?? 200).end();
});
app.use((error, _request, response, _next) => {
  response.status(error.status ?? 500).json({ message: error.message });
});

const server = app.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
try {
  await sendAll(service, `http://127.0.0.1:${server.address().port}`);
} finally {
  server.close();
}
