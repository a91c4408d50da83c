import test from 'ava';
import { SatsumaError } from '../../../src/model/errors.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import { json, type StubAnswer, type StubRequest, stubbed } from '../stub-engine.ts';

const image: ImageConfig = { name: 'redis', type: 'multi', restart_policy: {}, environment: { TOKEN: 'secret' } };
const spec = { image, name: 'web', labels: { a: 'b' }, maximumCpus: 2 };
const hang: StubAnswer = () => undefined;

test('a list contains all containers, filtered by label if given', async (t) => {
  const { stub, client } = await stubbed(t, ({ response }) => json(response, 200, []));
  t.deepEqual(await client.listContainers(), []);
  t.deepEqual(await client.listContainers({ label: 'a=b&c' }), []);
  const [, , filtered = ''] = stub.requests;
  const query = new URL(filtered.slice(4), 'http://x').searchParams;
  t.is(stub.requests[1], 'GET /v1.41/containers/json?all=true');
  t.deepEqual([query.get('all'), query.get('filters')], ['true', '{"label":["a=b&c"]}']);
});

test('a create sends the name in the query and the rest in the body, and returns the id', async (t) => {
  const seen: StubRequest[] = [];
  const { stub, client } = await stubbed(t, (request) => {
    seen.push(request);
    json(request.response, 201, { Id: 'f810'.padEnd(64, '0'), Warnings: [] });
  });
  t.is(await client.createContainer(spec), 'f810'.padEnd(64, '0'));
  t.is(stub.requests[1], 'POST /v1.41/containers/create?name=web');
  t.deepEqual(JSON.parse(seen[0]?.body ?? ''), {
    Image: 'redis',
    Labels: { a: 'b' },
    Env: ['TOKEN=secret'],
    HostConfig: {},
  });
});

for (const Id of ['', '../../info', 'f810', 5, null, undefined]) {
  test(`a create that returns the id ${JSON.stringify(Id)} is rejected`, async (t) => {
    const { client } = await stubbed(t, ({ response }) => json(response, 201, { Id }));
    await t.throwsAsync(client.createContainer(spec), {
      instanceOf: SatsumaError,
      code: 'engine_failed',
      message:
        /sent an invalid response when asked to create container web of image redis: Id is .*, not an ID of 64 hex digits$/,
    });
  });
}

test('an inspect of another container is rejected', async (t) => {
  const [asked, reported] = ['a'.repeat(64), 'b'.repeat(64)];
  const answer = { Id: reported, Config: {}, HostConfig: {}, NetworkSettings: {} };
  const { client } = await stubbed(t, ({ response }) => json(response, 200, answer));
  await t.throwsAsync(client.inspectContainer(asked), {
    code: 'engine_refused',
    message: /it is of container b/,
  });
  t.is((await client.inspectContainer('web')).id, reported);
});

// Those that are serial have deadlines of their own, which the others of this file would take up.
test.serial('the call timeout does not limit the wait for a shared connection', async (t) => {
  const limits = { connectMs: 3_000 };
  const { client } = await stubbed(
    t,
    ({ path, response }) => {
      setTimeout(() => response.writeHead(204).end(), path.includes('/c64/') ? 3_500 : 200);
    },
    { limits },
  );
  await client.ping();
  const starts = Array.from({ length: 65 }, (_, i) => client.startContainer(`c${i}`));
  await t.notThrowsAsync(Promise.all(starts));
});

test('starting a running container has no effect', async (t) => {
  const { stub, client } = await stubbed(t, ({ response }) => response.writeHead(304).end());
  await client.startContainer('web');
  t.is(stub.requests[1], 'POST /v1.41/containers/web/start');
});

test('images are listed by canonical name, without duplicates and unnamed ones', async (t) => {
  const images = [
    { RepoTags: ['docker.io/library/redis:7', 'r.test:5000/x:1', 'redis:7'] },
    { RepoTags: ['<none>:<none>'] },
    { RepoTags: null },
  ];
  const { client } = await stubbed(t, ({ response }) => json(response, 200, images));
  t.deepEqual(await client.listImages(), ['r.test:5000/x:1', 'redis:7']);
});

test('Docker’s lists are passed on unmodified, and other answers are rejected', async (t) => {
  const rows = [{ Id: 'f810', Command: 'sh', Anything: { else: null } }];
  const { stub, client } = await stubbed(t, ({ response, path }) =>
    json(response, 200, path.includes('/containers/') ? rows : { message: 'no list' }),
  );
  t.deepEqual(await client.listDocuments('containers'), rows);
  t.is(stub.requests[1], 'GET /v1.41/containers/json?all=true');
  await t.throwsAsync(client.listDocuments('images'), {
    code: 'engine_refused',
    message: /asked to list images: the answer is an object, not a list$/,
  });
});

