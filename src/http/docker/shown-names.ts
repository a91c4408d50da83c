import type { ShownNames } from '../../commands/relay/kept-lists.ts';
import type { DockerSettings } from '../../model/doors.ts';

/** How lists name containers. With its engine, each name is as classic Swarm had it, those of links too. */
export function shownNames(naming: DockerSettings['names']): ShownNames {
  if (naming !== 'engine') return (_, names) => names;
  return (engineId, names) => names.map((name) => `/${engineId}${name}`);
}

/** An entry of a list with its names as they are shown. */
export function withNames<T extends { readonly Names?: unknown }>(engineId: string, entry: T, shown: ShownNames): T {
  const { Names } = entry;
  if (!Array.isArray(Names)) return entry;
  return {
    ...entry,
    Names: shown(
      engineId,
      Names.filter((name) => typeof name === 'string'),
    ),
  };
}
