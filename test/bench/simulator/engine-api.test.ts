import http from 'node:http';
import { join } from 'node:path';
import test from 'ava';
import { answer } from '../../../bench/simulator/engine-api.ts';
import { filterList } from '../../../bench/simulator/list-filters.ts';
import { SimulatedEngine } from '../../../bench/simulator/simulated-engine.ts';
import { openDockerPool } from '../../../src/engines/docker/pool.ts';
import { deadlines, listenAt } from '../../engines/stub-engine.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

test('a list by label is of the containers that carry it, started or not', async (t) => {
  const engine = new SimulatedEngine('sim-0');
  const path = join(temporaryFolder(t), 'engine.sock');
  await listenAt(
    t,
    http.createServer((request, response) => void answer(engine, request, response)),
    path,
  );
  const pool = openDockerPool({ skipVerify: false, deadlines });
  t.teardown(() => pool.close());
  const client = pool.client({ id: 'sim-0', addr: `unix://${path}` });
  const own = engine.create('own', { Image: 'x', Labels: { 'satsuma.operation': 'o=1' } });
  engine.create('other', { Image: 'x', Labels: { 'satsuma.operation': 'o=2' } });
  const listed = await client.listContainers({ label: 'satsuma.operation=o=1' });
  t.deepEqual(
    listed.map(({ id }) => id),
    [own],
  );
  t.is((await client.listContainers()).length, 2);
});

const container = { Id: 'abc', Names: ['/web'], Labels: { a: 'b', c: '' }, State: 'running' };
const passes = test.macro({
  exec: (t, filters: object, expected: boolean) => {
    t.is(filterList([container], JSON.stringify(filters)).length, Number(expected));
  },
  title: (_, filters, expected) => `${JSON.stringify(filters)} ${expected ? 'lets it through' : 'keeps it out'}`,
});
test(passes, {}, true);
test(passes, { label: ['a=b', 'c'] }, true);
test(passes, { label: { 'a=b': true } }, true);
test(passes, { label: ['a=b', 'd'] }, false);
test(passes, { label: ['a=x'] }, false);
test(passes, { label: ['toString'] }, false);
test(passes, { name: ['x', 'web'] }, true);
test(passes, { id: ['b'] }, false);
test(passes, { status: ['exited'] }, false);

test('a filter that is not simulated is an error, not a list of all', (t) => {
  t.throws(() => filterList([container], '{"ancestor":["x"]}'), { message: /ancestor is not simulated/ });
});
