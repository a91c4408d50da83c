import { setTimeout } from 'node:timers/promises';
import tar from 'tar-stream';
import { adminSocket } from '../../decisions/domains/router-config.ts';
import type { WantedConfig } from '../../decisions/domains/wanted-config.ts';
import type { EngineClient } from '../../engines/engine-client.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { LoadedConfig } from '../../model/router.ts';
import { visibleText } from '../../model/visible-text.ts';
import { runInRouter } from './run-in-router.ts';

const folder = '/config';
const file = 'satsuma.json';
const writeMs = 10_000;
const programMs = 20_000;
/** A router that was started just now may not listen yet. */
const tries = 8;
const betweenTriesMs = 250;
const longestReason = 300;

/**
 * Has a router load what is wanted, over nothing but the engine's API: the file is written as an archive, and Caddy's own program in the
 * container hands it to the admin endpoint, which is a socket in there. Caddy checks it first, and goes on with what it had where it is wrong.
 * The same again changes nothing. Resolves when it serves by it. Throws what the engine fails with, and `engine_failed` with what Caddy says.
 */
export async function loadConfig(
  client: EngineClient,
  container: string,
  wanted: (version: string) => WantedConfig,
): Promise<LoadedConfig> {
  const version = versionIn(await caddy(client, container, ['version']));
  const { text, hash } = wanted(version);
  await client.putArchive(container, { path: folder }, archiveOf(text()), AbortSignal.timeout(writeMs));
  await reload(client, container);
  return { container, hash, version };
}

/** Of the file alone, which its owner alone can read. */
async function* archiveOf(text: string): AsyncGenerator<Buffer> {
  const pack = tar.pack();
  pack.entry({ name: file, mode: 0o600, uid: 0, gid: 0 }, text);
  pack.finalize();
  for await (const bytes of pack) yield bytes as Buffer;
}

async function reload(client: EngineClient, container: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    // One that has loaded nothing yet listens where Caddy does by itself: at a port of the container's loopback.
    for (const address of [`unix/${adminSocket}`, 'localhost:2019']) {
      const args = ['reload', '--config', `${folder}/${file}`, '--address', address];
      const { exitCode, output } = await runInRouter(client, container, ['caddy', ...args], programMs);
      if (exitCode === 0) return;
      const isAbsent = /\bdial (unix|tcp)\b/.test(output);
      if (!isAbsent) throw refused(output);
    }
    if (attempt === tries) throw refused('it does not listen');
    await setTimeout(betweenTriesMs);
  }
}

async function caddy(client: EngineClient, container: string, args: readonly string[]): Promise<string> {
  const { exitCode, output } = await runInRouter(client, container, ['caddy', ...args], programMs);
  if (exitCode !== 0) throw refused(output);
  return output;
}

function versionIn(output: string): string {
  return /\bv?(\d{1,4}\.\d{1,4}(\.\d{1,6})?)/.exec(output)?.[1] ?? '0.0';
}

function refused(output: string): SatsumaError {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const error = lines.findLast((line) => line.startsWith('Error')) ?? lines.at(-1) ?? 'without a word';
  return new SatsumaError(
    'engine_failed',
    `Caddy did not load its configuration: ${visibleText(error.slice(0, longestReason))}`,
  );
}
