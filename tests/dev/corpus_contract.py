"""Sends requests to mock servers of documents with schemathesis.

    corpus_contract.py PROGRAM SCHEMATHESIS EXAMPLES SPEC...

Each SPEC is a document as JSON, which PROGRAM (openapi-stubgen) serves. SCHEMATHESIS sends EXAMPLES
requests per operation and phase, valid and invalid ones, and checks the responses. Prints a line of
JSON: the numbers of documents, operations and requests, and the failures.

Not tested, and therefore removed from the documents: credentials, which a mock server does not
check; the header parameters that OpenAPI ignores; numbers beyond the documented ranges; and request
bodies that are neither JSON nor a form, whose schema is not enforced. That a document declares every
status is not tested either: the generator warns of those that it does not.
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile

IGNORED_HEADERS = {"accept", "content-type", "authorization"}
EXCLUDED_CHECKS = "ignored_auth,status_code_conformance"
# The formats of numbers with their ranges. Unless the format says otherwise, an integer has 64 bits.
BITS = {"int8": 7, "int16": 15, "int32": 31}
UNSIGNED = {"uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64}
MAX_FLOAT = 3.4028234663852886e38
# Unlike those of `cargo dev fuzz`: redirects are successes, and some valid bodies are too long.
CONFIG = """
[auth]
auto-signup = false

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 413]

[checks.negative_data_rejection]
expected-statuses = [400, 404, 405, 413, 415]
"""


def is_ignored(parameter):
    name = str(parameter.get("name", "")).lower()
    return parameter.get("in") == "header" and name in IGNORED_HEADERS


def restrict_body(owner, document):
    """Leaves the media types of a request body whose schema is enforced. A range is JSON."""
    body = target(owner.get("requestBody"), document)
    if not isinstance(body, dict):
        return
    content = {
        "application/json" if "*/*" in name else name: value
        for name, value in body.get("content", {}).items()
        if "json" in name or "form" in name or "*/*" in name
    }
    if not content:
        del owner["requestBody"]
        return
    for name in content:
        schema = target(content[name].get("schema"), document)
        if "form" in name and isinstance(schema, dict) and "properties" in schema:
            # The names of made up fields have control characters, which a form cannot have.
            closed = {**schema, "additionalProperties": False}
            content[name] = {**content[name], "schema": closed}
    owner["requestBody"] = {**body, "content": content}


def target(value, document):
    """What a reference to a component leads to."""
    while isinstance(value, dict) and str(value.get("$ref", "")).startswith("#/components/"):
        _, _, kind, name = value["$ref"].split("/", 3)
        value = document["components"][kind].get(name)
    return value


def tested_part(document):
    """The document without what a mock server does not check."""
    document.pop("security", None)
    components = document.get("components", {})
    components.pop("securitySchemes", None)
    known = components.get("parameters", {})
    ignored = {f"#/components/parameters/{name}" for name in known if is_ignored(known[name])}
    for item in document["paths"].values():
        for part in [item, *(value for value in item.values() if isinstance(value, dict))]:
            part.pop("security", None)
            restrict_body(part, document)
            if isinstance(part.get("parameters"), list):
                part["parameters"] = [
                    parameter
                    for parameter in part["parameters"]
                    if not is_ignored(parameter) and parameter.get("$ref") not in ignored
                ]
    return document


def range_of(schema):
    """The range that a server documents for numbers of the schema."""
    format = schema.get("format")
    if schema.get("type") == "number" and format == "float":
        return -MAX_FLOAT, MAX_FLOAT
    if schema.get("type") != "integer":
        return None
    if format in UNSIGNED:
        return 0, 2 ** UNSIGNED[format] - 1
    most = 2 ** BITS.get(format, 63)
    # The integers below -2^63 that are the same double are not told apart.
    return (-most if format in BITS else -most + 2048), most - 1


def bound(value):
    """Restricts numbers to the ranges that a server documents, and removes patterns with a dot: it
    does not match carriage returns in ECMA-262, but does in Python."""
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            bound(item)
    if not isinstance(value, dict):
        return
    if isinstance(value.get("pattern"), str) and "." in value["pattern"]:
        del value["pattern"]
    range = range_of(value)
    if range:
        low, high = value.get("minimum", range[0]), value.get("maximum", range[1])
        value["minimum"], value["maximum"] = max(low, range[0]), min(high, range[1])


def run(program, schemathesis, examples, spec, folder):
    """The report of schemathesis on a document, and what it printed."""
    document = tested_part(json.loads(pathlib.Path(spec).read_text()))
    bound(document)
    file, config, report = (folder / name for name in ("document.json", "config.toml", "report.json"))
    file.write_text(json.dumps(document))
    config.write_text(CONFIG)
    serve = [program, "serve", str(file), "--port", "0"]
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        url = server.stdout.readline().strip()
        command = [schemathesis, "--config-file", str(config), "run"]
        command += [f"{url}/openapi.json", "--url", url, "--no-color", "--seed", "1"]
        command += ["--checks", "all", "--exclude-checks", EXCLUDED_CHECKS]
        command += ["--phases", "examples,coverage,fuzzing", "--max-examples", examples]
        command += ["--continue-on-failure", "--report", "json", "--report-json-path", str(report)]
        output = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    finally:
        server.terminate()
        server.wait()
    if not report.is_file():
        raise RuntimeError(f"{spec}: no report\n{output.stdout[-2000:]}{output.stderr[-2000:]}")
    return json.loads(report.read_text()), output.stdout


def main():
    program, schemathesis, examples, *specs = sys.argv[1:]
    totals = collections.Counter()
    failures = []
    for number, spec in enumerate(specs):
        print(f"testing: {number} of {len(specs)} documents", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            report, output = run(program, schemathesis, examples, spec, pathlib.Path(folder))
        totals["documents"] += 1
        totals["operations"] += report["operations"]["tested"]
        totals["requests"] += report["test_cases"]["generated"]
        if report["failures"] or report["errors"] or report["complete"] is not True:
            totals["failed"] += 1
            failures.append(f"{spec}\n{output}")
    print(json.dumps({**totals, "failures": failures}))


main()
