import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { agedStatus } from '../../state/aged-status.ts';
import type { Cluster } from '../../state/cluster.ts';
import { relayToEngines } from './relay-to-engines.ts';

/** Limits how late a list tells what no event of a container tells, such as the networks that it was connected to. */
const keptMs = 10_000;
/** Of all lists together, about 2 kB each. Engines with more are asked each time. */
const maxEntries = 20_000;

export interface ListedContainer {
  readonly engineId: string;
  readonly id: string;
  /** Without the slash, and without the names of links. */
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string;
  /** Seconds since 1970, by its engine. */
  readonly created: number;
  /** As JSON, with the status text of now. */
  json(): string;
}

interface KeptList {
  readonly revision: number;
  readonly askedAt: number;
  readonly entries: readonly KeptEntry[];
}

interface KeptEntry extends Omit<ListedContainer, 'json'> {
  readonly status: string | undefined;
  /** All but the status, without the last brace. */
  readonly text: string;
}

/** The names of a container, with Docker's slash, as a list shows them. */
export type ShownNames = (engineId: string, names: readonly string[]) => readonly string[];

interface ListRequest {
  readonly version: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The engines' own lists of all their containers. A list is kept until a container of its engine changes, by the state cache: events of engines and
 * this server's own calls are in it. So a client that polls costs the engines nothing.
 */
export class KeptLists {
  readonly #cluster: Cluster;
  readonly #shown: ShownNames;
  readonly #lists = new Map<string, KeptList>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(cluster: Cluster, shown: ShownNames = (_, names) => names) {
    this.#cluster = cluster;
    this.#shown = shown;
  }

  /** Throws as `relayToEngines`. */
  async list(engines: readonly EngineRecord[], { version, signal }: ListRequest): Promise<readonly ListedContainer[]> {
    const now = this.#now();
    const kept = new Map(engines.map((engine) => [engine.id, this.#kept(engine, version, now)]));
    const missing = engines.filter(({ id }) => !kept.get(id));
    const known = [...kept.values()].filter((list) => list !== undefined);
    const asked = missing.length === 0 ? [] : await this.#ask(missing, { version, signal }, known.length > 0);
    const lists = [...known, ...asked];
    const after = this.#now();
    return lists.flatMap(({ entries, askedAt }) => entries.map((entry) => toListed(entry, after - askedAt)));
  }

  #kept({ id, condition }: EngineRecord, version: string | undefined, now: number): KeptList | undefined {
    const list = this.#lists.get(keyOf(id, version));
    const isCurrent = list && now - list.askedAt < keptMs && list.revision === this.#revision(id);
    return isCurrent && condition === 'ok' ? list : undefined;
  }

  /** `isPart`: other engines have answered, and nothing is thrown where none of these does. */
  async #ask(engines: readonly EngineRecord[], { version, signal }: ListRequest, isPart: boolean): Promise<KeptList[]> {
    const revisions = new Map(engines.map(({ id }) => [id, this.#revision(id)]));
    const askedAt = this.#now();
    const query = new URLSearchParams({ all: '1' });
    const asked = { method: 'GET', path: '/containers/json', query, version, signal } as const;
    const answers = await relayToEngines(this.#cluster, engines, asked).catch((error: unknown) => {
      if (isPart && isSatsumaError(error)) return [];
      throw error;
    });
    return answers.map(({ engine, answer }) => {
      const entries = (Array.isArray(answer) ? answer : []).flatMap(
        (entry) => toKept(engine.id, entry, this.#shown) ?? [],
      );
      const list = { revision: revisions.get(engine.id) ?? -1, askedAt, entries };
      this.#keep(keyOf(engine.id, version), list);
      return list;
    });
  }

  #keep(key: string, list: KeptList): void {
    this.#forget(key);
    this.#lists.set(key, list);
    this.#count += list.entries.length;
    for (const oldest of this.#lists.keys()) {
      if (this.#count <= maxEntries) break;
      this.#forget(oldest);
    }
    this.#timer ??= setTimeout(() => this.#forgetOld(), keptMs).unref();
  }

  #forgetOld(): void {
    this.#timer = undefined;
    const now = this.#now();
    for (const [key, { askedAt }] of this.#lists) if (now - askedAt >= keptMs) this.#forget(key);
    if (this.#lists.size > 0) this.#timer = setTimeout(() => this.#forgetOld(), keptMs).unref();
  }

  #forget(key: string): void {
    this.#count -= this.#lists.get(key)?.entries.length ?? 0;
    this.#lists.delete(key);
  }

  #revision(engineId: string): number {
    return this.#cluster.cache.containers.revision(engineId);
  }

  #now(): number {
    return this.#cluster.clock.steadyMs();
  }
}

function keyOf(engineId: string, version: string | undefined): string {
  return `${version ?? ''} ${engineId}`;
}

function toListed({ status, text, ...entry }: KeptEntry, afterMs: number): ListedContainer {
  return {
    ...entry,
    json: () =>
      status === undefined ? `${text}}` : `${text},"Status":${JSON.stringify(agedStatus(status, afterMs))}}`,
  };
}

function toKept(engineId: string, entry: unknown, shown: ShownNames): KeptEntry | undefined {
  const { Status, ...rest } = Object(entry) as Readonly<Record<string, unknown>>;
  const { Id: id, Names, Labels, State, Created } = rest;
  if (typeof id !== 'string') return undefined;
  const all = (Array.isArray(Names) ? Names : []).filter((name) => typeof name === 'string');
  const names = all.filter((name) => !/^\/.*\//.test(name));
  return {
    ...{ engineId, id, names: names.map((name: string) => name.replace(/^\//, '')) },
    labels: Object(Labels),
    state: String(State),
    created: typeof Created === 'number' ? Created : 0,
    status: typeof Status === 'string' ? Status : undefined,
    text: JSON.stringify(Array.isArray(Names) ? { ...rest, Names: shown(engineId, all) } : rest).slice(0, -1),
  };
}
