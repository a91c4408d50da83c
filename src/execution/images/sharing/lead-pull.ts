import { createHash, randomUUID } from 'node:crypto';
import type { EngineRecord } from '../../../model/engine.ts';
import { canonicalImageName } from '../../../model/image-name.ts';
import type { ImageShare } from '../../../model/image-share.ts';
import type { Cluster } from '../../../state/cluster.ts';

/** A pull without progress for so long is waited for by nobody. */
const leaseMs = 30_000;
const renewMs = 5_000;
/** The end of a pull is on record for so long, for servers that look now and then. */
const lingerMs = 5_000;

/** What engines that may share a pull have in common; undefined: too little is known of the engine. */
export function shareKey(engine: EngineRecord, name: string, platform: string | undefined): string | undefined {
  const own = engine.daemon?.platform;
  if (platform === undefined && own === undefined) return undefined;
  const parts = [canonicalImageName(name), platform === undefined ? `of ${own}` : `as ${platform}`];
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/** The pull that a key is taken by; `lead`: it is the caller's own. */
export type Joined =
  | { readonly lead: LeadPull; readonly share: undefined }
  | { readonly lead: undefined; readonly share: ImageShare };

/** Takes the lead, or finds the pull that has it. Throws `store_unavailable`. */
export async function leadOrJoin(cluster: Cluster, key: string, engine: string): Promise<Joined | undefined> {
  const { store, clock } = cluster;
  // Whoever is overtaken finds who overtook it.
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

/** True: its end may be waited for. */
export function isOpen({ state, expiresAt }: ImageShare, now: number): boolean {
  return state === 'pulling' && Date.parse(expiresAt) > now;
}

/** A pull that others may be waiting for. It keeps its lease as long as it goes on; what the store refuses costs the sharing only. */
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

  /** It goes on. */
  touch(): void {
    const now = this.#cluster.clock.steadyMs();
    if (now - this.#renewedMs < renewMs) return;
    this.#renewedMs = now;
    this.#write({});
  }

  /** `imageId`: of what was pulled; undefined: the pull failed. */
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

  /** Undefined: somebody else has taken the lead, or the store does not say. */
  async #change(value: ImageShare | undefined): Promise<number | undefined> {
    const { store, logger } = this.#cluster;
    const ifVersion = this.#version;
    if (ifVersion === undefined) return undefined;
    const change = { kind: 'image-share', id: this.#key, ifVersion, ...(value && { value }) } as const;
    try {
      const written = await store.write([change]);
      return written.ok ? written.version : undefined;
    } catch (error) {
      logger.warn({ err: error, engineId: this.#share.engine }, 'a shared pull is not on record any more');
      return undefined;
    }
  }
}

function at(ms: number): string {
  return new Date(ms).toISOString();
}
