import test from 'ava';
import { watchEngine } from '../../src/execution/engine-loss.ts';
import { startCluster } from '../fixtures/harness.ts';
import { overlay } from '../fixtures/overlay.ts';

test('an engine is no longer watched once its stream is aborted, even if it was never read', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  let looks = 0;
  const cache = overlay(cluster.cache, {
    hasEngine: (id) => {
      looks += 1;
      return cluster.cache.hasEngine(id);
    },
  });
  const [gone, before] = [new AbortController(), AbortSignal.abort()];
  const losses = [gone.signal, before].map((signal) => watchEngine({ ...cluster, cache }, 'a', signal));
  t.teardown(() => {
    for (const { end } of losses) end();
  });
  gone.abort();
  // Twice as long as until the first look.
  await new Promise((resolve) => setTimeout(resolve, 2_200));
  t.is(looks, 0);
});
