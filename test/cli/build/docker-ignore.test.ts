import test from 'ava';
import { dockerIgnore } from '../../../src/cli/build/docker-ignore.ts';

const ignored = test.macro((t, text: string, out: readonly string[], kept: readonly string[]) => {
  const ignores = dockerIgnore(text, ['Dockerfile']);
  for (const path of out) t.true(ignores(path), `${path} is left out`);
  for (const path of kept) t.false(ignores(path), `${path} is kept`);
});

test(
  'a name is met at the top alone, with what is below it',
  ignored,
  'node_modules\n',
  ['node_modules', 'node_modules/a/b'],
  ['a/node_modules', 'node_modules2'],
);
test('* stays within a name', ignored, '*/temp*\n', ['a/temp', 'a/temporary.txt'], ['temp', 'a/b/temp']);
test('** is any folders, and none', ignored, '**/*.log\n', ['a.log', 'a/b/c.log'], ['a.logs', 'a/log']);
test('the last line that is met decides', ignored, '*.md\n!README.md\n', ['a.md'], ['README.md', 'b/a.md']);
test('comments, empty lines and slashes', ignored, '# a\n\n/dist/\n./tmp\n', ['dist', 'dist/x', 'tmp'], ['a', '# a']);
test('the Dockerfile is always sent', ignored, '**\n', ['a', 'a/b'], ['Dockerfile']);
test(
  'a dot is a dot, and a range that makes no sense ends nothing',
  ignored,
  'a.b\n[z-a]\n',
  ['a.b', '[z-a]'],
  ['axb', 'z'],
);
