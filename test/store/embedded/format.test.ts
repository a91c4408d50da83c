import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { formatCases, storeOfRelease } from '../format-cases.ts';

async function open(t: ExecutionContext, data?: Buffer): Promise<Store> {
  const dir = temporaryFolder(t);
  if (data) writeFileSync(join(dir, 'data.mdb'), data, { mode: 0o600 });
  const store = await openEmbeddedStore({ dir });
  t.teardown(() => store.close());
  return store;
}

formatCases(
  (t) => open(t, storeOfRelease('format-1.mdb')),
  (t) => open(t),
);
