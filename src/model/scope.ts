import type { ClusterEvent } from './cluster-event.ts';
import { labelValues, parseLabel } from './engine-label.ts';

/** To what somebody is narrowed: to things of these projects, on engines that have all these labels. Left out: to none. */
export interface Scope {
  readonly projects?: readonly string[];
  /** Like `zone=eu-1`. */
  readonly engineLabels?: readonly string[];
}

export const mostScopeProjects = 100;
export const mostScopeLabels = 16;

/** What both allow; undefined: neither narrows. */
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

/** Whether whatever the one allows is allowed by the other one, too. */
export function isScopeWithin(scope: Scope | undefined, limit: Scope | undefined): boolean {
  const { projects, engineLabels = [] } = limit ?? {};
  const isNarrower = !projects || (scope?.projects?.every((each) => projects.includes(each)) ?? false);
  return isNarrower && engineLabels.every((label) => scope?.engineLabels?.includes(label));
}

export function hasProject(scope: Scope | undefined, project: string): boolean {
  return scope?.projects?.includes(project) ?? true;
}

export function hasEngine(scope: Scope | undefined, { labels }: { readonly labels: readonly string[] }): boolean {
  // As a constraint has it: `ssd` is `ssd=true`.
  const has = ({ key, value }: ReturnType<typeof parseLabel>) => labelValues(labels, key).includes(value);
  return scope?.engineLabels?.every((each) => has(parseLabel(each))) ?? true;
}

/** What a container must ask for to run on such engines alone. */
export function constraintsOf({ engineLabels = [] }: Scope): string[] {
  return engineLabels.map((label) => label.replace('=', '=='));
}

/** Kinds of events that are about things of a project. */
export function isOfAProject({ kind }: Pick<ClusterEvent, 'kind'>): boolean {
  return kind !== 'engine' && kind !== 'image' && kind !== 'policy';
}
