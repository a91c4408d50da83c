import { badRequest } from '@hapi/boom';
import type { ServiceRecord } from '../../model/service.ts';
import type { PostedReference, PostedService } from './entity.ts';
import { serviceNameOf, toServiceName } from './names.ts';

/** One service of an application, with the names that its services have in Satsuma. */
export interface Member {
  readonly name: string;
  readonly posted: PostedService;
  /** Service to alias. */
  readonly links: ReadonlyMap<string, string>;
  readonly volumesFrom: readonly string[];
}

/**
 * Sorts services that were posted together, each after its dependencies, which may also be existing services. Throws
 * 400 for duplicate names, missing dependencies, and cycles.
 */
export function readApplication(
  posted: readonly PostedService[],
  existing: ReadonlyMap<string, ServiceRecord>,
): Member[] {
  const names = new Map<string, string>();
  for (const { name: given } of posted) {
    const name = toServiceName(given);
    const other = names.get(name);
    if (other !== undefined) throw badRequest(`"${given}" and "${other}" would both be called ${name}: rename one`);
    names.set(name, given);
  }
  const [findPosted, findExisting] = [nameFinder(names.keys()), nameFinder(existing.keys())];
  const find = (reference: PostedReference, by: string): string => {
    const given = reference.name ?? reference.service ?? '';
    const found = findPosted(given) ?? findExisting(given);
    if (found !== undefined) return found;
    throw badRequest(`service "${by}" needs "${given}", which is neither in the request nor an existing service`);
  };
  const members = posted.map((each): Member => {
    const links = new Map<string, string>();
    for (const link of each.links) {
      const target = find(link, each.name);
      if (links.has(target)) throw badRequest(`service "${each.name}" is linked to ${target} twice: give it one alias`);
      links.set(target, link.alias ?? target);
    }
    const volumesFrom = each.volumesFrom.map((from) => find(from, each.name));
    return { name: toServiceName(each.name), posted: each, links, volumesFrom };
  });
  return inOrder(members);
}

/** Finds a service by name or id, ignoring case: earlier adapters did not distinguish `DB` and `db`. */
function nameFinder(names: Iterable<string>): (given: string) => string | undefined {
  const exact = new Set(names);
  const alike = new Map<string, string>();
  for (const name of exact) if (!alike.has(name.toLowerCase())) alike.set(name.toLowerCase(), name);
  return (given) => {
    const serviceNames = [toServiceName(given), toServiceName(serviceNameOf(given))];
    const similar = serviceNames.map((name) => alike.get(name.toLowerCase())).find((name) => name !== undefined);
    return serviceNames.find((name) => exact.has(name)) ?? similar;
  };
}

/** Depth-first sort. A service that occurs twice on a path is part of a cycle. */
function inOrder(members: readonly Member[]): Member[] {
  const byName = new Map(members.map((member) => [member.name, member]));
  const done = new Set<Member>();
  const visit = (member: Member, path: readonly string[]): void => {
    const { name, links, volumesFrom } = member;
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' -> ');
      throw badRequest(`the links form a cycle: ${circle}`);
    }
    if (done.has(member)) return;
    for (const needed of [...links.keys(), ...volumesFrom]) {
      const other = byName.get(needed);
      if (other) visit(other, [...path, name]);
    }
    done.add(member);
  };
  for (const member of members) visit(member, []);
  return [...done];
}
