import { SatsumaError } from '../../model/errors.ts';
import { isPredefinedNetwork } from '../../model/network.ts';
import { isNothing } from '../docker-create/is-nothing.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What is read of an endpoint, and the field of a network attachment that says it. */
const fieldOf: Readonly<Record<string, string>> = {
  ...{ Aliases: 'aliases', MacAddress: 'mac_address', DriverOpts: 'driver_opts', GwPriority: 'gw_priority' },
  Links: 'links',
};
const addressFieldOf: Readonly<Record<string, string>> = {
  ...{ IPv4Address: 'ip', IPv6Address: 'ip6', LinkLocalIPs: 'link_local_ips' },
};
/** Docker's own answers, which clients send back. */
const ofNoEffect = [
  ...['NetworkID', 'EndpointID', 'Gateway', 'IPAddress', 'IPPrefixLen', 'IPv6Gateway', 'GlobalIPv6Address'],
  ...['GlobalIPv6PrefixLen', 'DNSNames'],
];

/**
 * The networks of `NetworkingConfig`, as an image config has them. Clients name the default one too, without a word about it. Values
 * are not checked here. Throws `invalid` for what no field can say.
 */
export function networksIn(networking: unknown): readonly Fields[] {
  const { EndpointsConfig } = Object(networking) as { readonly EndpointsConfig?: unknown };
  return Object.entries(Object(EndpointsConfig) as Fields).flatMap(([name, endpoint]) => {
    const fields = endpointOf(name, Object(endpoint) as Fields);
    const isDefault = isPredefinedNetwork(name);
    return isDefault && Object.keys(fields).length === 0 ? [] : [{ name, ...fields }];
  });
}

/** The same of one network. Throws `invalid`. */
export function endpointOf(name: string, endpoint: Fields): Fields {
  const fields: Record<string, unknown> = {};
  const take = (part: Fields, names: Readonly<Record<string, string>>, at: string) => {
    for (const [key, value] of Object.entries(part)) {
      const field = Object.hasOwn(names, key) ? names[key] : undefined;
      if (isNothing(value) || value === 0 || ofNoEffect.includes(key)) continue;
      if (field !== undefined) fields[field] = value;
      else if (key !== 'IPAMConfig') throw new SatsumaError('invalid', `${at}${key} cannot be said of network ${name}`);
    }
  };
  take(endpoint, fieldOf, 'NetworkingConfig.EndpointsConfig.');
  take(Object(endpoint.IPAMConfig) as Fields, addressFieldOf, 'NetworkingConfig.EndpointsConfig.IPAMConfig.');
  return fields;
}
