import test from 'ava';
import { openDoor } from './open-door.ts';

const name = 'demo/busybox:1';

test('what is made has a project, and lists are of one where they are asked', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  const image = { name, type: 'label', project: 'shop' };
  const plain = { name, type: 'label' };
  for (const [own, other] of [
    ['web', 'box'],
    ['db', 'cache'],
  ]) {
    t.is((await call('POST', '/apiv1/container', { ...image, container_name: own })).status, 201);
    t.is((await call('POST', '/apiv1/container', { ...plain, container_name: other })).status, 201);
  }
  for (const noun of ['service', 'job', 'image']) {
    t.is((await call('POST', `/apiv1/${noun}`, { name: 'own', image })).status, 201, noun);
    t.is((await call('POST', `/apiv1/${noun}`, { name: 'other', image: plain })).status, 201, noun);
  }
  const namesOf = async (list: string, project: string): Promise<string[]> => {
    const { data } = (await call('GET', `/apiv1/${list}?project=${project}`)).body;
    return data.map((each: { readonly name: string }) => each.name.replace('/', '')).sort();
  };
  t.deepEqual(await namesOf('containers', 'shop'), ['db', 'web']);
  t.deepEqual(await namesOf('containers', 'default'), ['box', 'cache']);
  for (const list of ['services', 'jobs', 'images']) {
    t.deepEqual(await namesOf(list, 'shop'), ['own'], list);
    t.deepEqual(await namesOf(list, 'default'), ['other'], list);
    t.deepEqual(await namesOf(list, 'none'), [], list);
  }
  const labels = [...(cluster.engines[0]?.containers.values() ?? [])].map((each) => [
    each.name,
    each.labels['satsuma.project'],
  ]);
  t.deepEqual(Object.fromEntries(labels), { web: 'shop', db: 'shop', box: undefined, cache: undefined });
  t.is((await call('POST', '/apiv1/container', { ...plain, project: '../x' })).status, 400);
});
