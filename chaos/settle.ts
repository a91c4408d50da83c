import { openRedisStore } from '../src/store/redis/redis-store.ts';
import type { Finding } from './finding.ts';
import { type Found, observeCluster } from './observation.ts';
import { pause } from './pause.ts';
import type { TestCluster } from './test-cluster.ts';
import { type JournalView, judge } from './verdict.ts';

interface Settled {
  readonly found: Found;
  readonly findings: readonly Finding[];
  /**
   * In the time of `performance.now()`: since when there were no findings; with findings, the time of the last check.
   */
  readonly calmAt: number;
}

interface Waiting {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Longer than the minute for which a restored service leaves its slots to engines that are not back yet. */
const timeoutMs = 120_000;
/** How long there must be no findings: longer than a lease, and than a resync of all engines. */
const calmMs = 10_000;
const pollMs = 1_000;
const looksPerLine = 5;

/** Checks repeatedly until there are no findings for `calmMs`, or the timeout. */
export async function settle(
  testCluster: TestCluster,
  journal: JournalView,
  { say, signal }: Waiting,
): Promise<Settled> {
  const store = await openRedisStore({ url: testCluster.redisUrl });
  try {
    const beganAt = performance.now();
    let calmSince: number | undefined;
    for (let looks = 0; ; looks++) {
      const found = await observeCluster(testCluster, store);
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
