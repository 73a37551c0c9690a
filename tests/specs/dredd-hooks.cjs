// Dredd expects each response of a spec; Prism returns the one that `Prefer` names.
const hooks = require("hooks");

hooks.beforeEach((transaction, done) => {
  transaction.request.headers.Prefer = `code=${transaction.expected.statusCode}`;
  // Dredd compares the values of content negotiation headers, but ignores their examples.
  delete transaction.expected.headers["Accept-Encoding"];
  done();
});
