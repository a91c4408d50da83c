import { setTimeout } from 'node:timers/promises';

/** Resolves after that time, or as soon as the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}
