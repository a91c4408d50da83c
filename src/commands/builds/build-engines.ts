import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import { placeBuild } from './place-build.ts';

const maxSessions = 1_000;
/** A client opens its session and asks for the build at the same moment. */
const buildWithinMs = 500;
const lookMs = 10;
/** Connections of one client that name no build follow each other as soon as this. */
const sameClientMs = 60_000;

/**
 * Which engine a build with several connections is at: BuildKit's clients open a session, over which the engine reads files, and ask for
 * the build over another connection. Both must be at one engine, and the build alone says which one it may be.
 */
export class BuildEngines {
  readonly #cluster: Cluster;
  /** By the id of the session. */
  readonly #sessions = new Map<string, string>();
  /** By who asks. */
  readonly #clients = new Map<string, { readonly engineId: string; usedMs: number }>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** For a build; `image`: what would run there. Throws `unschedulable`. */
  async ofBuild(image: ImageConfig, session: string | undefined): Promise<EngineRecord> {
    const at = session === undefined ? undefined : this.#sessions.get(session);
    const refusal = `the session of the build is at engine ${at}, which cannot take it`;
    const engine = await placeBuild(this.#cluster, image, at === undefined ? undefined : { engine: at, refusal });
    if (session !== undefined) this.#note(session, engine.id);
    return engine;
  }

  /** For a connection that says nothing of its build but perhaps its session. Throws `unschedulable`, `invalid`. */
  async ofConnection(
    image: ImageConfig,
    { session, client, signal }: { readonly session: string | undefined; readonly client: string; signal: AbortSignal },
  ): Promise<EngineRecord> {
    const { cache, clock } = this.#cluster;
    const deadline = clock.steadyMs() + buildWithinMs;
    while (session !== undefined && !this.#sessions.has(session) && clock.steadyMs() < deadline) {
      // After an abort, a pause is none: the loop would let nothing else run until its deadline.
      if (signal.aborted) throw new SatsumaError('invalid', 'the client left before its build was placed');
      await pause(lookMs, signal);
    }
    const known = session === undefined ? undefined : this.#sessions.get(session);
    if (known !== undefined) return cache.engine(known).value;
    const engine = (await this.#ofClient(client)) ?? (await placeBuild(this.#cluster, image));
    this.#clients.delete(client);
    this.#clients.set(client, { engineId: engine.id, usedMs: clock.steadyMs() });
    forgetOldest(this.#clients);
    if (session !== undefined) this.#note(session, engine.id);
    return engine;
  }

  async #ofClient(client: string): Promise<EngineRecord | undefined> {
    const { cache, clock } = this.#cluster;
    const last = this.#clients.get(client);
    if (!last || clock.steadyMs() - last.usedMs > sameClientMs || !cache.hasEngine(last.engineId)) return undefined;
    const engine = cache.engine(last.engineId).value;
    return engine.condition === 'ok' && engine.intent === 'active' ? engine : undefined;
  }

  #note(session: string, engineId: string): void {
    this.#sessions.delete(session);
    this.#sessions.set(session, engineId);
    forgetOldest(this.#sessions);
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size > maxSessions) map.delete(oldest);
}
