import { openRedisStore } from '../src/store/redis/redis-store.ts';
import type { Arena } from './arena.ts';
import type { Finding } from './finding.ts';
import { type Found, lookAround } from './found.ts';
import { pause } from './pause.ts';
import { type JournalView, judge } from './verdict.ts';

export interface Settled {
  readonly found: Found;
  readonly findings: readonly Finding[];
  /** By `performance.now()`: since when nothing was wrong; where something stays wrong, the time of the last look. */
  readonly calmAt: number;
}

interface Waiting {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Longer than a service that was made again leaves its empty slots to engines that are not back yet, which is a minute. */
const timeoutMs = 120_000;
/** What is well must stay so: longer than a lease, and than it takes until every engine is looked at whole. */
const calmMs = 10_000;
const pollMs = 1_000;
const looksPerLine = 5;

/** Looks again and again until everything is as it should be and stays so, or until patience ends. */
export async function settle(arena: Arena, journal: JournalView, { say, signal }: Waiting): Promise<Settled> {
  const store = await openRedisStore({ url: arena.redisUrl });
  try {
    const beganAt = performance.now();
    let calmSince: number | undefined;
    for (let looks = 0; ; looks++) {
      const found = await lookAround(arena, store);
      const findings = judge(journal, found);
      const now = performance.now();
      calmSince = findings.length === 0 ? (calmSince ?? now) : undefined;
      const isOver = calmSince === undefined ? now - beganAt > timeoutMs : now - calmSince > calmMs;
      if (looks % looksPerLine === 0) say(`looking at what there is: ${findings.length || 'nothing'} wrong`);
      if (isOver || signal.aborted) return { found, findings, calmAt: calmSince ?? now };
      await pause(pollMs, signal);
    }
  } finally {
    await store.close();
  }
}
