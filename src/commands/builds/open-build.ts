import type { RelayAnswer } from '../../engines/relay-operations.ts';
import { registryLogins } from '../../execution/images/registry-credentials.ts';
import { dockerAuthHeader, toDockerAuth } from '../../model/docker-auth.ts';
import type { EngineRecord } from '../../model/engine.ts';
import type { Cluster } from '../../state/cluster.ts';
import { relayToEngine } from '../relay/relay-to-engine.ts';
import { refreshBuilt } from './built-images.ts';

/** An engine that answers nothing for so long after it has the whole context does not build. One that is down is known sooner. */
const silentMs = 600_000;

export interface BuildRequest {
  /** Docker's own. */
  readonly query: URLSearchParams;
  readonly version: string | undefined;
  /** The context, as a tar archive. */
  readonly context: AsyncIterable<Buffer>;
  readonly contentType: string;
  /** The client's own credentials, by registry as Docker names it: they come before Satsuma's. */
  readonly logins: Readonly<Record<string, unknown>>;
}

/**
 * Builds an image on an engine: the context goes there and its words come back as fast as the other side reads. When they end, the image can be
 * placed by. Throws what the engine failed with or said no with, `registry_key`, and what the context throws; so do the words.
 */
export async function openBuild(
  cluster: Cluster,
  engine: EngineRecord,
  { query, version, context, contentType, logins }: BuildRequest,
  signal: AbortSignal,
): Promise<RelayAnswer> {
  const own = (await registryLogins(cluster)).map(toDockerAuth).map((each) => [each.serveraddress, each] as const);
  const config = dockerAuthHeader({ ...Object.fromEntries(own), ...logins });
  const headers = { 'content-type': contentType, 'x-registry-config': config };
  const call = { method: 'POST', path: '/build', use: 'transfers', limitMs: silentMs } as const;
  const opened = await relayToEngine(cluster, engine, { ...call, query, version, headers, body: context }, signal);
  return { ...opened, bytes: noted(cluster, engine, opened.bytes) };
}

/** Whoever builds an image runs it next: its engine is known to have it by then. */
async function* noted(cluster: Cluster, { id }: EngineRecord, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* bytes;
  await refreshBuilt(cluster, id);
}
