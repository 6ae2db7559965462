"""
Takes TensorFlow's two libraries and the headers of its C interface out of a wheel. Arguments: the wheel, the folder that gets lib/ and include/.
"""

import os
import sys
import zipfile

LIBRARIES = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
HEADERS = tuple("tensorflow/include/" + part for part in ("tensorflow/c/", "tensorflow/core/platform/", "tsl/platform/", "xla/tsl/"))
# The names that the compiler looks for.
LINKS = {"libtensorflow.so": "libtensorflow_cc.so.2", "libtensorflow_framework.so": "libtensorflow_framework.so.2"}

wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name in LIBRARIES:
            path = os.path.join(folder, "lib", os.path.basename(name))
        elif name.startswith(HEADERS) and name.endswith(".h") and ".." not in name.split("/"):
            path = os.path.join(folder, "include", name[len("tensorflow/include/") :])
        else:
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(name) as source, open(path, "wb") as target:
            while part := source.read(1 << 20):
                target.write(part)
for link, target in LINKS.items():
    os.symlink(target, os.path.join(folder, "lib", link))
