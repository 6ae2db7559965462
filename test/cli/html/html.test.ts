import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { html, trusted } from "../../../node/cli/html/html.ts";
import { page } from "../../../node/cli/html/page.ts";
import { tableOf } from "../../../node/cli/html/tableOf.ts";

test("whatever is put into a template can neither begin a tag nor leave its attribute", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const { text: written } = html`<p title="${text}">${[text, [text]]}</p>`;
      const [, attribute, content] = /^<p title="([^"]*)">([^<>]*)<\/p>$/.exec(written) ?? [];
      assert.ok(attribute !== undefined && content !== undefined, written);
      assert.equal(content, attribute + attribute);
    }),
  );
});

test("pieces of HTML go in as they are, and what is not there leaves nothing", () => {
  const piece = html`<b>${"<"}</b>`;
  assert.equal(
    html`${piece}${undefined}${null}${false}${0}${[1n, piece]}${trusted("<i>")}`.text,
    "<b>&lt;</b>01<b>&lt;</b><i>",
  );
});

test("a page's policy allows its own style sheet only", () => {
  const text = page({ title: "<t>", body: html`<h1>x</h1>` });
  const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] as string;
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(text)?.[1]?.replaceAll("&apos;", "'");
  assert.equal(policy, `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
  assert.ok(text.startsWith("<!doctype html>"));
  assert.doesNotMatch(text, /<script|https?:|url\(|@import|style=/);
});

test("tables have a caption, and headers for columns and rows", () => {
  const { text } = tableOf("What <it> is", [{ name: "who" }, { name: "count", number: true }], [["a&b", 3]]);
  assert.match(text, /<caption>\s*What &lt;it&gt; is\s*<\/caption>/);
  assert.equal([...text.matchAll(/<th scope="col"/g)].length, 2);
  assert.match(text, /<th scope="row" class="t">a&amp;b<\/th>/);
  assert.match(text, /<td class="n">3<\/td>/);
});
