import test from 'ava';
import { resyncAll, startServer } from '../controllers/services/stage.ts';
import type { Call } from './open-door.ts';
import { openGenisys } from './open-genisys.ts';

const helloworld = { name: 'helloworld', image: 'demo/busybox:1', ports: ['8080', '8081'] };

test('scale answers when so many run, and takes the text that Consul keeps', async (t) => {
  const { cluster, genisys } = await openGenisys(t, {}, 2);
  await startServer(t, cluster);
  await genisys('POST', '/service', helloworld);
  for (const [number, count] of [
    ['3', 3],
    [1, 1],
    [' 2 ', 2],
    [0, 0],
  ] as const) {
    const answer = await watched(cluster, genisys('POST', '/service/helloworld/scale', { number, compute: 'local' }));
    t.deepEqual([answer.status, answer.body], [200, '']);
    t.is(cluster.engines.flatMap(({ containers }) => [...containers.values()]).length, count);
    t.deepEqual((await genisys('GET', '/service/helloworld/status')).body, { running_resources: count });
  }
});

test('scale says why not, and what is tried goes on', async (t) => {
  const { cluster, genisys, call } = await openGenisys(t, {}, 1);
  await startServer(t, cluster);
  await call('POST', '/apiv1/service', { name: 'big', image: { name: 'demo/busybox:1', cpus: 3 }, replicas: 0 });
  const answer = await watched(cluster, genisys('POST', '/service/big/scale', { number: 2 }));
  t.is(answer.status, 503);
  t.regex(
    answer.body,
    /^1 of 2 replicas of service big are ready, .*: no eligible engines to run image \(.*cpu.* on 1\)\n$/i,
  );
  t.deepEqual((await genisys('GET', '/service/big/status')).body, { running_resources: 1 });
  t.is((await call('GET', '/apiv1/service/big')).body.data.replicas, 2);
});

test('a service that is scaled elsewhere meanwhile is not waited for', async (t) => {
  const { genisys, call } = await openGenisys(t, {}, 1);
  await genisys('POST', '/service', helloworld);
  const asked = genisys('POST', '/service/helloworld/scale', { number: 3 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await call('POST', '/apiv1/service/helloworld/scale', { replicas: 5 });
  const answer = await asked;
  t.deepEqual([answer.status, answer.body], [409, 'service helloworld was scaled to 5 meanwhile\n']);
});

test('where it counts by image, others of that image count, and only what is missing is started', async (t) => {
  const { cluster, genisys } = await openGenisys(t, { countBy: 'image' }, 2);
  await startServer(t, cluster);
  const [engine] = cluster.engines;
  for (const name of ['by-hand-1', 'by-hand-2']) engine?.runForeign(name, { name: 'demo/busybox:1' });
  await resyncAll(cluster);
  await genisys('POST', '/service', { name: 'web', image: 'docker.io/demo/busybox:1' });
  const status = async () => (await genisys('GET', '/service/web/status')).body.running_resources;
  t.is(await status(), 2);
  t.is((await watched(cluster, genisys('POST', '/service/web/scale', { number: 3 }))).status, 200);
  t.is(await status(), 3);
  const refused = await genisys('POST', '/service/web/scale', { number: 1 });
  t.is(refused.status, 409);
  t.regex(refused.body, /^2 running containers of image docker\.io\/demo\/busybox:1 do not belong to service web/);
  t.is(await status(), 3);
});

/** The engines are looked at, as watchers do, until the answer is there. */
async function watched(cluster: Parameters<typeof resyncAll>[0], answer: ReturnType<Call>) {
  let isOver = false;
  const looks = (async () => {
    while (!isOver) {
      await resyncAll(cluster);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  try {
    return await answer;
  } finally {
    isOver = true;
    await looks;
  }
}
