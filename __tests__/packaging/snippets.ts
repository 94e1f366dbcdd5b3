import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** A fenced `ts` block of a document. */
export interface Snippet {
  /** Where it starts, such as `docs/paths.md:12`. */
  readonly place: string;
  /** The document with every line blank that is not the snippet's, so that line numbers stay true. */
  readonly source: string;
}

/** `README.md` and all of `docs/`, absolute. */
export function documents(root: string): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).toSorted();
  return ["README.md", ...docs.filter((name) => name.endsWith(".md")).map((name) => join("docs", name))].map(
    (name) => join(root, name),
  );
}

/**
 * The snippets of a document that are to compile in one decorator mode.
 *
 * A fence says `ts`, or `ts tc39` or `ts experimental` where only that mode compiles it. Each snippet
 * is a module of its own; after a line `<!-- continues -->` it goes on with the module before it.
 */
export function snippetsOf(root: string, document: string, mode: typeof DECORATORS): Snippet[] {
  const lines = readFileSync(document, "utf8").split("\n");
  const snippets: Snippet[] = [];
  let source: string[] = [];
  let start: number | undefined;
  let fence: string | undefined;
  let continues = false;

  for (const [index, line] of lines.entries()) {
    const opening = /^(\s*)(`{3,})(.*)$/.exec(line);
    if (fence === undefined && opening !== null) {
      const [language, only = mode] = (opening[3] ?? "").trim().split(/\s+/);
      fence = opening[2];
      if (language === "ts" && only === mode) {
        start = index + 1;
        if (!continues) source = [];
      }
    } else if (fence !== undefined && line.trim() === fence) {
      if (start !== undefined) {
        snippets.push({ place: `${relative(root, document)}:${start}`, source: source.join("\n") });
      }
      fence = start = undefined;
      continues = false;
    } else if (start !== undefined) {
      while (source.length < index) source.push("");
      source.push(line);
    } else if (line.trim() !== "") {
      continues = line.trim() === "<!-- continues -->";
    }
  }
  return snippets;
}
