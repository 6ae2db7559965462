const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/**
 * Text for HTML and XML, in content and in quoted attributes. Control characters, which XML may not have, are left out; characters that
 * nobody sees but that turn or hide those around them are written as their numbers.
 */
export const escaped = (words: string): string =>
  words
    .toWellFormed()
    .replaceAll(/[[\p{Cc}\uFFFE\uFFFF]--[\n\t]]/gv, "")
    .replaceAll(/\p{Cf}/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] as string);

/** Coordinates to a tenth of a unit: finer ones only make files larger. */
export const coordinate = (value: number): number => Math.round(10 * value) / 10;

/** An element. Attributes and `words` are escaped, `children` are not; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly string[] = [],
): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${typeof value === "number" ? String(coordinate(value)) : escaped(value as string)}"`,
    )
    .join("");
  return children.length === 0 ? `<${name}${list}/>` : `<${name}${list}>${children.join("")}</${name}>`;
}

/** Words at a place. They take the colour of the text around the picture, so that dark pages show them. */
export const label = (
  x: number,
  y: number,
  words: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
): string => element("text", { x, y, fill: "currentColor", ...attributes }, [escaped(words)]);

/** What shows while the pointer rests on an element. */
export const tip = (words: string): string => element("title", {}, [escaped(words)]);

/**
 * The whole picture. Screen readers read title and description; the picture scales with its page and takes no colour but those of series.
 * @param size in units of the picture, which are CSS pixels at its natural size
 */
export function picture(
  { title, description }: { title: string; description: string },
  size: { width: number; height: number },
  children: readonly string[],
): string {
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "chart",
      role: "img",
      "aria-label": `${title}. ${description}`,
      viewBox: `0 0 ${size.width} ${size.height}`,
      width: size.width,
      height: size.height,
      "font-family": "system-ui, sans-serif",
      "font-size": 12,
      color: "#222",
    },
    [element("title", {}, [escaped(title)]), element("desc", {}, [escaped(description)]), ...children],
  );
}
