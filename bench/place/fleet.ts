import { buildRegistry } from '../../schedulers/index.ts';
import { firstUnfit } from '../../src/model/claim.ts';
import type { EngineRecord } from '../../src/model/engine.ts';
import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { NewReservation, Reservation } from '../../src/model/reservation.ts';
import { claimsOn } from '../../src/placement/claims.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import { snapshotEngine } from '../../src/placement/snapshot.ts';
import { Random } from '../random.ts';

export interface FleetSize {
  readonly engines: number;
  readonly containers: number;
}

/** The content of a store. */
export interface Fleet {
  /** Sorted by id. */
  readonly engines: readonly EngineRecord[];
  readonly reservations: readonly Reservation[];
}

export const zones = ['zone-a', 'zone-b', 'zone-c', 'zone-d'] as const;
export const wellKnownPorts = [80, 443, 5432, 6379, 8080, 9090] as const;
const imageCount = 200;

export function imageName(random: Random): string {
  return `registry.example.com/team/app-${random.between(1, imageCount)}:1`;
}

/** A fleet of that size, with containers spread randomly. All claims fit, as the ledger would guarantee. */
export function buildFleet(size: FleetSize, seed = 1): Fleet {
  const random = new Random(seed);
  const schedulers = schedulersFor('label', buildRegistry());
  const hosts = Array.from({ length: size.engines }, (_, index) => emptyHost(index, random));
  const reservations: Reservation[] = [];
  while (reservations.length < size.containers) {
    const host = hosts[random.between(0, hosts.length - 1)] as Host;
    const image = containerImage(random);
    const claims = claimsOn(host.empty, image, schedulers);
    if (firstUnfit(claims, host.sums)) continue;
    for (const { key, amount } of claims) host.sums.set(key, (host.sums.get(key) ?? 0) + amount);
    const number = reservations.length;
    const containerId = number.toString(16).padStart(64, '0');
    reservations.push({ ...reservationOf(number, host.engine, image), claims, state: 'bound', containerId });
  }
  return { engines: hosts.map(({ engine }) => engine), reservations };
}

interface Host {
  readonly engine: EngineRecord;
  readonly empty: EngineSnapshot;
  readonly sums: Map<string, number>;
}

/** 8 to 64 CPUs; one engine in 50 is unusable. */
function emptyHost(index: number, random: Random): Host {
  const cpus = random.oneOf([8, 16, 32, 64]);
  const engine: EngineRecord = {
    id: `engine-${String(index).padStart(5, '0')}`,
    addr: `https://10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:2376`,
    cpus,
    memory: cpus * 4096,
    labels: [random.oneOf(zones), random.oneOf(['ssd', 'disk']), `rack-${index % 100}`],
    intent: random.next() < 0.01 ? 'maintenance' : 'active',
    condition: random.next() < 0.01 ? 'down' : 'ok',
    since: '2026-01-01T00:00:00.000Z',
    daemon: { id: `daemon-${index}`, version: '27.5.1', cpus, memory: cpus * 4096, api: random.oneOf([41, 45, 47]) },
  };
  const empty = snapshotEngine({ engine, version: 1, holders: [], images: new Set(), overcommit: 1 });
  return { engine, empty, sums: new Map() };
}

function containerImage(random: Random): ImageConfig {
  const port = random.next() < 0.3 ? random.oneOf(wellKnownPorts) : random.between(30_000, 32_767);
  return {
    name: imageName(random),
    cpus: random.between(1, 10) / 10,
    memory: random.between(1, 32) * 64,
    type: 'label',
    restart_policy: {},
    ...(random.next() < 0.6 ? { bind_ports: [{ proto: 'tcp', port, container_port: 80 }] } : {}),
  };
}

function reservationOf(number: number, engine: EngineRecord, image: ImageConfig): Omit<NewReservation, 'claims'> {
  return {
    id: number.toString(16).padStart(24, '0'),
    engineId: engine.id,
    image,
    name: `app-${number}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    reason: { type: 'label', strategy: 'binpack', score: 50, candidates: 9000, refused: 1000 },
  };
}
