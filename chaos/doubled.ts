import { type Finding, type Placed, short } from './finding.ts';
import { attemptsOf, lossesBetween } from './losses.ts';
import type { FoundEngine } from './observation.ts';
import type { JournalRun, Loss } from './request-journal.ts';

/** Two containers with one reservation or from one request. A request may have one more for each loss of its key. */
export function duplicates(
  containers: readonly Placed[],
  { runs, losses }: { readonly runs: readonly JournalRun[]; readonly losses: readonly Loss[] },
): Finding[] {
  const attempts = attemptsOf(runs);
  const maxOf = (tag: string) => {
    const sent = attempts.get(tag) ?? [];
    return 1 + lossesBetween(losses, sent[0], sent.at(-1));
  };
  return [
    ...sharing(
      containers,
      'reservation',
      ({ reservationId }) => reservationId,
      () => 1,
    ),
    ...sharing(containers, 'request', ({ tag }) => tag, maxOf),
  ];
}

function sharing(
  containers: readonly Placed[],
  what: string,
  keyOf: (container: Placed) => string | undefined,
  maxOf: (key: string) => number,
): Finding[] {
  const keys = new Set(containers.map(keyOf));
  return [...keys].flatMap((key): Finding[] => {
    const group = containers.filter((each) => keyOf(each) === key);
    if (key === undefined || group.length <= maxOf(key)) return [];
    const all = group.map(({ id, engine, state }) => `${short(id)} (${state} on ${engine.id})`).join(' and ');
    return [
      { kind: 'doubled', sentence: `${what} ${key} has containers ${all}`, about: [key, ...group.map(({ id }) => id)] },
    ];
  });
}

/**
 * Ports, names, unique slots or sizes that several containers hold. Only claims with a limit count: a container that
 * shares its image may join one that required to be the only one when it came.
 */
export function promisedTwice({ id: engineId, containers }: FoundEngine): Finding[] {
  const held = new Map<string, { sum: number; limit: number; holders: string[] }>();
  for (const container of containers) {
    for (const { key, amount, limit } of container.claims) {
      if (limit === null) continue;
      const before = held.get(key) ?? { sum: 0, limit, holders: [] };
      held.set(key, {
        sum: before.sum + amount,
        limit: Math.max(before.limit, limit),
        holders: [...before.holders, container.id],
      });
    }
  }
  return [...held].flatMap(([key, { sum, limit, holders }]): Finding[] => {
    if (sum <= limit) return [];
    const sentence = `${key} on ${engineId} is held ${sum} of ${limit} by ${holders.map(short).join(' and ')}`;
    return [{ kind: 'doubled', sentence, about: holders }];
  });
}

/** Reservations in the ledger beyond an engine's capacity. */
export function overcommitted({ id, limits, sums }: FoundEngine): Finding[] {
  return Object.entries(limits).flatMap(([key, limit]): Finding[] => {
    const sum = sums[key] ?? 0;
    if (sum <= limit) return [];
    return [{ kind: 'doubled', sentence: `${sum} ${key} are promised of ${limit} on ${id}`, about: [] }];
  });
}
