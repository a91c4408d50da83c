import { setTimeout } from 'node:timers/promises';
import tar from 'tar-stream';
import type { DesiredConfig } from '../../decisions/domains/desired-config.ts';
import { adminSocket } from '../../decisions/domains/router-config.ts';
import type { EngineClient } from '../../engines/engine-client.ts';
import { SatsumaError } from '../../model/errors.ts';
import { type LoadedConfig, maxRefused, type RefusedDomain } from '../../model/router.ts';
import { ConfigRefused, reasonFor } from './caddy-error.ts';
import { largestAccepted } from './largest-accepted.ts';
import { refuseBesideHungProgram, runInRouter } from './run-in-router.ts';

const folder = '/config';
const file = 'satsuma.json';
const writeMs = 10_000;
const programMs = 20_000;
/** The commands that this file runs, as in a process list. */
const ownPrograms = /\bcaddy (version|reload --config \/config\/satsuma\.json)\b/;
/** A router that was just started may not listen yet. */
const tries = 8;
const betweenTriesMs = 250;

/**
 * Loads the configuration into a router through the engine's API only: the file is uploaded as an archive, and Caddy's
 * CLI in the container passes it to the admin endpoint, a socket in the container. Caddy validates it, and keeps the
 * previous one if it is invalid. Loading the same configuration has no effect. Refused domains are omitted. Resolves
 * when the configuration is active. Throws the engine's error, `engine_failed` with Caddy's message, and
 * `engine_timeout` if Caddy hangs. `before`: the record of the router on that engine.
 */
export async function loadConfig(
  client: EngineClient,
  container: string,
  configFor: (version: string) => DesiredConfig,
  before?: LoadedConfig,
): Promise<LoadedConfig> {
  await refuseBesideHungProgram(client, container, ownPrograms);
  const version = versionIn(await caddy(client, container, ['version']));
  const config = configFor(version);
  const load = async (without: readonly Versioned[]): Promise<ConfigRefused | undefined> => {
    const text = config.text(new Set(without.map(({ name }) => name)));
    await client.putArchive(container, { path: folder }, archiveOf(text), AbortSignal.timeout(writeMs));
    return await reload(client, container);
  };
  const all = config.domains;
  const domainsAt = Math.max(0, ...all.map((each) => each.version));
  const known = before?.container === container && before.version === version ? before : undefined;
  const refusedBefore = all.flatMap((item) => {
    const found = known?.refused?.[item.name];
    return found ? [{ item, at: found.at, reason: found.reason }] : [];
  });
  // Unchanged refused domains are omitted at once; if the whole configuration is unchanged, they are retried.
  const still = known?.hash === config.hash ? [] : refusedBefore.filter(({ item, at }) => at === item.version);
  const left = still.map(({ item }) => item);
  const error = await load(left);
  if (!error) return { container, hash: config.hash, version, domainsAt, ...refusedIn(still) };
  const first = all.filter((each) => !left.includes(each));
  const isKept = (each: Versioned) =>
    each.version <= (known?.domainsAt ?? -1) && !refusedBefore.some(({ item }) => item === each);
  const suspects = first.filter((each) => !isKept(each));
  if (suspects.length === 0) throw error;
  const names = all.map(({ name }) => name);
  const found = await largestAccepted(first.filter(isKept), suspects, async (items) => {
    return (await load(all.filter((each) => !items.includes(each))))?.said;
  });
  // The error is not about domains.
  if (!found || found.accepted.length === 0) throw error;
  const refused = [
    ...still,
    ...found.refused.map(({ item, reason }) => ({ item, reason: reasonFor(reason, item.name, names) })),
    ...found.untried.map((item) => ({ item, reason: 'not tried, because too many other domains are refused' })),
  ];
  if (refused.length > maxRefused)
    throw new SatsumaError(
      'engine_failed',
      `Caddy refuses ${refused.length} domains, which is too many: ${error.message}`,
    );
  return { container, hash: config.hash, version, domainsAt, ...refusedIn(refused) };
}

type Versioned = DesiredConfig['domains'][number];

function refusedIn(
  all: readonly { readonly item: Versioned; readonly reason: string }[],
): Pick<LoadedConfig, 'refused'> {
  if (all.length === 0) return {};
  const pairs = all.map(({ item, reason }): [string, RefusedDomain] => [item.name, { at: item.version, reason }]);
  return { refused: Object.fromEntries(pairs) };
}

/** An archive with the file, readable to its owner only. */
async function* archiveOf(text: string): AsyncGenerator<Buffer> {
  const pack = tar.pack();
  pack.entry({ name: file, mode: 0o600, uid: 0, gid: 0 }, text);
  pack.finalize();
  for await (const bytes of pack) yield bytes as Buffer;
}

/** Returns Caddy's error if it is refused. */
async function reload(client: EngineClient, container: string): Promise<ConfigRefused | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    // A router without a loaded configuration listens at Caddy's default: a loopback port of the container.
    for (const address of [`unix/${adminSocket}`, 'localhost:2019']) {
      const args = ['reload', '--config', `${folder}/${file}`, '--address', address];
      const { exitCode, output } = await runInRouter(client, container, ['caddy', ...args], programMs);
      if (exitCode === 0) return undefined;
      const isAbsent = /\bdial (unix|tcp)\b/.test(output);
      if (!isAbsent) return new ConfigRefused(output);
    }
    if (attempt === tries) throw new ConfigRefused('it does not listen');
    await setTimeout(betweenTriesMs);
  }
}

async function caddy(client: EngineClient, container: string, args: readonly string[]): Promise<string> {
  const { exitCode, output } = await runInRouter(client, container, ['caddy', ...args], programMs);
  if (exitCode !== 0) throw new ConfigRefused(output);
  return output;
}

function versionIn(output: string): string {
  return /\bv?(\d{1,4}\.\d{1,4}(\.\d{1,6})?)/.exec(output)?.[1] ?? '0.0';
}
