import test from 'ava';
import { commandPaths, typed } from './terminal.ts';

const nowhere = 'http://127.0.0.1:1';
const paths = commandPaths().map(([path]) => path);

test('no line of any help is wider than 80 columns, and each has an example of its command', async (t) => {
  t.true(paths.length > 50);
  for (const path of paths) {
    const { code, out } = await typed(`${path} --help`, nowhere);
    t.is(code, 0, path);
    for (const line of out.split('\n')) t.true(line.length <= 80, `${path}: ${line}`);
    t.regex(out, new RegExp(`\nExamples?:\n  satsuma ${path}`), path);
  }
});

test('on other terminals the lists are as wide as they are, and break between words', async (t) => {
  const words = (text: string) => text.split(/\s+/).filter(Boolean);
  const help = async (columns: number) =>
    (await typed('run --help', nowhere, { terminal: () => ({ columns, rows: 40 }) })).out.split('\nExamples')[0] ?? '';
  const [narrow, wide] = [await help(60), await help(120)];
  t.deepEqual(words(narrow), words(wide));
  for (const line of narrow.split('\n')) t.true(line.length <= 60, line);
  t.true(wide.split('\n').some((line) => line.length > 90));
});

test('help a b is the help of a b', async (t) => {
  t.deepEqual(await typed('help service create', nowhere), await typed('service create --help', nowhere));
  t.deepEqual(await typed('help show', nowhere), await typed('inspect --help', nowhere));
  t.deepEqual(await typed('help', nowhere), await typed('--help', nowhere));
  t.deepEqual(await typed('help service nonsense', nowhere), {
    ...{ code: 2, out: '' },
    err: 'satsuma: there is no command nonsense: see "satsuma service --help"\n',
  });
});

const said = test.macro({
  async exec(t, line: string, err: string) {
    t.deepEqual(await typed(line, nowhere), { code: 2, out: '', err });
  },
  title: (_, line: string) => `satsuma ${line}`,
});
test(said, 'rnu', `satsuma: unknown command 'rnu'\nSee "satsuma --help".\n`);
test(said, 'runn', `satsuma: unknown command 'runn': did you mean run?\nSee "satsuma --help".\n`);
test(said, 'strat', `satsuma: unknown command 'strat': did you mean start?\nSee "satsuma --help".\n`);
test(
  said,
  'service udpate',
  `satsuma: unknown command 'udpate': did you mean update?\nSee "satsuma service --help".\n`,
);
test(said, 'nonsense', `satsuma: unknown command 'nonsense'\nSee "satsuma --help".\n`);
test(
  said,
  'search web',
  `satsuma: unknown command 'search': images are looked for at their registry, and Satsuma asks none for its list\nSee "satsuma --help".\n`,
);
test(
  said,
  'info',
  `satsuma: unknown command 'info': "satsuma cluster" shows the cluster, "satsuma engine ls" its engines\nSee "satsuma --help".\n`,
);
test(said, 'ps --al', `satsuma: unknown option '--al': did you mean --all?\nSee "satsuma ps --help".\n`);
test(said, 'ps --nonsense', `satsuma: unknown option '--nonsense'\nSee "satsuma ps --help".\n`);
test(said, 'inspect', `satsuma: missing required argument 'what'\nSee "satsuma inspect --help".\n`);
test(
  said,
  'cluster now',
  `satsuma: too many arguments for 'cluster'. Expected 0 arguments but got 1.\nSee "satsuma cluster --help".\n`,
);
