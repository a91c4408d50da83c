import type { Random } from '../bench/random.ts';
import { busyboxReference } from '../example/lab/busybox-image.ts';

/** Only run with type `unique`, so that no two may be on one engine. */
export const uniqueImage = 'demo/only:1';

/** The body of a run. The tag is kept with the container, and identifies its request. */
export type Body = Readonly<Record<string, unknown>>;

export function bodyOf(tag: string, wanted: Body): Body {
  return { name: busyboxReference, type: 'label', network_mode: 'none', user_data: { chaos: [tag] }, ...wanted };
}

/** Few ports and names, so that requests conflict. */
const ports = [20_001, 20_002, 20_003, 20_004] as const;
const names = ['anna', 'berta', 'clara'] as const;
const strategies = ['binpack', 'spread', 'round-robin', 'random'] as const;

type Draw = (random: Random, engineIds: readonly string[]) => Body;

const draws: readonly [Draw, ...Draw[]] = [
  plain,
  plain,
  plain,
  byPort,
  byPort,
  byPort,
  (random) => ({ ...byPort(random), network_mode: 'bridge', strategy: 'spread' }),
  (random) => ({ container_name: random.oneOf(names), memory: 8, strategy: random.oneOf(strategies) }),
  () => ({ name: uniqueImage, type: 'unique' }),
  (random) => ({ cpus: random.oneOf([0.25, 0.5, 1]), memory: 8 }),
  (random, ids) => ({ type: 'host', labels: [`host:${ids[random.between(0, ids.length - 1)]}`], memory: 16 }),
];

/** The next request of a client: mostly without a network, which is much faster to create. */
export function drawBody(tag: string, random: Random, engineIds: readonly string[]): Body {
  return bodyOf(tag, random.oneOf(draws)(random, engineIds));
}

function plain(random: Random): Body {
  return { memory: random.oneOf([16, 32, 64]), strategy: random.oneOf(strategies) };
}

function byPort(random: Random): Body {
  const bind_ports = [{ proto: 'tcp', port: random.oneOf(ports), container_port: 80 }];
  return { type: 'port', bind_ports, memory: 8, strategy: random.oneOf(strategies) };
}
