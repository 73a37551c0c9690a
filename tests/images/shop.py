#!/usr/bin/env python3
"""A client of the published ports: `place` registers a user, creates products and places an order;
`read` reads that order, the only one of its user; `load` prints the ids of another user and of a
product, for many orders. It uses only the standard library, because it does not test the clients."""
import json
import os
import secrets
import sys
import urllib.request

PORTS = os.environ.get("SHOP_PORTS", "3001 3002 3003").split()
USERS, PRODUCTS, ORDERS = (f"http://127.0.0.1:{port}" for port in PORTS)


def call(url, body=None):
    request = urllib.request.Request(url, headers={"content-type": "application/json"})
    request.data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def expect(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: expected {expected!r}, found {found!r}")


def register():
    person = {"email": f"ada.{secrets.token_hex(4)}@example.com", "password": "correct horse battery"}
    return person, call(f"{USERS}/users", {**person, "name": "Ada"})


def place():
    person, user = register()
    expect("the id of the signed-in user", call(f"{USERS}/auth/login", person)["userId"], user["id"])
    items = []
    for name, price, quantity in [("Teapot", 24.9, 2), ("Cup", 0.1, 3)]:
        product = call(f"{PRODUCTS}/products", {"name": name, "price": price, "stock": 9})
        items.append({"productId": product["id"], "quantity": quantity})
    order = call(f"{ORDERS}/orders", {"userId": user["id"], "items": items})
    expect("the total", order["totalAmount"], 50.1)
    expect("the status", order["status"], "pending")
    expect("the names", [item["productName"] for item in order["items"]], ["Teapot", "Cup"])
    return order["id"]


def read(order):
    found = call(f"{ORDERS}/orders/{order}")
    expect("the total", found["totalAmount"], 50.1)
    expect("the user's orders", call(f"{ORDERS}/orders/user/{found['userId']}")["orders"], [found])
    return order


def load():
    _, user = register()
    cup = {"name": "Cup", "price": 0.1, "stock": 1_000_000}
    return user["id"] + " " + call(f"{PRODUCTS}/products", cup)["id"]


print({"place": place, "read": read, "load": load}[sys.argv[1]](*sys.argv[2:]))
