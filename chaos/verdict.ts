import { duplicates, overcommitted, promisedTwice } from './doubled.ts';
import { type Finding, type Placed, short } from './finding.ts';
import { incomplete, staleRecords, strayContainers, wrongSums } from './leaked.ts';
import { attemptsOf, lossesBetween } from './losses.ts';
import type { Found } from './observation.ts';
import type { JournalDestroy, JournalRun, Loss, Plan } from './request-journal.ts';
import { wrongServices } from './services.ts';

export interface JournalView {
  readonly runs: readonly JournalRun[];
  readonly destroys: readonly JournalDestroy[];
  readonly services: ReadonlyMap<string, Plan>;
  readonly losses: readonly Loss[];
}

/** Compares the clients' answers with the actual state, when nothing is in progress any more. Pure. */
export function judge(journal: JournalView, found: Found): Finding[] {
  const containers = found.engines.flatMap((engine) => engine.containers.map((each): Placed => ({ ...each, engine })));
  return [
    ...lost(journal, containers),
    ...hidden(found, containers),
    ...brokenByOthers(journal, found),
    ...notDestroyed(journal, containers),
    ...answeredTwice(journal),
    ...duplicates(containers, journal),
    ...found.engines.flatMap((engine) => [...promisedTwice(engine), ...overcommitted(engine)]),
    ...found.engines.flatMap((engine) => [...staleRecords(engine), ...wrongSums(engine)]),
    ...strayContainers(containers),
    ...incomplete(containers),
    ...refused(journal, containers),
    ...wrongServices(journal.services, containers),
  ];
}

/** Acknowledged, never asked to be destroyed, and missing. Containers without a reservation are reported as strays. */
function lost({ runs, destroys }: JournalView, containers: readonly Placed[]): Finding[] {
  const accounted = new Set([...containers.map(({ id }) => id), ...destroys.map(({ containerId }) => containerId)]);
  return runs.flatMap(({ container, tag }): Finding[] => {
    if (!container || accounted.has(container.id)) return [];
    // Reported once, however often it was acknowledged.
    accounted.add(container.id);
    const sentence = `container ${short(container.id)} was acknowledged on ${container.engineId} and is gone`;
    return [{ kind: 'lost', sentence, about: [container.id, tag] }];
  });
}

/** Created manually, never asked to be destroyed, and removed. */
function brokenByOthers({ destroys }: JournalView, { missingForeignContainers }: Found): Finding[] {
  const asked = new Set(destroys.map(({ containerId }) => containerId));
  const brokenByOthers = missingForeignContainers.filter((id) => !asked.has(id));
  return brokenByOthers.map((id) => {
    const sentence = `container ${short(id)}, which somebody made by hand, was removed`;
    return { kind: 'lost', sentence, about: [id] };
  });
}

/** Existing, but not listed by a server. */
function hidden({ views }: Found, containers: readonly Placed[]): Finding[] {
  return views.flatMap(({ server, containerIds }) => {
    if (!containerIds) {
      return [{ kind: 'lost' as const, sentence: `server ${server} does not list containers`, about: [] }];
    }
    const shown = new Set(containerIds);
    return containers.flatMap(({ id, engine }): Finding[] => {
      if (shown.has(id)) return [];
      return [
        {
          kind: 'lost',
          sentence: `server ${server} does not show container ${short(id)} of ${engine.id}`,
          about: [id],
        },
      ];
    });
  });
}

function notDestroyed({ destroys }: JournalView, containers: readonly Placed[]): Finding[] {
  const destroyed = new Set(destroys.flatMap(({ containerId, status }) => (status === 202 ? [containerId] : [])));
  return containers.flatMap(({ id, engine, state }): Finding[] => {
    if (!destroyed.has(id)) return [];
    const sentence = `container ${short(id)} was acknowledged as destroyed and is ${state} on ${engine.id}`;
    return [{ kind: 'doubled', sentence, about: [id] }];
  });
}

/** A repeated request that was answered with another container, while its key was known. */
function answeredTwice({ runs, losses }: JournalView): Finding[] {
  const last = new Map<string, JournalRun>();
  return runs.flatMap((run): Finding[] => {
    const { tag, container } = run;
    if (!container) return [];
    const earlier = last.get(tag);
    const before = earlier?.container?.id ?? container.id;
    if (before === container.id || lossesBetween(losses, earlier, run) > 0) {
      last.set(tag, run);
      return [];
    }
    const sentence = `request ${tag} was answered with container ${short(before)}, then with ${short(container.id)}`;
    return [{ kind: 'doubled', sentence, about: [tag, before, container.id] }];
  });
}

/** A request whose last answer was a definite refusal must have no container, unless its key was lost. */
function refused({ runs, losses }: JournalView, containers: readonly Placed[]): Finding[] {
  const last = [...attemptsOf(runs)].flatMap(([tag, attempts]) => {
    const run = attempts.at(-1);
    return run && lossesBetween(losses, attempts[0], run) === 0 ? [[tag, run] as const] : [];
  });
  const stands = ({ status, code }: JournalRun) => status >= 400 && status < 500 && code !== 'idempotency_running';
  const codes = new Map(last.flatMap(([tag, run]) => (stands(run) ? [[tag, run.code] as const] : [])));
  return containers.flatMap(({ id, tag = '', engine, state }): Finding[] => {
    const code = codes.get(tag);
    if (code === undefined) return [];
    const sentence = `request ${tag} was refused (${code}), and its container ${short(id)} is ${state} on ${engine.id}`;
    return [{ kind: 'leaked', sentence, about: [id, tag] }];
  });
}
