import { didYouMean } from '../model/did-you-mean.ts';
import { SatsumaError } from '../model/errors.ts';
import { defaultProject } from '../model/image-config.ts';
import type { Cluster } from './cluster.ts';

/**
 * Once a project exists, new resources must belong to an existing project or to `default`. Before that, any name is
 * accepted for grouping. Throws `no_such_project`.
 */
export function refuseUnknownProject(
  { cache }: Pick<Cluster, 'cache'>,
  { project: name = defaultProject }: { readonly project?: string | undefined },
): void {
  if (name === defaultProject || cache.projects.get(name)) return;
  const known = cache.projects.all();
  if (known.length > 0)
    throw noProject(
      name,
      known.map(({ id }) => id),
    );
}

export function noProject(name: string, known: readonly string[]): SatsumaError {
  const suggestion = didYouMean(name, [...known, defaultProject]);
  const hint =
    suggestion === undefined ? `make it with "satsuma project create ${name}"` : `did you mean ${suggestion}?`;
  return new SatsumaError('no_such_project', `there is no project ${name}: ${hint}`);
}
