import { dirname } from 'node:path';
import { open } from 'lmdb';
import { isFull } from './is-full.ts';
import { openTables } from './tables.ts';

// A program that reads the whole file of the store, and commits an empty change, which walks the free list. A damaged
// file may crash it anywhere.

const [path = ''] = process.argv.slice(2);
try {
  const root = open({ path, noSubdir: true, encoding: 'json', eventTurnBatching: false });
  const tables = openTables(root);
  for (const table of Object.values(tables)) {
    let count = 0;
    for (const _ of table.getRange({})) count += 1;
    if (count !== table.getCount()) throw new Error('a table has another number of entries than it says');
  }
  const version = tables.counters.get('version');
  // On a full disk, the commit would fail or hang without any damage.
  if (version !== undefined && !isFull(dirname(path))) {
    await root.childTransaction(() => tables.counters.put('version', version));
    await root.flushed;
  }
  process.exit(0);
} catch (error) {
  // A JSON error quotes the input, which may contain a secret.
  const message = error instanceof SyntaxError ? 'a record is not valid JSON' : String(error);
  console.error(message.replace(/^Error: /, ''));
  process.exit(1);
}
