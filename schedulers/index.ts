import { SatsumaError } from '../src/model/errors.ts';
import type { Scheduler, SchedulerRegistry } from '../src/model/scheduler.ts';
import { constraint } from './constraint.ts';
import { counted } from './counted.ts';
import { dockerApi } from './docker-api.ts';
import { host } from './host.ts';
import { identity } from './identity.ts';
import { image } from './image.ts';
import { label } from './label.ts';
import { multi } from './multi.ts';
import { port } from './port.ts';
import { resources } from './resources.ts';
import { spread } from './spread.ts';
import { unique } from './unique.ts';

const builtIn: Readonly<Record<string, readonly Scheduler[]>> = {
  label: [label],
  // citadel's name.
  service: [label],
  host: [host],
  port: [port],
  image: [image],
  unique: [unique],
  multi,
};

/**
 * Applied to every type: memory, names and host ports are exclusive, so even a config of type `label` must not be
 * placed where its port is taken. Constraints and spreading apply to every type, too; requirements come before
 * preferences.
 */
const defaultPlugins: readonly Scheduler[] = [constraint, dockerApi, resources, counted, port, identity, spread];

/**
 * The built-in types, one type per custom scheduler, and the types composed in the configuration. Throws `invalid` for
 * a duplicate or unknown name.
 */
export function buildRegistry(
  composed: Readonly<Record<string, readonly string[]>> = {},
  plugins: readonly Scheduler[] = [],
): SchedulerRegistry {
  const types = new Map(Object.entries(builtIn));
  const add = (name: string, schedulers: readonly Scheduler[]) => {
    if (types.has(name)) throw new SatsumaError('invalid', `there is a scheduler type ${name} already`);
    types.set(name, schedulers);
  };
  for (const plugin of plugins) add(plugin.name, [plugin]);
  const simple = new Map(types);
  for (const [name, parts] of Object.entries(composed)) {
    const schedulers = parts.flatMap((part) => {
      const found = simple.get(part);
      if (found) return found;
      throw new SatsumaError(
        'invalid',
        `type ${name}: no scheduler ${part}; there are ${[...simple.keys()].join(', ')}`,
      );
    });
    add(name, [...new Set(schedulers)]);
  }
  return { types, defaultPlugins };
}
