import { InvalidArgumentError } from 'commander';
import type { NetworkAttachment } from '../model/image-config.ts';
import { commaFields, keyAndValue } from './comma-fields.ts';
import { wholeOrNone } from './numbers.ts';

type Changes = Readonly<Record<string, unknown>>;

const adding =
  (field: keyof NetworkAttachment) =>
  (value: string, before: Changes): Changes => ({
    [field]: [...((before[field] as string[] | undefined) ?? []), value],
  });

/** Docker's keys. */
const keys: Readonly<Record<string, (value: string, before: Changes) => Changes>> = {
  name: (name) => ({ name }),
  alias: adding('aliases'),
  ip: (ip) => ({ ip }),
  ip6: (ip6) => ({ ip6 }),
  'mac-address': (mac_address) => ({ mac_address }),
  'link-local-ip': adding('link_local_ips'),
  'driver-opt': (text, before) => {
    const [key, value = ''] = keyAndValue(text);
    return { driver_opts: { ...(before.driver_opts as object | undefined), [key]: value } };
  },
  'gw-priority': (value) => ({ gw_priority: wholeOrNone(value) }),
};

/**
 * Like `docker run --network`: a name, or fields like `name=web,alias=db,ip=10.0.0.9`; the server checks the values.
 */
export function network(
  text: string,
  previous: readonly (string | NetworkAttachment)[] = [],
): readonly (string | NetworkAttachment)[] {
  if (!text.includes('=')) return [...previous, text];
  const fields = commaFields(text);
  if (!fields) throw new InvalidArgumentError('A quote is not closed.');
  let made: Changes = {};
  for (const [key, value = ''] of fields.map(keyAndValue)) {
    const reader = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (!reader) throw new InvalidArgumentError(`"${key}" is unknown; valid keys: ${Object.keys(keys).join(', ')}.`);
    made = { ...made, ...reader(value, made) };
  }
  if (made.name === undefined) throw new InvalidArgumentError('It needs the name of the network, like name=web.');
  return [...previous, made as unknown as NetworkAttachment];
}
