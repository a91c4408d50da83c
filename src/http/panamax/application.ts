import { badRequest } from '@hapi/boom';
import type { ServiceRecord } from '../../model/service.ts';
import type { PostedReference, PostedService } from './entity.ts';
import { serviceNameOf, toServiceName } from './names.ts';

/** One service of an application, with the names that its services have here. */
export interface Member {
  readonly name: string;
  readonly posted: PostedService;
  /** Service to alias. */
  readonly links: ReadonlyMap<string, string>;
  readonly volumesFrom: readonly string[];
}

/**
 * The services that were posted together, each behind those that it needs. What it needs may also run already. Throws
 * 400 where one is called like another, needs what is not there, or in the end itself.
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
    throw badRequest(`service "${by}" needs "${given}", which is neither among the services nor runs already`);
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

/** By its name, its id, or either in another case: to the adapters before, `DB` and `db` were one. */
function nameFinder(names: Iterable<string>): (given: string) => string | undefined {
  const exact = new Set(names);
  const alike = new Map<string, string>();
  for (const name of exact) if (!alike.has(name.toLowerCase())) alike.set(name.toLowerCase(), name);
  return (given) => {
    const wanted = [toServiceName(given), toServiceName(serviceNameOf(given))];
    const similar = wanted.map((name) => alike.get(name.toLowerCase())).find((name) => name !== undefined);
    return wanted.find((name) => exact.has(name)) ?? similar;
  };
}

/** Depth first; who is met again on the way down is part of a circle. */
function inOrder(members: readonly Member[]): Member[] {
  const byName = new Map(members.map((member) => [member.name, member]));
  const done = new Set<Member>();
  const visit = (member: Member, path: readonly string[]): void => {
    const { name, links, volumesFrom } = member;
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' -> ');
      throw badRequest(`the links go round in a circle, so none can be started first: ${circle}`);
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
