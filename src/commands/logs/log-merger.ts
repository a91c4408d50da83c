/** A line of a source with the engine's timestamp: RFC 3339 with nine digits, which sorts as text. */
export interface TimedLine<T> {
  readonly at: string;
  readonly value: T;
}

interface Offered<T> {
  lines: readonly TimedLine<T>[];
  index: number;
  /** Since when it has offered nothing, by this process's clock. */
  emptySince: number;
  taken: () => void;
  /** How long the other sources wait for it. */
  waitMs: number;
}

/** Interval of the checks whether a silent source has exceeded its `waitMs`. */
const pollMs = 20;

interface LogWriter<T> {
  offer(lines: readonly TimedLine<T>[]): Promise<void>;
  wait(ms: number): void;
  end(): void;
}

/**
 * Merges sources by time. A line is passed on when every source has offered a later line, has ended, or has been silent
 * for its `waitMs`. Each source has one batch outstanding, so a slow reader slows all sources down.
 */
export class LogMerger<T> {
  readonly #sources = new Set<Offered<T>>();
  #wake: () => void = () => undefined;
  #isClosed = false;

  /** The writer offers batches in order, then calls `end`. `wait` sets its wait time from now on. */
  add(waitMs: number): LogWriter<T> {
    const source: Offered<T> = { lines: [], index: 0, emptySince: performance.now(), taken: () => undefined, waitMs };
    this.#sources.add(source);
    return {
      offer: (lines) => {
        if (this.#isClosed || lines.length === 0) return Promise.resolve();
        return new Promise((resolve) => {
          Object.assign(source, { lines, index: 0, taken: resolve });
          this.#wake();
        });
      },
      wait: (ms) => {
        Object.assign(source, { emptySince: performance.now(), waitMs: ms });
      },
      end: () => {
        this.#sources.delete(source);
        this.#wake();
      },
    };
  }

  /** No source will be added any more. Offered lines can still be read. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Batches of lines, ordered by time as far as sources delivered in time. */
  async *read(): AsyncGenerator<T[]> {
    try {
      for (;;) {
        const lines = this.#take();
        if (lines.length > 0) yield lines;
        else if (this.#isClosed && this.#sources.size === 0) return;
        else await this.#change();
      }
    } finally {
      this.#isClosed = true;
      for (const { taken } of this.#sources) taken();
    }
  }

  /** The lines of one source that precede those of all others. */
  #take(): T[] {
    const now = performance.now();
    const heads = [...this.#sources].filter(hasLine);
    const isWaited = [...this.#sources].some((source) => !hasLine(source) && now - source.emptySince < source.waitMs);
    const [earliest, next] = heads.sort((a, b) => (headOf(a) < headOf(b) ? -1 : 1));
    if (!earliest || isWaited) return [];
    // Sorts after every timestamp.
    const limit = next ? headOf(next) : '~';
    const taken: T[] = [];
    for (let line = earliest.lines[earliest.index]; line && line.at <= limit; line = earliest.lines[earliest.index]) {
      taken.push(line.value);
      earliest.index += 1;
    }
    if (!hasLine(earliest)) {
      earliest.emptySince = now;
      earliest.taken();
    }
    return taken;
  }

  /** Resolves when lines are offered, or when a silent source may have exceeded its `waitMs`. */
  async #change(): Promise<void> {
    const isAnyReady = [...this.#sources].some(hasLine);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (isAnyReady) timer = setTimeout(resolve, pollMs);
    });
    clearTimeout(timer);
  }
}

function hasLine({ lines, index }: Offered<unknown>): boolean {
  return index < lines.length;
}

function headOf({ lines, index }: Offered<unknown>): string {
  return lines[index]?.at ?? '';
}
