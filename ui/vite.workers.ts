import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const WORKER = "src/lib/offline/sw.js";

interface Page {
  /** Of the entry, of its page `NAME.html` and of its worker `NAME-sw.js`. */
  name: string;
  /** Where it begins; everything below is the same page. */
  start: string;
  /** Files of `public/` that it needs. */
  files: readonly string[];
}

const icons = ["field-icon.svg", "field-icon-192.png", "field-icon-512.png"];
export const PAGES: readonly Page[] = [
  { name: "field", start: "/field", files: ["field.webmanifest", ...icons] },
  { name: "window", start: "/board/window", files: ["window.webmanifest", ...icons] },
];

/** Writes `NAME-sw.js`: the worker of `src/lib/offline/sw.js` with the list of the page's files and a version made of their bytes. */
export function worker({ name, start, files: own }: Page): Plugin {
  return {
    name: `${name}-worker`,
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const files = new Set<string>();
        const take = (file: string): void => {
          const chunk = bundle[file];
          if (files.has(file) || chunk?.type !== "chunk") return;
          files.add(file);
          for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css);
          for (const other of [...chunk.imports, ...chunk.dynamicImports]) take(other);
        };
        const entry = Object.values(bundle).find((c) => c.type === "chunk" && c.isEntry && c.name === name);
        if (!entry) this.error(`the page ${name} is not among the entries`);
        else take(entry.fileName);
        const hash = createHash("sha256");
        for (const file of [...files].sort()) hash.update(file);
        hash.update(readFileSync(at(`${name}.html`))).update(readFileSync(at(WORKER)));
        for (const file of own) hash.update(readFileSync(at(`public/${file}`)));
        const list = [start, ...own.map((p) => `/${p}`), ...[...files].sort().map((f) => `/${f}`)];
        const source = readFileSync(at(WORKER), "utf8")
          .replace("__NAME__", name)
          .replace("__START__", start)
          .replace("__VERSION__", hash.digest("hex").slice(0, 16))
          .replace("__FILES__", JSON.stringify(list));
        this.emitFile({ type: "asset", fileName: `${name}-sw.js`, source });
      },
    },
  };
}

/** Writes `push-sw.js`, which shows what a push service brings: `src/push/sw.ts` in one file, with the words of all languages. */
export function pushWorker(): Plugin {
  return {
    name: "push-worker",
    apply: "build",
    async generateBundle() {
      const made = await build({
        configFile: false,
        logLevel: "warn",
        publicDir: false,
        build: {
          target: "es2022",
          write: false,
          // One script: a module worker's imports are not to be had in every browser that has push messages.
          rollupOptions: { input: at("src/push/sw.ts"), output: { format: "iife", entryFileNames: "push-sw.js" } },
        },
      });
      const files = [made].flat().flatMap((one) => ("output" in one ? one.output : []));
      const [script, ...more] = files;
      if (script?.type !== "chunk" || more.length) this.error("the worker of push messages is not one file");
      else this.emitFile({ type: "asset", fileName: "push-sw.js", source: script.code });
    },
  };
}
