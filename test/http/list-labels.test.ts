import test from 'ava';
import { openDoor } from './open-door.ts';

const image = (labels: Readonly<Record<string, string>>) => ({ name: 'demo/busybox:1', container_labels: labels });

for (const [kind, list] of [
  ['service', '/apiv1/services'],
  ['job', '/apiv1/jobs'],
] as const) {
  test(`a list of ${kind}s has those with each of the labels that are asked for`, async (t) => {
    const { call } = await openDoor(t, { engines: 1 });
    const of: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      one: { app: 'shop', tier: 'a=b' },
      two: { app: 'shop' },
      three: { app: 'other' },
      four: {},
    };
    for (const [name, labels] of Object.entries(of))
      t.is((await call('POST', `/apiv1/${kind}`, { name, image: image(labels) })).status, 201);
    const names = async (query: string) =>
      (await call('GET', `${list}${query}`)).body.data.map(({ name }: { readonly name: string }) => name).sort();
    t.deepEqual(await names('?label=app%3Dshop'), ['one', 'two']);
    t.deepEqual(await names('?label=app'), ['one', 'three', 'two']);
    t.deepEqual(await names('?label=app%3Dshop&label=tier%3Da%3Db'), ['one']);
    t.deepEqual(await names('?label=constructor'), []);
    t.is((await names('')).length, 4);
    t.is((await call('GET', `${list}?label=%3Dshop`)).status, 400);
  });
}

test('networks are told as the engines told of them last, where that is asked for', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  await call('POST', '/apiv1/network', { name: 'front', scope: 'a', labels: { app: 'shop' } });
  const names = async (consistent: boolean) => {
    const { body } = await call('GET', `/apiv1/networks?name=front&consistent=${consistent}`);
    return [body.data.map(({ engine }: { readonly engine: string }) => engine), body.errors?.length ?? 0];
  };
  t.deepEqual(await names(false), [['a'], 0]);
  cluster.pool.client({ id: 'a' }).fail('listNetworks', 'engine_unreachable');
  t.deepEqual(await names(false), [['a'], 0]);
  t.deepEqual(await names(true), [[], 1]);
});
