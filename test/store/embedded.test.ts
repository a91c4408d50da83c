import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import type { Backend } from './conformance/backend.ts';
import { conformance } from './conformance.ts';
import { ledgerProperties } from './ledger-property.ts';

const embedded: Backend = {
  async open(t, options = {}) {
    const dir = mkdtempSync(join(tmpdir(), 'satsuma-store-'));
    const store = await openEmbeddedStore({ dir, ...options });
    t.teardown(async () => {
      await store.close();
      rmSync(dir, { recursive: true });
    });
    return store;
  },
};

conformance(embedded);
ledgerProperties(embedded, { runs: 40 });
