import test from 'ava';
import { EnginePages } from '../../src/placement/engine-pages.ts';
import { snapshot } from './engines.ts';

const engines = Array.from({ length: 300 }, (_, row) => snapshot({ id: `e${row}` }));

for (const length of [0, 1, 127, 128, 129, 300]) {
  test(`${length} engines keep their order`, (t) => {
    const some = engines.slice(0, length);
    const pages = EnginePages.of(some);
    t.is(pages.length, length);
    t.deepEqual(pages.all, some);
    t.true(some.every((engine, row) => pages.at(row) === engine));
  });
}

test('a newer engine is in the new pages, not in earlier ones', (t) => {
  const [before, newer] = [EnginePages.of(engines), snapshot({ id: 'e200', cpus: 8 })];
  const after = before.with(200, newer);
  t.is(after.at(200), newer);
  t.deepEqual(after.all, engines.with(200, newer));
  t.is(before.at(200).cpuMilli, 4000);
  t.deepEqual(before.all, engines);
});
