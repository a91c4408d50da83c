import test from 'ava';
import { json, stubbed } from '../stub-engine.ts';

test('changed files are sorted, with names for Docker’s numbers', async (t) => {
  const answer = [
    { Path: '/b', Kind: 2 },
    { Path: '/a', Kind: 0 },
    { Path: '/a/new', Kind: 1 },
  ];
  const { client } = await stubbed(t, ({ response }) => json(response, 200, answer));
  t.deepEqual(await client.listChanges('web'), [
    { path: '/a', kind: 'changed' },
    { path: '/a/new', kind: 'added' },
    { path: '/b', kind: 'deleted' },
  ]);
});

test('a container without changed files has none', async (t) => {
  const { client } = await stubbed(t, ({ response }) => json(response, 200, null));
  t.deepEqual(await client.listChanges('web'), []);
});

for (const answer of [{ message: 'no list' }, [{ Path: '/a', Kind: 7 }], [{ Kind: 1 }]]) {
  test(`changes like ${JSON.stringify(answer)} are invalid`, async (t) => {
    const { client } = await stubbed(t, ({ response }) => json(response, 200, answer));
    await t.throwsAsync(client.listChanges('web'), { code: 'engine_refused' });
  });
}

test('a commit has its name, tag and instructions in the query', async (t) => {
  const Id = `sha256:${'a'.repeat(64)}`;
  const { stub, client } = await stubbed(t, ({ response }) => json(response, 201, { Id }));
  const options = { image: 'r.test:5000/team/web:2', changes: ['CMD ["a"]', 'EXPOSE 80'], pause: false };
  t.is(await client.commitContainer('web', options, new AbortController().signal), Id);
  const query = new URL(stub.requests[1]?.slice(5) ?? '', 'http://x').searchParams;
  t.deepEqual([query.get('repo'), query.get('tag'), query.get('pause')], ['r.test:5000/team/web', '2', 'false']);
  t.deepEqual(query.getAll('changes'), options.changes);
});

test('an update has Docker’s fields, and at most the available CPUs', async (t) => {
  let body = '';
  const { client } = await stubbed(t, (request) => {
    body = request.body;
    json(request.response, 200, { Warnings: null });
  });
  await client.updateContainer('web', { cpus: 4, memory: 64, memory_swap: -1, pids_limit: 9 }, 2);
  t.like(JSON.parse(body), { NanoCpus: 2e9, Memory: 64 * 2 ** 20, MemorySwap: -1, PidsLimit: 9 });
});