test('an error contains the code, the engine, the container and Docker’s message', async (t) => {
  const message = 'Conflict. The container name "/web" is already in use';
  const { stub, client } = await stubbed(t, ({ response }) => json(response, 409, { message }));
  await t.throwsAsync(client.createContainer(spec), {
    instanceOf: SatsumaError,
    code: 'name_taken',
    message: `engine e1 (${stub.addr}) refused to create container web of image redis: ${message}`,
  });
});

for (const id of ['..', '../info', 'a/b', 'a?b', 'a b', '', '%2e%2e', '-x', 'a\nb']) {
  test(`the id ${JSON.stringify(id)} is not found, and not sent`, async (t) => {
    const { stub, client } = await stubbed(t, hang);
    for (const call of [client.inspectContainer(id), client.startContainer(id), client.removeContainer(id)]) {
      await t.throwsAsync(call, { instanceOf: SatsumaError, code: 'no_such_container' });
    }
    t.deepEqual(stub.requests, []);
  });
}

test('every hanging call times out by its own deadline', async (t) => {
  const info = { ID: 'daemon', ServerVersion: '20.10.24', NCPU: 2, MemTotal: 2 ** 31 };
  const answer: StubAnswer = ({ path, response }) => path.endsWith('/info') && json(response, 200, info);
  const limits = { listMs: 3000, createMs: 3010, startMs: 3020, removeMs: 3030, pullMs: 3040 };
  const { client } = await stubbed(t, answer, { limits });
  await client.handshake();
  const calls: [number, RegExp, () => Promise<unknown>][] = [
    [3000, /3000 ms when asked to list containers$/, () => client.listContainers()],
    [3000, /3000 ms when asked to inspect container web$/, () => client.inspectContainer('web')],
    [3000, /3000 ms when asked to list images$/, () => client.listImages()],
    [3010, /3010 ms when asked to create container web of image redis; the/, () => client.createContainer(spec)],
    [3020, /3020 ms when asked to start container web; the outcome/, () => client.startContainer('web')],
    [3030, /3030 ms when asked to remove container web$/, () => client.removeContainer('web')],
    [3040, /3040 ms when asked to pull image redis$/, () => client.pullImage('redis')],
  ];
  await Promise.all(
    calls.map(async ([limitMs, message, call]) => {
      const start = performance.now();
      await t.throwsAsync(call(), { instanceOf: SatsumaError, code: 'engine_timeout', message });
      const tookMs = performance.now() - start;
      t.true(tookMs > limitMs - 5 && tookMs < limitMs + 8_000, `${message.source}: ${tookMs} ms`);
    }),
  );
});

test.serial('an expired deadline does not affect the next call', async (t) => {
  let calls = 0;
  const answer: StubAnswer = ({ response }) => {
    calls += 1;
    if (calls > 1) json(response, 200, []);
  };
  const { client } = await stubbed(t, answer, { limits: { listMs: 1500 } });
  await t.throwsAsync(client.listImages(), { code: 'engine_timeout' });
  t.deepEqual(await client.listImages(), []);
});

test.serial('a pull continues while there is progress', async (t) => {
  const { stub, client } = await stubbed(
    t,
    ({ response }) => {
      let left = 6;
      const timer = setInterval(() => {
        response.write(`{"status":"Downloading","id":"00000000000${left}"}\n`);
        left -= 1;
        if (left > 0) return;
        clearInterval(timer);
        response.end();
      }, 500);
    },
    { limits: { pullMs: 2_500 } },
  );
  const seen: string[] = [];
  await client.pullImage('r.test:5000/x', {
    onProgress: ({ layer, status }) => seen.push(`${layer}: ${status}`),
  });
  t.is(stub.requests[1], 'POST /v1.41/images/create?fromImage=r.test%3A5000%2Fx&tag=latest');
  t.deepEqual(
    seen,
    [6, 5, 4, 3, 2, 1].map((id) => `00000000000${id}: Downloading`),
  );
});

test.serial('a silent pull times out', async (t) => {
  const { client } = await stubbed(t, ({ response }) => response.write('{"status":"Pulling"}\n'), {
    limits: { pullMs: 3_000 },
  });
  await t.throwsAsync(client.pullImage('x'), { instanceOf: SatsumaError, code: 'engine_timeout', message: /3000 ms/ });
});

test('an interrupted pull fails', async (t) => {
  const { client } = await stubbed(t, ({ response, socket }) => response.write('{}\n', () => socket.destroy()));
  await t.throwsAsync(client.pullImage('x'), { instanceOf: SatsumaError, code: 'engine_unreachable' });
});

test('a missing image is detected in the stream of the pull', async (t) => {
  const { client } = await stubbed(t, ({ response }) =>
    response.end('{"errorDetail":{"message":"manifest unknown"}}\n'),
  );
  await t.throwsAsync(client.pullImage('x'), { instanceOf: SatsumaError, code: 'no_such_image' });
});
