import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { PAGES, pushWorker, worker } from "./vite.workers.ts";

// The server embeds dist/ and serves it from the root; nothing is fetched from elsewhere at run time.
// For `npm run dev` and `vite preview` the API comes from the invented world, or from the server that API names.
const api = process.env.API ?? "http://127.0.0.1:8790";
const proxy = { "/api": api, "/reports": api, "/list": api };

export default defineConfig({
  plugins: [svelte(), ...PAGES.map(worker), pushWorker()],
  build: {
    target: "es2022",
    sourcemap: false,
    // Three pages: the desk; the field form, which knows nothing of it; and the windows of silence on a telephone.
    rollupOptions: { input: { index: "index.html", field: "field.html", window: "window.html" } },
    // MapLibre is one library of 1.1 MB, loaded only when a map is shown.
    chunkSizeWarningLimit: 1300,
  },
  // The grammar of `terms` stands with the editor that it was written for.
  server: { proxy, fs: { allow: [".."] } },
  preview: { proxy },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
