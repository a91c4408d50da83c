import type { ExecutionContext } from 'ava';
import { type ClusterOptions, startCluster, type TestCluster } from '../../fixtures/harness.ts';

/** A cluster that can be ended before the test is: what is registered for its end is done then. */
export async function mortalCluster(
  t: ExecutionContext,
  options: ClusterOptions,
): Promise<{ readonly cluster: TestCluster; readonly scope: ExecutionContext; readonly end: () => Promise<void> }> {
  const ends: (() => unknown)[] = [];
  const scope: ExecutionContext = Object.create(t, { teardown: { value: (end: () => unknown) => ends.push(end) } });
  const cluster = await startCluster(scope, options);
  let isOver = false;
  const end = async () => {
    if (isOver) return;
    isOver = true;
    for (const each of ends.reverse()) await each();
  };
  t.teardown(end);
  return { cluster, scope, end };
}
