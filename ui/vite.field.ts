import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PUBLIC = ["field.webmanifest", "field-icon.svg", "field-icon-192.png", "field-icon-512.png"];

/** Writes `field-sw.js`: the worker of `src/field/sw.js` with the list of the form's files and a version made of their bytes. */
export function fieldWorker(): Plugin {
  return {
    name: "field-worker",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const files = new Set<string>();
        const take = (name: string): void => {
          const chunk = bundle[name];
          if (files.has(name) || chunk?.type !== "chunk") return;
          files.add(name);
          for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css);
          for (const other of [...chunk.imports, ...chunk.dynamicImports]) take(other);
        };
        const entry = Object.values(bundle).find((c) => c.type === "chunk" && c.isEntry && c.name === "field");
        if (!entry) this.error("the field form is not among the entries");
        else take(entry.fileName);
        const hash = createHash("sha256");
        for (const name of [...files].sort()) hash.update(name);
        hash.update(readFileSync(at("field.html"))).update(readFileSync(at("src/field/sw.js")));
        for (const name of PUBLIC) hash.update(readFileSync(at(`public/${name}`)));
        const list = ["/field", ...PUBLIC.map((p) => `/${p}`), ...[...files].sort().map((f) => `/${f}`)];
        const source = readFileSync(at("src/field/sw.js"), "utf8")
          .replace("__VERSION__", hash.digest("hex").slice(0, 16))
          .replace("__FILES__", JSON.stringify(list));
        this.emitFile({ type: "asset", fileName: "field-sw.js", source });
      },
    },
  };
}
