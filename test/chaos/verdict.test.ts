import test from 'ava';
import type { Finding } from '../../chaos/finding.ts';
import type { Found } from '../../chaos/observation.ts';
import { type JournalView, judge } from '../../chaos/verdict.ts';
import type { Claim } from '../../src/model/claim.ts';
import { container, containerIdOf, destroy, engine, found, memory, record, run, runWithout } from './journal.ts';

const verdict = test.macro({
  exec(t, journal: Partial<JournalView>, there: Found, ...expected: [kind: Finding['kind'], sentence: RegExp][]) {
    const findings = judge({ runs: [], destroys: [], services: new Map(), losses: [], ...journal }, there);
    t.deepEqual(
      findings.map(({ kind }) => kind),
      expected.map(([kind]) => kind),
      findings.map(({ sentence }) => sentence).join('\n'),
    );
    for (const [index, [, sentence]] of expected.entries()) t.regex(findings[index]?.sentence ?? '', sentence);
  },
  title: (title) => `verdict: ${title}`,
});

const claim = (key: string, amount: number, limit: number | null): Claim => ({ key, amount, limit });
const two = engine([], { id: 'two' });

test('nothing asked and nothing there is well', verdict, {}, found(engine([])));
test('what was acknowledged runs', verdict, { runs: [run('a'), run('b')] }, found(engine(['a', 'b'])));
test(
  'what was acknowledged and then destroyed is gone',
  verdict,
  { runs: [run('a')], destroys: [destroy('a', 202)] },
  found(engine([])),
);
test(
  'a destroy without an answer leaves it',
  verdict,
  { runs: [run('a')], destroys: [destroy('a', 0)] },
  found(engine(['a'])),
);
test(
  'a destroy without an answer took it',
  verdict,
  { runs: [run('a')], destroys: [destroy('a', 504)] },
  found(engine([])),
);
test(
  'a run without an answer may have worked',
  verdict,
  { runs: [runWithout('a', 0, 'ECONNRESET')] },
  found(engine(['a'])),
);
test(
  'a run in doubt may have worked',
  verdict,
  { runs: [runWithout('a', 504, 'engine_timeout')] },
  found(engine(['a'])),
);

test('a container that is gone is lost', verdict, { runs: [run('a')] }, found(engine([])), [
  'lost',
  /^container a-0000000000 was acknowledged on one and is gone$/,
]);
test(
  'a container that is gone and still on record is lost, and its record leaks',
  verdict,
  { runs: [run('a')] },
  found(engine(['a'], { containers: [] })),
  ['lost', /is gone/],
  ['leaked', /record r-a of name-a on one has no container/],
);
test(
  'a container that a server does not show is lost to its users',
  verdict,
  { runs: [run('a')] },
  { ...found(engine(['a'])), views: [{ server: 2, containerIds: [], engines: {} }] },
  ['lost', /server 2 does not show container a-/],
);
test(
  'a container that somebody made by hand stays, unless it was asked to be destroyed',
  verdict,
  { destroys: [destroy('asked', 202)] },
  { ...found(engine([])), missingForeignContainers: [containerIdOf('stranger'), containerIdOf('asked')] },
  ['lost', /^container stranger-000, which somebody made by hand, was removed$/],
);
test(
  'a server that gives no list',
  verdict,
  {},
  { ...found(engine([])), views: [{ server: 2, containerIds: undefined, engines: {} }] },
  ['lost', /server 2 does not list/],
);

test(
  'a container that was acknowledged as destroyed is there',
  verdict,
  { runs: [run('a')], destroys: [destroy('a', 202)] },
  found(engine(['a'])),
  ['doubled', /acknowledged as destroyed and is running on one/],
);
test(
  'two containers of one reservation',
  verdict,
  { runs: [run('a')] },
  found(engine(['a']), engine([], { id: 'two', containers: [container('b', { reservationId: 'r-a' })] })),
  ['doubled', /reservation r-a has containers a-0+ \(running on one\) and b-0+ \(running on two\)/],
  ['leaked', /container b-0+ \(running on two\) has no record/],
);
test(
  'two containers of one request',
  verdict,
  { runs: [run('a')] },
  found(
    engine(['a']),
    engine([], {
      id: 'two',
      containers: [container('b', { tag: 'a' })],
      reservations: [record('b', { engineId: 'two' })],
      sums: { memory: 16 },
    }),
  ),
  ['doubled', /request a has containers/],
);

test(
  'a request that was repeated, and answered with another container',
  verdict,
  {
    runs: [run('a'), run('a', { container: { id: containerIdOf('b'), engineId: 'one' } })],
    destroys: [destroy('b', 202)],
  },
  found(engine(['a'])),
  ['doubled', /request a was answered with container a-0+, then with b-0+/],
);
test(
  'a request that was repeated, and answered the same',
  verdict,
  { runs: [run('a'), run('a')] },
  found(engine(['a'])),
);
const twice = (...times: [askedMs: number, answeredMs: number][]) =>
  times.map(([askedMs, answeredMs], index) => {
    const id = index === 0 ? 'a' : 'b';
    return run('a', { askedMs, answeredMs, container: { id: containerIdOf(id), engineId: 'one' } });
  });
