import { createHash, randomUUID } from 'node:crypto';
import type { EngineRecord } from '../../../model/engine.ts';
import { canonicalImageName } from '../../../model/image-name.ts';
import type { ImageShare } from '../../../model/image-share.ts';
import { pause } from '../../../runtime/pause.ts';
import type { Cluster } from '../../../state/cluster.ts';

/** A pull without progress for this long is no longer waited for. */
const leaseMs = 30_000;
const renewMs = 5_000;
const pollMs = 250;
/** How long the end of a pull stays recorded, for servers that poll. */
const lingerMs = 5_000;

/** Engines with the same key may share a pull; undefined: too little is known about the engine. */
export function shareKey(engine: EngineRecord, name: string, platform: string | undefined): string | undefined {
  const own = engine.daemon?.platform;
  if (platform === undefined && own === undefined) return undefined;
  const parts = [canonicalImageName(name), platform === undefined ? `of ${own}` : `as ${platform}`];
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/** The pull that holds the key; `lead`: it is the caller's own. */
type Joined =
  | { readonly lead: LeadPull; readonly share: undefined }
  | { readonly lead: undefined; readonly share: ImageShare };

/** Takes the lead, or finds the leading pull. Throws `store_unavailable`. */
export async function leadOrJoin(cluster: Cluster, key: string, engine: string): Promise<Joined | undefined> {
  const { store, clock } = cluster;
  // After a lost race, the winner is found.
  for (let tries = 0; tries < 3; tries++) {
    const found = await store.read('image-share', key);
    if (found && isOpen(found.value, clock.now())) return { lead: undefined, share: found.value };
    const share: ImageShare = {
      ...{ id: randomUUID(), engine, state: 'pulling' },
      ...{ startedAt: at(clock.now()), expiresAt: at(clock.now() + leaseMs) },
      ...(found?.value.imageId !== undefined && { previous: { id: found.value.id, imageId: found.value.imageId } }),
    };
    const written = await store.write([{ kind: 'image-share', id: key, value: share, ifVersion: found?.version ?? 0 }]);
    if (written.ok) return { lead: new LeadPull(cluster, key, share, written.version), share: undefined };
  }
  return undefined;
}

/** Whether waiting for its end is worthwhile. */
function isOpen({ state, expiresAt }: ImageShare, now: number): boolean {
  return state === 'pulling' && Date.parse(expiresAt) > now;
}

/** The image id after a successful pull; undefined: the pull failed or is stalled. Throws `store_unavailable`. */
export async function endOfPull(
  { store, clock }: Cluster,
  { key, share }: { readonly key: string; readonly share: ImageShare },
  signal: AbortSignal,
): Promise<string | undefined> {
  for (;;) {
    signal.throwIfAborted();
    const now = (await store.read('image-share', key))?.value;
    if (now?.id !== share.id) return now?.previous?.id === share.id ? now.previous.imageId : undefined;
    if (!isOpen(now, clock.now())) return now.imageId;
    await pause(pollMs, signal);
  }
}

/** A pull that others may wait for. It renews its lease while there is progress; store errors only stop the sharing. */
export class LeadPull {
  readonly #cluster: Cluster;
  readonly #key: string;
  #share: ImageShare;
  #version: number | undefined;
  #renewedMs: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(cluster: Cluster, key: string, share: ImageShare, version: number) {
    this.#cluster = cluster;
    this.#key = key;
    this.#share = share;
    this.#version = version;
    this.#renewedMs = cluster.clock.steadyMs();
  }

  /** Call it at progress. */
  touch(): void {
    const now = this.#cluster.clock.steadyMs();
    if (now - this.#renewedMs < renewMs) return;
    this.#renewedMs = now;
    this.#write({});
  }

  /** `imageId`: the pulled image; undefined: the pull failed. */
  async end(imageId: string | undefined): Promise<void> {
    this.#write(imageId === undefined ? { state: 'failed' } : { state: 'pulled', imageId });
    await this.#writing;
    setTimeout(() => void this.#remove(), lingerMs).unref();
  }

  #write(changes: Partial<ImageShare>): void {
    this.#writing = this.#writing.then(async () => {
      const expiresAt = at(this.#cluster.clock.now() + leaseMs);
      this.#share = { ...this.#share, expiresAt, ...changes };
      this.#version = await this.#change(this.#share);
    });
  }

  async #remove(): Promise<void> {
    await this.#writing;
    await this.#change(undefined);
  }

  /** Undefined: another pull took the lead, or the store failed. */
  async #change(value: ImageShare | undefined): Promise<number | undefined> {
    const { store, logger } = this.#cluster;
    const ifVersion = this.#version;
    if (ifVersion === undefined) return undefined;
    const change = { kind: 'image-share', id: this.#key, ifVersion, ...(value && { value }) } as const;
    try {
      const written = await store.write([change]);
      return written.ok ? written.version : undefined;
    } catch (error) {
      logger.warn({ err: error, engineId: this.#share.engine }, 'shared pull no longer recorded');
      return undefined;
    }
  }
}

function at(ms: number): string {
  return new Date(ms).toISOString();
}
