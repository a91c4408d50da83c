import { quoted } from '../application/problems.ts';
import { type Place, scalar } from '../application/tree.ts';
import { type Fields, Value } from '../application/value.ts';
import type { NetworkAttachment } from '../model/image-config.ts';
import type { DesiredNetwork, Networking } from './desired.ts';
import { attachmentOf, defaultNetwork } from './networks.ts';
import type { Reading } from './reading.ts';

export interface NetworkContext {
  readonly networks: ReadonlyMap<string, DesiredNetwork>;
  /** Names that others have for a service, by its own. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  readonly reading: Reading;
  readonly networking: Networking;
}

interface Networks {
  readonly keys: readonly string[];
  readonly attachments: readonly NetworkAttachment[];
  readonly mode?: string | undefined;
}

/** The networks of a service of a file, or its network mode: without a word about either it is in the default one. */
export function networksOf(
  service: Fields,
  { key, place }: { readonly key: string; readonly place: Place },
  { networks, networking, aliases, reading }: NetworkContext,
): Networks {
  const mode = service.take('network_mode');
  const named = service.take('networks');
  if (mode) {
    if (named) mode.fail('cannot be with networks');
    const word = mode.oneOf(['bridge', 'host', 'none']);
    return { keys: [], attachments: [], mode: word };
  }
  const implied = [[defaultNetwork, new Value(scalar(null, place), `services.${key}`, reading.problems)] as const];
  const wishes = named ? (named.fields()?.all() ?? []) : implied;
  const found = wishes.flatMap(([network, value]) => {
    const known = networks.get(network);
    if (known)
      return [
        [
          network,
          attachmentOf(value, { key, network: known.body.name, aliases: aliases.get(key) ?? [] }),
          known,
        ] as const,
      ];
    return value.fail(`names the network ${quoted(network)}, which is not under networks of the file`) ?? [];
  });
  // Where none can be made, who is alone in a network does without.
  const attachments = found.flatMap(([, attachment, { isExternal }]) =>
    networking.kind === 'none' && !isExternal ? [] : [attachment],
  );
  return { keys: found.map(([network]) => network), attachments };
}
