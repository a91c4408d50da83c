import type { Network, NetworkDetail, NetworkList, NetworkMember, Subnet } from '../../model/network.ts';
import type { Volume, VolumeList } from '../../model/volume.ts';
import { ParseProblems } from './parse-problems.ts';
import { booleanOf, cleanLine, fieldsOf, firstOf, lineOf, maximumEntries, textsOf } from './shape.ts';

/** Maps Docker's list of volumes. Invalid volumes are omitted. Throws InvalidResponse. */
export function toVolumes(answer: unknown): VolumeList {
  const { Volumes } = fieldsOf(answer, 'the answer');
  return listOfNamed(Volumes ?? [], 'volume', toVolume);
}

export function toVolume(entry: unknown): Volume {
  const { Name, Driver, Mountpoint, Scope, Labels, Options, CreatedAt } = fieldsOf(entry, 'a volume');
  return {
    name: lineOf(Name, 'Name'),
    driver: lineOf(Driver, 'Driver'),
    mountpoint: cleanLine(Mountpoint),
    scope: cleanLine(Scope),
    labels: textsOf(Labels, 'Labels'),
    options: textsOf(Options, 'Options'),
    createdAt: toTime(CreatedAt),
  };
}

/** The same for networks. */
export function toNetworks(answer: unknown): NetworkList {
  return listOfNamed(answer, 'network', toNetwork);
}

export function toNetwork(entry: unknown): Network {
  const fields = fieldsOf(entry, 'a network');
  const { Config } = fieldsOf(fields.IPAM ?? {}, 'IPAM');
  return {
    id: networkIdOf(fields.Id),
    name: lineOf(fields.Name, 'Name'),
    driver: lineOf(fields.Driver, 'Driver'),
    scope: cleanLine(fields.Scope),
    isInternal: booleanOf(fields.Internal ?? false, 'Internal'),
    isAttachable: booleanOf(fields.Attachable ?? false, 'Attachable'),
    isIPv6: booleanOf(fields.EnableIPv6 ?? false, 'EnableIPv6'),
    subnets: firstOf(Config ?? [], 'Config').entries.map(toSubnet),
    labels: textsOf(fields.Labels, 'Labels'),
    options: textsOf(fields.Options, 'Options'),
    createdAt: toTime(fields.Created),
  };
}

export function toNetworkDetail(answer: unknown): NetworkDetail {
  const { Containers } = fieldsOf(answer, 'the answer');
  const members = Object.entries(fieldsOf(Containers ?? {}, 'Containers')).slice(0, maximumEntries);
  const containers = members.map(toMember).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...toNetwork(answer), containers };
}

function toMember([id, value]: readonly [string, unknown]): NetworkMember {
  const { Name, IPv4Address, IPv6Address, MacAddress } = fieldsOf(value, 'a container');
  const [ipv4, ipv6, mac] = [IPv4Address, IPv6Address, MacAddress].map(cleanLine);
  return { id: lineOf(id, 'an id'), name: cleanLine(Name), ipv4: ipv4 ?? '', ipv6: ipv6 ?? '', mac: mac ?? '' };
}

function toSubnet(entry: unknown): Subnet {
  const fields = fieldsOf(entry, 'a subnet');
  const [gateway, range] = [cleanLine(fields.Gateway), cleanLine(fields.IPRange)];
  return {
    subnet: cleanLine(fields.Subnet),
    ...(gateway !== '' && { gateway }),
    ...(range !== '' && { ip_range: range }),
  };
}

function listOfNamed<T extends { readonly name: string }>(
  answer: unknown,
  what: string,
  read: (entry: unknown) => T,
): readonly T[] & { readonly unclear?: string } {
  const problems = new ParseProblems();
  const { entries, rest } = firstOf(answer, `the list of ${what}s`);
  if (rest > 0) problems.add(`the list of ${what}s has more than ${maximumEntries} entries`);
  const list = problems.each(entries, read).sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.assign(list, problems.marks());
}

/** Validated, because it is used in paths. Swarm networks have ids of 25 letters and digits. */
function networkIdOf(value: unknown): string {
  return /^[0-9a-z]{12,64}$/.test(String(value)) ? String(value) : lineOf(undefined, 'Id');
}

/** The local driver reports times in the engine's time zone. */
function toTime(value: unknown): string {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}
