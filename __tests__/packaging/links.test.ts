import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { documents } from "./snippets";

const root = join(__dirname, "../..");

/** The relative links of a document that lead to no file, or to no heading of it. */
function brokenLinks(document: string): string[] {
  const links = [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link) && !leads(document, link))
    .map((link) => `${relative(root, document)}: ${link}`);
}

function leads(document: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? document : resolve(dirname(document), path);
  return existsSync(target) && (anchor === undefined || anchors(target).includes(anchor));
}

/** What GitHub calls the headings of a document. */
function anchors(document: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** A document without its fenced blocks. */
function prose(document: string): string {
  return readFileSync(document, "utf8").replace(/^( *)(`{3,}).*\n(?:.*\n)*?\1\2$/gm, "");
}

describe("the links of the documents", () => {
  const others = ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"].map((name) => join(root, name));
  const all = [...documents(root), ...others];

  it.each(all.map((document) => relative(root, document)))("lead somewhere, in %s", (document) => {
    expect(brokenLinks(join(root, document))).toEqual([]);
  });

  it("are told from those that lead nowhere", () => {
    const folder = mkdtempSync(join(tmpdir(), "links-"));
    const document = join(folder, "a.md");
    writeFileSync(
      document,
      "# One `two`\n\n# One two\n\n```md\n# Three\n[x](y.md)\n```\n[a](a.md) [b](#one-two-1) [c](https://x/y)\n" +
        "[d](missing.md) [e](#three) [f](a.md#four)\n",
    );
    const broken = brokenLinks(document).map((fault) => fault.replace(/^.*: /, ""));
    rmSync(folder, { recursive: true });
    expect(broken).toEqual(["missing.md", "#three", "a.md#four"]);
  });
});
