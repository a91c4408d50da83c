import { copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Check, runCheck } from './run-check.ts';
import { judge } from './verdict.ts';

/** Files of tests, by what becomes of them. */
const files = {
  good: `test('good', (t) => t.pass());`,
  flaky: `test('every other time', (t) => {
    const isFirst = !existsSync('ran');
    writeFileSync('ran', '');
    t.false(isFirst);
  });`,
  broken: `test('never', (t) => t.fail());`,
  crashing: `test('crashes', () => process.kill(process.pid, 'SIGKILL'));`,
  hanging: `test('hangs', () => new Promise((resolve) => setTimeout(resolve, 60_000)));`,
};

/** A project whose files of tests these are. */
function project(t: ExecutionContext, names: readonly (keyof typeof files)[], timeout: string): Check {
  const root = temporaryFolder(t);
  for (const name of names) {
    const imports = "import { existsSync, writeFileSync } from 'node:fs';\nimport test from 'ava';\n";
    writeFileSync(join(root, `${name}.test.js`), imports + files[name]);
  }
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  copyFileSync('ava.reported.js', join(root, 'ava.reported.js'));
  const options = JSON.stringify({ files: ['*.test.js'], workerThreads: false, cache: false, timeout });
  const config = `import { reported } from './ava.reported.js';\nexport default reported(${options});\n`;
  writeFileSync(join(root, 'ava.config.js'), config);
  return { name: 'tests', command: ['ava'], root };
}

test('AVA tells of files that fail and that crash, and runs one of them by itself', async (t) => {
  const check = project(t, ['good', 'flaky', 'broken', 'crashing'], '1m');
  const printed: Buffer[] = [];
  const first = await runCheck(check, [], (chunk) => void printed.push(chunk));
  t.deepEqual(Object.fromEntries(first.report?.files.map(({ file, failures }) => [file, failures]) ?? []), {
    'good.test.js': [],
    'flaky.test.js': ['every other time'],
    'broken.test.js': ['never'],
    'crashing.test.js': ['the process of the file crashed', 'not ended: crashes'],
  });
  t.is(Buffer.concat(printed).toString(), first.output);
  const verdict = await judge([first], async (_outcome, file) =>
    file.startsWith('flaky') ? runCheck(check, [file], () => {}) : first,
  );
  t.deepEqual(verdict, { passed: 2, failed: 3, flaky: ['flaky: flaky.test.js (every other time)'] });
});

test('a file that hangs is told by AVA', async (t) => {
  const { code, report } = await runCheck(project(t, ['hanging'], '3s'), [], () => {});
  t.is(code, 1);
  t.deepEqual(
    report?.files.map(({ file, failures }) => [file, failures[0]]),
    [['hanging.test.js', 'timed out']],
  );
});
