/** The listed incidents, page by page. */
import type { IncidentSummary } from "../api/types";
import { api, isAbort } from "./api";
import type { Filters } from "./filters";

const PAGE = 100;

export class IncidentListState {
  items = $state.raw<IncidentSummary[]>([]);
  total = $state<number | null>(null);
  loading = $state(false);
  error = $state.raw<unknown>(null);
  next = $state<string | null>(null);
  private asked: { filters: Filters; sort: string } | null = null;
  private abort: AbortController | null = null;

  /** Lists from the start. What was listed stays until the answer is there. */
  load(filters: Filters, sort: string): void {
    this.asked = { filters, sort };
    this.abort?.abort();
    void this.fetch(null);
  }

  async more(): Promise<void> {
    if (this.next && !this.loading) await this.fetch(this.next);
  }

  private async fetch(cursor: string | null): Promise<void> {
    if (!this.asked) return;
    const abort = new AbortController();
    this.abort = abort;
    this.loading = true;
    try {
      const page = await api.incidents(this.asked.filters, { sort: this.asked.sort, limit: PAGE, cursor }, abort.signal);
      if (this.abort !== abort) return;
      this.items = cursor ? [...this.items, ...page.items] : page.items;
      this.total = page.total;
      this.next = page.next;
      this.error = null;
    } catch (error) {
      if (isAbort(error) || this.abort !== abort) return;
      this.error = error;
    }
    this.loading = false;
  }
}
