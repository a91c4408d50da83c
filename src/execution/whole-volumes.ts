import type { ImageConfig } from '../model/image-config.ts';
import { namedVolumes } from '../model/image-needs.ts';
import type { Scheduler } from '../model/scheduler.ts';
import type { Cluster } from '../state/cluster.ts';

/**
 * For a container that names volumes: a scheduler for this one request that keeps it from an engine to which one of them is being copied.
 * Each decision asks what is being copied by then: a copy that begins while the container is placed makes for another decision.
 */
export function wholeVolumes({ cache }: Cluster, image: ImageConfig): Scheduler | undefined {
  const names = new Set(namedVolumes(image));
  if (names.size === 0) return undefined;
  return {
    name: 'whole-volumes',
    description: 'the volumes that it names are not being copied to the engine',
    prepare() {
      const copies = cache.volumeCopies.all().filter(({ value }) => !value.isWhole && names.has(value.name));
      if (copies.length === 0) return undefined;
      const byEngine = new Map(copies.map(({ value: { name, to } }) => [to, name]));
      return ({ id }) => {
        const name = byEngine.get(id);
        if (name === undefined) return undefined;
        return {
          code: 'volume_copying',
          message: `the volume ${name} is being copied to this engine, and not whole yet`,
        };
      };
    },
  };
}
