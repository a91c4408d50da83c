import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestRoute, Server } from '@hapi/hapi';
import test from 'ava';
import fc from 'fast-check';
import { createDoors } from '../../src/http/doors.ts';
import type { Store } from '../../src/store/store.ts';
import { openDoor } from './open-door.ts';

/** Of each route. Another seed finds other faults: SATSUMA_FUZZ_SEED and SATSUMA_FUZZ_RUNS. */
const runs = Number(process.env.SATSUMA_FUZZ_RUNS ?? 12);
const seed = Number(process.env.SATSUMA_FUZZ_SEED ?? 20_261_129);
const answersWithinMs = 60_000;

/** What names, values and headers of the curious are like. */
const nasty = fc.constantFrom(
  ...[
    '',
    ' ',
    '.',
    '..',
    '../../etc/passwd',
    '-rf',
    '--help',
    '__proto__',
    'constructor',
    'toString',
    'null',
    '0',
    '-1',
  ],
  ...[
    '1e999',
    'NaN',
    '9007199254740993',
    'a'.repeat(5_000),
    '😀',
    '\u0000',
    '\u001b[2J',
    '\r\nX: y',
    '%',
    '%00',
    '%ff',
  ],
  ...['{', '[', '"', '$(id)', '`id`', ';id', '{satsuma}:lease', '*', '/.*/', 'host:a', 'engine-0', 'demo/busybox:1'],
);
const text = fc.oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 40 }));
const value = fc.oneof({ depthSize: 'small' }, nasty, fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.boolean());

interface Fuzz {
  readonly names: readonly string[];
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly isCut: boolean;
}

/** Requests that know the words of the route, and say nonsense with them. */
function fuzzOf({ path, settings }: RequestRoute): fc.Arbitrary<Fuzz> {
  const names = [...path.matchAll(/\{[^}]*\}/g)].length;
  const word = (part: 'query' | 'payload') => {
    const known = keysOf(settings.validate?.[part]);
    return known.length === 0 ? text : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, text);
  };
  return fc.record({
    names: fc.array(text, { minLength: names, maxLength: names }),
    query: fc.array(fc.tuple(word('query'), text), { maxLength: 3 }),
    headers: fc.dictionary(
      fc.constantFrom(
        'accept',
        'authorization',
        'origin',
        'sec-fetch-site',
        'content-type',
        'idempotency-key',
        'last-event-id',
        'if-match',
        'range',
        'x-request-id',
      ),
      text.map((each) =>
        Buffer.from(each)
          .toString('latin1')
          .replace(/[^\t\x20-\x7e\x80-\xff]/g, '?'),
      ),
    ),
    body: fc.oneof(fc.dictionary(word('payload'), value, { maxKeys: 5 }), value),
    isCut: fc.boolean(),
  });
}

function keysOf(schema: unknown): string[] {
  const { keys } = (schema as { describe?(): { readonly keys?: object } } | undefined)?.describe?.() ?? {};
  return Object.keys(keys ?? {});
}

/** The status; what comes after the head of the answer is not waited for: it may be a stream. */
function ask(server: Server, { path, method }: RequestRoute, fuzz: Fuzz): Promise<number> {
  const { port } = server.listener.address() as AddressInfo;
  let index = 0;
  const filled = path.replaceAll(/\{[^}]*\}/g, () => encode(fuzz.names[index++] ?? ''));
  const query = fuzz.query.map(([name, each]) => `${encode(name)}=${encode(each)}`).join('&');
  const hasBody = method !== 'get' && method !== 'delete';
  const whole = JSON.stringify(fuzz.body);
  const payload = hasBody ? whole.slice(0, fuzz.isCut ? whole.length / 2 : whole.length) : undefined;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ host: '127.0.0.1', port, method: method === '*' ? 'GET' : method.toUpperCase() },
        ...{ path: `${filled}${query === '' ? '' : `?${query}`}`, timeout: answersWithinMs },
        headers: { 'content-type': 'application/json', ...fuzz.headers, connection: 'close' },
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end(payload);
  });
}

