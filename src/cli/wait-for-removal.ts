import type { ApiClient } from './api-client.ts';
import { forEachName } from './for-each-name.ts';
import type { Io } from './io.ts';
import { isThere } from './is-there.ts';
import { line } from './line.ts';
import type { OutputFlags } from './output.ts';
import { poll } from './poll.ts';

interface Removal extends OutputFlags {
  readonly path: (name: string) => string;
  /** The messages for removed objects, and for those being removed when nobody waits. */
  readonly messages: { readonly removed: (name: string) => string; readonly beingRemoved: (name: string) => string };
  readonly detach?: boolean | undefined;
  readonly timeoutSeconds?: number | undefined;
}

/** Removes services or jobs concurrently, and waits until their containers are gone. */
export async function removeEach(
  { api, io }: { readonly api: ApiClient; readonly io: Io },
  names: readonly string[],
  { path, messages, detach, timeoutSeconds, json }: Removal,
): Promise<void> {
  await forEachName(io, names, { json }, async (name) => {
    const { data } = await api('DELETE', path(name));
    return async () => {
      const goesOn = `the removal of ${name} continues`;
      const isGone = async () => ((await isThere(api, path(name))) ? undefined : true);
      if (!detach) await poll(io, { goesOn, timeoutSeconds }, isGone);
      return { data, text: () => line`${(detach ? messages.beingRemoved : messages.removed)(name)}` };
    };
  });
}
