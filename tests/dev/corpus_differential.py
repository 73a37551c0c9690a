"""Compares the validation of generated servers with Python's jsonschema.

    corpus_differential.py PROGRAM COUNT SPEC...

Each SPEC is a document as JSON. Its component schemas become the request bodies of a document
that PROGRAM (openapi-stubgen) serves; COUNT values per schema are sent, valid and invalid ones.
The server's 400 must agree with jsonschema, which validates the same schemas in Draft 4, the basis
of OpenAPI 3.0. Prints a line of JSON: the numbers of schemas, values, and disagreements with up to
ten of these.

Not compared: readOnly and writeOnly, which depend on the direction, discriminators, which restrict
oneOf, and formats, of which a server enforces more. These keywords are removed.
"""

import copy
import http.client
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import jsonschema

# What has no counterpart in JSON Schema, or depends on the direction.
REMOVED = {"readOnly", "writeOnly", "discriminator", "xml", "externalDocs", "example", "default"}
# Formats restrict the range of numbers; of strings, none is compared.
RANGES = {
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint8": (0, 2**8 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}
INT64 = RANGES["int64"]
# A pattern is compared if Python and ECMA agree on its syntax.
PORTABLE = re.compile(r"^[\w\s^$\-\[\]{}()|+*?.,:/@#%&=!~<>;'\"]*$", re.ASCII)
MAX_DEPTH = 6


def stripped(schema, is_map=False):
    """The schema with only what is compared. In a map, keys are names instead of keywords."""
    if isinstance(schema, list):
        return [stripped(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if is_map:
        return {name: stripped(value) for name, value in schema.items()}
    result = {}
    for key, value in schema.items():
        if key in REMOVED or key.startswith("x-"):
            continue
        if key == "enum":
            result[key] = value
        elif key == "format":
            if schema.get("type") in ("integer", "number") and value in RANGES:
                result[key] = value
        elif key == "pattern":
            if PORTABLE.match(value):
                result[key] = value
        else:
            result[key] = stripped(value, key == "properties")
    return result


def judged(schema, is_map=False):
    """The schema in Draft 4: nullable becomes anyOf, and ranges of formats become bounds."""
    if isinstance(schema, list):
        return [judged(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if is_map:
        return {name: judged(value) for name, value in schema.items()}
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    result = {}
    for key, value in schema.items():
        result[key] = value if key == "enum" else judged(value, key == "properties")
    # A number in the format of an integer is an integer, as in the registry of formats.
    if schema.get("type") == "number" and schema.get("format") in RANGES:
        result["type"] = "integer"
    if result.get("type") == "integer":
        low, high = RANGES.get(schema.get("format"), INT64)
        result["allOf"] = result.get("allOf", []) + [{"minimum": low, "maximum": high}]
    # An enum excludes null unless it lists it, nullable or not (OpenAPI 3.0.3).
    allows_null = None in schema.get("enum", [None])
    if result.pop("nullable", False) and len(result) > 0 and allows_null:
        result = {"anyOf": [{"enum": [None]}, result]}
    return result


class Values:
    """Makes values of schemas up."""

    def __init__(self, schemas, rng):
        self.schemas = schemas
        self.rng = rng

    def value(self, schema, depth=0):
        rng = self.rng
        if depth > 4 * MAX_DEPTH:
            # The schema requires itself, so there is no finite value.
            return None
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            return self.value(self.schemas.get(name, {}), depth + 1)
        if schema.get("nullable") and rng.random() < 0.1:
            return None
        if "enum" in schema:
            return copy.deepcopy(rng.choice(schema["enum"]))
        for key in ("oneOf", "anyOf"):
            if key in schema and depth < MAX_DEPTH:
                value = self.value(rng.choice(schema[key]), depth + 1)
                return self.merged(value, schema, depth)
        if "allOf" in schema:
            return self.merged(None, schema, depth)
        return self.typed(schema, depth)

    def merged(self, value, schema, depth):
        rest = {key: schema[key] for key in schema if key not in ("oneOf", "anyOf", "allOf")}
        branches = schema.get("allOf", []) if depth < MAX_DEPTH else []
        for branch in [*branches, *([rest] if "type" in rest or "properties" in rest else [])]:
            other = self.value(branch, depth + 1)
            if isinstance(value, dict) and isinstance(other, dict):
                value = {**value, **other}
            elif value is None:
                value = other
        return value

    def typed(self, schema, depth):
        rng = self.rng
        kind = schema.get("type")
        if kind is None:
            kind = "object" if "properties" in schema else rng.choice(["string", "integer", "object"])
        if kind == "boolean":
            return rng.random() < 0.5
        if kind == "string":
            low, high = schema.get("minLength", 0), schema.get("maxLength", 20)
            length = rng.choice([low, min(high, low + 5), min(high, 300)])
            return "".join(rng.choice("aZ09-_ ./é") for _ in range(min(length, 2000)))
        if kind in ("integer", "number"):
            low, high = schema.get("minimum", -5), schema.get("maximum", 100)
            step = schema.get("multipleOf", 1)
            value = rng.choice([low, high, (low + high) / 2, low + step])
            value = round(value / step) * step
            return int(value) if kind == "integer" or value == int(value) else value
        if kind == "array":
            low, high = schema.get("minItems", 0), schema.get("maxItems", 3)
            count = rng.choice([low, min(high, low + 1), min(high, 3)]) if depth < MAX_DEPTH else low
            items = schema.get("items", {})
            return [self.value(items, depth + 1) for _ in range(min(count, 50))]
        if kind == "object":
            return self.object(schema, depth)
        return None

    def object(self, schema, depth):
        required = schema.get("required", [])
        value = {}
        for name, property in schema.get("properties", {}).items():
            if name in required or (depth < MAX_DEPTH and self.rng.random() < 0.5):
                value[name] = self.value(property, depth + 1)
        for name in required:
            if name not in value:
                value[name] = "x"
        additional = schema.get("additionalProperties")
        if isinstance(additional, dict) and depth < MAX_DEPTH and self.rng.random() < 0.5:
            value["additional"] = self.value(additional, depth + 1)
        return value

    def mutated(self, value):
        """The value with a change somewhere, which often makes it invalid."""
        rng = self.rng
        if isinstance(value, dict) and value and rng.random() < 0.8:
            name = rng.choice(list(value))
            changed = dict(value)
            action = rng.random()
            if action < 0.25:
                del changed[name]
            elif action < 0.4:
                changed["unknown"] = 1
            else:
                changed[name] = self.mutated(value[name])
            return changed
        if isinstance(value, list) and value and rng.random() < 0.6:
            changed = list(value)
            at = rng.randrange(len(changed))
            if rng.random() < 0.4:
                changed.append(changed[at])
            else:
                changed[at] = self.mutated(changed[at])
            return changed
        if isinstance(value, str) and rng.random() < 0.5:
            return rng.choice(["", value + "x", value * 20, value.upper()])[:3000]
        if isinstance(value, (int, float)) and not isinstance(value, bool) and rng.random() < 0.5:
            return rng.choice([value + 1, -value, value * 1000, value + 0.5, 2**40])
        return rng.choice([None, True, "text", 5, 2.5, [], {}, [1], {"a": "b"}])


class Server:
    """A mock server of a document."""

    def __init__(self, program, document, folder):
        file = pathlib.Path(folder) / "document.json"
        file.write_text(json.dumps(document))
        command = [program, "serve", str(file), "--port", "0"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        if not line.startswith("http://"):
            raise RuntimeError(self.process.communicate()[1][-2000:])
        self.connection = http.client.HTTPConnection(line.strip().removeprefix("http://"))

    def accepts(self, path, text):
        self.connection.request("POST", path, text, {"content-type": "application/json"})
        response = self.connection.getresponse()
        body = response.read()
        if response.status not in (200, 400):
            raise RuntimeError(f"{path}: status {response.status}")
        return response.status == 200, body.decode()

    def stop(self):
        self.process.terminate()
        self.process.communicate()


def document_of(schemas, names):
    """A document with an operation for each of the schemas, which accepts it as a body."""
    ok = {"description": "Valid"}
    paths = {}
    for index, name in enumerate(names):
        schema = {"$ref": f"#/components/schemas/{name}"}
        content = {"application/json": {"schema": schema}}
        body = {"required": True, "content": content}
        operation = {"requestBody": body, "responses": {"200": ok, "default": ok}}
        paths[f"/values/{index}"] = {"post": operation}
    info = {"title": "Values", "version": "1"}
    components = {"schemas": schemas}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": components}


def compare(program, count, file, totals):
    spec = json.loads(pathlib.Path(file).read_text())
    schemas = stripped(spec.get("components", {}).get("schemas", {}), True)
    names = list(schemas)
    if not names:
        return
    judge_document = {"components": {"schemas": judged(schemas, True)}}
    rng = random.Random(str(file))
    values = Values(schemas, rng)
    with tempfile.TemporaryDirectory() as folder:
        try:
            server = Server(program, document_of(schemas, names), folder)
        except RuntimeError as error:
            totals["refused"] += 1
            totals["reasons"].append(f"{file}: {error}"[:500])
            return
        try:
            for index, name in enumerate(names):
                totals["schemas"] += 1
                judge = jsonschema.Draft4Validator(
                    {**judge_document, "$ref": f"#/components/schemas/{name}"}
                )
                for _ in range(count):
                    value = values.value(schemas[name])
                    if rng.random() < 0.6:
                        value = values.mutated(value)
                    check(server, judge, f"/values/{index}", value, f"{file} {name}", totals)
        finally:
            server.stop()


def check(server, judge, path, value, where, totals):
    text = json.dumps(value)
    if len(text) > 60_000:
        return
    expected = judge.is_valid(value)
    accepted, answer = server.accepts(path, text)
    totals["values"] += 1
    totals["valid"] += expected
    if accepted != expected:
        totals["disagreements"] += 1
        if len(totals["examples"]) < 10:
            verdict = "valid" if expected else "invalid"
            totals["examples"].append(f"{where}: {verdict} in Python: {text[:300]} {answer[:300]}")


def main():
    program, count, *files = sys.argv[1:]
    totals = {"schemas": 0, "values": 0, "valid": 0, "disagreements": 0, "refused": 0}
    totals |= {"examples": [], "reasons": []}
    sys.setrecursionlimit(10_000)
    for number, file in enumerate(files):
        if number % 20 == 0:
            print(f"comparing: {number} of {len(files)} documents", file=sys.stderr)
        try:
            compare(program, int(count), file, totals)
        except (RecursionError, RuntimeError) as error:
            totals["refused"] += 1
            totals["reasons"].append(f"{file}: {error!r}"[:500])
    print(json.dumps(totals))


main()
