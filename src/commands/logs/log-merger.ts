/** A line of a source, and when its engine got it: RFC 3339 with nine digits, which compare as text. */
export interface TimedLine<T> {
  readonly at: string;
  readonly value: T;
}

interface Offered<T> {
  lines: readonly TimedLine<T>[];
  index: number;
  /** Since when it offers nothing, by this process's own clock. */
  emptySince: number;
  taken: () => void;
  /** It keeps the others waiting for so long. */
  waitMs: number;
}

/** How often it is looked whether a silent source has had its time. */
const pollMs = 20;

export interface LogWriter<T> {
  offer(lines: readonly TimedLine<T>[]): Promise<void>;
  wait(ms: number): void;
  end(): void;
}

/**
 * Merges sources by time. A line is passed on when every source has offered a later one, has ended, or has said nothing for
 * its time. Each source offers one portion, and may offer the next one when that is taken: whoever reads slowly slows all down.
 */
export class LogMerger<T> {
  readonly #sources = new Set<Offered<T>>();
  #wake: () => void = () => undefined;
  #isClosed = false;

  /** Whoever writes offers portions, each in order; then calls `end`. `wait`: it has that time from now on. */
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

  /** No source is added any more; what was offered can still be read. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Portions of lines, in the order of their times as far as their sources told them in time. */
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

  /** The lines of one source that come before those of all others. */
  #take(): T[] {
    const now = performance.now();
    const heads = [...this.#sources].filter(hasLine);
    const isWaited = [...this.#sources].some((source) => !hasLine(source) && now - source.emptySince < source.waitMs);
    const [earliest, next] = heads.sort((a, b) => (headOf(a) < headOf(b) ? -1 : 1));
    if (!earliest || isWaited) return [];
    // Behind every time.
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

  /** Resolves when something was offered, or the next source has been silent for long enough. */
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
