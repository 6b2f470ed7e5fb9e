/** An SVG document put into a page: no prolog, and ids that no other part of the page has. */

const references = /\b(aria-labelledby|aria-describedby)="([^"]*)"/g

/**
 * The `svg` element of a document; ids and what refers to them begin with `prefix`. Labels of its parts go: the drawing is one
 * image with a title and a description, within which nothing has a name of its own.
 */
export function inlined(document: string, prefix: string): string {
  const start = document.indexOf("<svg")
  const svg = start < 0 ? "" : document.slice(start).trim()
  return svg
    .replace(/(<(?!svg\b)[a-z]+\b[^>]*?) aria-label="[^"]*"/g, "$1")
    .replace(/\bid="([^"]*)"/g, `id="${prefix}$1"`)
    .replace(/\burl\(#/g, `url(#${prefix}`)
    .replace(/\bhref="#/g, `href="#${prefix}`)
    .replace(
      references,
      (_, name, ids: string) =>
        `${name}="${ids
          .split(/\s+/)
          .map((id) => prefix + id)
          .join(" ")}"`,
    )
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" }

/** What a document says of itself in its first `desc` element, as plain text; empty when it has none. */
export function captionOf(document: string): string {
  const text = /<desc[^>]*>([^<]*)<\/desc>/.exec(document)?.[1] ?? ""
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name]!).trim()
}

/** Whether a document shows its caption by itself, in lines of text. */
export function isCaptioned(document: string): boolean {
  const lines = [...document.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, line]) => line)
  const caption = /<desc[^>]*>([^<]*)<\/desc>/.exec(document)?.[1]?.trim() ?? ""
  return lines.join(" ").includes(caption)
}

/** Width of a document in px; 600 where it has none. */
export const widthOf = (document: string): number => Number(/<svg\b[^>]*\swidth="(\d+)/.exec(document)?.[1] ?? 600)
