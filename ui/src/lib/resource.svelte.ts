import { isAbort } from "./api";

/** Something that is being fetched, was fetched, or failed. The last value stays while the next is on its way. */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  private attempt = 0;

  /** Starts a fetch and gives up the one before. The result cancels it: return it from an `$effect`. */
  run(fetch: (signal: AbortSignal) => Promise<T>): () => void {
    const abort = new AbortController();
    const mine = ++this.attempt;
    this.loading = true;
    fetch(abort.signal).then(
      (value) => {
        if (mine !== this.attempt) return;
        this.value = value;
        this.error = null;
        this.loading = false;
      },
      (error: unknown) => {
        if (mine !== this.attempt || isAbort(error)) return;
        this.error = error;
        this.loading = false;
      },
    );
    return () => abort.abort();
  }

  clear(): void {
    this.attempt += 1;
    this.value = null;
    this.error = null;
    this.loading = false;
  }
}
