import { readAnswer } from '../../commands/relay/read-answer.ts';
import { relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';

export interface KnownExec {
  readonly engineId: string;
  /** The id of its container. */
  readonly container: string;
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
}

const maxKnown = 10_000;
const execId = /^[0-9a-f]{64}$/;

/** Where programs are that were created: of those that another server created, the engines know. */
export class KnownExecs {
  readonly #cluster: Cluster;
  readonly #known = new Map<string, KnownExec>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  add(id: string, exec: KnownExec): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= maxKnown) this.#known.delete(oldest);
    this.#known.set(id, exec);
  }

  /** Throws `no_such_container`. */
  async find(id: string, signal: AbortSignal): Promise<KnownExec> {
    const found = this.#known.get(id) ?? (execId.test(id) ? await this.#ask(id, signal) : undefined);
    if (!found) throw noSuchExec(id);
    return found;
  }

  /** What its engine says of it. Throws as `find`, and what the engine failed with. */
  async inspect(id: string, version: string | undefined, signal: AbortSignal): Promise<unknown> {
    const { engineId } = await this.find(id, signal);
    const { pool, cache } = this.#cluster;
    const client = pool.client(cache.engine(engineId).value);
    return await readAnswer(await client.relay({ method: 'GET', path: `/exec/${id}/json`, version }, signal));
  }

  async #ask(id: string, signal: AbortSignal): Promise<KnownExec | undefined> {
    const { cache } = this.#cluster;
    const request = { method: 'GET', path: `/exec/${id}/json`, signal } as const;
    const [found] = await relayToEngines(this.#cluster, cache.engines(), request).catch(() => []);
    if (!found) return undefined;
    const { ContainerID, OpenStdin, ProcessConfig } = Object(found.answer) as Readonly<Record<string, unknown>>;
    const { tty, entrypoint, arguments: given } = Object(ProcessConfig) as Readonly<Record<string, unknown>>;
    if (typeof ContainerID !== 'string') return undefined;
    const exec = {
      ...{ engineId: found.engine.id, container: ContainerID, tty: tty === true, stdin: OpenStdin === true },
      command: [entrypoint, ...(Array.isArray(given) ? given : [])].map(String),
    };
    this.add(id, exec);
    return exec;
  }
}

export function noSuchExec(id: string): SatsumaError {
  return new SatsumaError('no_such_container', `No such exec instance: ${id.slice(0, 64)}`);
}
