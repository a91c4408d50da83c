import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { addEngine, claim, reserve } from '../fixtures.ts';
import { damages, randomFrom } from './damages.ts';

// A process that opens one damaged store after the other, and says how each ended. It must not end itself.

const [dir = '', from = '0', to = '0'] = process.argv.slice(2);

/** Reads and writes as a server does. */
async function use(store: Store): Promise<void> {
  const [engine] = await store.list('engine');
  if (engine) await reserve(store, engine, [claim('cpu', 1)]);
  for (const { id } of (await store.reservations()).slice(0, 20)) await store.release(id);
  await store.expired();
  await store.sums('alpha');
  for (let i = 0; i < 20; i++) await addEngine(store, `new-${i}`);
}

/** A store with something in all its tables, and pages that are free again. */
async function prepare(): Promise<Buffer> {
  const path = join(dir, 'whole');
  const store = await openEmbeddedStore({ dir: path });
  const engine = await addEngine(store);
  for (let i = 0; i < 60; i++) await addEngine(store, `engine-${i}`);
  const ids = await Promise.all(Array.from({ length: 60 }, () => reserve(store, engine, [claim('cpu', 1)])));
  for (const id of ids.slice(0, 30)) await store.release(id);
  for (const id of ids.slice(30, 45)) await store.bind(id, 'container');
  await store.acquireLease('watch/1', 'me', 60_000);
  await store.close();
  return readFileSync(join(path, 'data.mdb'));
}

const whole = await prepare();
const names = Object.keys(damages);
for (let seed = Number(from); seed < Number(to); seed++) {
  const name = names[seed % names.length] ?? '';
  const path = await mkdtemp(join(dir, 'damaged-'));
  writeSync(1, `begin ${seed} ${name}\n`);
  writeFileSync(join(path, 'data.mdb'), damages[name]?.(whole, randomFrom(seed)) ?? whole);
  let outcome = 'opened';
  try {
    const store = await openEmbeddedStore({ dir: path });
    try {
      await use(store);
    } catch (error) {
      outcome = `used: ${error instanceof Error ? error.message : error}`;
    }
    await store.close();
  } catch (error) {
    outcome = `refused: ${error instanceof Error ? error.message : error}`;
  }
  writeSync(1, `end ${seed} ${outcome}\n`);
  await rm(path, { recursive: true, force: true });
}
process.exit(0);
