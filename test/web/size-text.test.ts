import test from 'ava';
import { sizeText } from '../../web/resources/size-text.ts';

test('sizes have the unit that leaves few digits', (t) => {
  t.deepEqual([0, 999, 1500, 31_400_000, 4_000_000_000].map(sizeText), ['0 B', '999 B', '1.5 KB', '31 MB', '4.0 GB']);
});
