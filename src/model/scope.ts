import type { ClusterEvent } from './cluster-event.ts';
import { labelValues, parseLabel } from './engine-label.ts';

/**
 * Restricts an account, token or role to resources of these projects, on engines with all of these labels. Absent:
 * unrestricted.
 */
export interface Scope {
  readonly projects?: readonly string[];
  /** Like `zone=eu-1`. */
  readonly engineLabels?: readonly string[];
}

export const maxScopeProjects = 100;
export const maxScopeLabels = 16;

/** The intersection of the scopes; undefined: unrestricted. */
export function joinScopes(...scopes: readonly (Scope | undefined)[]): Scope | undefined {
  const projects = scopes.flatMap((scope) => (scope?.projects ? [scope.projects] : []));
  const labels = scopes.flatMap((scope) => scope?.engineLabels ?? []);
  if (projects.length === 0 && labels.length === 0) return undefined;
  const [first = [], ...others] = projects;
  return {
    ...(projects.length > 0 && { projects: first.filter((each) => others.every((some) => some.includes(each))) }),
    ...(labels.length > 0 && { engineLabels: [...new Set(labels)] }),
  };
}

/** Whether `limit` allows everything that `scope` allows. */
export function isScopeWithin(scope: Scope | undefined, limit: Scope | undefined): boolean {
  const { projects, engineLabels = [] } = limit ?? {};
  const isNarrower = !projects || (scope?.projects?.every((each) => projects.includes(each)) ?? false);
  return isNarrower && engineLabels.every((label) => scope?.engineLabels?.includes(label));
}

export function hasProject(scope: Scope | undefined, project: string): boolean {
  return scope?.projects?.includes(project) ?? true;
}

export function hasEngine(scope: Scope | undefined, { labels }: { readonly labels: readonly string[] }): boolean {
  // As in constraints: `ssd` means `ssd=true`.
  const has = ({ key, value }: ReturnType<typeof parseLabel>) => labelValues(labels, key).includes(value);
  return scope?.engineLabels?.every((each) => has(parseLabel(each))) ?? true;
}

/** Constraints that keep a container on engines within the scope. */
export function constraintsOf({ engineLabels = [] }: Scope): string[] {
  return engineLabels.map((label) => label.replace('=', '=='));
}

/** Whether events of this kind concern resources of a project. */
export function isOfAProject({ kind }: Pick<ClusterEvent, 'kind'>): boolean {
  return kind !== 'engine' && kind !== 'image' && kind !== 'policy';
}
