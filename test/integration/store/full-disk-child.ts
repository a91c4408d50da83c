import { rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isSatsumaError } from '../../../src/model/errors.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { addEngine, claim, engineRecord, newReservation, reserve } from '../../store/fixtures.ts';

// A process with a store on a small disk of its own (argv[2]), which says on stdout, as JSON, what happens.

const disk = process.argv[2] ?? '';
const mode = process.argv[3] ?? '';
const freeBytes = Number(process.argv[4] ?? 0);
const dir = join(disk, 'data');
const filler = join(disk, 'filler');

function say(event: string, detail: unknown = ''): void {
  writeSync(1, `${JSON.stringify([event, detail])}\n`);
}

/** Takes all room but so much. */
function fillDisk(leaveBytes = 0): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(Math.max(bavail * bsize - leaveBytes, 0)));
}

/** The code and the sentence of what the call throws, or nothing. */
async function failureOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return '';
  } catch (error) {
    return isSatsumaError(error) ? `${error.code}: ${error.message}` : `unexpected: ${error}`;
  }
}

async function counts(store: Store) {
  const { id: last } = (await store.list('engine')).at(-1) ?? { id: '' };
  const sums = Object.fromEntries(await store.sums('alpha'));
  return { engines: (await store.list('engine')).length, last, sums, head: await store.head() };
}

async function live(): Promise<void> {
  const store = await openEmbeddedStore({ dir });
  const engine = await addEngine(store);
  await reserve(store, engine, [claim('cpu', 1, 10), claim('port/tcp/80', 1, 1)]);
  fillDisk();
  const before = await counts(store);
  const large = () =>
    store.write([{ kind: 'engine', id: 'z', value: engineRecord('z', { error: 'x'.repeat(50_000) }) }]);
  const small = () => addEngine(store, 'y');
  const reserving = () => {
    const image = { name: 'x', type: 'multi', restart_policy: {}, environment: { LARGE: 'x'.repeat(50_000) } } as const;
    return reserve(store, engine, [claim('cpu', 1, 10)]).then(() =>
      store.adopt(newReservation({ image, claims: [claim('cpu', 1, 10)] }), 'container'),
    );
  };
  say('refused', await Promise.all([large, small, reserving, large].map(failureOf)));
  say('refused', [await failureOf(large)]);
  const after = await counts(store);
  say('kept', { before, after });
  rmSync(filler);
  say('again', await failureOf(large));
  say('engines', (await counts(store)).engines);

  fillDisk();
  say('refused', [await failureOf(large)]);
  const closing = performance.now();
  await store.close();
  say('closed', performance.now() - closing);
}

/** A second start on the same disk, while it is full. */
async function reopen(): Promise<void> {
  let store = await openEmbeddedStore({ dir });
  await addEngine(store);
  await store.close();
  fillDisk();
  store = await openEmbeddedStore({ dir });
  say('engines', (await counts(store)).engines);
  await store.close();
}

async function openNearlyFull(): Promise<void> {
  fillDisk(freeBytes);
  say('opened', await failureOf(async () => (await openEmbeddedStore({ dir })).close()));
  rmSync(filler);
  const store = await openEmbeddedStore({ dir });
  await addEngine(store);
  say('engines', (await counts(store)).engines);
  await store.close();
}

if (mode === 'live') await live();
if (mode === 'reopen') await reopen();
if (mode === 'nearly-full') await openNearlyFull();
say('end');
