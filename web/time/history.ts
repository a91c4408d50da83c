import type { ClusterEvent } from '../../src/model/cluster-event.ts';

interface PastContainer {
  readonly name: string;
  readonly engine: string;
  readonly image: string;
  readonly state: string;
}

/** The cluster at one moment, by ids. */
export interface Moment {
  readonly containers: ReadonlyMap<string, PastContainer>;
  readonly engines: ReadonlyMap<string, string>;
}

export interface Change {
  readonly kind: 'container' | 'engine';
  readonly id: string;
  readonly name: string;
  readonly what: 'came' | 'went' | 'changed';
  /** Where it is, and how it was and is. */
  readonly engine: string;
  readonly before: string;
  readonly after: string;
}

/** Events that say nothing of the state: `update` of what was not known before, pulls, and the like. */
const silent: ReadonlySet<string> = new Set(['update', 'rename', 'health_status']);

/**
 * The cluster as it was. `events`: from that moment to now at least, the oldest first. What no event is about was as it is now; of the rest, the
 * last event before the moment says it, or else the first one after.
 */
export function momentAt(events: readonly ClusterEvent[], now: Moment, atMs: number): Moment {
  const containers = new Map(now.containers);
  const engines = new Map(now.engines);
  const told = new Set<string>();
  const later = new Set<string>();
  for (const event of events) {
    const key = `${event.kind} ${event.id}`;
    if (Date.parse(event.at) <= atMs) {
      told.add(key);
      if (event.kind === 'container') setContainer(containers, event, afterContainer(event));
      else setEngine(engines, event.id, afterEngine(event, engines.get(event.id)));
    } else if (!told.has(key) && !later.has(key) && !silent.has(event.action)) {
      later.add(key);
      if (event.kind === 'container') setContainer(containers, event, beforeContainer(event));
      else setEngine(engines, event.id, beforeEngine(event));
    }
  }
  return { containers, engines };
}

export function changesBetween(before: Moment, after: Moment): Change[] {
  const changes: Change[] = [];
  for (const id of new Set([...before.engines.keys(), ...after.engines.keys()])) {
    const [was, is] = [before.engines.get(id), after.engines.get(id)];
    if (was !== is) changes.push(changeOf({ kind: 'engine', id, name: id, engine: id }, was, is));
  }
  for (const id of new Set([...before.containers.keys(), ...after.containers.keys()])) {
    const [was, is] = [before.containers.get(id), after.containers.get(id)];
    const { name = '', engine = '' } = is ?? was ?? {};
    if (was?.state !== is?.state)
      changes.push(changeOf({ kind: 'container', id, name, engine }, was?.state, is?.state));
  }
  return changes.sort((a, b) => (a.engine + a.name < b.engine + b.name ? -1 : 1));
}

function changeOf(
  thing: Pick<Change, 'kind' | 'id' | 'name' | 'engine'>,
  was: string | undefined,
  is: string | undefined,
): Change {
  const what = was === undefined ? 'came' : is === undefined ? 'went' : 'changed';
  return { ...thing, what, before: was ?? '', after: is ?? '' };
}

function setContainer(containers: Map<string, PastContainer>, event: ClusterEvent, state: string | undefined): void {
  const { id, name, engine = '', attributes } = event;
  const known = containers.get(id);
  if (state === undefined) containers.delete(id);
  else containers.set(id, { name: name || (known?.name ?? id), engine, image: String(attributes.image ?? ''), state });
}

function setEngine(engines: Map<string, string>, id: string, status: string | undefined): void {
  if (status === undefined) engines.delete(id);
  else engines.set(id, status);
}

/** Undefined: it is gone. */
function afterContainer({ action, attributes: { state = 'running' } }: ClusterEvent): string | undefined {
  if (action === 'destroy') return undefined;
  return action === 'start' || action === 'unpause' || action === 'restart' ? 'running' : String(state);
}

/** Undefined: it was not there. */
function beforeContainer({ action, attributes: { state = 'exited' } }: ClusterEvent): string | undefined {
  if (action === 'create') return undefined;
  if (action === 'start') return 'exited';
  return action === 'destroy' ? String(state) : action === 'unpause' ? 'paused' : 'running';
}

function afterEngine({ action, attributes: { status } }: ClusterEvent, known: string | undefined): string | undefined {
  if (action === 'remove') return undefined;
  return typeof status === 'string' ? status : known;
}

function beforeEngine({ action, attributes: { old_status: old = 'ok' } }: ClusterEvent): string | undefined {
  return action === 'create' ? undefined : String(old);
}
