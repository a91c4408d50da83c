import test from 'ava';
import { commandPaths } from '../terminal.ts';

/** Commands with a table that is no list of things, and why. */
const exempt: Readonly<Record<string, string>> = {
  cluster: 'it is one row, of sums',
  'engine set': 'it shows the engine that it changed',
  'engine-image prune': 'it shows what it does',
  plan: 'it answers a question',
  rebalance: 'it shows what it does',
  'rehearse lose': 'it answers a question',
  'service plan': 'it answers a question',
  stats: 'it is live, with a table of engines and one of containers',
};
/** What docker calls commands that list. */
const listNames = ['ls', 'ps', 'list', 'history', 'runs', 'images', 'catalog'];
const demanded = ['--json', '--output', '--format', '--filter', '--quiet', '--no-trunc'];

const leaves = commandPaths().filter(([, { commands }]) => commands.length === 0);

test('every command that lists takes the options of lists', (t) => {
  const lists = leaves.filter(([path, command]) => {
    const hasTable = command.options.some(({ long }) => long === '--no-trunc');
    return (hasTable || listNames.includes(command.name())) && !Object.hasOwn(exempt, path);
  });
  const missing = lists.flatMap(([path, command]) =>
    demanded.filter((long) => !command.options.some((each) => each.long === long)).map((long) => `${path} ${long}`),
  );
  t.deepEqual(missing, []);
  t.true(lists.length >= 10, String(lists.length));
});

test('what is exempt is there, and is no list', (t) => {
  for (const path of Object.keys(exempt))
    t.true(
      leaves.some(([each]) => each === path),
      path,
    );
});

test('the help of a list names the fields of its --format and the keys of its --filter', (t) => {
  for (const [path, command] of leaves.filter(([, { options }]) =>
    options.some(({ long }) => long === '--output' && options.some((each) => each.long === '--format')),
  )) {
    const text = (long: string) => command.options.find((option) => option.long === long)?.description ?? '';
    t.regex(text('--format'), /fields: \w+, \w+/, path);
    t.regex(text('--filter'), /keys: \w+/, path);
  }
});
