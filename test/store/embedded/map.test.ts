import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { engineRecord } from '../fixtures.ts';

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('the file is mapped once, however much it grows', async (t) => {
  const dir = temporaryFolder(t);
  const store = await openEmbeddedStore({ dir });
  t.teardown(() => store.close());
  const file = join(realpathSync(dir), 'data.mdb');
  for (let at = 0; at < 10; at++) {
    const value = engineRecord(`e${at}`, { error: 'x'.repeat(500_000) });
    await store.write([{ kind: 'engine', id: value.id, value }]);
  }
  t.true(statSync(file).size > 5_000_000);
  const maps = readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.endsWith(file));
  t.is(maps.length, 1, maps.join('\n'));
});
