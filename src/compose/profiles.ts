import { below } from '../application/tree.ts';
import { Value } from '../application/value.ts';

/** Of a service; none: it is always asked for. */
export function profilesOf(service: Value): readonly string[] {
  const { tree, path, problems } = service;
  const profiles = tree.kind === 'dict' ? tree.entries.get('profiles') : undefined;
  if (profiles === undefined || (profiles.kind === 'scalar' && profiles.value === null)) return [];
  return new Value(profiles, below(path, 'profiles'), problems).texts() ?? [];
}

export function isActive(profiles: readonly string[], active: readonly string[]): boolean {
  return profiles.length === 0 || active.includes('*') || profiles.some((profile) => active.includes(profile));
}
