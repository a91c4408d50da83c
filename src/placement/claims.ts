import { type Claim, claimKeys } from '../model/claim.ts';
import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { quotaClaims } from '../model/project.ts';
import type { Scheduler } from '../model/scheduler.ts';
import type { Replica } from '../model/service.ts';

/**
 * All claims of the container on that engine, including the count for its service. If two schedulers claim one key, the
 * larger amount and the stricter limit apply: `unique` makes the image that `identity` counts exclusive.
 */
export function claimsOn(
  engine: EngineSnapshot,
  image: ImageConfig,
  schedulers: readonly Scheduler[],
  replica?: Replica,
): Claim[] {
  const service = replica?.service;
  const claims = schedulers.flatMap((scheduler) => scheduler.claims?.(image, engine, service) ?? []);
  if (service !== undefined) claims.push({ key: claimKeys.service(service), amount: 1, limit: null });
  claims.push(...quotaClaims(image));
  const merged = new Map<string, Claim>();
  for (const claim of claims) {
    const other = merged.get(claim.key);
    merged.set(claim.key, other ? stricter(claim, other) : claim);
  }
  return [...merged.values()];
}

/** For the placement of a container that takes nothing yet: no engine is too full for it. */
export function withoutClaims({
  cpus: _,
  memory: __,
  bind_ports: ___,
  resources: ____,
  ...image
}: ImageConfig): ImageConfig {
  return image;
}

function stricter(a: Claim, b: Claim): Claim {
  const limits = [a.limit, b.limit].filter((limit) => limit !== null);
  return { key: a.key, amount: Math.max(a.amount, b.amount), limit: limits.length === 0 ? null : Math.min(...limits) };
}
