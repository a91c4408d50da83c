import test from 'ava';
import fc from 'fast-check';
import { toContainerDetail } from '../../../src/engines/docker/detail.ts';
import { InvalidResponse } from '../../../src/engines/docker/failures.ts';
import { toContainerList } from '../../../src/engines/docker/summary.ts';
import { documentsOf, strange } from './documents.ts';

const five = ['a', 'b', 'c', 'd', 'e'].map((name, index) => documentsOf(name, 8000 + index));
const entries = five.map(({ entry }) => entry);
const whole = toContainerList(entries);

/** Fit for a ledger, a key, a table and a log. */
function isSound(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0;
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isSound);
  return typeof value === 'string' || typeof value === 'boolean';
}

test('an invalid list entry does not affect the other four, and is listed unless it has no ID', (t) => {
  const cases = fc.integer({ min: 0, max: 4 }).chain((index) => {
    return fc.record({ index: fc.constant(index), entry: strange(entries[index] ?? {}) });
  });
  fc.assert(
    fc.property(cases, ({ index, entry }) => {
      const list = toContainerList(entries.map((each, at) => (at === index ? entry : each)));
      const own = list.find(({ id }) => id === whole[index]?.id);
      const others = list.filter((each) => each !== own);
      t.deepEqual(others, whole.filter((_, at) => at !== index) as typeof others);
      t.is((own ? 0 : 1) - (list.leftOut ?? 0), 0);
      t.true(isSound(list));
      t.true((own?.unclear ?? '').length < 500 && !/\p{Cc}/u.test(`${own?.unclear}${own?.name}${own?.imageName}`));
    }),
    { numRuns: 1_500, seed: 1 },
  );
});

test('an invalid inspect is mapped as far as possible, or rejected', (t) => {
  const inspection = five[0]?.inspection ?? {};
  const { id } = toContainerDetail(inspection);
  fc.assert(
    fc.property(strange(inspection), (answer) => {
      try {
        const detail = toContainerDetail(answer);
        t.is(detail.id, id);
        t.true(isSound(detail));
        t.true((detail.unclear ?? '').length < 500);
      } catch (error) {
        t.true(error instanceof InvalidResponse);
        t.not((answer as { Id?: unknown } | null)?.Id, id, 'it tells which container it is about');
      }
    }),
    { numRuns: 1_500, seed: 1 },
  );
});
