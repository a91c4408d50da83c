import type { CreateNetworkBody } from '../api/volume.ts';
import { networkLabel, projectLabel } from '../application/labels.ts';
import { quoted } from '../application/problems.ts';
import type { Dict, Place } from '../application/tree.ts';
import type { Fields, Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import type { NetworkAttachment } from '../model/image-config.ts';
import type { DesiredNetwork, Networking } from './desired.ts';
import { externalOf } from './mounts.ts';
import { refusedOfNetworks } from './refused-keys.ts';

export const defaultNetwork = 'default';

interface NetworkContext {
  readonly project: string;
  readonly networking: Networking;
  readonly place: Place;
}

/** A network of the file. */
export function networkOf(
  key: string,
  fields: Fields | undefined,
  { project, networking, place }: NetworkContext,
): DesiredNetwork {
  const external = externalOf(fields);
  const named = fields?.take('name')?.text();
  const driver = fields?.take('driver');
  const options = fields?.take('driver_opts')?.map();
  const internal = fields?.take('internal')?.flag();
  const attachable = fields?.take('attachable')?.flag();
  const ipv6 = fields?.take('enable_ipv6')?.flag();
  const labels = fields?.take('labels')?.map();
  const addresses = addressesOf(fields?.take('ipam')?.fields());
  fields?.finish(refusedOfNetworks);
  const isLocal = networking.kind === 'engine' || networking.kind === 'each';
  const drivers = isLocal ? ['bridge'] : networking.kind === 'unknown' ? ['bridge', 'overlay'] : ['overlay'];
  const word = driver?.text();
  if (word !== undefined && !drivers.includes(word) && word !== 'default') {
    driver?.fail(
      drivers.includes('overlay')
        ? `is ${quoted(word)}, which ends at one engine: leave it out for a network over all engines`
        : `is ${quoted(word)}, and ${networking.kind === 'each' ? 'each engine has a network of its own' : 'there is one engine'}: leave it out`,
    );
  }
  if (networking.kind === 'mesh' && attachable === false)
    fields?.fail('must be attachable: Satsuma runs containers in it, and no services of Swarm mode');
  const name = named ?? (external ? (external.name ?? key) : `${project}_${key}`);
  const body: CreateNetworkBody = {
    name,
    ...(networking.kind === 'engine' && { scope: networking.engine }),
    ...given({ internal, ipv6, options }),
    ...addresses,
    labels: { ...labels, [projectLabel]: project, [networkLabel]: key },
  };
  const engines = networking.kind === 'each' && !external ? { engines: networking.engines } : {};
  return { key, place, isExternal: external !== undefined, body, ...engines };
}

/** Whether one of the services is to be in a network: one with `network_mode` is in none of the file. */
export function hasNetworks(model: Dict): boolean {
  const services = model.entries.get('services');
  return (
    services?.kind === 'dict' &&
    [...services.entries.values()].some((each) => each.kind !== 'dict' || !each.entries.has('network_mode'))
  );
}

function addressesOf(ipam: Fields | undefined): Pick<CreateNetworkBody, 'subnet' | 'gateway' | 'ip_range'> {
  if (!ipam) return {};
  const driver = ipam.take('driver');
  if (driver && driver.text() !== 'default') driver.fail('is not done here: addresses are given by Docker');
  const configs = ipam.take('config')?.list() ?? [];
  ipam.finish({ options: 'addresses are given by Docker' });
  const [first, second] = configs;
  if (second) second.fail('is one subnet too many: a network has one here');
  const fields = first?.fields();
  if (!fields) return {};
  const read = given({
    subnet: fields.take('subnet')?.text(),
    gateway: fields.take('gateway')?.text(),
    ip_range: fields.take('ip_range')?.text(),
  });
  fields.finish({ aux_addresses: 'give containers addresses outside of ip_range' });
  if (read.subnet === undefined && Object.keys(read).length > 0) fields.fail('must have subnet');
  return read;
}

/** How the containers of a service are in a network. They have the name of the service there. */
export function attachmentOf(
  value: Value,
  { key, network, aliases }: { readonly key: string; readonly network: string; readonly aliases: readonly string[] },
): NetworkAttachment {
  const fields = value.isNull ? undefined : value.fields();
  const own = fields?.take('aliases')?.texts() ?? [];
  const more = given({
    ip: fields?.take('ipv4_address')?.text(),
    ip6: fields?.take('ipv6_address')?.text(),
    mac_address: fields?.take('mac_address')?.text(),
    link_local_ips: fields?.take('link_local_ips')?.texts(),
    driver_opts: fields?.take('driver_opts')?.map(),
    gw_priority: fields?.take('gw_priority')?.whole({ min: -1_000_000 }),
  });
  fields?.finish({ interface_name: 'Docker names the interfaces', priority: 'use gw_priority' });
  const names = [...new Set([key, ...aliases, ...own])];
  const wrong = names.find((name) => !/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/.test(name));
  if (wrong !== undefined) value.fail(`cannot have the name ${quoted(wrong)} in a network`);
  return { name: network, aliases: names, ...more };
}

/** Where networks are made on these engines. */
export function networkingOn(engines: readonly { readonly id: string }[], hasMesh: boolean): Networking {
  if (hasMesh) return { kind: 'mesh' };
  const [first, second] = engines;
  return first && !second ? { kind: 'engine', engine: first.id } : { kind: 'none' };
}
