import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = join(__dirname, "../..");

/** What a page loads that has this in it. */
async function bundle(contents: string): Promise<{ code: string; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root },
    alias: {
      "colonnade/client": join(root, "src/call.ts"),
      "colonnade/declare": join(root, "src/declare.ts"),
    },
    bundle: true,
    minify: true,
    platform: "browser", // where a module of Node's is not found
    format: "iife",
    globalName: "page",
    metafile: true,
    write: false,
  });
  return { code: outputFiles[0]?.text ?? "", inputs: Object.keys(metafile.inputs) };
}

describe("colonnade/client in a page", () => {
  it("takes less than 6 KiB, gzipped", async () => {
    const { code } = await bundle('export { createClient } from "colonnade/client";');
    expect(gzipSync(code).length).toBeGreaterThan(500); // it is there
    expect(gzipSync(code).length).toBeLessThan(6 * 1024);
  });

  it("brings nothing but its own files", async () => {
    const { inputs } = await bundle('export { createClient } from "colonnade/client";');
    expect(inputs.filter((file) => !/^(src\/call(\.ts|\/)|<stdin>)/.test(file))).toEqual([]);
  });
});

describe("colonnade/declare in a page", () => {
  it("declares, with neither Express nor a module of Node's", async () => {
    const { code, inputs } = await bundle(
      'import { post, websocket } from "colonnade/declare"; export const declared = [post("/users/:id", { summary: "x" }), websocket("/chat")];',
    );
    expect(
      inputs.filter((file) => file.includes("node_modules") || /src\/(express|websocket)\//.test(file)),
    ).toEqual([]);
    // What every browser has; neither `process` nor `require`.
    const page: { declared?: { method: string; pattern: string }[] } = runInNewContext(`${code}; page`, {
      URL,
      TextEncoder,
    });
    expect(page.declared?.map(({ method, pattern }) => [method, pattern])).toEqual([
      ["POST", "/users/:id"],
      ["WEBSOCKET", "/chat"],
    ]);
  });

  it("says what is wrong with a pattern, and how to write it", async () => {
    const { code } = await bundle(
      'import { get } from "colonnade/declare"; export const declare = () => get("/x/*rest");',
    );
    const page: { declare: () => unknown } = runInNewContext(`${code}; page`, { URL });
    expect(page.declare).toThrow('write "/x/:rest+"');
  });
});
