import type { Value } from '../application/value.ts';

/** Of a service; none: it is always asked for. */
export function profilesOf(service: Value): readonly string[] {
  const { tree, path, problems } = service;
  const profiles = tree.kind === 'dict' ? tree.entries.get('profiles') : undefined;
  if (profiles === undefined || (profiles.kind === 'scalar' && profiles.value === null)) return [];
  if (profiles.kind === 'list')
    return profiles.items.flatMap((item) => (item.kind === 'scalar' ? [String(item.value)] : []));
  problems.add(profiles.place, `${path}.profiles`, 'must be a list');
  return [];
}

export function isActive(profiles: readonly string[], wanted: readonly string[]): boolean {
  return profiles.length === 0 || wanted.includes('*') || profiles.some((profile) => wanted.includes(profile));
}
