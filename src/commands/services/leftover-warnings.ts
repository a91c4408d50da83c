import { projectOf } from '../../model/image-config.ts';
import { hasProject, type Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { ReplicaReservation } from '../../state/reservation-index.ts';
import { isEngineWithin } from '../../state/scopes.ts';

const maxServices = 10;
const maxNames = 5;

/** Limits the search. Absent: everywhere. */
interface LeftoverFilter {
  readonly engineId?: string;
  readonly service?: string;
  /** The scope of the reader. */
  readonly scope?: Scope | undefined;
}

/**
 * A warning for each service that left containers behind: it was created again before they came back from a lost store,
 * or removed while their engine was away. They are neither stopped nor counted for the service of that name.
 */
export function leftoverWarnings(
  { cache }: Pick<Cluster, 'cache'>,
  { engineId, service, scope }: LeftoverFilter = {},
): string[] {
  const left = new Map<string, ReplicaReservation[]>();
  for (const each of cache.allReplicas()) {
    const { service: name, serviceId } = each.replica;
    const isSelected = (engineId ?? each.engineId) === each.engineId && (service ?? name) === name;
    if (!isSelected || each.isForeign || each.containerId === undefined) continue;
    if (!hasProject(scope, projectOf(each.image)) || (scope && !isEngineWithin({ cache }, scope, each.engineId)))
      continue;
    const known = cache.services.get(name)?.value;
    if (known ? known.id === serviceId : serviceId === undefined) continue;
    left.set(name, [...(left.get(name) ?? []), each]);
  }
  const sentences = [...left].slice(0, maxServices).map(([name, each]) => sentenceOf(name, each));
  const more = left.size - sentences.length;
  return more > 0 ? [...sentences, `${more} more services have left containers behind`] : sentences;
}

function sentenceOf(service: string, left: readonly ReplicaReservation[]): string {
  const names = left
    .map(({ name, engineId }) => `${name} on ${engineId}`)
    .sort()
    .slice(0, maxNames);
  const more = left.length > names.length ? `, and ${left.length - names.length} more` : '';
  const what = left.length === 1 ? 'a container' : `${left.length} containers`;
  return `an earlier service ${service} left ${what} behind (${names.join(', ')}${more}): they keep running and hold their resources; remove those that you do not want with satsuma rm -f`;
}
