import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { packageRoot } from '../../runtime/package-root.ts';

/** The file of each script; the number in its name is the number of KEYS, `n` any. */
const files = {
  write: 'write-n',
  reserve: 'reserve-12',
  adopt: 'adopt-9',
  bind: 'bind-5',
  renew: 'renew-1',
  release: 'release-9',
  expired: 'expired-1',
  reservationsOf: 'reservations-of-2',
  acquireLease: 'acquire-lease-2',
  releaseLease: 'release-lease-1',
  repairSums: 'repair-sums-5',
  recountQuotas: 'recount-quotas-n',
  trial: 'trial-5',
} as const;

export type ScriptName = keyof typeof files;
type Command = (keyCount: number, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** ioredis sends a script's digest, and its text if Redis does not have it. */
export function defineScripts(client: Redis): void {
  for (const [name, file] of Object.entries(files)) {
    const text = readScript(file);
    const lua = text.includes('announce(') ? readScript('announce') + text : text;
    client.defineCommand(commandName(name), { lua });
  }
}

function readScript(file: string): string {
  return readFileSync(join(packageRoot, `src/store/redis/scripts/${file}.lua`), 'utf8');
}

export function runScript(
  client: Redis,
  name: ScriptName,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const commands = client as unknown as Record<string, Command>;
  const command = commands[commandName(name)];
  if (!command) throw new Error(`The script ${name} is not defined on this client.`);
  // Passed as arrays: a call is limited to some ten thousand arguments.
  return command.call(client, keys.length, keys, args);
}

/** Prefixed, because ioredis has its own commands for some of these names. */
function commandName(name: string): string {
  return `satsuma:${name}`;
}
