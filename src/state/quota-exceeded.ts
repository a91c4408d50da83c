import { SatsumaError } from '../model/errors.ts';
import { projectOf } from '../model/image-config.ts';
import { type QuotaField, quotaOf } from '../model/project.ts';
import type { NewReservation, Reservation } from '../model/reservation.ts';
import type { ReserveResult } from '../store/store.ts';
import type { Cluster } from './cluster.ts';

/** What an answer shows of a quota that has no room; CPUs, or MB. */
export interface QuotaLack {
  readonly project: string;
  readonly resource: 'cpus' | 'memory' | 'containers';
  /** By the container, or beyond what it has. */
  readonly wanted: number;
  readonly left: number;
  readonly limit: number;
  /** Who holds most of it, the first one first. */
  readonly held_by: readonly { readonly name: string; readonly amount: number }[];
}

const mostHolders = 5;
const namedHolders = 3;
const units = { cpus: 'cpus', memory: 'MB of memory', containers: 'containers' } as const;

/** Why nothing more of a project can run. `had`: what the container holds already. */
export function quotaExceeded(
  { cache }: Pick<Cluster, 'cache'>,
  reservation: Pick<NewReservation, 'claims'>,
  { key, used, limit }: Extract<ReserveResult, { readonly reason: 'quota' }>,
  had?: Pick<NewReservation, 'claims'>,
): SatsumaError {
  const { project = '', field = '' } = quotaOf(key) ?? {};
  const resource = field === 'cpu' ? 'cpus' : (field as 'memory' | 'containers');
  const scaled = (amount: number) => (resource === 'cpus' ? amount / 1000 : amount);
  const holders = holdersOf(cache.reservations(), key).slice(0, mostHolders);
  const lack: QuotaLack = {
    ...{ project, resource, wanted: scaled(amountOf(reservation, key) - (had ? amountOf(had, key) : 0)) },
    ...{ left: scaled(Math.max(0, limit - used)), limit: scaled(limit) },
    held_by: holders.map(([name, amount]) => ({ name, amount: scaled(amount) })),
  };
  const most = lack.held_by.slice(0, namedHolders).map(({ name, amount }) => `${name} (${amount})`);
  const by = most.length === 0 ? '' : `; most is held by ${most.join(', ')}`;
  return new SatsumaError(
    'quota_exceeded',
    `the quota of project ${project} has no room: ${lack.wanted} ${units[resource]} wanted, ${lack.left} of ${lack.limit} left${by}`,
    { details: lack },
  );
}

/** What has no size would evade the quota. Throws `quota_exceeded`. */
export function refuseWithoutSize({ cache }: Pick<Cluster, 'cache'>, image: NewReservation['image']): void {
  const project = projectOf(image);
  const { quota = {} } = cache.projects.get(project)?.value ?? {};
  const sizes = { cpu: ['cpus', image.cpus], memory: ['memory', image.memory] } as const;
  for (const field of ['cpu', 'memory'] as const satisfies readonly QuotaField[]) {
    const [name, size = 0] = sizes[field];
    if (quota[field] === undefined || size > 0) continue;
    const sentence = `the project ${project} has a quota of ${name}: say how much the container takes (--${name})`;
    throw new SatsumaError('quota_exceeded', sentence, { details: { project, resource: name } });
  }
}

function holdersOf(reservations: readonly Reservation[], key: string): [name: string, amount: number][] {
  const held = new Map<string, number>();
  for (const each of reservations) {
    const amount = amountOf(each, key);
    if (amount > 0) held.set(holderName(each), (held.get(holderName(each)) ?? 0) + amount);
  }
  return [...held].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function holderName({ replica, task, name }: Reservation): string {
  if (replica) return `service ${replica.service}`;
  return task ? `job ${task.job}` : `container ${name}`;
}

function amountOf({ claims }: Pick<NewReservation, 'claims'>, key: string): number {
  return claims.reduce((sum, claim) => (claim.key === key ? sum + claim.amount : sum), 0);
}
