import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';
import { runCheck } from './run-check.ts';
import { dealOut, unitTestFiles, writeTestGroups } from './test-groups.ts';
import { withoutBrokenGroups } from './verdict.ts';

/** Files of tests, by their names. */
type Files = Readonly<Record<string, string>>;

const good = `test('one', (t) => t.pass()); test.serial('two', (t, n) => t.is(n, 2), 2);`;

const sharing: Files = {
  'a/good': good,
  'b/good': good,
  macro: `const is = test.macro({ exec: (t, a, b) => t.is(a, b), title: (name, a) => \`\${name} \${a}\` });
    test('the same:', is, 1, 1); test('another:', is, 1, 2);`,
  slow: `await new Promise((done) => setTimeout(done, 20));
    test('one', async (t) => {
      t.teardown(() => { globalThis.hasEnded = true; });
      await new Promise((done) => setTimeout(done, 20));
      t.pass();
    });`,
  'after/slow': `test('the file before has ended', (t) => t.true(globalThis.hasEnded));`,
};

const unloadable: Files = {
  throws: `throw new Error('not today');`,
  empty: '',
  hooks: `test.before(() => {}); test('one', (t) => t.pass());`,
  last: good,
};

/** Files that end the process of their group, each with what is reported of it. */
const breaking: readonly (readonly [text: string, failure: string])[] = [
  [`test('exits', () => process.exit(0));`, 'a test called process.exit()'],
  ['process.exit(0);', 'a test called process.exit()'],
  [`test('dies', () => process.kill(process.pid, 'SIGKILL'));`, 'the process of the file crashed'],
  [`test('throws', () => new Promise(() => setImmediate(() => { throw new Error(); })));`, 'an uncaught exception'],
  [`test('rejects', (t) => { t.pass(); Promise.reject(new Error()); });`, 'an unhandled rejection'],
  [`test('one', (t) => t.pass()); test('one', (t) => t.pass());`, 'an uncaught exception'],
];

/** A project with these groups of files. It runs in the way of this test: from TypeScript, or compiled. */
async function runGroups(
  t: ExecutionContext,
  groups: readonly Files[],
  { maximumQuietMs = 30_000, timeout = '1m' } = {},
) {
  const root = temporaryFolder(t);
  const paths = groups.map((files) =>
    Object.entries(files).map(([name, text]) => {
      const path = join('built/test', `${name}.test.js`);
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `import test from 'ava';\n${text}\n`);
      return path;
    }),
  );
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  copyFileSync('ava.reported.js', join(root, 'ava.reported.js'));
  const extension = extname(import.meta.filename);
  const typescript = { extensions: { js: true, ts: 'module' }, nodeArguments: ['--import=tsx'] };
  const options = {
    files: ['built/groups/*.test.js'],
    workerThreads: false,
    cache: false,
    timeout,
    ...(extension === '.ts' && typescript),
  };
  const config = `import { reported } from './ava.reported.js';\nexport default reported(${JSON.stringify(options)});\n`;
  writeFileSync(join(root, 'ava.config.js'), config);
  const runner = join(import.meta.dirname, `grouped-test${extension}`);
  writeTestGroups({ folder: 'built', groups: paths, runner, maximumQuietMs, root });
  const outcome = await runCheck({ name: 'tests', command: ['ava'], root }, [], () => {});
  const { settled, broken } = withoutBrokenGroups(outcome);
  const files = settled.report?.files.map(({ file, passed, failures }) => [file, passed, failures] as const) ?? [];
  return { code: settled.code, files, broken: broken.map(({ file, failures }) => [basename(file), failures[0]]) };
}

test('files of a group run one after the other in one process, and each is reported by its name', async (t) => {
  const { code, files, broken } = await runGroups(t, [sharing, unloadable]);
  t.deepEqual(Object.fromEntries(files.map(([file, ...result]) => [file, result])), {
    'built/test/a/good.test.js': [2, []],
    'built/test/b/good.test.js': [2, []],
    'built/test/macro.test.js': [1, ['another: 1']],
    'built/test/slow.test.js': [1, []],
    'built/test/after/slow.test.js': [1, []],
    'built/test/throws.test.js': [0, ['is loaded']],
    'built/test/empty.test.js': [0, ['has tests']],
    'built/test/hooks.test.js': [0, ['is loaded']],
    'built/test/last.test.js': [2, []],
  });
  t.is(code, 1);
  t.deepEqual(broken, []);
});

test('of a group whose process ended early no result counts', async (t) => {
  const groups = breaking.map(([text], index) => ({
    [`${index}/first`]: good,
    [`${index}/breaks`]: text,
    [`${index}/last`]: good,
  }));
  const { code, files, broken } = await runGroups(t, [...groups, { whole: good }]);
  t.deepEqual(files, [['built/test/whole.test.js', 2, []]]);
  t.is(code, 0);
  const failures = breaking.map(([, failure], index) => [`group-0${index + 1}.test.js`, failure]);
  t.deepEqual(broken.sort(), failures.sort());
});

test('a test that hangs fails, and those after it run', async (t) => {
  const hangs = `test('hangs', () => new Promise(() => setInterval(() => {}, 1_000)));`;
  const { files, broken } = await runGroups(t, [{ hangs, good }], { maximumQuietMs: 2_000 });
  t.deepEqual(files, [
    ['built/test/hangs.test.js', 0, ['hangs']],
    ['built/test/good.test.js', 2, []],
  ]);
  t.deepEqual(broken, []);
});

test('of a group with a test that never gives the process back no result counts', async (t) => {
  const busy = `test('busy', () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });`;
  const { files, broken } = await runGroups(t, [{ good, busy }], { maximumQuietMs: 1_000, timeout: '3s' });
  t.deepEqual(files, []);
  t.deepEqual(broken, [['group-01.test.js', 'timed out']]);
});

test('each file is in one group, and neighbours are in two', (t) => {
  t.deepEqual(dealOut(['a', 'b', 'c', 'd', 'e'], 2), [
    ['a', 'c', 'e'],
    ['b', 'd'],
  ]);
  t.deepEqual(dealOut(['a'], 2), [['a']]);
});

test('unit tests are those that need no engine', (t) => {
  const folder = join(temporaryFolder(t), 'test');
  for (const file of ['b.test.js', 'a/c.test.js', 'a/fixture.js', 'integration/d.test.js', 'docker-image/e.test.js']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  t.deepEqual(unitTestFiles(folder), [join(folder, 'a/c.test.js'), join(folder, 'b.test.js')]);
});
