import type { Service } from '../api/service.ts';
import type { ApiClient } from './api-client.ts';
import { withLatest } from './exit-codes.ts';
import type { Io } from './io.ts';
import { judgeService } from './judge-service.ts';
import type { OutputFlags } from './output.ts';
import { poll } from './poll.ts';
import { Progress } from './progress.ts';
import { serviceSnapshot } from './service-view.ts';

/** Lack of room counts only after this time: containers that were just stopped may release theirs. */
const stuckMs = 3_000;

interface WaitOptions extends OutputFlags {
  /** What is waited for, like `the update`. */
  readonly what: string;
  readonly timeoutSeconds?: number | undefined;
}

/**
 * Shows the progress of a service until it has reached the requested state, and returns it. Throws `NotDone` with the
 * last known state if it cannot.
 */
export async function waitForService(
  { api, io }: { readonly api: ApiClient; readonly io: Io },
  { name, generation }: Pick<Service, 'name' | 'generation'>,
  { what, timeoutSeconds, json }: WaitOptions,
): Promise<Service> {
  const progress = new Progress(io, { json });
  const goesOn = `${what} of ${name} continues; "satsuma service ps ${name}" shows its progress`;
  let stuckSince: number | undefined;
  let seen: Service | undefined;
  const waiting = poll(io, { goesOn, timeoutSeconds }, async () => {
    seen = await readService(api, name);
    progress.show(serviceSnapshot(seen));
    const verdict = judgeService(seen, generation);
    if (verdict.kind === 'failed') throw verdict.error;
    if (verdict.kind !== 'stuck') stuckSince = undefined;
    else {
      stuckSince ??= performance.now();
      if (performance.now() - stuckSince >= stuckMs) throw verdict.error;
    }
    return verdict.kind === 'done' ? seen : undefined;
  });
  return await withLatest(waiting, () => seen);
}

/** Throws ApiError. */
export async function readService(api: ApiClient, name: string): Promise<Service> {
  const { data } = await api('GET', servicePath(name));
  return data;
}

export function servicePath(name: string): `apiv1/service/${string}` {
  return `apiv1/service/${encodeURIComponent(name)}`;
}
