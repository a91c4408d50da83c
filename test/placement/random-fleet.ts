import type { Random } from '../../bench/random.ts';
import { buildRegistry } from '../../schedulers/index.ts';
import { firstUnfit } from '../../src/model/claim.ts';
import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import { excludeUnfit } from '../../src/model/exclude-unfit.ts';
import type { ImageConfig, PortBinding } from '../../src/model/image-config.ts';
import type { Scheduler } from '../../src/model/scheduler.ts';
import { claimsOn } from '../../src/placement/claims.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import { imageConfig, type SnapshotChanges, snapshot } from './engines.ts';

/** A plug-in that says nothing about a whole fleet: it is asked engine by engine. */
const even: Scheduler = {
  name: 'even',
  description: 'the engine id ends with an even digit',
  prepare({ container_name: name }) {
    if (name === undefined) return undefined;
    return ({ id }) => (Number(id.at(-1)) % 2 === 0 ? undefined : { code: 'odd', message: 'the engine is odd' });
  },
};

const slot = [{ key: 'slots', amount: 1, limit: 2 }];

/** A plug-in that counts to more than one. */
const slots: Scheduler = {
  name: 'slots',
  description: 'fewer than two of the type are on the engine',
  prepare: () => (engine) => (firstUnfit(slot, engine.sums) ? { code: 'full', message: 'two are there' } : undefined),
  exclude: (_, fleet, rows) => excludeUnfit(slot, fleet, rows),
  claims: () => slot,
};

export const registry = buildRegistry({ picky: ['label', 'even', 'image'] }, [even, slots]);
const types = [...registry.types.keys()] as [string, ...string[]];
const images = ['redis:latest', 'postgres', 'registry.example.com/team/app:1'] as const;
const labels = ['ssd', 'eu', 'gpu'] as const;
const zones = ['zone=eu-1', 'zone=eu-2', 'zone=us-1'] as const;
const constraints = [
  ...['zone==eu-*', 'zone!=us-1', 'zone==/^eu/', 'zone==eu-1', 'ssd==true', 'ssd!=true', 'none!=*', 'zone!=*-2'],
  ...['engine==e00*', 'node!=/[13579]$/', 'node!=e002', 'service==web', 'service!=web', 'service!=/^d/', 'service==*'],
  ...['image==redis', 'image!=postgres:*', 'image!=redis', 'image!=/app/', 'container!=c1', 'container==c*'],
] as const;
const addresses = [undefined, '', '0.0.0.0', '10.0.0.5', '10.0.0.6'] as const;

/** Around the ends of a RowSet's words, and beyond a page of engines. */
export const fleetSizes = [0, 1, 2, 5, 31, 32, 33, 63, 64, 65, 129] as const;

/** `e000`, `e001`, ...: sorted by id as by row. */
export function randomEngine(row: number, random: Random): EngineSnapshot {
  const cpus = random.oneOf([1, 2, 4, 4, 4, 8]);
  const changes: SnapshotChanges = {
    id: `e${String(row).padStart(3, '0')}`,
    cpus,
    memory: cpus * 1024,
    labels: [...labels.filter(() => random.next() < 0.6), ...zones.filter(() => random.next() < 0.4)],
    ...(random.next() < 0.6 ? { resources: { gpu: random.between(0, 3) } } : {}),
    images: ['redis:latest', 'postgres:latest'].filter(() => random.next() < 0.6),
    intent: random.next() < 0.94 ? 'active' : random.oneOf(['maintenance', 'lost']),
    condition: random.oneOf(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'pending', 'down']),
    failures: random.next() < 0.1 ? random.between(1, 5) : 0,
    // Less than a thousandth of a CPU is none.
    overcommit: random.next() < 0.02 ? 0.0001 : random.oneOf([1, 1, 1.5]),
  };
  const empty = snapshot(changes);
  const held = Array.from({ length: random.between(0, 4) }, (_, index) => {
    const image = randomImage(random);
    const name = randomService(random);
    const replica = name === undefined ? undefined : { service: name, slot: '1', generation: 1, copy: 1 };
    return [`c${index}`, claimsOn(empty, image, schedulersFor(image.type, registry), replica)] as const;
  });
  return snapshot({ ...changes, held: Object.fromEntries(held) });
}

/** Whether it fits what is there is nobody's concern: an engine may hold more than it has since it shrank. */
export function randomImage(random: Random): ImageConfig {
  return imageConfig({
    type: random.oneOf(types),
    name: random.oneOf(images),
    cpus: random.oneOf([0, 0, 0.1, 0.25, 0.5, 1, 3]),
    memory: random.oneOf([0, 0, 4, 100, 512, 1024, 4096]),
    labels: [...labels, 'host:e000', 'host:e031', 'host:e032'].filter(() => random.next() < 0.15),
    bind_ports: Array.from({ length: Math.max(0, random.between(-1, 2)) }, () => randomBinding(random)),
    constraints: constraints
      .filter(() => random.next() < 0.03)
      .map((text) => (random.next() < 0.5 ? text.replace(/([!=]=)/, '$1~') : text)),
    ...(random.next() < 0.3 ? { spread: random.oneOf(['zone', 'engine', 'ssd', 'none']) } : {}),
    ...(random.next() < 0.1 ? { resources: { gpu: random.between(0, 2) } } : {}),
    ...(random.next() < 0.4 ? { container_name: random.oneOf(['web', 'db']) } : {}),
  });
}

/** The service that a container is of; undefined: of none. */
export function randomService(random: Random): string | undefined {
  return random.oneOf([undefined, undefined, 'web', 'db']);
}

function randomBinding(random: Random): PortBinding {
  const address = random.oneOf(addresses);
  return {
    proto: random.oneOf(['tcp', 'tcp', 'udp']),
    port: random.oneOf([0, 80, 80, 443]),
    container_port: 80,
    ...(address === undefined ? {} : { host_ip: address }),
  };
}
