import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import test from 'ava';
import { anchorsOf, linksOf, pages, readPage } from './markdown.ts';

for (const page of pages) {
  test(`every link of ${page.path} leads to a file and a heading that exist`, (t) => {
    const broken = linksOf(page).filter((target) => !/^https?:/.test(target) && !leadsSomewhere(page.path, target));
    t.deepEqual(broken, []);
  });
}

test('every page of docs/ is linked from the list of pages or a page in it', (t) => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    if (!path.endsWith('.md')) continue;
    for (const target of linksOf(readPage(path))) {
      if (/^https?:/.test(target)) continue;
      const [file = ''] = target.split('#');
      if (file) reached.add(normalize(join(dirname(path), file)));
    }
  }
  const unreached = pages.filter(({ path }) => path.startsWith('docs/') && !reached.has(path));
  t.deepEqual(
    unreached.map(({ path }) => path),
    [],
  );
});

test('README has at most 200 lines', (t) => {
  t.true(readPage('README.md').text.split('\n').length <= 201);
});

function leadsSomewhere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : normalize(join(dirname(from), file));
  if (!existsSync(path)) return false;
  if (anchor === undefined) return true;
  return statSync(path).isFile() && path.endsWith('.md') && anchorsOf(readPage(path)).has(anchor);
}
