#!/usr/bin/env bash
# Changes the code of a crate in small ways, one at a time, and fails if its tests notice fewer than
# 95 % of the changes. Prints those that they miss.
#
#   tests/mutants/check.sh openapi-stubgen
#   tests/mutants/check.sh openapi-server --shard 0/8    an eighth of them
#
# It needs cargo-mutants and jq. What is changed is in .cargo/mutants.toml.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=${1:?usage: tests/mutants/check.sh PACKAGE [OPTION…]}
shift

tested_by=(--test-package "$package")
case $package in
# The petstore tests over HTTP what generated servers need at run time.
openapi-server) tested_by+=(--test-package petstore) ;;
# The command line tests the mock server, and what it says of requests.
openapi-stubgen) tested_by+=(--test-package openapi-stubgen-cli) ;;
esac

# The exit status is 2 if tests miss a change, 3 if they run out of time.
status=0
cargo mutants --package "$package" "${tested_by[@]}" "$@" || status=$?
[[ $status == [023] ]] || exit "$status"
jq --raw-output '"\(.caught + .timeout) of \(.caught + .timeout + .missed) changes noticed"' \
    mutants.out/outcomes.json
jq --exit-status '.caught + .timeout >= 0.95 * (.caught + .timeout + .missed)' \
    mutants.out/outcomes.json >/dev/null
