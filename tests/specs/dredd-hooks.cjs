// Dredd expects each response that a spec declares; Prism gives the one that it is asked for.
const hooks = require("hooks");

hooks.beforeEach((transaction, done) => {
  transaction.request.headers.Prefer = `code=${transaction.expected.statusCode}`;
  // Dredd compares the values of headers for content negotiation, and does not read their examples.
  delete transaction.expected.headers["Accept-Encoding"];
  done();
});
