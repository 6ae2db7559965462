#!/bin/sh
# Makes test/core/merge/fixtures/byzfl.json anew: installs byzfl into a virtual environment of its own, which is deleted in the end.
# byzfl asks for torch, which takes gigabytes and which its numpy functions never call: it is installed without what it depends on.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT
python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1
"$environment/bin/pip" install --quiet --disable-pip-version-check --no-deps byzfl==0.0.11
"$environment/bin/python" "$here/make_reference.py" "$here/../../test/core/merge/fixtures/byzfl.json"
