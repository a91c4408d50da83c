import { claimKeys, isNameClaim } from '../../model/claim.ts';
import type { ContainerDetail, ContainerSummary } from '../../model/container.ts';
import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { isQuotaClaim, quotaOf, unsizedKeys } from '../../model/project.ts';
import type { NewReservation } from '../../model/reservation.ts';
import type { Scheduler } from '../../model/scheduler.ts';
import { claimsOn } from '../../placement/claims.ts';

/** Docker's minimum. */
const minCpus = 0.01;
/** Limits are compared in the ledger's unit. */
const millisPerCpu = 1_000;

/** After a `docker rename`: claims the new name, and releases the old one. */
export function withName(
  reservation: NewReservation,
  { name, unclear }: Pick<ContainerSummary, 'name' | 'unclear'>,
): NewReservation {
  const { claims, image } = reservation;
  const key = claimKeys.name(name);
  const isSame = reservation.name === name && claims.filter(isNameClaim).every((claim) => claim.key === key);
  if (isSame || name === '' || unclear !== undefined) return reservation;
  const others = claims.filter((claim) => !isNameClaim(claim));
  return {
    ...reservation,
    name,
    image: { ...image, container_name: name },
    claims: [...others, { key, amount: 1, limit: 1 }],
  };
}

/**
 * After a `docker update`: the image config with the current limits. Without a limit, it keeps the requested values;
 * some engines cannot limit memory. `maximumCpus`: the engine's CPUs, which no limit exceeds.
 */
export function withLimits(
  image: ImageConfig,
  reported: Pick<ContainerDetail, 'cpus' | 'memory'>,
  maximumCpus: number,
): ImageConfig {
  const { cpus = 0, memory = 0 } = image;
  const limit = cpus === 0 ? 0 : Math.max(minCpus, Math.min(cpus, maximumCpus));
  const isCpuSame = reported.cpus === 0 || milli(reported.cpus) === milli(limit);
  const isMemorySame = reported.memory === 0 || reported.memory === memory;
  if (isCpuSame && isMemorySame) return image;
  return {
    ...image,
    ...(isCpuSame ? {} : { cpus: reported.cpus }),
    ...(isMemorySame ? {} : { memory: reported.memory }),
  };
}

/** The reservation of a running container whose image config has new limits. */
export function holdLimits(
  reservation: NewReservation,
  image: ImageConfig,
  engine: EngineSnapshot,
  defaultPlugins: readonly Scheduler[],
): NewReservation {
  if (image === reservation.image) return reservation;
  const { name, project, cpus = 0, memory = 0 } = image;
  const isLimit = ({ key }: { readonly key: string }) =>
    key === claimKeys.cpu || key === claimKeys.memory || (isQuotaClaim({ key }) && quotaOf(key)?.field !== 'gpus');
  const limits = claimsOn(
    engine,
    { name, type: '', restart_policy: {}, cpus, memory, ...(project && !reservation.isForeign && { project }) },
    defaultPlugins,
  ).filter(isLimit);
  // Claims without a declared size are kept until a size is declared.
  const unsized = unsizedOf({ ...reservation, image });
  const others = reservation.claims.filter((claim) => !isLimit(claim) || unsized.includes(claim.key));
  return { ...reservation, image, claims: [...others, ...limits] };
}

/** Quota keys without a declared amount. Foreign containers have none. */
export function unsizedOf({ image, isForeign }: Pick<NewReservation, 'image' | 'isForeign'>): string[] {
  return isForeign ? [] : unsizedKeys(image);
}

function milli(cpus: number): number {
  return Math.round(cpus * millisPerCpu);
}
