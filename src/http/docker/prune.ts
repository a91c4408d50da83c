import type { Request, Server } from '@hapi/hapi';
import type { EngineChoice } from '../../commands/each-engine.ts';
import { pruneEngineImages } from '../../commands/engine-images/prune-engine-images.ts';
import { pruneNetworks } from '../../commands/networks/networks.ts';
import { pruneContainers } from '../../commands/relay/prune-containers.ts';
import { pruneVolumes } from '../../commands/volumes/volumes.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { EngineFailure } from '../../state/containers/ask-engines.ts';
import { enginesWithin } from '../../state/scopes.ts';
import { needs, needsWithin } from '../route-rules.ts';
import { untilGone } from '../until-gone.ts';
import { noBody } from '../validation.ts';
import { volumeSizes } from './disk-usage.ts';
import { isOfProject } from './own-things.ts';
import { pruneFiltersIn } from './prune-filters.ts';
import type { Query } from './query.ts';
import { minorOf } from './versions.ts';

interface OfPrune {
  readonly Query: Query;
}

/** Before it, volumes with a name were pruned, too. */
const firstWithAnonymous = 42;

/** On all engines that answer. What a service, a job or a saved image config needs stays. */
export function pruneRoutes(server: Server, cluster: Cluster): void {
  const { clock, cache } = cluster;
  const filtersOf = ({ query }: Pick<Request, 'query'>, known: readonly string[]) =>
    pruneFiltersIn(query, known, clock.now());
  /** Absent: all engines. */
  const within = ({ app: { scope } }: Pick<Request, 'app'>): EngineChoice =>
    scope ? { engines: enginesWithin(cluster, scope, undefined).map(({ id }) => id) } : {};
  const enginesIn = (ids: ReadonlySet<string>) => cache.engines().filter(({ id }) => ids.has(id));
  /** Docker has null for none. */
  const reportedIn = <T>(names: readonly T[], errors: readonly EngineFailure[]): readonly T[] | null => {
    const [first] = errors;
    if (first && names.length === 0 && errors.length >= cache.engines().length)
      throw new SatsumaError(first.code, first.message);
    return names.length > 0 ? [...new Set(names)] : null;
  };
  server.route<OfPrune>({
    method: 'POST',
    path: '/containers/prune',
    options: { plugins: needs('remove', 'container'), payload: noBody },
    handler: async (request) => {
      const { isSelected } = filtersOf(request, ['until']);
      const { scope } = request.app;
      const signal = untilGone(request.raw);
      const { removed, errors } = await pruneContainers(cluster, { scope, signal, isSelected });
      return {
        ContainersDeleted: reportedIn(
          removed.map(({ id }) => id),
          errors,
        ),
        SpaceReclaimed: sumOf(removed.map(({ bytes }) => bytes)),
      };
    },
  });
  server.route<OfPrune>({
    method: 'POST',
    path: '/volumes/prune',
    options: { plugins: needsWithin('remove', 'volume'), payload: noBody },
    handler: async (request) => {
      const { own, isSelected } = filtersOf(request, ['all']);
      const areNamedIncluded = minorOf(request, cluster) < firstWithAnonymous || isTrue(own.all);
      const prune = (isDryRun: boolean) =>
        pruneVolumes(cluster, {
          ...{ ...within(request), isDryRun, areNamedIncluded },
          isSelected: ({ driver, labels }) =>
            driver === 'local' &&
            isOfProject(request.app.scope, labels) &&
            isSelected({ labels, createdAt: Number.NaN }),
        });
      // An engine reads every file to tell sizes, so only those that lose volumes are asked.
      const losing = new Set((await prune(true)).removed.map(({ engineId }) => engineId));
      const sizes = await volumeSizes(cluster, enginesIn(losing), request);
      const { removed, errors } = await prune(false);
      return {
        VolumesDeleted: reportedIn(
          removed.map(({ found }) => found.name),
          errors,
        ),
        SpaceReclaimed: sumOf(removed.map(({ engineId, found }) => sizes.get(`${engineId}/${found.name}`) ?? 0)),
      };
    },
  });
  server.route<OfPrune>({
    method: 'POST',
    path: '/networks/prune',
    options: { plugins: needsWithin('remove', 'network'), payload: noBody },
    handler: async (request) => {
      const { isSelected } = filtersOf(request, ['until']);
      const { removed, errors } = await pruneNetworks(cluster, {
        ...{ ...within(request), isDryRun: false },
        isSelected: ({ labels, createdAt }) =>
          isOfProject(request.app.scope, labels) && isSelected({ labels, createdAt: Date.parse(createdAt) }),
      });
      return {
        NetworksDeleted: reportedIn(
          removed.map(({ found }) => found.name),
          errors,
        ),
      };
    },
  });
  server.route<OfPrune>({
    method: 'POST',
    path: '/images/prune',
    options: { plugins: needs('remove', 'engine-image'), payload: noBody },
    handler: async (request) => {
      const { own, isSelected } = filtersOf(request, ['until', 'dangling']);
      const { removed, removals, errors } = await pruneEngineImages(cluster, {
        ...{ isDryRun: false, isDangling: own.dangling === undefined || isTrue(own.dangling) },
        isSelected: ({ labels, createdAt }) => isSelected({ labels, createdAt: Date.parse(createdAt) }),
      });
      const names = (of: 'untagged' | 'deleted') => [...new Set(removals.flatMap((each) => each[of]))];
      return {
        ImagesDeleted: reportedIn(
          [...names('untagged').map((Untagged) => ({ Untagged })), ...names('deleted').map((Deleted) => ({ Deleted }))],
          errors,
        ),
        SpaceReclaimed: sumOf(removed.map(({ found }) => found.sizeBytes)),
      };
    },
  });
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, each) => sum + each, 0);
}

/** Throws `invalid`. */
function isTrue(values: readonly string[] | undefined): boolean {
  const [value] = values ?? [];
  if (value === undefined) return false;
  if (/^(1|t|true)$/i.test(value)) return true;
  if (/^(0|f|false)$/i.test(value)) return false;
  throw new SatsumaError('invalid', `invalid filter: ${JSON.stringify(value.slice(0, 64))} must be true or false`);
}
