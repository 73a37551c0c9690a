// Valid and invalid requests for each service, with the expected statuses.

const ID = "665f1c2ab7e4d90012a3b4c5";
const json = (method, path, body, status) => ({ method, path, body: JSON.stringify(body), status });
const get = (path, status) => ({ method: "GET", path, status });

const order = { userId: ID, items: [{ productId: ID, quantity: 1 }] };
const user = { email: "ada@example.com", password: "correct horse", name: "Ada" };
const product = { name: "Teapot", price: 24.9, stock: 12 };

// Tools check that there is a token, not which one.
const authorization = "Bearer eyJhbGciOiJFZERTQSJ9.e30.c2ln";

export const requests = {
  user: [
    json("POST", "/users", user, 201),
    json("POST", "/users", { ...user, name: "" }, 400),
    json("POST", "/users", { ...user, password: "x".repeat(1025) }, 400),
    json("PUT", `/users/${ID}`, { name: "Ada King" }, 200),
    json("PUT", `/users/${ID}`, {}, 400),
    json("POST", "/auth/login", { email: user.email, password: "x" }, 200),
    get(`/users/${ID}`, 200),
    get("/users?limit=2&cursor=616461406578616d706c652e636f6d", 200),
    get("/users?limit=0", 400),
    get("/users?cursor=6", 400),
    get("/users/1", 400),
    { method: "DELETE", path: `/users/${ID}`, status: 204 },
    get("/health", 200),
  ],
  product: [
    json("POST", "/products", product, 201),
    json("POST", "/products", { ...product, price: 0 }, 400),
    json("POST", "/products", { ...product, colour: "red" }, 400),
    json("PUT", `/products/${ID}`, { description: null }, 200),
    json("PUT", `/products/${ID}`, { name: null }, 400),
    get("/products?limit=2", 200),
    get("/products?limit=0", 400),
    get(`/products?cursor=0000019b7ca98f2e${ID}`, 200),
    get("/products?cursor=324002e9ced3a8f8b13889de7038efde638c970b", 400),
  ],
  order: [
    json("POST", "/orders", order, 201),
    json("POST", "/orders", { ...order, items: [] }, 400),
    json("PUT", `/orders/${ID}/status`, { status: "processing" }, 200),
    json("PUT", `/orders/${ID}/status`, { status: "lost" }, 400),
    get(`/orders/${ID}`, 200),
    get(`/orders/user/${ID}?limit=5`, 200),
    get(`/orders/user/${ID}?limit=five`, 400),
  ],
};

/**
 * Sends the requests of a service; returns the responses in the same order. Invalid requests may get
 * one of `rejections` instead of 400.
 */
export async function sendAll(service, url, rejections = [400]) {
  const responses = [];
  for (const { method, path, body, status } of requests[service]) {
    const headers = { authorization };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(url + path, { method, headers, body });
    const text = await response.text();
    const expected = status === 400 ? rejections : [status];
    if (!expected.includes(response.status)) {
      const request = `${method} ${path} ${body ?? ""}`;
      throw new Error(`${request}: ${response.status}, expected ${expected}: ${text}`);
    }
    responses.push({ path, status: response.status, headers: response.headers, text });
  }
  return responses;
}