/** Some of what is sent is not encoded right. */
function encode(each: string): string {
  return each.startsWith('%') ? each : encodeURIComponent(each);
}

async function stateOf(store: Store): Promise<string> {
  return JSON.stringify([await store.snapshot(kinds), await store.reservations()]);
}

/** Beyond what a route is for: other methods, paths that are none, and another host. */
const stranger = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'),
  suffix: fc.constantFrom('', '', '/', '/nowhere', '//', '/..', '?', '/%'),
});

const kinds = [
  ...(['engine', 'image', 'image-version', 'registry', 'service', 'service-generation', 'job', 'job-run'] as const),
  ...(['webhook', 'account', 'token', 'role', 'rebalance', 'volume-copy'] as const),
];

test.serial('whatever is sent to any route: no 5xx, no hang, and what is refused changes nothing', async (t) => {
  t.timeout(600_000);
  const { server, cluster } = await openDoor(t, { engines: 2, isAudited: true });
  const settings = { listen: { host: '127.0.0.1', port: 0 } };
  const doors = { bastion: settings, panamax: settings, genisys: { ...settings, countBy: 'service' } } as const;
  const all = { ...doors, deblox: { ...settings, enginePort: 2376 }, shipyard: settings };
  const servers = [server, ...(await createDoors(cluster, all, [])).values()];
  for (const each of servers) {
    const isShipyard = each === servers.at(-1);
    await each.start();
    t.teardown(() => each.stop({ timeout: 0 }));
    for (const route of each.table()) {
      // A body of it replaces all that there is.
      if (route.path === '/apiv1/restore') continue;
      const title = `${route.method.toUpperCase()} ${route.path}`;
      await fc.assert(
        fc.asyncProperty(fuzzOf(route), async (fuzz) => {
          const before = await stateOf(cluster.store);
          const status = await ask(each, route, fuzz);
          // 501: a door says that it has no such thing. What Shipyard's handlers refuse is 500, by its contract.
          const isFault = status >= 500 && status !== 501 && !(status === 500 && isShipyard);
          if (isFault) throw new Error(`${title} answered ${status}`);
          if (status >= 400 && (await stateOf(cluster.store)) !== before) throw new Error(`${title} changed something`);
        }),
        { numRuns: runs, seed, endOnFailure: true, includeErrorInReport: true },
      );
    }
  }
  t.is((await fetch(`http://127.0.0.1:${(server.listener.address() as AddressInfo).port}/healthz`)).status, 200);
});

test.serial(
  'whatever a stranger sends where a token is wanted, it is refused, recorded and changes nothing',
  async (t) => {
    t.timeout(600_000);
    const { server, cluster } = await openDoor(t, { engines: 1, isAudited: true }, 'token');
    await server.start();
    t.teardown(() => server.stop({ timeout: 0 }));
    const before = await stateOf(cluster.store);
    const open = new Set<string>();
    for (const route of server.table()) {
      await fc.assert(
        fc.asyncProperty(fuzzOf(route), stranger, async (fuzz, { method, suffix }) => {
          const status = await ask(server, { ...route, method: method as 'get', path: `${route.path}${suffix}` }, fuzz);
          if (status >= 500) throw new Error(`${method} ${route.path}${suffix} answered ${status}`);
          if (status < 400) open.add(route.path);
        }),
        { numRuns: Math.ceil(runs / 3), seed, endOnFailure: true, includeErrorInReport: true },
      );
    }
    const forAnyone = server.table().filter(({ settings }) => settings.plugins?.access === 'anyone');
    t.deepEqual(
      [...open].filter((path) => !forAnyone.some((route) => route.path === path)),
      [],
    );
    t.is(await stateOf(cluster.store), before);
    t.is((await fetch(`http://127.0.0.1:${(server.listener.address() as AddressInfo).port}/healthz`)).status, 200);
  },
);
