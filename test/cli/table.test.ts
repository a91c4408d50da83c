import test from 'ava';
import { formatTable } from '../../src/cli/table.ts';

test('columns are aligned with two spaces and no row ends in one', (t) => {
  t.is(
    formatTable({
      columns: ['ID', 'STATUS', 'LABELS'],
      rows: [
        ['docker-1', 'ok', ''],
        ['d', 'maintenance', 'ssd'],
      ],
    }),
    'ID        STATUS       LABELS\ndocker-1  ok\nd         maintenance  ssd\n',
  );
});

test('a short row leaves its last cells empty', (t) => {
  t.is(formatTable({ columns: ['A', 'B', 'C'], rows: [['long'], ['', 'x']] }), 'A     B  C\nlong\n      x\n');
});

test('characters are counted, not their halves', (t) => {
  t.is(formatTable({ columns: ['A', 'B'], rows: [['🍊', 'x']] }), 'A  B\n🍊  x\n');
});

test('no rows are a header', (t) => {
  t.is(formatTable({ columns: ['A', 'B'], rows: [] }), 'A  B\n');
});
