import type { Claim } from '../../src/model/claim.ts';
import type { EngineRecord } from '../../src/model/engine.ts';
import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { snapshotEngine } from '../../src/placement/snapshot.ts';

/** An engine of 4 CPUs and 4096 MB that is well, unless said otherwise. */
export function engineRecord(changes: Partial<EngineRecord> = {}): EngineRecord {
  return {
    id: 'one',
    addr: 'https://10.0.0.1:2376',
    cpus: 4,
    memory: 4096,
    labels: [],
    intent: 'active',
    condition: 'ok',
    since: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

export interface SnapshotChanges extends Partial<EngineRecord> {
  /** Container name to claims. */
  readonly held?: Readonly<Record<string, readonly Claim[]>>;
  /** Of all holders. */
  readonly project?: string;
  readonly images?: readonly string[];
  readonly overcommit?: number;
  readonly failures?: number;
}

export function snapshot({
  held = {},
  project,
  images = [],
  overcommit = 1,
  failures = 0,
  ...engine
}: SnapshotChanges = {}): EngineSnapshot {
  const holders = Object.entries(held).map(([name, claims]) => ({
    name,
    claims,
    ...(project && { image: { project } }),
  }));
  const parts = { engine: engineRecord(engine), version: 1, holders, images: new Set(images) };
  return snapshotEngine({ ...parts, overcommit, failures });
}

export function imageConfig(changes: Partial<ImageConfig> = {}): ImageConfig {
  return { name: 'redis:latest', type: 'multi', restart_policy: {}, ...changes };
}

export function held(key: string, amount = 1, limit: number | null = null): Claim {
  return { key, amount, limit };
}
