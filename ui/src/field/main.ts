import { mount } from "svelte";
import FieldApp from "./FieldApp.svelte";
import "./field.css";

const target = document.getElementById("app");
if (target) mount(FieldApp, { target });
// The worker keeps the form's own files, and nothing else; it looks after /field alone.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/field-sw.js", { scope: "/field" }).catch(() => undefined);
}
