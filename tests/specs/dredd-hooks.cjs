// Dredd expects each response of a spec; Prism returns the one that `Prefer` names.
const hooks = require("hooks");

hooks.beforeEach((transaction, done) => {
  // Prism looks for a token before it returns what is preferred.
  transaction.request.headers.Authorization = "Bearer eyJhbGciOiJFZERTQSJ9.e30.c2ln";
  transaction.request.headers.Prefer = `code=${transaction.expected.statusCode}`;
  // Dredd compares the values of content negotiation headers, but ignores their examples.
  delete transaction.expected.headers["Accept-Encoding"];
  done();
});
