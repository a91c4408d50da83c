import { SatsumaError } from '../model/errors.ts';
import { quotaFormat } from '../model/project.ts';
import { migrations } from './migrations.ts';
import type { Store } from './store.ts';

const id = 'store';
/** The format of stores without a format document, from older releases. */
const unmarked = 1;
/** The format of new stores, to which older ones are migrated. */
export const currentFormat = migrations.at(-1)?.to ?? unmarked;
/** Documents per write; each may have 100 KB. */
const atOnce = 100;

interface FormatLogger {
  info(fields: object, message: string): void;
}

/**
 * Migrates a store of an older release to the current format, before anything else reads it. Throws `invalid` if a
 * newer release wrote it, because unknown data would be lost. Running servers of older releases continue meanwhile.
 */
export async function prepareFormat(store: Store, logger: FormatLogger): Promise<void> {
  for (;;) {
    const mark = await store.read('format', id);
    const format = mark?.value.version ?? unmarked;
    if (format > quotaFormat) throw tooNew(format);
    if (mark && format >= currentFormat) return;
    const next = migrations.find(({ to }) => to > format);
    const changes = (await next?.changes(store)) ?? [];
    const isMade = await writeAll(store, changes);
    if (!isMade) continue;
    const to = next?.to ?? currentFormat;
    const written = await store.write([{ kind: 'format', id, value: { version: to }, ifVersion: mark?.version ?? 0 }]);
    if (written.ok && changes.length > 0)
      logger.info({ from: format, to, documents: changes.length }, 'store migrated');
  }
}

/** False: one of the documents was changed concurrently. */
async function writeAll(store: Store, changes: Parameters<Store['write']>[0]): Promise<boolean> {
  for (let start = 0; start < changes.length; start += atOnce) {
    const { ok } = await store.write(changes.slice(start, start + atOnce));
    if (!ok) return false;
  }
  return true;
}

function tooNew(format: number): SatsumaError {
  return new SatsumaError(
    'invalid',
    `The store has format ${format}, and this release of Satsuma reads formats up to ${quotaFormat}: a newer release wrote it. ` +
      'Start that release or a later one, or restore a backup from before the upgrade (docs/operations.md, "Upgrade").',
  );
}
