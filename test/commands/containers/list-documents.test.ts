import test from 'ava';
import { listDocumentsOfAll } from '../../../src/commands/containers/list-documents.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { startCluster } from '../../fixtures/harness.ts';

test('an engine that is known to be down is not asked, and one that hangs is not waited for', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  const [ready, down, hangs] = cluster.engines;
  ready?.runForeign('web');
  down?.fail('any', 'engine_unreachable');
  await resyncEngine(cluster, 'b').catch(() => undefined);
  await cluster.cache.catchUp();
  hangs?.latencyMs.set('listDocuments', 10_000);
  const answers = await listDocumentsOfAll(cluster, 'containers');
  t.deepEqual(
    answers.map((answer) => ('error' in answer ? answer.error.code : answer.documents.length)),
    [1, 'engine_unreachable', 'engine_timeout'],
  );
  t.false(down?.calls.includes('listDocuments containers'));
});
