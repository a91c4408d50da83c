import type { Server } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import Joi from 'joi';
import { registerEngine } from '../../src/commands/engines/register-engine.ts';
import { createDoors } from '../../src/http/doors.ts';
import type { Doors } from '../../src/model/doors.ts';
import { openDoor } from './open-door.ts';

const limit = 1024 * 1024;
/** CPU time of an answer, against that of parsing the same body, and what any answer may take in a cold process. */
const maxRatio = 30;
const maxMs = 400;

/** As often as the limit of a body allows. */
const fill = (text: string, around = 100) => text.repeat(Math.floor((limit - around) / text.length));
const listOf = (text: string) => `[${fill(`${text},`)}${text}]`;
const keysOf = (value: string) => {
  const entry = (index: number) => `"k${String(index).padStart(6, '0')}":${value}`;
  const count = Math.floor((limit - 100) / (entry(0).length + 1));
  return `{${Array.from({ length: count }, (_, index) => entry(index)).join(',')}}`;
};

/** What no schema should look into, by what is wrong with it. */
const values: Readonly<Record<string, string>> = {
  'a list of objects': listOf('{}'),
  'a list of texts': listOf('"a"'),
  'a shorter list of objects': `[${'{},'.repeat(1000)}{}]`,
  'a shorter list of texts': `[${'"a",'.repeat(1000)}"a"]`,
  'many keys': keysOf('1'),
  'fewer keys': JSON.stringify(Object.fromEntries(Array.from({ length: 9000 }, (_, index) => [`k${index}`, 'x']))),
  'one key again and again': `{${fill('"a":1,')}"a":1}`,
  'deep lists': '['.repeat(limit / 2 - 100) + ']'.repeat(limit / 2 - 100),
  'open lists': '['.repeat(limit - 100),
  'deep objects': `${'{"a":'.repeat(limit / 8)}1${'}'.repeat(limit / 8)}`,
  'a long text': `"${fill('a')}"`,
  'a long text of separators': `"${fill('a.')}"`,
  'a long text of spaces': `"${fill(' ')}"`,
  'a long number': fill('9'),
};

interface Route {
  readonly server: Server;
  readonly method: string;
  readonly url: string;
  readonly fields: readonly string[];
}

/** Of doors whose handlers look at the body themselves. */
const ownFields = [
  'name',
  'image',
  'command',
  'environment',
  'ports',
  'number',
  'action',
  'hostname',
  'body',
  'container',
];

function routesOf(server: Server): Route[] {
  return server
    .table()
    .filter(({ method }) => ['post', 'put', 'patch', 'delete'].includes(method))
    .map(({ method, path, settings }) => {
      const payload: unknown = settings.validate?.payload;
      const fields = Joi.isSchema(payload) ? fieldsIn(payload.describe()) : ownFields;
      return { server, method, url: path.replace(/\{[^}]*\}/g, 'x'), fields };
    });
}

/** The names of keys, in whatever branches of the schema. */
function fieldsIn(description: unknown): string[] {
  if (typeof description !== 'object' || description === null) return [];
  const names = 'keys' in description && description.keys ? Object.keys(description.keys) : [];
  const { keys: _, ...branches } = description as Record<string, unknown>;
  return [...new Set([...names, ...Object.values(branches).flatMap(fieldsIn)])];
}

async function openAll(t: ExecutionContext): Promise<Route[]> {
  const { cluster, server } = await openDoor(t, { engines: 1 });
  const listen = { host: '127.0.0.1', port: 0 };
  const doors: Doors = {
    bastion: { listen },
    panamax: { listen },
    genisys: { listen, countBy: 'service' },
    deblox: { listen, enginePort: 2376 },
  };
  const others = await createDoors(cluster, doors, []);
  for (const each of others.values()) await each.initialize();
  return [server, ...others.values()].flatMap(routesOf);
}

