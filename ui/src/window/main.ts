import { mount } from "svelte";
import WindowApp from "./WindowApp.svelte";
import "./window.css";

const target = document.getElementById("app");
if (target) mount(WindowApp, { target });
// The worker keeps this page's own files, and nothing else; it looks after /board/window alone.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/window-sw.js", { scope: "/board/window" }).catch(() => undefined);
}
