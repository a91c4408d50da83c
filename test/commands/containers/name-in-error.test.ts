import test from 'ava';
import { destroyContainer } from '../../../src/commands/containers/destroy-container.ts';
import { readLogs } from '../../../src/commands/containers/read-logs.ts';
import { restartContainer } from '../../../src/commands/containers/start-container.ts';
import { killContainer, stopContainer } from '../../../src/commands/containers/stop-container.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { overlay } from '../../fixtures/overlay.ts';

test('what an engine says of an id is told of the name', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const image = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, container_name: 'web' } as const;
  const { id } = await runContainer(cluster, image);
  const refuse = async (asked: string): Promise<never> => {
    throw new SatsumaError('wrong_state', `engine a refused to act on container ${asked}: container ${asked} is odd`);
  };
  const client = overlay(cluster.pool.client({ id: 'a' }), {
    killContainer: refuse,
    removeContainer: refuse,
    openLogs: refuse,
    stopContainer: refuse,
    restartContainer: refuse,
  });
  const server = { ...cluster, pool: overlay(cluster.pool, { client: () => client }) };
  const logs = { tail: 1, follow: false, stdout: true, stderr: true, timestamps: false } as const;
  const read = (of: typeof server, reference: string) =>
    readLogs(of, reference, { ...logs, signal: AbortSignal.timeout(30_000) });
  for (const act of [killContainer, stopContainer, restartContainer, destroyContainer, read]) {
    for (const reference of ['web', id]) {
      await t.throwsAsync(act(server, reference), {
        code: 'wrong_state',
        message: 'engine a refused to act on container web: container web is odd',
      });
    }
  }
});
