import test from 'ava';
import { gpusOf } from '../../src/model/gpus-of.ts';
import { resyncAll } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1', type: 'label', project: 'shop' };

for (const [what, asked, count] of [
  ['nothing', {}, 0],
  ['a number', { gpus: 2 }, 2],
  ['ids', { gpus: ['GPU-1', 'GPU-2', 'GPU-3'] }, 3],
  ['a driver', { gpus: { driver: 'nvidia' } }, 1],
  ['a driver, and how many', { gpus: { count: 4 } }, 4],
  ['a driver, and all', { gpus: { count: 'all' } }, 'all'],
  ['all', { gpus: 'all' }, 'all'],
  ['CDI names', { devices: ['nvidia.com/gpu=0', 'nvidia.com/gpu=1', 'vendor.test/net=eth0'] }, 2],
  ['all by a CDI name', { devices: ['nvidia.com/gpu=all'] }, 'all'],
  ['a device file', { devices: ['/dev/nvidia0:/dev/nvidia0:rw', '/dev/nvidiactl'] }, 1],
  ['what the operator counts', { resources: { gpu: 2 }, gpus: 1 }, 2],
  ['a variable', { environment: { NVIDIA_VISIBLE_DEVICES: 'all' } }, 'all'],
  ['a variable that gives none', { environment: { NVIDIA_VISIBLE_DEVICES: 'void' } }, 0],
  ['Docker’s words', { docker: { HostConfig: { DeviceRequests: [{ Count: 2 }, { DeviceIDs: ['0'] }] } } }, 3],
  ['all in Docker’s words', { docker: { HostConfig: { DeviceRequests: [{ Count: -1 }] } } }, 'all'],
] as const) {
  test(`GPUs of a container that asks for ${what}`, (t) => {
    t.is(gpusOf(asked), count);
  });
}

test('GPUs of a project are counted over all engines, and all of them is no number', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  await call('POST', '/apiv1/project', { name: 'shop', quota: { gpus: 3 } });
  const run = (changes: object) => call('POST', '/apiv1/container', { ...image, ...changes });
  t.is((await run({ container_name: 'train', gpus: 2 })).status, 201);
  const refused = await run({ gpus: 2 });
  t.is(refused.body.code, 'quota_exceeded');
  t.like(refused.body.details, { resource: 'gpus', wanted: 2, left: 1, limit: 3 });
  t.regex(refused.body.data, /2 GPUs wanted, 1 of 3 left; most is held by container train \(2\)/);
  t.regex((await run({ gpus: 'all' })).body.data, /quota of gpus: say how much the container takes/);
  t.is((await run({ container_name: 'plain' })).status, 201, 'who asks for none takes none');
  t.is((await run({ container_name: 'one', gpus: ['GPU-1'] })).status, 201);
  await resyncAll(cluster);
  t.like((await call('GET', '/apiv1/project/shop')).body.data, { quota: { gpus: 3 }, used: { gpus: 3 } });
  t.is((await call('POST', '/apiv1/container/train/update', { memory: 64 })).status, 200);
  await resyncAll(cluster);
  t.is((await call('GET', '/apiv1/project/shop')).body.data.used.gpus, 3, 'an update of limits gives none back');
  t.is((await call('POST', '/apiv1/container/train/stop')).status, 200);
  t.is((await call('GET', '/apiv1/project/shop')).body.data.used.gpus, 1);
  t.deepEqual(await cluster.store.recountQuotas(), []);
});
