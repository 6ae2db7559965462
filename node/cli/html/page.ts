import { createHash } from "node:crypto";
import { CHART_CSS } from "../charts/palette.ts";
import { type Html, html, trusted } from "./html.ts";

/** Styles of reports: light and dark by the reader's setting, on paper in black; what the reader left folded is not printed. */
const CSS = `:root{color-scheme:light dark;--ink:#1c1c1c;--paper:#fff;--line:#c8c8c8;--soft:#f3f4f6;--right:#00694b;--wrong:#a3200d;--open:#7a5200;--link:#0056a3}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#16181b;--line:#4a4e55;--soft:#22262b;--right:#4cd0a0;--wrong:#ff9b85;--open:#f2c14e;--link:#7cc0ff}}
*{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:1.5rem;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:break-word}
h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.3rem;margin-top:2.2rem;border-bottom:1px solid var(--line)}h3{font-size:1.05rem;margin-bottom:.3rem}
a{color:var(--link)}code{font-family:ui-monospace,monospace;font-size:.88em;overflow-wrap:anywhere}pre{background:var(--soft);padding:.7rem;overflow-x:auto;white-space:pre-wrap}
.verdict{border-left:.5rem solid;padding:.4rem 1rem;background:var(--soft);font-size:1.15rem}.right{border-color:var(--right)}.wrong{border-color:var(--wrong)}.incomplete{border-color:var(--open)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.88rem}caption{text-align:left;font-weight:bold;padding:.4rem 0}
th,td{border-bottom:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.account{display:inline-block;min-width:22ch}figure{margin:1.2rem 0}figcaption{font-size:.9rem}summary{cursor:pointer;padding:.3rem 0}dt{font-weight:bold}dd{margin:0 0 .5rem 0}li,p,dd{overflow-wrap:anywhere}
@page{size:A4;margin:16mm}
@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--line:#999;--soft:#f5f5f5;--right:#00694b;--wrong:#a3200d;--open:#7a5200;--link:#000}
body{max-width:none;padding:0;font-size:10pt}h2,h3,caption{break-after:avoid}figure,tr,.verdict,.finding{break-inside:avoid}thead{display:table-header-group}.scroll{overflow:visible}table{font-size:8pt}}
${CHART_CSS}`;

/**
 * A whole page: one file that needs no script and asks nothing of any other place. Its policy allows its own style sheet and nothing else.
 * @param lang of the text, for screen readers
 */
export function page({ title, body, lang = "en" }: { title: string; body: Html; lang?: string }): string {
  const hash = createHash("sha256").update(CSS).digest("base64");
  // Put together by hand, since the hash is that of every blank in it.
  const style = trusted(`<style>${CSS}</style>`);
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `.text;
}
