import { pruneNumbers } from '../../model/kept-numbers.ts';
import type { ServiceRecord } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * The record of a new generation, and the old generations to delete. The last 100 are kept, and those that a rollback
 * or a replica of an earlier template may need.
 */
export function pruneGenerations(
  { cache }: Cluster,
  name: string,
  before: ServiceRecord,
  after: ServiceRecord,
): { readonly record: ServiceRecord; readonly gone: readonly number[] } {
  const previous = after.template === before.template ? previousOf(before) : before.generation;
  const { rollout, proven = {} } = cache.serviceStatuses.get(name)?.value ?? {};
  const needed = [
    ...[after.template, before.template, previous],
    ...[rollout?.template, rollout?.generation, rollout?.stable?.template, rollout?.stable?.generation],
    ...Object.values(proven),
  ];
  const { kept, gone } = pruneNumbers(
    before.kept,
    after.generation,
    new Set(needed.filter((each) => each !== undefined)),
  );
  return { record: { ...after, kept, ...(previous === undefined ? {} : { previous }) }, gone };
}

/** Records of older releases lack `previous`. Without a rollback it is the template before the current one. */
function previousOf({ previous, template }: ServiceRecord): number | undefined {
  return previous ?? (template > 1 ? template - 1 : undefined);
}
