/** The scope of a change: everything, one service or job, access rules, or nothing but generic waiters. */
export type Topic = 'everything' | 'images' | 'reservations' | 'access' | `${'service' | 'job' | 'upkeep'}/${string}`;
/** Topics to wait for: also any service, or any job. */
type WideTopic = Topic | 'service' | 'job';

/** Beyond this, topics are not distinguished: their waiters check again. */
const maxTopics = 20_000;

/** Lets callers wait for the next change, of anything or of a topic. */
export class Changes {
  readonly #waiting = new Map<WideTopic, Set<() => void>>();
  /** The number of the last change of each topic. */
  readonly #last = new Map<WideTopic, number>();
  /** The number of the last change of everything. */
  #lastOfAll = 0;
  #count = 0;

  /** The total number of changes; pass it to `next`, so that none is missed in between. */
  get count(): number {
    return this.#count;
  }

  /** Changes whenever something of the topic changes. */
  countOf(topic: WideTopic): number {
    return topic === 'everything' ? this.#count : Math.max(this.#lastOfAll, this.#last.get(topic) ?? 0);
  }

  notify(topic: Topic): void {
    this.#count += 1;
    if (topic === 'everything' || this.#last.size > maxTopics) {
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
   * Resolves when a change has happened since that count (of the topic, by `countOf`), after the timeout, or when the
   * signal aborts.
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
