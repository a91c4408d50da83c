import test from 'ava';
import { runCli } from '../../src/cli/run-cli.ts';
import { formatTable, type Table } from '../../src/cli/table.ts';
import { noContexts } from './terminal.ts';

const table: Table = {
  columns: [
    { title: 'ID', kind: 'id' },
    'NAME',
    { title: 'IMAGE', kind: 'detail' },
    { title: 'VERSION', isOptional: true },
    { title: 'NOTE', isOptional: true },
    { title: 'REASON', kind: 'words' },
  ],
  rows: [
    ['0123456789abcdef', 'web', 'registry.example.org:5000/team/web:1.25', '20.10.24', '', 'no memory is left there'],
    ['fedcba9876543210', 'redis-3f9ac1d2', 'redis:latest', '20.10.24', '', ''],
  ],
};

test('without a terminal nothing is cut but ids', (t) => {
  const lines = formatTable(table).split('\n');
  t.is(lines[1]?.includes('registry.example.org:5000/team/web:1.25  20.10.24        no memory is left there'), true);
  t.regex(lines[1] ?? '', /^0123456789ab {2}web/);
  t.regex(formatTable(table, { width: 40, isWhole: true }), /0123456789abcdef.*1\.25.*left there/);
});

test('on a terminal columns that are empty or optional go first, then details are cut, and words go on below', (t) => {
  t.is(
    formatTable(table, { width: 60 }),
    [
      'ID            NAME            IMAGE         REASON',
      '0123456789ab  web             registry.ex…  no memory is',
      '                                            left there',
      'fedcba987654  redis-3f9ac1d2  redis:latest',
      '',
    ].join('\n'),
  );
});

test('no line is wider than the terminal', (t) => {
  for (let width = 48; width < 140; width++) {
    for (const line of formatTable(table, { width }).split('\n'))
      t.true([...line].length <= width, `${width}: ${line}`);
  }
});

test('a word that is longer than its column goes on in the next line', (t) => {
  const { rows, columns }: Table = { columns: ['A', { title: 'B', kind: 'words' }], rows: [['a', 'x'.repeat(40)]] };
  t.is(
    formatTable({ rows, columns }, { width: 20 }),
    `A  B\na  ${'x'.repeat(17)}\n   ${'x'.repeat(17)}\n   ${'x'.repeat(6)}\n`,
  );
});

const engines = [
  { id: 'a', addr: 'https://10.0.0.1:2376', cpus: 4, memory: 8192, labels: ['ssd', 'eu'], status: 'ok', containers: 3 },
  { id: 'b', addr: 'https://10.0.0.2:2376', cpus: 4, memory: 8192, labels: [], status: 'down', containers: 0 },
].map((engine) => ({ ...engine, reserved_cpus: 1, reserved_memory: 512, version: '20.10.24+dfsg1' }));

/** `engine ls` on a terminal, or without one. */
async function listed(terminal?: { readonly columns: number; readonly rows: number; readonly hasColours: boolean }) {
  const said = { out: '', control: '' };
  const never = () => Promise.reject(new Error('not here'));
  await runCli(['node', 'satsuma', 'engine', 'ls'], {
    io: {
      stdout: (text) => {
        said.out += text;
      },
      stderr: () => undefined,
      control: (text) => {
        said.control += text;
      },
      pipe: never,
      terminal: () => terminal,
    },
    api: async () => ({ ok: true, data: engines }),
    serve: never,
    transfer: never,
    session: () => Promise.reject(new Error('not here')),
    contexts: noContexts,
    stream: () => {
      throw new Error('not here');
    },
  });
  return said;
}

test('a state has its colour on a terminal that shows colours, and nowhere else', async (t) => {
  const { control } = await listed({ columns: 80, rows: 24, hasColours: true });
  const shown = control.replaceAll('\x1b', 'ESC');
  t.regex(shown, /^a {3}ESC\[32mokESC\[0m {6}https/m);
  t.regex(shown, /^b {3}ESC\[31mdownESC\[0m {4}https/m);
  const hostile = { columns: [{ title: 'STATE', kind: 'state' as const }], rows: [['ok (\x1b[2J)']] };
  t.is(formatTable(hostile, { hasColours: true }), 'STATE\n\x1b[32mok (\\x1b[2J)\x1b[0m\n');
  t.false((await listed({ columns: 80, rows: 24, hasColours: false })).out.includes('\x1b'));
  t.false((await listed()).out.includes('\x1b'));
});

test('a list of engines fits 80 columns', async (t) => {
  const { out } = await listed({ columns: 80, rows: 24, hasColours: false });
  for (const line of out.split('\n')) t.true(line.length <= 80, line);
  t.regex(out, /^ID {2}STATUS {2}ADDRESS +CPUS +MEMORY +CONTAINERS +LABELS$/m);
  t.regex((await listed()).out, /VERSION +LABELS +ERROR$/m);
});
