import type { EngineClient } from '../../engines/engine-client.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Network } from '../../model/network.ts';

type Made = Pick<Network, 'id' | 'name' | 'createdAt'>;

/**
 * Removes a network that was just made if the engine has an older one of the name: Docker makes both for two clients that
 * ask at the same moment, and neither can be used by its name then. Throws `name_taken`.
 */
export async function refuseSecond(
  client: Pick<EngineClient, 'listNetworks' | 'removeNetwork'>,
  made: Made,
): Promise<void> {
  // It is made, whatever the engine says afterwards.
  const all = await client.listNetworks().catch(ignoreEngineError);
  if (!all?.some((each) => each.name === made.name && each.id !== made.id && isOlder(each, made))) return;
  // Whoever asked has none, even if it stays: the older one is another's.
  await client.removeNetwork(made.id).catch(ignoreEngineError);
  throw new SatsumaError('name_taken', `network with name ${made.name} already exists`);
}

function ignoreEngineError(error: unknown): undefined {
  if (!isSatsumaError(error)) throw error;
}

function isOlder(one: Made, other: Made): boolean {
  return keyOf(one) < keyOf(other);
}

/** Docker leaves out zeros at the end of the fraction of a second. */
function keyOf({ id, createdAt }: Made): string {
  const [, seconds = '', fraction = ''] = /^([^.Z]*)\.?(\d*)/.exec(createdAt) ?? [];
  return `${seconds}.${fraction.padEnd(9, '0')} ${id}`;
}
