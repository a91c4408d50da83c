import { buildRegistry } from '../../schedulers/index.ts';
import { type ImageConfig, strategyNames } from '../../src/model/image-config.ts';
import type { Scheduler } from '../../src/model/scheduler.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import { Random } from '../random.ts';
import { imageName, wellKnownPorts, zones } from './fleet.ts';

/** One scheduler type with one strategy, and image configs to place. */
export interface Cell {
  readonly name: string;
  readonly schedulers: readonly Scheduler[];
  readonly images: readonly ImageConfig[];
  /** An engine changes before each placement, as after every run. */
  readonly isAfterChange: boolean;
}

type EngineIds = readonly string[];
const imagesPerCell = 100;

/** Every built-in type, with the engine labels that its image configs require. */
const typeLabels: Readonly<Record<string, (random: Random, engineIds: EngineIds) => readonly string[]>> = {
  label: (random) => [random.oneOf(zones), 'ssd'],
  service: (random) => [random.oneOf(zones)],
  host: (random, engineIds) => [`host:${engineIds[random.between(0, engineIds.length - 1)]}`],
  port: () => [],
  image: () => [],
  unique: () => [],
  multi: (random) => [random.oneOf(zones), 'ssd'],
};

/** Each type with each strategy; then the most common one, after changes. */
export function cellsFor(engineIds: EngineIds): readonly Cell[] {
  const registry = buildRegistry();
  const cell = (type: string, strategy: ImageConfig['strategy'] & string, isAfterChange: boolean): Cell => ({
    name: `place, ${type}, ${strategy}${isAfterChange ? ', after a change' : ''}`,
    schedulers: schedulersFor(type, registry),
    images: imagesFor(type, engineIds).map((image) => ({ ...image, strategy })),
    isAfterChange,
  });
  return [
    ...Object.keys(typeLabels).flatMap((type) => strategyNames.map((strategy) => cell(type, strategy, false))),
    cell('multi', 'binpack', true),
  ];
}

/** All different, so that no cached result of one helps the next. */
function imagesFor(type: string, engineIds: EngineIds): ImageConfig[] {
  const random = new Random(type.length);
  const labelsOf = typeLabels[type] ?? (() => []);
  return Array.from({ length: imagesPerCell }, (_, index) => ({
    name: imageName(random),
    cpus: random.between(1, 20) / 10,
    memory: random.between(1, 64) * 64,
    type,
    labels: labelsOf(random, engineIds),
    bind_ports: [{ proto: 'tcp', port: random.oneOf(wellKnownPorts), container_port: 80 }],
    container_name: `web-${index}`,
    restart_policy: {},
  }));
}
