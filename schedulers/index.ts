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
  // citadel's name for it.
  service: [label],
  host: [host],
  port: [port],
  image: [image],
  unique: [unique],
  multi,
};

/**
 * Whatever the type: memory, a name and a host port can be held once only, so an image config that asks for `label`
 * still does not land where its port is taken. What an image config says of constraints and of spreading counts with every
 * type as well; what must be comes before what should be.
 */
const defaultPlugins: readonly Scheduler[] = [constraint, dockerApi, resources, counted, port, identity, spread];

/**
 * The built-in types, a type for each plug-in under its own name, and those that the configuration composes of them.
 * Throws `invalid` for a name that is taken or not there.
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
