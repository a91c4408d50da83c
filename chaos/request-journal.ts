import type { Reply } from './ask.ts';

/** A request and its result. Times are relative to the beginning of the run. */
export interface Asked {
  readonly by: string;
  readonly server: number;
  readonly askedMs: number;
  readonly answeredMs: number;
  /** 0: no answer. */
  readonly status: number;
  readonly code: string;
}

export interface JournalRun extends Asked {
  /** The same for all attempts of a request. */
  readonly tag: string;
  /** The acknowledged container, if there is one. */
  readonly container?: { readonly id: string; readonly engineId: string };
}

export interface JournalDestroy extends Asked {
  readonly containerId: string;
}

/** When all data was lost: between these two moments. Times are relative to the beginning of the run. */
export interface Loss {
  readonly fromMs: number;
  readonly toMs: number;
}

/** An acknowledged container that nobody had asked to destroy, and that was missing in an answer. */
export interface Denial extends Asked {
  readonly containerId: string;
}

export interface RequestFigures {
  readonly requests: number;
  /** 2xx. */
  readonly acknowledged: number;
  /** By code. */
  readonly refused: ReadonlyMap<string, number>;
  /** No answer, by reason. */
  readonly failed: ReadonlyMap<string, number>;
}

/** All answers that clients got, to be compared with the actual state. */
export class RequestJournal {
  readonly runs: JournalRun[] = [];
  readonly destroys: JournalDestroy[] = [];
  readonly denials: Denial[] = [];
  /** The desired services by name. */
  readonly services = new Map<string, Plan>();
  readonly losses: Loss[] = [];
  readonly #unharmed = new Map<string, JournalRun>();
  readonly #maybeGone = new Set<string>();
  readonly #replies: Reply[] = [];
  readonly #beganAt = performance.now();

  nowMs(): number {
    return performance.now() - this.#beganAt;
  }

  /** Records when the data was lost. */
  async lose(deed: () => Promise<unknown>): Promise<void> {
    const fromMs = this.nowMs();
    await deed();
    this.losses.push({ fromMs, toMs: this.nowMs() });
  }

  /** Called once for every answer. */
  record(heard: Reply): void {
    this.#replies.push({ ...heard, body: {} });
  }

  ran(run: JournalRun): void {
    this.runs.push(run);
    // The answer to a repeated request may come after its container was destroyed.
    if (run.container && !this.#maybeGone.has(run.container.id)) this.#unharmed.set(run.container.id, run);
  }

  /** Called before the request: from now on the container may be gone. */
  willDestroy(containerId: string): void {
    this.#unharmed.delete(containerId);
    this.#maybeGone.add(containerId);
  }

  /** The acknowledged runs that nobody has asked to destroy yet. */
  unharmed(): JournalRun[] {
    return [...this.#unharmed.values()];
  }

  isUnharmed(containerId: string): boolean {
    return this.#unharmed.has(containerId);
  }

  figures(): RequestFigures {
    const refused = new Map<string, number>();
    const failed = new Map<string, number>();
    let acknowledged = 0;
    for (const { status, code } of this.#replies) {
      if (status >= 200 && status < 300) acknowledged++;
      else count(status === 0 ? failed : refused, code);
    }
    return { requests: this.#replies.length, acknowledged, refused, failed };
  }
}

export function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The desired state of a service. */
export interface Plan {
  readonly replicas: number;
  /** Of the image config: a value in its user_data. */
  readonly version: number;
}
