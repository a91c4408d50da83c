import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { createAuthority } from '../../src/ca/authority.ts';
import { json, type StubAnswer } from '../engines/stub-engine.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { always, entry, type FlakyEngine, list, only, pour, startFlaky } from './flaky-engine.ts';
import { eventually, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const hour = 3_600_000;
const image = { name: 'redis:7', type: 'label', restart_policy: {} };

/** Asks a thousand times at once, in a process of its own; prints the first answer that is not one container, or null. */
const askThousandTimes = `
  const ask = async () => {
    const response = await fetch(process.argv[1]);
    return { status: response.status, ...(await response.json()) };
  };
  const answers = await Promise.all(Array.from({ length: 1000 }, ask));
  const isWhole = ({ status, data }) => status === 200 && data.some(({ name, stale }) => name === '/a' && !stale);
  const odd = answers.find((answer) => !isWhole(answer));
  console.log(JSON.stringify(odd ?? null));
`;

interface Scene {
  readonly server: SatsumaServer;
  readonly bad: FlakyEngine;
  readonly good: FlakyEngine;
}

/** A server with a good engine and one that may be bad. */
async function start(t: ExecutionContext, deadline = 1): Promise<Scene> {
  const dir = temporaryFolder(t);
  const authority = await createAuthority(join(dir, 'ca'));
  const server = await startSatsuma({ client: await authority.issueClient('satsuma') }, dir, {
    deadlines: { connect: deadline, list: deadline, create: 1, start: 1, pull: 1 },
  });
  t.teardown(() => server.end());
  const [good, bad] = [await startFlaky(t, authority, 'a'), await startFlaky(t, authority, 'b')];
  for (const [id, { engine }] of Object.entries({ good, bad })) {
    const answer = await server.call('POST', 'engine', { id, addr: engine.addr, labels: [] });
    t.is(answer.status, 201, JSON.stringify(answer));
  }
  return { server, bad, good };
}

async function shown(server: SatsumaServer, id: string) {
  const { data } = await server.call('GET', 'engines?consistent=true');
  return (data as { id: string }[]).find((each) => each.id === id);
}

/** The bad engine is down, with the reason; the good one is as ever. */
async function checkCost(t: ExecutionContext, { server }: Scene, what: string, says: RegExp): Promise<void> {
  const bad = await eventually(
    () => shown(server, 'bad'),
    (each) => JSON.stringify(each).includes('"down"') && says.test(JSON.stringify(each)),
    30_000,
  );
  t.regex(JSON.stringify(bad), says, what);
  t.false(/\p{Cc}/u.test(JSON.stringify(bad)), what);
  const begin = performance.now();
  const { data, errors } = await server.call('GET', 'containers');
  const tookMs = performance.now() - begin;
  const current = (data as { name: string; stale?: true }[]).filter(({ stale }) => !stale).map(({ name }) => name);
  t.true(current.includes('/a'), what);
  t.false(current.includes('/b'), what);
  t.is(errors?.length, 1, what);
  t.regex(JSON.stringify(errors), says, what);
  t.true(tookMs < 1_000, `${what}: ${tookMs} ms`);
  const run = await server.call('POST', 'container', image);
  t.true(run.status < 300, `${what}: ${JSON.stringify(run)}`);
  t.regex(JSON.stringify(run.data), /"good"/, what);
}

type Kind = readonly [what: string, says: RegExp, mood: (stub: FlakyEngine) => StubAnswer];
const containers = /containers\/json/;
const kinds: readonly Kind[] = [
  ['500 on everything', /HTTP 500/, () => always((response) => response.writeHead(500).end())],
  [
    'a redirect',
    /HTTP 302, a redirect/,
    () => always((r) => r.writeHead(302, { location: 'http://169.254.169.254/' }).end()),
  ],
  [
    'HTML',
    /text\/html/,
    (s) =>
      only(
        'b',
        containers,
        s,
        always((r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>')),
      ),
  ],
  [
    'truncated JSON',
    /no JSON/,
    (s) =>
      only(
        'b',
        containers,
        s,
        always((r) => r.end('[{"Id":')),
      ),
  ],
  ['an endless body', /cut off|did not answer/, (s) => only('b', /images\/json/, s, pour)],
  ['an endless ping', /cut off/, (s) => only('b', /_ping/, s, pour)],
  [
    'another machine',
    /NCPU is -1/,
    (s) =>
      only(
        'b',
        /info/,
        s,
        always((r) => json(r, 200, { ID: 'daemon-b', ServerVersion: '27', NCPU: -1, MemTotal: 1 })),
      ),
  ],
  [
    'no HTTP',
    /does not speak HTTP/,
    () =>
      ({ socket }) =>
        socket.end('SSH-2.0-x\r\n'),
  ],
  ['silence', /no answer|did not answer|cannot be reached/, () => () => undefined],
  [
    'one byte after the other',
    /did not answer/,
    () =>
      ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\nx: ');
        const timer = setInterval(() => socket.write('x'), 100);
        socket.once('close', () => clearInterval(timer));
      },
  ],
];

test.serial(
  'an engine that answers nonsense is down with the reason, costs the others nothing, and may come back',
  async (t) => {
    const scene = await start(t);
    for (const [what, says, mood] of kinds) {
      scene.bad.mood = mood(scene.bad);
      await checkCost(t, scene, what, says);
      scene.bad.mood = undefined;
      const well = await eventually(
        () => shown(scene.server, 'bad'),
        (each) => !JSON.stringify(each).includes('"down"'),
        30_000,
      );
      t.false(JSON.stringify(well).includes('"down"'), `${what}: ${JSON.stringify(well)}`);
    }
  },
);

/** Of a container beside the one that the engine has. */
const strangers: readonly (readonly [
  what: string,
  unclear: RegExp | undefined,
  entry: object,
  inspection?: StubAnswer,
])[] = [
  ['an ID that is none', undefined, { ...entry, Id: '../../info' }],
  [
    'a port that is none',
    /PublicPort is 1e\+308/,
    { ...entry, Ports: [{ PrivatePort: 1, PublicPort: 1e308, Type: 'tcp' }] },
  ],
  [
    'an inspection of nothing',
    /Config is missing/,
    entry,
    ({ path, response }) => json(response, 200, { Id: /[0-9a-f]{64}/.exec(path)?.[0] }),
  ],
  [
    'an inspection of another container',
    /it is of container/,
    entry,
    always((r) => json(r, 200, { Id: 'e'.repeat(64) })),
  ],
  ['an inspection that fails', /HTTP 500/, entry, always((r) => r.writeHead(500).end())],
  ['an inspection above the limit', /cut off/, entry, pour],
  ['an inspection that hangs', /did not answer/, entry, () => undefined],
  ['an inspection that breaks off', /broke the connection/, entry, ({ socket }) => socket.destroy()],
];

test.serial(
  'a container that its engine tells nonsense of is listed with the reason, and costs nobody else',
  async (t) => {
    const scene = await start(t);
    const { server, bad } = scene;
    for (const [index, [what, unclear, document, inspection]] of strangers.entries()) {
      // Another container each time: what is known of one is kept.
      const id = index.toString(16).repeat(64);
      const own = {
        ...document,
        Names: [`/stranger-${index}`],
        ...('Id' in document && document.Id === entry.Id && { Id: id }),
      };
      const listed = only('b', containers, bad, list({ ...entry, Id: 'b'.padEnd(64, '0'), Names: ['/b'] }, own));
      bad.mood = (request) => {
        if (inspection && request.path.includes(`${id}/json`)) inspection(request);
        else listed(request);
      };
      const wanted = ['/b', ...(unclear ? [`/stranger-${index}`] : []), '/a'];
      const answer = await eventually(
        () => server.call('GET', 'containers?consistent=true'),
        ({ data }) => isDeepStrictEqual(namesOf(data), wanted) && (!unclear || unclear.test(data[1].unclear ?? '')),
        30_000,
      );
      t.is(answer.errors?.length ?? 0, 0, what);
      t.deepEqual(namesOf(answer.data), wanted, what);
      if (unclear) t.regex(answer.data[1].unclear, unclear, what);
      const run = await server.call('POST', 'container', { ...image, labels: [] });
      t.true(run.status < 300, `${what}: ${JSON.stringify(run)}`);
      t.false(JSON.stringify(await shown(server, 'bad')).includes('"down"'), what);
    }
  },
);

const namesOf = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name);

test.serial('events that make no sense are told in the log, and the engine is looked at instead', async (t) => {
  const scene = await start(t);
  const { server, bad } = scene;
  const moods = [
    always((response) => response.writeHead(500).end()),
    always((response) => response.end('<html>')),
    always((response) => response.write('x'.repeat(2 ** 21))),
  ];
  for (const mood of moods) {
    bad.mood = only('b', /events/, bad, mood);
    bad.engine.drop();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    t.false(JSON.stringify(await shown(server, 'bad')).includes('"down"'));
    t.is((await server.call('GET', 'containers')).data.length, 2);
  }
  const lost = (await server.log()).filter(({ msg, level }) => msg === 'events lost' && level === 40);
  t.true(lost.length > 0 && lost.length < 6, `${lost.length} warnings`);
  // Each look asks once for images.
  const looks = bad.engine.requests.filter((request) => request.includes('/images/json')).length;
  t.true(looks < 40, `${looks} looks`);
});

test.serial('an engine whose clock is an hour off is as good as any, and nothing is told by its clock', async (t) => {
  const { server, bad } = await start(t);
  for (const skewMs of [-hour, hour]) {
    bad.skewMs = skewMs;
    const text = JSON.stringify(await shown(server, 'bad'));
    t.false(text.includes('"down"'), text);
    const times = text.match(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g) ?? [];
    t.true(times.length > 0, text);
    for (const time of times) t.true(Math.abs(Date.parse(time) - Date.now()) < 60_000, text);
    t.is((await server.call('GET', 'containers')).data.length, 2);
  }
});

test.serial(
  'a thousand lists of an engine that hangs take two connections to it, and no longer than one',
  async (t) => {
    const { server, bad } = await start(t, 10);
    bad.mood = () => undefined;
    const from = bad.engine.requests.length;
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, bad.engine.open());
    }, 10);
    // The engines are in this process: were it busy with the answers, the good one would be late.
    const args = [
      '--input-type=module',
      '-e',
      askThousandTimes,
      `http://${server.address}/apiv1/containers?consistent=true`,
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    clearInterval(watching);
    t.is(stdout.trim(), 'null');
    // The list, a look's three questions, the ping, the events.
    t.true(most <= 6, `${most} connections`);
    const lists = bad.engine.requests.slice(from).filter((request) => request.includes('/containers/json'));
    // Each takes the whole deadline; the watcher asks for some of them.
    t.true(lists.length <= 5, `${lists.length} lists`);
    await eventually(
      async () => bad.engine.open(),
      (open) => open <= 2,
      30_000,
    );
    t.true(bad.engine.open() <= 3, `${bad.engine.open()} connections`);
  },
);
