import { setTimeout } from 'node:timers/promises';

/** Waits that long, or until the signal aborts, without an error either way. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
