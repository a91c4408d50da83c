import { isSatsumaError } from '../model/errors.ts';
import { firstFew } from '../model/first-few.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { FilterRejection, Scheduler } from '../model/scheduler.ts';
import { SparseRows } from '../model/sparse-rows.ts';
import type { Cluster } from '../state/cluster.ts';
import { askEngines } from '../state/containers/ask-engines.ts';
import { findContainer } from '../state/containers/find-container.ts';

/** A container that Docker looks up on the engine itself, and why it is needed. */
interface Neighbour {
  readonly reference: string;
  readonly need: string;
}

/** Where a neighbour is: on more than one engine where its name is not unique. */
interface Location extends Neighbour {
  readonly engines: ReadonlySet<string>;
}

/** Of the engines that a refusal names. */
const mostNamed = 3;
/** The shortest beginning of an id that is looked for in memory; `docker ps` shows this many digits. */
const shortId = /^[0-9a-f]{12,64}$/;

/**
 * For a container that needs others on its engine (links, their network, their volumes): a scheduler for this one request
 * that accepts the engines where all of them are. Undefined: it needs none.
 */
export async function besideOthers(cluster: Cluster, image: ImageConfig): Promise<Scheduler | undefined> {
  const neighbours = neighboursOf(image);
  if (neighbours.length === 0) return undefined;
  const locations = await Promise.all(neighbours.map((each) => locate(cluster, each)));
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

function neighboursOf({ links = {}, network_mode, pid_mode, ipc_mode, volumes_from = [] }: ImageConfig): Neighbour[] {
  const shared = (mode: string | undefined, what: string): Neighbour[] => {
    const [, reference] = /^container:(.+)$/.exec(mode ?? '') ?? [];
    return reference === undefined ? [] : [{ reference, need: `it shares the ${what} of` }];
  };
  return [
    ...Object.keys(links).map((reference) => ({ reference, need: 'it is linked to' })),
    ...shared(network_mode, 'network'),
    ...shared(pid_mode, 'processes'),
    ...shared(ipc_mode, 'memory'),
    ...volumes_from.map((from) => ({ reference: from.replace(/:(ro|rw)$/, ''), need: 'it has the volumes of' })),
  ];
}

async function locate(cluster: Cluster, neighbour: Neighbour): Promise<Location> {
  const reference = neighbour.reference.replace(/^\//, '');
  const known = recorded(cluster, reference);
  if (known.size > 0) return { ...neighbour, engines: known };
  // It may be a moment old, and not on record yet.
  await cluster.cache.catchUp();
  const recent = recorded(cluster, reference);
  return { ...neighbour, engines: recent.size > 0 ? recent : await asked(cluster, reference) };
}

function recorded({ cache }: Pick<Cluster, 'cache'>, reference: string): Set<string> {
  const exact = [...cache.named(reference), ...cache.reservationsOf(reference)];
  const found =
    exact.length > 0 || !shortId.test(reference)
      ? exact
      : cache.reservations().filter(({ containerId }) => containerId?.startsWith(reference));
  return new Set(found.map(({ engineId }) => engineId));
}

/** One that was started by hand a moment ago: before a request is refused for want of it, the engines are asked. */
async function asked(cluster: Cluster, reference: string): Promise<Set<string>> {
  await askEngines(cluster, cluster.cache.engines(), { all: true });
  try {
    return new Set([(await findContainer(cluster, reference)).engine.id]);
  } catch (error) {
    if (isSatsumaError(error, 'no_such_container')) return new Set();
    throw error;
  }
}

function rejection({ need, reference, engines }: Location): FilterRejection {
  const what = `${need} container ${reference}`;
  if (engines.size === 0) return { code: 'no_such_container', message: `${what}, which does not exist` };
  return { code: 'other_engine', message: `${what}, which is on engine ${firstFew([...engines], mostNamed)}` };
}
