import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** A file as it is sent, compressed once. */
export interface Asset {
  type: string;
  etag: string;
  plain: Buffer<ArrayBuffer>;
  gzip: Buffer<ArrayBuffer>;
  br: Buffer<ArrayBuffer>;
}

export interface PageAssets {
  /** By path: `/`, `/page/app.ts`, `/lib/preact.js`. */
  files: ReadonlyMap<string, Asset>;
  /** The inline import map's, as a Content-Security-Policy names it. */
  importMapHash: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".ts": "text/javascript; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".html": "text/html; charset=utf-8",
};

/** What the page's modules import by name, and where it is served: as installed, so that the lock file's hashes hold for the browser too. */
const LIBRARIES: Readonly<Record<string, string>> = {
  preact: "/lib/preact.js",
  "preact/hooks": "/lib/preact-hooks.js",
  htm: "/lib/htm.js",
  "htm/preact": "/lib/htm-preact.js",
  uplot: "/lib/uplot.js",
};

/** Where `index.html` wants the import map and the list of modules. */
const HERE = "<!-- modules -->";

/**
 * Everything that the page loads, out of a folder of `index.html`, styles, pictures and TypeScript modules, whose types are left out as Node does.
 * @throws what reading throws where the installation is damaged
 */
export async function loadAssets(folder: string): Promise<PageAssets> {
  const files = new Map<string, Asset>();
  const names = (await readdir(folder)).filter((name) => extname(name) in TYPES).toSorted();
  for (const name of names.filter((it) => it !== "index.html")) {
    const text = await readFile(join(folder, name), "utf8");
    files.set(`/page/${name}`, await asset(name.endsWith(".ts") ? stripTypeScriptTypes(text) : text, name));
  }
  for (const [name, path] of Object.entries(LIBRARIES)) {
    const text = await readFile(libraryFile(name), "utf8");
    // Source maps are not served.
    files.set(path, await asset(text.replace(/^\/\/# sourceMappingURL=.*$/m, ""), path));
  }
  const css = join(dirname(libraryFile("uplot")), "uPlot.min.css");
  files.set("/lib/uplot.css", await asset(await readFile(css, "utf8"), "uplot.css"));

  const importMap = JSON.stringify({ imports: LIBRARIES });
  const modules = [...files.keys()].filter((path) => /\.(ts|js)$/.test(path));
  const preloads = modules.map((path) => `<link rel="modulepreload" href="${path}" />`);
  const head = [`<script type="importmap">${importMap}</script>`, ...preloads].join("\n    ");
  const html = await readFile(join(folder, "index.html"), "utf8");
  files.set(
    "/",
    await asset(
      html.replace(HERE, () => head),
      "index.html",
    ),
  );
  return { files, importMapHash: `'sha256-${createHash("sha256").update(importMap).digest("base64")}'` };
}

/** uPlot's package names its module in a field that Node does not read. */
function libraryFile(name: string): string {
  const file = fileURLToPath(import.meta.resolve(name));
  return name === "uplot" ? join(dirname(file), "uPlot.esm.js") : file;
}

async function asset(text: string, name: string): Promise<Asset> {
  const plain = Buffer.from(text);
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  const [gz, br] = await Promise.all([promisify(gzip)(plain, { level: 9 }), promisify(brotliCompress)(plain, best)]);
  const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
  return { type: TYPES[extname(name)] as string, etag, plain, gzip: Buffer.from(gz), br: Buffer.from(br) };
}