const ofOneRequest = engine(['a', 'b'], { containers: [container('a'), container('b', { tag: 'a' })] });
const loss = { fromMs: 100, toMs: 110 };
test(
  'a key is known no more once all that was on record was lost',
  verdict,
  { losses: [loss], runs: twice([10, 20], [105, 200]) },
  found(ofOneRequest),
);
test(
  'a key is known until all that was on record is lost',
  verdict,
  { losses: [loss], runs: twice([10, 20], [30, 99]) },
  found(ofOneRequest),
  ['doubled', /request a was answered with container a-0+, then with b-0+/],
  ['doubled', /request a has containers/],
);
test(
  'a key is known from then on',
  verdict,
  { losses: [loss], runs: twice([111, 120], [130, 140]) },
  found(ofOneRequest),
  ['doubled', /request a was answered/],
  ['doubled', /request a has containers/],
);
test(
  'what was sent once runs once, whatever was lost meanwhile',
  verdict,
  { losses: [loss], runs: [run('a', { askedMs: 90, answeredMs: 120 })] },
  found(ofOneRequest),
  ['doubled', /request a has containers/],
);
test(
  'a request that was refused when its key was lost',
  verdict,
  {
    losses: [loss],
    runs: [
      { ...runWithout('a', 0, 'ECONNRESET'), askedMs: 90 },
      { ...runWithout('a', 422, 'unschedulable'), answeredMs: 120 },
    ],
  },
  found(engine(['a'])),
);
test(
  'a container that was acknowledged twice is lost once',
  verdict,
  { runs: [run('a'), run('a')] },
  found(engine([])),
  ['lost', /gone/],
);
test(
  'a request that was refused in the end',
  verdict,
  { runs: [runWithout('a', 0, 'ECONNRESET'), runWithout('a', 422, 'unschedulable')] },
  found(engine(['a'])),
  ['leaked', /was refused/],
);
test(
  'a request that is still under way elsewhere',
  verdict,
  { runs: [runWithout('a', 409, 'idempotency_running')] },
  found(engine(['a'])),
);

const holding = (...claims: Claim[][]) =>
  engine([], {
    containers: claims.map((each, index) => container(`c${index}`, { claims: each })),
    reservations: claims.map((each, index) => record(`c${index}`, { claims: each })),
    sums: summed(claims.flat()),
  });
const port = claim('port/tcp/80', 65_536, 65_536);
const onlyOne = claim('image/redis', 1, 1);
const shared = claim('image/redis', 1, null);

test('one port twice', verdict, {}, found(holding([port], [port])), [
  'doubled',
  /port\/tcp\/80 on one is held 131072 of 65536 by c0-\d+ and c1-/,
]);
test('one port on two engines', verdict, {}, found(holding([port]), { ...two, ...engine([]), id: 'two' }));
test('two unique ones', verdict, {}, found(holding([onlyOne], [onlyOne])), [
  'doubled',
  /image\/redis on one is held 2 of 1/,
]);
test('one that came to a unique one', verdict, {}, found(holding([onlyOne], [shared])));
test(
  'more memory than there is',
  verdict,
  {},
  found(holding([memory(200)], [memory(200)])),
  ['doubled', /memory on one is held 400 of 320/],
  ['doubled', /400 memory are promised of 320 on one/],
);
test('all memory', verdict, {}, found(holding([memory(160)], [memory(160)])));

test(
  'a reservation that waits for ever',
  verdict,
  {},
  found(engine([], { reservations: [record('a', { state: 'reserved' })], sums: { memory: 16 } })),
  ['leaked', /reservation r-a of name-a on one still waits/],
);
test(
  'a record that is taken for somebody else’s',
  verdict,
  {},
  found(engine(['a'], { reservations: [record('a', { isForeign: true })] })),
  ['leaked', /taken for somebody else's/],
);
test(
  'a container without a record',
  verdict,
  { runs: [run('a')] },
  found(engine(['a'], { reservations: [], sums: {} })),
  ['leaked', /container a-0+ \(running on one\) has no record/],
);
test(
  'a container whose record names another',
  verdict,
  {},
  found(engine(['a', 'b'], { reservations: [record('a', { containerId: containerIdOf('b') }), record('b')] })),
  ['leaked', /container a-0+ \(running on one\) has the record of another container/],
);
test('a sum that is too high', verdict, {}, found(engine(['a'], { sums: { memory: 32 } })), [
  'leaked',
  /memory on one sums to 32, and 16 are claimed/,
]);
test('a sum of nothing', verdict, {}, found(engine([], { sums: { 'name/web': 1 } })), [
  'leaked',
  /name\/web on one sums to 1, and 0/,
]);
test('a sum that is missing', verdict, {}, found(engine(['a'], { sums: {} })), [
  'leaked',
  /memory on one sums to 0, and 16/,
]);
test(
  'a container that was never started',
  verdict,
  { runs: [runWithout('a', 504, 'engine_timeout')] },
  found(engine(['a'], { containers: [container('a', { state: 'created' })] })),
  ['leaked', /made and never started/],
);
test(
  'a container of a request that was refused',
  verdict,
  { runs: [runWithout('a', 422, 'unschedulable')] },
  found(engine(['a'])),
  ['leaked', /request a was refused \(unschedulable\), and its container a-0+ is running/],
);

function summed(claims: readonly Claim[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { key, amount } of claims) sums[key] = (sums[key] ?? 0) + amount;
  return sums;
}
