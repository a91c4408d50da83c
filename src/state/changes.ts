/**
 * Whom a change concerns: everybody, those who look after one service or job, those who guard what is open, or nobody but who
 * waits for anything.
 */
export type Topic = 'everything' | 'images' | 'reservations' | 'access' | `${'service' | 'job' | 'upkeep'}/${string}`;
/** What can be waited for besides: any service or job. */
export type WideTopic = Topic | 'service' | 'job';

/** More topics are not told apart: whoever waits for one of them looks again. */
const mostTopics = 20_000;

/** Lets others wait for the next change: of anything, or of what they ask about. */
export class Changes {
  readonly #waiting = new Map<WideTopic, Set<() => void>>();
  /** The change that concerned each topic last, by its number. */
  readonly #last = new Map<WideTopic, number>();
  /** The same of everything. */
  #lastOfAll = 0;
  #count = 0;

  /** How many there were; what `next` is told, so that none is missed in between. */
  get count(): number {
    return this.#count;
  }

  /** Another number whenever something of the topic changed. */
  countOf(topic: WideTopic): number {
    return topic === 'everything' ? this.#count : Math.max(this.#lastOfAll, this.#last.get(topic) ?? 0);
  }

  notify(topic: Topic): void {
    this.#count += 1;
    if (topic === 'everything' || this.#last.size > mostTopics) {
      this.#lastOfAll = this.#count;
      this.#last.clear();
      for (const waiting of this.#waiting.values()) wakeAll(waiting);
      return;
    }
    for (const each of [topic, kindOf(topic)]) {
      this.#last.set(each, this.#count);
      wakeAll(this.#waiting.get(each));
    }
    wakeAll(this.#waiting.get('everything'));
  }

  /**
   * Resolves when there was a change since that count (of the topic, by `countOf`), after that time, or when the signal
   * aborts.
   */
  async next(since: number, ms: number, signal: AbortSignal, topic: WideTopic = 'everything'): Promise<void> {
    if (signal.aborted || this.countOf(topic) !== since) return;
    await new Promise<void>((resolve) => {
      const waiting = this.#waiting.get(topic) ?? new Set();
      this.#waiting.set(topic, waiting);
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        if (waiting.size === 0 && this.#waiting.get(topic) === waiting) this.#waiting.delete(topic);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake);
      waiting.add(wake);
    });
  }
}

function wakeAll(waiting: ReadonlySet<() => void> = new Set()): void {
  for (const wake of [...waiting]) wake();
}

function kindOf(topic: Topic): WideTopic {
  const [kind] = topic.split('/', 1);
  return kind === 'service' || kind === 'job' ? kind : topic;
}
