import type { Found, FoundContainer, FoundEngine } from '../../chaos/observation.ts';
import type { JournalDestroy, JournalRun } from '../../chaos/request-journal.ts';
import type { Claim } from '../../src/model/claim.ts';
import type { Reservation } from '../../src/model/reservation.ts';

const asked = { by: 'client1', server: 1, askedMs: 10, answeredMs: 20, code: '' };

/** A run that was acknowledged; `over` says otherwise. */
export function run(tag: string, over: Partial<JournalRun> = {}): JournalRun {
  return { ...asked, tag, status: 201, container: { id: containerIdOf(tag), engineId: 'one' }, ...over };
}

/** One that was not. */
export function runWithout(tag: string, status: number, code: string): JournalRun {
  return { ...asked, tag, status, code };
}

export function destroy(tag: string, status: number): JournalDestroy {
  return { ...asked, containerId: containerIdOf(tag), status };
}

/** What a run leaves when all is well. */
export function container(tag: string, over: Partial<FoundContainer> = {}): FoundContainer {
  const id = containerIdOf(tag);
  return { id, name: `name-${tag}`, state: 'running', reservationId: `r-${tag}`, claims: [memory(16)], tag, ...over };
}

export function record(tag: string, over: Partial<Reservation> = {}): Reservation {
  return {
    id: `r-${tag}`,
    engineId: 'one',
    claims: [memory(16)],
    image: { name: 'demo/busybox:1', type: 'label', restart_policy: {} },
    name: `name-${tag}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    reason: { type: 'label', strategy: 'binpack', score: 0, candidates: 1, refused: 0 },
    state: 'bound',
    containerId: containerIdOf(tag),
    ...over,
  } as Reservation;
}

/** An engine on which those requests run, each with its container, its record and its share of the sums. */
export function engine(tags: readonly string[], over: Partial<FoundEngine> = {}): FoundEngine {
  return {
    id: 'one',
    limits: { cpu: 2000, memory: 320 },
    containers: tags.map((tag) => container(tag)),
    reservations: tags.map((tag) => record(tag)),
    sums: tags.length === 0 ? {} : { memory: 16 * tags.length },
    ...over,
  };
}

/** One server that shows everything that is there. */
export function found(...engines: FoundEngine[]): Found {
  const containerIds = engines.flatMap(({ containers }) => containers.map(({ id }) => id));
  const statuses = Object.fromEntries(engines.map(({ id }) => [id, 'ok']));
  return { engines, views: [{ server: 1, containerIds, engines: statuses }], missingForeignContainers: [] };
}

export function memory(amount: number): Claim {
  return { key: 'memory', amount, limit: 320 };
}

export function containerIdOf(tag: string): string {
  return `${tag}-`.padEnd(64, '0');
}
