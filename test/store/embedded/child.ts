import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { compactStore } from '../../../src/store/embedded/compact-store.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { addEngine, claim, engineRecord, newReservation } from '../fixtures.ts';

// A process with a store, for tests that kill it. What it says on stdout is said before anything else happens.

const [dir = '', mode = '', run = ''] = process.argv.slice(2);

function say(...words: readonly unknown[]): void {
  writeSync(1, `${words.join(' ')}\n`);
}

/** Says each change once it is acknowledged, from several tasks at once, until it is killed. */
async function work(store: Store): Promise<void> {
  const { version: engineVersion } = await addEngine(store);
  const tasks = Array.from({ length: 8 }, async (_, task) => {
    for (let i = 0; ; i++) {
      const name = `${run}-${task}-${i}`;
      const id = `reservation-${name}`;
      const reservation = newReservation({ id, claims: [claim('cpu', 1), claim(`name/${name}`, 1, 1)] });
      const { ok } = await store.reserve({ reservation, engineVersion, leaseMs: 60_000 });
      say(ok ? 'reserved' : 'refused', id);
      await store.bind(id, 'container');
      say('bound', id);
      if (i % 3 === 2) {
        await store.release(id);
        say('released', id);
      }
      await store.write([{ kind: 'engine-key', id: name, value: { engineId: 'alpha' } }]);
      say('written', name);
    }
  });
  await Promise.all(tasks);
}

/** Writes until the files may not grow any more, then lifts the limit and goes on with the same store. */
async function fill(store: Store): Promise<void> {
  const write = (id: string, error: string) => {
    return store.write([{ kind: 'engine', id, value: engineRecord(id, { error }) }]);
  };
  const large = 'x'.repeat(100_000);
  for (let i = 0; i < 100; i++) {
    try {
      await Promise.all([write(`large-${i}`, large), write(`small-${i}`, '')]);
      say('written', `large-${i}`);
    } catch (error) {
      say('refused', JSON.stringify(error instanceof Error ? { ...error, message: error.message } : error));
      break;
    }
  }
  say('readable', (await store.list('engine')).length);
  spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited']);
  say('after', (await write('after', large)).ok);
}

/** Compacts again and again, until it is killed. */
async function compact(): Promise<void> {
  say('begins');
  for (;;) say('compacted', JSON.stringify(await compactStore(dir)));
}

if (mode === 'compact') await compact();
const store = await openEmbeddedStore({ dir });
say('open');
if (mode === 'work') await work(store);
if (mode === 'fill') await fill(store);
if (mode === 'hold') setInterval(() => {}, 1000);
else await store.close();
