import type { Value } from '../application/value.ts';

/** `SERVICE[:ALIAS]`. */
const link = /^([a-zA-Z0-9._-]+)(?::([a-zA-Z0-9._-]+))?$/;

/** Names that a service has in its networks because another one links to it. */
export function linkAliases(services: readonly (readonly [string, Value])[]): ReadonlyMap<string, readonly string[]> {
  const aliases = new Map<string, string[]>();
  for (const [, { tree }] of services) {
    const links = tree.kind === 'dict' ? tree.entries.get('links') : undefined;
    for (const item of links?.kind === 'list' ? links.items : []) {
      const [, service, alias] = link.exec(item.kind === 'scalar' ? String(item.value) : '') ?? [];
      if (service !== undefined && alias !== undefined) aliases.set(service, [...(aliases.get(service) ?? []), alias]);
    }
  }
  return aliases;
}

/** `links` of a service, as what it depends on: by name it is reached in the network. */
export function linkedServices(value: Value): Map<string, Value> {
  const entries = (value.list() ?? []).flatMap((each) => {
    const [, service] = link.exec(each.text() ?? '') ?? [];
    return service === undefined ? (each.fail('must be SERVICE or SERVICE:ALIAS') ?? []) : [[service, each] as const];
  });
  return new Map(entries);
}
