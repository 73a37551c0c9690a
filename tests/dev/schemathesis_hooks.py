"""Gives the contract fuzzer existing resources: half of the valid orders name an existing user and
existing products, half of the valid reservations begin with an existing product, and half of the
valid logins use the credentials of a registered user. Invalid requests are not changed."""

import os
import re

import schemathesis

OBJECT_ID = re.compile(r"[0-9a-fA-F]{24}")


def is_id(value):
    return isinstance(value, str) and OBJECT_ID.fullmatch(value) is not None


@schemathesis.hook
def map_body(context, body):
    label = context.operation.label if context.operation else ""
    if not isinstance(body, dict):
        return body
    if label == "POST /orders" and is_id(body.get("userId")) and body["userId"][-1] in "01234567":
        items = body.get("items")
        if isinstance(items, list) and all(isinstance(item, dict) for item in items):
            swap = lambda item: {**item, "productId": os.environ["FUZZ_PRODUCT"]} if is_id(item.get("productId")) else item
            return {**body, "userId": os.environ["FUZZ_USER"], "items": [swap(item) for item in items]}
    if label == "PUT /reservations/{orderId}":
        items = body.get("items")
        first = items[0] if isinstance(items, list) and items else None
        if isinstance(first, dict) and is_id(first.get("productId")) and first["productId"][-1] in "01234567":
            first = {**first, "productId": os.environ["FUZZ_PRODUCT"]}
            return {**body, "items": [first, *items[1:]]}
    if label == "POST /auth/login" and body.keys() == {"email", "password"} and all(
        isinstance(value, str) and value for value in body.values()
    ) and len(body["email"]) % 2:
        return {"email": os.environ["FUZZ_EMAIL"], "password": os.environ["FUZZ_PASSWORD"]}
    return body
