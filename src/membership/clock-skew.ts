import type { Logger } from '../logging/logger.ts';
import type { ServerHeartbeat } from '../model/server-heartbeat.ts';
import type { Versioned } from '../store/store.ts';

/** Smaller differences are harmless: no decision uses wall clocks. */
const tolerableMs = 5_000;

type Heartbeat = Pick<Versioned<ServerHeartbeat>, 'id' | 'value'>;

/** One sentence for each server whose wall clock differs from the store's. */
export function skewWarnings(signs: readonly Heartbeat[]): string[] {
  return signs.filter(isSkewed).map(({ id, value: { aheadMs = 0 } }) => {
    const seconds = Math.round(Math.abs(aheadMs) / 1000);
    return `the wall clock of server ${id} is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock of the store`;
  });
}

/** Logs each difference once, and again when it changes. */
export class SkewReporter {
  readonly #logger: Logger;
  readonly #reported = new Map<string, number>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  report(signs: readonly Heartbeat[]): void {
    const present = new Set(signs.map(({ id }) => id));
    for (const id of this.#reported.keys()) if (!present.has(id)) this.#reported.delete(id);
    for (const sign of signs) {
      const { id, value } = sign;
      const { aheadMs = 0 } = value;
      const before = this.#reported.get(id);
      const fields = { server: id, aheadSeconds: Math.round(aheadMs / 1000) };
      if (!isSkewed(sign)) {
        if (this.#reported.delete(id)) this.#logger.info(fields, 'wall clock of a server is correct again');
      } else if (before === undefined || Math.abs(aheadMs - before) > tolerableMs) {
        this.#reported.set(id, aheadMs);
        this.#logger.warn(fields, 'wall clock of a server differs from the clock of the store');
      }
    }
  }
}

function isSkewed({ value: { aheadMs = 0 } }: Heartbeat): boolean {
  return Math.abs(aheadMs) > tolerableMs;
}
