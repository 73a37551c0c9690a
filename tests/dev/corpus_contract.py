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
# An integer is at most one of 64 bits.
INTEGERS = {"minimum": -(2**63) + 2048, "maximum": 2**63 - 1}
FLOATS = {"minimum": -3.4028234663852886e38, "maximum": 3.4028234663852886e38}


def is_ignored(parameter):
    name = str(parameter.get("name", "")).lower()
    return parameter.get("in") == "header" and name in IGNORED_HEADERS


def restrict_body(operation):
    body = operation.get("requestBody")
    if isinstance(body, dict) and "$ref" not in body and not restrict_content(body):
        del operation["requestBody"]


def restrict_content(body):
    """Leaves the media types whose schema is enforced. A range is JSON."""
    content = body.get("content", {})
    body["content"] = {
        "application/json" if "*" in name else name: value
        for name, value in content.items()
        if "json" in name or "form" in name or "*/*" in name
    }
    return body["content"]


def tested_part(document):
    """The document without what a mock server does not check."""
    document.pop("security", None)
    components = document.get("components", {})
    components.pop("securitySchemes", None)
    known = components.get("parameters", {})
    ignored = {f"#/components/parameters/{name}" for name in known if is_ignored(known[name])}
    for body in components.get("requestBodies", {}).values():
        restrict_content(body)
    for item in document["paths"].values():
        for part in [item, *(value for value in item.values() if isinstance(value, dict))]:
            part.pop("security", None)
            restrict_body(part)
            if isinstance(part.get("parameters"), list):
                part["parameters"] = [
                    parameter
                    for parameter in part["parameters"]
                    if not is_ignored(parameter) and parameter.get("$ref") not in ignored
                ]
    return document


def bound(value):
    """Restricts numbers to the ranges that a server documents."""
    if isinstance(value, list):
        for item in value:
            bound(item)
    if isinstance(value, dict):
        ranges = INTEGERS if value.get("type") == "integer" else {}
        if value.get("type") == "number" and value.get("format") == "float":
            ranges = FLOATS
        if value.get("format", "int64") in ("int64", "float"):
            for key in ranges:
                value.setdefault(key, ranges[key])
        for item in value.values():
            bound(item)


def run(program, schemathesis, examples, spec, folder):
    """The report of schemathesis on a document, and what it printed."""
    document = tested_part(json.loads(pathlib.Path(spec).read_text()))
    bound(document)
    file, report = folder / "document.json", folder / "report.json"
    file.write_text(json.dumps(document))
    report.unlink(missing_ok=True)
    serve = [program, "serve", str(file), "--port", "0"]
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        url = server.stdout.readline().strip()
        command = [schemathesis, "--config-file", str(pathlib.Path(__file__).with_name("schemathesis.toml"))]
        command += ["run", f"{url}/openapi.json", "--url", url, "--no-color", "--seed", "1"]
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
