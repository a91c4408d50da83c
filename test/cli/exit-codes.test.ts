import { readFileSync } from 'node:fs';
import test from 'ava';
import { exitCodes } from '../../src/cli/exit-codes.ts';

test('the README lists the exit codes that there are', (t) => {
  const readme = readFileSync('README.md', 'utf8');
  const listed = /\| code \| meaning \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(readme)?.[1];
  t.is(
    listed,
    Object.entries(exitCodes)
      .map(([code, meaning]) => `| ${code} | ${meaning} |\n`)
      .join(''),
  );
});
