import { buildRegistry } from '../../schedulers/index.ts';
import { type Claim, firstUnfit } from '../../src/model/claim.ts';
import type { EngineRecord } from '../../src/model/engine.ts';
import type { ClaimHolder, EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { claimsOn } from '../../src/placement/claims.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import { snapshotEngine } from '../../src/placement/snapshot.ts';
import { Random } from '../random.ts';

export interface FleetSize {
  readonly engines: number;
  readonly containers: number;
}

export const zones = ['zone-a', 'zone-b', 'zone-c', 'zone-d'] as const;
export const wellKnownPorts = [80, 443, 5432, 6379, 8080, 9090] as const;
const imageCount = 200;

export function imageName(random: Random): string {
  return `registry.example.com/team/app-${random.between(1, imageCount)}:1`;
}

/** As many engines, sorted by id, with containers spread over them by chance; every claim fits, as the ledger makes sure. */
export function buildFleet({ engines, containers }: FleetSize, seed = 1): readonly EngineSnapshot[] {
  const random = new Random(seed);
  const schedulers = schedulersFor('label', buildRegistry());
  const hosts = Array.from({ length: engines }, (_, index) => emptyHost(index, random));
  for (let placed = 0; placed < containers; ) {
    const host = hosts[random.between(0, engines - 1)] as Host;
    const image = containerImage(random);
    const claims = claimsOn(host.empty, image, schedulers);
    if (firstUnfit(claims, host.sums)) continue;
    hold(host, claims, `app-${placed}`);
    host.images.add(image.name);
    placed++;
  }
  return hosts.map(({ engine, holders, images }) => snapshotOf(engine, holders, images));
}

interface Host {
  readonly engine: EngineRecord;
  readonly empty: EngineSnapshot;
  readonly holders: ClaimHolder[];
  readonly images: Set<string>;
  readonly sums: Map<string, number>;
}

/** 8 to 64 CPUs, and one engine of 50 that is not up. */
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
  };
  return { engine, empty: snapshotOf(engine, [], new Set()), holders: [], images: new Set(), sums: new Map() };
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

function hold(host: Host, claims: readonly Claim[], name: string): void {
  host.holders.push({ name, claims });
  for (const { key, amount } of claims) host.sums.set(key, (host.sums.get(key) ?? 0) + amount);
}

function snapshotOf(engine: EngineRecord, holders: readonly ClaimHolder[], images: ReadonlySet<string>) {
  return snapshotEngine({ engine, version: 1, holders, images, overcommit: 1 });
}
