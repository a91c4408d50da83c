import test from 'ava';
import { cellsFor } from '../../../bench/place/cells.ts';
import { buildRegistry } from '../../../schedulers/index.ts';
import { strategyNames } from '../../../src/model/image-config.ts';

test('every type that comes with Satsuma is measured with every strategy', (t) => {
  const wanted = [...buildRegistry().types.keys()].flatMap((type) =>
    strategyNames.map((strategy) => `place, ${type}, ${strategy}`),
  );
  const cells = cellsFor(['engine-1']);
  t.deepEqual(
    cells.filter(({ isAfterChange }) => !isAfterChange).map(({ name }) => name),
    wanted,
  );
  for (const { images } of cells) t.is(new Set(images.map((image) => JSON.stringify(image))).size, images.length);
});