async function cpuMs(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test.serial('no body stops a server, on any route of any door', async (t) => {
  t.timeout(600_000);
  const routes = await openAll(t);
  t.true(routes.length > 20);
  const heapBefore = process.memoryUsage().heapUsed;
  const parsing = new Map<string, number>();
  for (const [kindNumber, [kind, value]] of Object.entries(values).entries()) {
    parsing.set(kind, await cpuMs(() => parse(value)));
    const isLarge = value.length > 20_000;
    for (const [number, { server, method, url, fields }] of routes.entries()) {
      // What is refused by its size is refused at every route alike: each takes a sixth of these bodies, and one field
      // of each will do, each time another. Of the shorter ones each field takes one of two.
      if (isLarge && (number + kindNumber) % 6 !== 0) continue;
      const chosen = isLarge
        ? fields.slice(number % fields.length).slice(0, 1)
        : fields.filter((_, index) => (index + kindNumber) % 2 === 0);
      const nested = chosen.map((field) => `{"${field}":${value.slice(0, limit - 300)}}`);
      const whole = isLarge && number % 4 !== 0 ? [] : [value, `[${value}]`];
      for (const payload of [...whole, ...nested]) {
        const asked = { method, url, payload, headers: { host: 'localhost' } };
        const answer: { status?: number } = {};
        const ms = await cpuMs(async () => {
          answer.status = (await server.inject(asked)).statusCode;
        });
        const most = maxMs + maxRatio * (parsing.get(kind) ?? 0);
        if (ms > most) t.fail(`${method} ${url}: ${kind}: ${ms} ms of CPU, at most ${most}: ${payload.slice(0, 40)}`);
        if ((answer.status ?? 500) >= 500)
          t.fail(`${method} ${url}: ${kind}: ${answer.status}: ${payload.slice(0, 40)}`);
      }
    }
  }
  const grown = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20;
  t.true(grown < 400, `the heap grew by ${grown} MB`);
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

test.serial('few problems are reported, and each is short', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  const body = { name: 'redis', bind_ports: Array.from({ length: 100 }, () => 1), [`k${'x'.repeat(2000)}`]: 1 };
  const small = await call('POST', '/apiv1/container', body);
  t.is(small.status, 400);
  t.is(small.body.details.length, 20);
  t.true(small.body.data.length < 20 * 600);
  const large = await call('POST', '/apiv1/container', { ...body, args: Array.from({ length: 1024 }, () => 1) });
  t.deepEqual([large.status, large.body.details.length], [400, 1]);
  const deep = await call('POST', '/apiv1/container', `${'['.repeat(40)}${']'.repeat(40)}`);
  t.deepEqual([deep.status, deep.body.data], [400, 'the body is nested more than 32 levels deep']);
  const wide = await call('POST', '/apiv1/container', values['a list of objects']);
  t.is(wide.status, 400);
});

test.serial('constraints take little time on a thousand engines', async (t) => {
  t.timeout(300_000);
  const { cluster, call } = await openDoor(t);
  await registerEngine(cluster, { id: 'engine-0', addr: 'https://engine-0.test:2376', labels: [] });
  const { value: first } = cluster.cache.engine('engine-0');
  const others = Array.from({ length: 999 }, (_, index) => `engine-${index + 1}`);
  await cluster.store.write(
    others.map((id) => ({ kind: 'engine', id, value: { ...first, id, addr: `https://${id}.test:2376` } }) as const),
  );
  await cluster.cache.catchUp();
  const lists = [
    Array.from({ length: 8 }, (_, index) => `node==/${'.*'.repeat(110)}${index}N/`),
    Array.from({ length: 32 }, (_, index) => `node!=/(a|b|e|n)*${index}(e|g)+$/`),
    Array.from({ length: 20 }, (_, index) => `node==/[a-z]*[e-n][a-z0-9]{${60 + index}}$/`),
    Array.from({ length: 2 }, (_, index) => `node!=/(.?){450}${index}$/`),
    Array.from({ length: 512 }, (_, index) => `node!=x${index}`),
    Array.from({ length: 512 }, (_, index) => `zone${index}!=x`),
    Array.from({ length: 512 }, (_, index) => `service!=~x${index}`),
    Array.from({ length: 32 }, (_, index) => `node!=*${'*e'.repeat(100)}${index}`),
  ];
  const plan = (constraints: readonly string[]) => call('POST', '/apiv1/plan', { name: 'redis', constraints });
  const { candidates } = (await plan(['node!=nobody'])).body.data;
  t.is(candidates.length, 1000);
  const plain = await cpuMs(() => plan(['node!=nobody']));
  for (const constraints of lists) {
    const ms = await cpuMs(() => plan(constraints));
    t.true(ms < maxMs + 30 * plain, `${constraints[0]}: ${ms} ms of CPU, of one that is plain ${plain}`);
  }
});
