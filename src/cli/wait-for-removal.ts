import type { ApiClient } from './api-client.ts';
import type { Io } from './io.ts';
import { isThere } from './is-there.ts';
import { poll } from './poll.ts';

export interface Removed {
  readonly name: string;
  readonly path: string;
  readonly timeoutSeconds?: number | undefined;
}

/** Waits until a job or a service is gone, with all that it ran. */
export async function waitForRemoval(
  { api, io }: { readonly api: ApiClient; readonly io: Io },
  { name, path, timeoutSeconds }: Removed,
): Promise<void> {
  const goesOn = `the removal of ${name} goes on`;
  await poll(io, { goesOn, timeoutSeconds }, async () => ((await isThere(api, path)) ? undefined : true));
}
