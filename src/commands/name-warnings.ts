import { firstFew } from '../model/first-few.ts';
import type { Reservation } from '../model/reservation.ts';
import type { Cluster } from '../state/cluster.ts';

const maxNames = 10;
const maxContainers = 5;

/**
 * A warning for each name that containers on several engines share, because they were renamed by hand or started
 * without Satsuma. Names shared by foreign containers only, such as an exporter on every engine, are not reported.
 */
export function nameWarnings({ cache, settings }: Pick<Cluster, 'cache' | 'settings'>): string[] {
  if (settings.nameScope === 'engine') return [];
  const byName = new Map<string, Reservation[]>();
  for (const each of cache.reservations()) {
    const known = byName.get(each.name);
    if (known) known.push(each);
    else byName.set(each.name, [each]);
  }
  const shared = [...byName].flatMap(([name, all]) => {
    // The replacement of a lost container has the same name.
    const replaced = new Set(all.map(({ replaces }) => replaces));
    const holders = all.filter(({ id }) => !replaced.has(id));
    const engines = new Set(holders.map(({ engineId }) => engineId));
    return engines.size > 1 && holders.some(({ isForeign }) => !isForeign) ? [{ name, holders }] : [];
  });
  const sentences = shared.slice(0, maxNames).map(sentenceOf);
  const more = shared.length - sentences.length;
  return more > 0 ? [...sentences, `${more} more names are used by containers on several engines`] : sentences;
}

function sentenceOf({ name, holders }: { readonly name: string; readonly holders: readonly Reservation[] }): string {
  const where = holders.map(
    ({ containerId, engineId }) => `${containerId?.slice(0, 12) ?? 'a new one'} on ${engineId}`,
  );
  return `${holders.length} containers have the name ${name} (${firstFew(where.sort(), maxContainers)}): use their ids, or rename all but one with docker rename`;
}
