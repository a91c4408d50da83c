import test from 'ava';
import { toContainerDetail } from '../../../src/engines/docker/detail.ts';
import { InvalidResponse } from '../../../src/engines/docker/failures.ts';
import { toImageNames } from '../../../src/engines/docker/images.ts';
import { toDaemonInfo } from '../../../src/engines/docker/info.ts';
import { toContainerList } from '../../../src/engines/docker/summary.ts';

const id = 'f810083c6bfe'.padEnd(64, '0');
const entry = {
  Id: id,
  Names: ['/web'],
  Image: 'redis',
  State: 'running',
  Created: 1_700_000_000,
  Labels: { a: 'b' },
  Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 81, Type: 'tcp' }],
};
const inspection = {
  Id: id,
  Config: { Hostname: 'h', Domainname: '', Env: ['A=b'], Cmd: ['x'], Entrypoint: ['y'], Volumes: { '/data': {} } },
  HostConfig: {
    NetworkMode: 'default',
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '81' }] },
    RestartPolicy: { Name: 'always', MaximumRetryCount: 1 },
    Binds: ['/a:/b'],
    Memory: 1,
    NanoCpus: 1,
    CpuQuota: 1,
    CpuPeriod: 1,
  },
  NetworkSettings: { Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '81' }] } },
};
const info = { ID: 'daemon', ServerVersion: '27.0.0', NCPU: 2, MemTotal: 2 ** 31 };

/** What JSON can bring in place of anything. */
const wild: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0.5,
  1e308,
  '',
  '../../x',
  'two\nlines',
  'x'.repeat(100_000),
  [],
  [null],
  [[[]]],
  [1e308],
  ['\u0000'],
  {},
  { toString: 1 },
  JSON.parse('{"__proto__":{"Id":"x"},"constructor":1}'),
  { '80/tcp': [{ HostIp: 'nowhere', HostPort: '1e3' }] },
  { '99999/tcp': [{ HostIp: '', HostPort: '80' }] },
  [{ IP: '../x', PrivatePort: 80, PublicPort: 80, Type: 'tcp' }],
  [{ PrivatePort: 80, PublicPort: 65_536, Type: 'tcp' }],
];

/** The same with one field, at any depth, replaced. */
function* variants(whole: object, value: unknown): Generator<object> {
  for (const [key, part] of Object.entries(whole)) {
    const put = (other: unknown) => (Array.isArray(whole) ? [other] : { ...whole, [key]: other });
    yield put(value);
    if (typeof part === 'object' && part !== null) for (const inner of variants(part, value)) yield put(inner);
  }
}

/** Every text, and every number a finite one that is not below 0: fit for a ledger, a key and a table. */
function isSound(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0;
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isSound);
  return typeof value === 'string';
}

const sound = test.macro({
  exec: (t, whole: object, read: (answer: unknown) => unknown) => {
    t.true(isSound(read(whole)));
    for (const value of wild) {
      for (const answer of [value, ...variants(whole, value)]) {
        const shown = JSON.stringify(answer)?.slice(0, 600);
        try {
          t.true(isSound(read(answer)), shown);
        } catch (error) {
          t.true(error instanceof InvalidResponse, `${error}: ${shown}`);
          t.true((error as Error).message.length < 200);
        }
      }
    }
  },
  title: (what = '') => `${what} is sound or refused, whatever is in the place of any of its fields`,
});

test('a list', sound, [entry], toContainerList);
test('an inspection', sound, inspection, toContainerDetail);
test('a list of images', sound, [{ RepoTags: ['redis:7'] }], toImageNames);
test('the info of an engine', sound, info, toDaemonInfo);

for (const bad of ['', 'f810083c6bfe', '../../info', `${'0'.repeat(63)}G`, `${id}0`, `${id}\n`, id.toUpperCase(), 5]) {
  test(`${JSON.stringify(bad)} is not an ID`, (t) => {
    t.like(toContainerList([{ ...entry, Id: bad }, entry]), { length: 1, leftOut: 1 });
    t.throws(() => toContainerDetail({ ...inspection, Id: bad }), {
      instanceOf: InvalidResponse,
      message: /64 hex digits/,
    });
  });
}

test('of an oversized list the first entries are read, running containers first', (t) => {
  const entries = Array.from({ length: 20_002 }, (_, index) => ({
    ...entry,
    Id: index.toString(16).padStart(64, '0'),
    State: index < 2 ? 'exited' : 'running',
  }));
  const list = toContainerList([5, ...entries]);
  t.like(list, { length: 19_999, leftOut: 4 });
  t.regex(list.unclear ?? '', /do not tell which container.*more than 20000 entries/);
  t.true(list.every(({ state }) => state === 'running'));
  t.is(toContainerList(entries.slice(0, 20_000)).leftOut, undefined);
});

test('of too many image names the first are read', (t) => {
  const tags = Array.from({ length: 20_001 }, (_, index) => `x:${index}`);
  const names = toImageNames([{ RepoTags: tags.slice(0, 11_000) }, { RepoTags: tags.slice(9_000) }]);
  t.like(names, { length: 20_000, unclear: 'the image list has more than 20000 entries' });
  t.false(names.includes('x:20000'));
  t.is(toImageNames([{ RepoTags: tags.slice(1, 20_000) }]).unclear, undefined);
  t.is(toImageNames(Array(20_001).fill({ RepoTags: ['a:1'] })).length, 1);
});

test('a label may have any name', (t) => {
  const Labels = JSON.parse('{"__proto__":"x","constructor":"y","a":"two\\nlines"}');
  const [{ labels } = { labels: {} }] = toContainerList([{ ...entry, Labels }]);
  t.deepEqual(Object.entries(labels), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
    ['a', 'two\nlines'],
  ]);
  t.is(({} as Record<string, unknown>).x, undefined);
});

test('a variable is never quoted', (t) => {
  const Env = [{ TOKEN: 'secret' }];
  const answer = { ...inspection, Config: { ...inspection.Config, Env } };
  const { environment, unclear } = toContainerDetail(answer);
  t.deepEqual([environment, unclear], [{}, 'an entry of Env is an object, not a text']);
});

test('in a range of host ports, the engine chooses', (t) => {
  const PortBindings = { '80/tcp': [{ HostIp: '', HostPort: '8000-8010' }] };
  const { bindPorts } = toContainerDetail({ ...inspection, HostConfig: { ...inspection.HostConfig, PortBindings } });
  t.deepEqual(bindPorts, [{ proto: 'tcp', container_port: 80 }]);
});
