import test from 'ava';
import { followLink, planCopy, readOperand, splitPath } from '../../../src/cli/copy/copy-rules.ts';

for (const [text, operand] of [
  ['-', { kind: 'stream' }],
  ['web:/etc', { kind: 'container', container: 'web', path: '/etc' }],
  ['web:etc:x', { kind: 'container', container: 'web', path: 'etc:x' }],
  ['./web:/etc', { kind: 'local', path: './web:/etc' }],
  ['/web:/etc', { kind: 'local', path: '/web:/etc' }],
  ['file', { kind: 'local', path: 'file' }],
] as const) {
  test(`the operand ${text}`, (t) => t.deepEqual(readOperand(text), operand));
}

test('a container without a path, and a path without a container, are refused', (t) => {
  for (const text of ['web:', ':/etc']) t.throws(() => readOperand(text), { code: 'invalid' }, text);
});

const file = { isDirectory: false };
const folder = { isDirectory: true };
const missing = (path: string) => ({ path, exists: false, isDirectory: false });
const aFile = (path: string) => ({ path, exists: true, isDirectory: false });
const aFolder = (path: string) => ({ path, exists: true, isDirectory: true });

for (const [what, source, destination, plan] of [
  ['a file into a folder', file, aFolder('/a/b'), { folder: '/a/b' }],
  ['a folder into a folder', folder, aFolder('/a/b/'), { folder: '/a/b/' }],
  ['a file over a file', file, aFile('/a/b'), { folder: '/a', name: 'b' }],
  ['a file to a new name', file, missing('b'), { folder: '.', name: 'b' }],
  ['a folder to a new name', folder, missing('/a/b/'), { folder: '/a', name: 'b' }],
] as const) {
  test(`a copy of ${what}`, (t) => t.deepEqual(planCopy(source, destination), plan));
}

for (const [what, source, destination, message] of [
  ['a folder over a file', folder, aFile('/a/b'), /cannot copy a folder onto the file/],
  ['a file to a folder that is not there', file, missing('/a/b/'), /no folder/],
  ['a folder to the contents of one that is not there', folder, missing('/a/b/.'), /no folder/],
  ['a file to a file that is called a folder', file, aFile('/a/b/'), /not a folder/],
] as const) {
  test(`${what} is refused`, (t) => void t.throws(() => planCopy(source, destination), { code: 'invalid', message }));
}

test('the name of a path is its last part, or a dot for the contents of a folder', (t) => {
  t.deepEqual(splitPath('/a/b/'), { folder: '/a', base: 'b' });
  t.deepEqual(splitPath('/a/b/.'), { folder: '/a/b', base: '.' });
  t.deepEqual(splitPath('.'), { folder: '.', base: '.' });
  t.deepEqual(splitPath('b'), { folder: '.', base: 'b' });
  t.deepEqual(splitPath('/'), { folder: '/', base: '' });
});

test('a link leads from its own folder', (t) => {
  t.is(followLink('/a/link', 'b/c'), '/a/b/c');
  t.is(followLink('/a/link', '../c'), '/c');
  t.is(followLink('/a/link', '/c'), '/c');
});
