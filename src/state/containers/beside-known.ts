import { bareName } from '../../model/bare-name.ts';
import { firstFew } from '../../model/first-few.ts';
import { attachmentsOf, type ImageConfig } from '../../model/image-config.ts';
import type { FilterRejection, Scheduler } from '../../model/scheduler.ts';
import { SparseRows } from '../../model/sparse-rows.ts';
import type { Cluster } from '../cluster.ts';

/** A container that must be on the same engine, and the reason. */
export interface Neighbour {
  /** A name or id, without Docker's leading slash. */
  readonly reference: string;
  readonly need: string;
}

/** The engines of a neighbour: several if its name is not unique. */
export interface NeighbourLocation extends Neighbour {
  readonly engines: ReadonlySet<string>;
}

/** Engines named in a rejection. */
const maxNamed = 3;
/** The shortest id prefix that is searched; `docker ps` shows this many digits. */
const shortId = /^[0-9a-f]{12,64}$/;

/**
 * A scheduler that accepts engines with all containers that the image config depends on, according to the cache: for
 * simulations, which query no engine. Undefined: it depends on none.
 */
export function besideKnown(cluster: Pick<Cluster, 'cache'>, image: ImageConfig): Scheduler | undefined {
  const neighbours = neighboursOf(image);
  if (neighbours.length === 0) return undefined;
  return besideScheduler(neighbours.map((each) => ({ ...each, engines: enginesOnRecord(cluster, each.reference) })));
}

/** The containers that an image config depends on: links, volumes and shared namespaces. */
export function neighboursOf(image: ImageConfig): Neighbour[] {
  const { links = {}, network_mode, pid_mode, ipc_mode, volumes_from = [] } = image;
  const shared = (mode: string | undefined, what: string): Neighbour[] => {
    const [, reference] = /^container:(.+)$/.exec(mode ?? '') ?? [];
    return reference === undefined ? [] : [{ reference, need: `it shares the ${what} of` }];
  };
  const neighbours = [
    ...[...Object.keys(links), ...linkedIn(image)].map((reference) => ({ reference, need: 'it is linked to' })),
    ...shared(network_mode, 'network'),
    ...shared(pid_mode, 'processes'),
    ...shared(ipc_mode, 'memory'),
    ...volumes_from.map((from) => ({ reference: from.replace(/:(ro|rw)$/, ''), need: 'it has the volumes of' })),
  ];
  return neighbours.map(({ reference, need }) => ({ reference: bareName(reference), need }));
}

/** The containers for which the image config has links in its networks. */
function linkedIn(image: ImageConfig): string[] {
  return attachmentsOf(image).flatMap(({ links = [] }) => links.map((link) => link.replace(/:.*$/s, '')));
}

export function enginesOnRecord({ cache }: Pick<Cluster, 'cache'>, reference: string): Set<string> {
  const exact = [...cache.named(reference), ...cache.reservationsOf(reference)];
  const found =
    exact.length > 0 || !shortId.test(reference)
      ? exact
      : cache.reservations().filter(({ containerId }) => containerId?.startsWith(reference));
  return new Set(found.map(({ engineId }) => engineId));
}

export function besideScheduler(locations: readonly NeighbourLocation[]): Scheduler {
  return {
    name: 'beside',
    description: 'the containers that it needs are on the engine',
    prepare() {
      return ({ id }) => {
        const missing = locations.find(({ engines }) => !engines.has(id));
        return missing && rejection(missing);
      };
    },
    exclude(_image, fleet, rows) {
      for (const { engines } of locations) {
        const right = new SparseRows();
        for (const id of engines) {
          const row = fleet.row(id);
          if (row !== undefined) right.add(row);
        }
        rows.retain(right);
      }
    },
  };
}

function rejection({ need, reference, engines }: NeighbourLocation): FilterRejection {
  const what = `${need} container ${reference}`;
  if (engines.size === 0) return { code: 'no_such_container', message: `${what}, which does not exist` };
  return { code: 'other_engine', message: `${what}, which is on engine ${firstFew([...engines], maxNamed)}` };
}
