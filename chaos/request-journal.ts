import type { Heard } from './ask.ts';

/** A request and what came of it. Times are from the beginning of the run. */
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
  /** Of a request that was repeated each time the same. */
  readonly tag: string;
  /** Where it was acknowledged. */
  readonly container?: { readonly id: string; readonly engineId: string };
}

export interface JournalDestroy extends Asked {
  readonly containerId: string;
}

/** When all that was on record was lost: at some moment between the two. Times are from the beginning of the run. */
export interface Loss {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A container that was acknowledged, that nobody had asked to destroy, and that an answer did without. */
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

/** What the clients were told, to be held against what there is. */
export class RequestJournal {
  readonly runs: JournalRun[] = [];
  readonly destroys: JournalDestroy[] = [];
  readonly denials: Denial[] = [];
  /** What services are to be, by name. */
  readonly services = new Map<string, Plan>();
  readonly losses: Loss[] = [];
  readonly #unharmed = new Map<string, JournalRun>();
  readonly #maybeGone = new Set<string>();
  readonly #heard: Heard[] = [];
  readonly #beganAt = performance.now();

  nowMs(): number {
    return performance.now() - this.#beganAt;
  }

  /** Notes when it happened. */
  async lose(deed: () => Promise<unknown>): Promise<void> {
    const fromMs = this.nowMs();
    await deed();
    this.losses.push({ fromMs, toMs: this.nowMs() });
  }

  /** Every answer passes here once. */
  hear(heard: Heard): void {
    this.#heard.push({ ...heard, body: {} });
  }

  ran(run: JournalRun): void {
    this.runs.push(run);
    // The answer to a request that is repeated may come after somebody destroyed the container.
    if (run.container && !this.#maybeGone.has(run.container.id)) this.#unharmed.set(run.container.id, run);
  }

  /** Before it is asked: from now on the container may be gone. */
  willDestroy(containerId: string): void {
    this.#unharmed.delete(containerId);
    this.#maybeGone.add(containerId);
  }

  /** The runs that were acknowledged and that nobody has asked to destroy yet. */
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
    for (const { status, code } of this.#heard) {
      if (status >= 200 && status < 300) acknowledged++;
      else count(status === 0 ? failed : refused, code);
    }
    return { requests: this.#heard.length, acknowledged, refused, failed };
  }
}

export function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** What a service is to be. */
export interface Plan {
  readonly replicas: number;
  /** Of the image: a variable of its environment. */
  readonly version: number;
}
