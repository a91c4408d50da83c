import test from 'ava';
import type { ListedContainer } from '../../src/api/container.ts';
import { layoutOf } from '../../web/cluster/map-layout.ts';
import { piecesOf, plainText } from '../../web/container/ansi.ts';
import { readQuery } from '../../web/containers/container-query.ts';
import { sortedRows } from '../../web/containers/sort-rows.ts';

const esc = '\u001b';

function container(name: string, changes: object = {}): ListedContainer {
  const image = { name: 'demo/web:1', type: 'label', restart_policy: {}, container_labels: { tier: 'front' } };
  const engine = { id: 'a', addr: '', cpus: 1, memory: 100, labels: [] };
  return {
    id: name,
    name: `/${name}`,
    image,
    engine,
    state: 'running',
    ports: [],
    created_at: '',
    ...changes,
  } as never;
}

const table = test.macro((t, line: string, expected: readonly (readonly [string, string])[]) => {
  t.deepEqual(
    piecesOf(line).map(({ text, look }) => [text, look]),
    expected as [string, string][],
  );
});

test('a line without colours is one piece', table, 'plain', [['plain', '']]);
test('colours begin and end', table, `a${esc}[1;31mb${esc}[0mc`, [
  ['a', ''],
  ['b', 'ansi-bold ansi-red'],
  ['c', ''],
]);
test('of 256 colours the first 16 have one', table, `${esc}[38;5;2mx${esc}[38;5;200my${esc}[38;2;1;2;3mz`, [
  ['x', 'ansi-green'],
  ['y', ''],
  ['z', ''],
]);
test(
  'what moves a cursor, sets a title or is nothing at all is left out',
  table,
  `${esc}[2Ka${esc}]0;title\u0007b\u0000\r`,
  [
    ['a', ''],
    ['b', ''],
  ],
);
test('what looks like a property of every object has no look', table, `${esc}[999mx`, [['x', '']]);

test('a line that changes its colours with every letter has a bounded number of pieces, and all its text', (t) => {
  const line = `${esc}[1mx${esc}[0my`.repeat(1_000);
  const pieces = piecesOf(line);
  t.is(pieces.length, 100);
  t.is(pieces.map(({ text }) => text).join(''), 'xy'.repeat(1_000));
});

test('a search does not see colours', (t) => {
  t.is(plainText(`a${esc}[31mb${esc}[0mc`), 'abc');
});

test('words and filters of the command line are combined', (t) => {
  const [web, db] = [container('web-1'), container('db', { state: 'exited', exit_code: 3 })];
  const found = (typed: string) => [web, db].filter(readQuery(typed).matches).map(({ id }) => id);
  t.deepEqual(found(''), ['web-1', 'db']);
  t.deepEqual(found('WEB-'), ['web-1']);
  t.deepEqual(found('demo'), ['web-1', 'db']);
  t.deepEqual(found('status=exited'), ['db']);
  t.deepEqual(found('status=exi'), ['db'], 'while it is typed');
  t.deepEqual(found('name=web name=db'), ['web-1', 'db'], 'one of them');
  t.deepEqual(found('label=tier label=other'), [], 'each of them');
  t.deepEqual(found('exited=3 name=d'), ['db']);
  t.deepEqual(found('name='), ['web-1', 'db'], 'not yet typed');
});

test('a key or a value that there is not is told, and hides nothing', (t) => {
  t.like(readQuery('nme=x'), { wrong: { word: 'nme' } });
  t.like(readQuery('status=gone'), { wrong: { word: 'gone' } });
  t.like(readQuery('constructor=x'), { wrong: { word: 'constructor' } });
  t.true(readQuery('nme=x').matches(container('web')));
});

test('on the map no engine and no container is drawn over another one', (t) => {
  const engine = { id: 'a', memory: 100 } as never;
  const containers = Array.from({ length: 60 }, (_, at) => container(`c${at}`, { image: { memory: at % 30 } }));
  const groups = [{ name: 'eu', engines: Array.from({ length: 5 }, () => ({ engine, containers })) }];
  const { cells, columns, height } = layoutOf(groups, 500);
  t.is(columns, 3);
  t.deepEqual(
    cells.map(({ x }) => x / 158),
    [0, 1, 2, 0, 1],
  );
  for (const { x, y, blocks } of cells) {
    t.true(y + 84 <= height);
    t.true(blocks.length > 10);
    for (const [at, block] of blocks.entries()) {
      t.true(block.x >= x && block.x + block.width <= x + 150 && block.y >= y + 16 && block.y + 9 <= y + 84);
      const next = blocks[at + 1];
      if (next) t.true(next.y > block.y || next.x >= block.x + block.width);
    }
  }
});

test('rows are in the order of their names, numbers by their value; of what is equal in a column, too', async (t) => {
  const all = ['b', 'Web-10', 'web-9', 'a'].map((name) =>
    container(name, { state: name === 'a' ? 'exited' : 'running' }),
  );
  const containers = new Map([['a', all]]);
  const ids = async (key: string) => {
    const rows = await sortedRows({ containers, matches: () => true, key }, async () => t.fail());
    return rows.map(({ id }) => id);
  };
  t.deepEqual(await ids('name'), ['a', 'b', 'web-9', 'Web-10']);
  t.deepEqual(await ids('-name'), ['Web-10', 'web-9', 'b', 'a']);
  t.deepEqual(await ids('state'), ['a', 'b', 'web-9', 'Web-10']);
  t.deepEqual(await ids('-state'), ['b', 'web-9', 'Web-10', 'a']);
  t.deepEqual(await ids('nonsense'), await ids('name'));
});

test('many rows are put in order in pieces of work, over all engines', async (t) => {
  const names = Array.from({ length: 2_000 }, (_, at) => `web-${(at * 7) % 2_000}`);
  const containers = new Map([0, 1, 2].map((engine) => [`${engine}`, names.filter((_, at) => at % 3 === engine)]));
  const known = new Map([...containers].map(([engine, those]) => [engine, those.map((name) => container(name))]));
  let rests = 0;
  const wanted = { containers: known, matches: ({ id }: { id: string }) => id !== 'web-5', key: '-name' };
  const rows = await sortedRows(wanted, async () => void rests++);
  const expected = Array.from({ length: 2_000 }, (_, at) => `web-${1_999 - at}`).filter((name) => name !== 'web-5');
  t.deepEqual(
    rows.map(({ id }) => id),
    expected,
  );
  t.is(rests, 4);
});

test('on the map blocks of others come last, without a container, and over no other block', (t) => {
  const engine = { id: 'a', memory: 100 } as never;
  const others = [{ cpus: 1, memory: 20 }, ...Array.from({ length: 80 }, () => ({ cpus: 0, memory: 1 }))];
  const groups = [
    { name: '', engines: [{ engine, containers: [container('web', { image: { memory: 10 } })], others }] },
  ];
  const [cell] = layoutOf(groups, 500).cells;
  const all = [...(cell?.blocks ?? []), ...(cell?.nameless ?? [])];
  t.true((cell?.nameless.length ?? 0) > 10);
  t.false(cell?.nameless.some((each) => 'container' in each));
  for (const [at, block] of all.entries()) {
    const next = all[at + 1];
    if (next) t.true(next.y > block.y || next.x >= block.x + block.width);
    t.true(block.y + 9 <= 84);
  }
});
