import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseUnknownProject } from '../../state/projects.ts';
import type { DocumentChange, WriteResult } from '../../store/store.ts';
import { writeMarked } from '../mark-format.ts';

type ScopedChange = Extract<DocumentChange, { readonly kind: 'token' | 'account' | 'role' }>;

/**
 * A scope with an unknown project would later open the project that somebody creates under that name. Throws
 * `no_such_project`.
 */
export function refuseUnknownScope(cluster: Pick<Cluster, 'cache'>, scope: Scope | undefined): void {
  for (const project of scope?.projects ?? []) refuseUnknownProject(cluster, { project });
}

/** A server of an older release ignores scopes, and would allow everything. Throws `invalid` while there is one. */
export async function writeScoped(
  cluster: Pick<Cluster, 'store' | 'cache'>,
  change: ScopedChange,
  others: readonly DocumentChange[] = [],
): Promise<WriteResult> {
  const changes = [change, ...others];
  return await (change.value?.scope ? writeMarked(cluster, changes) : cluster.store.write(changes));
}
