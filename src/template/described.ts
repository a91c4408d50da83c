import { isIP } from 'node:net';
import type { Value } from '../application/value.ts';
import { protocols } from '../model/image-config.ts';
import type { LanPart, LanPlugin, LanService, WanPart, WanPlugin, WanService } from '../model/network-plugin.ts';

const nothing: LanPart = { bindPorts: [], networks: [], neededNetworks: [], addresses: [], userData: {} };
const max = 256;

/** What a plug-in makes of a service. It may be a user's: what it throws, and what makes no sense, is a problem of the service. */
export function describedLan(plugin: LanPlugin, service: LanService, at: Value): LanPart {
  return (
    described(
      plugin,
      at,
      () => plugin.describe(frozen(service)),
      (part) => problemOfLan(part, service),
    ) ?? nothing
  );
}

/** The same of a service that asks for ports from outside. */
export function describedWan(plugin: WanPlugin, service: WanService, at: Value): WanPart {
  if (service.ports.length === 0) return nothing;
  return described(plugin, at, () => plugin.describe(frozen(service)), problemOf) ?? nothing;
}

function described<T extends WanPart>(
  { name }: LanPlugin | WanPlugin,
  at: Value,
  describe: () => T,
  problemIn: (part: Partial<T>) => string | undefined,
): T | undefined {
  try {
    const part = describe();
    const problem = problemIn(Object(part));
    return problem === undefined ? part : at.fail(`cannot be connected: the plug-in ${name} answers ${problem}`);
  } catch (error) {
    return at.fail(
      `cannot be connected: the plug-in ${name} failed: ${error instanceof Error ? error.message : 'error'}`,
    );
  }
}

/** Of one service: what a plug-in changes would be another one's. */
function frozen<T extends LanService | WanService>(service: T): T {
  for (const port of service.ports) Object.freeze(port);
  Object.freeze(service.ports);
  return Object.freeze(service);
}

function problemOfLan(part: Partial<LanPart>, { ports }: LanService): string | undefined {
  const { neededNetworks, addresses } = part;
  if (!isListOf(neededNetworks, isName)) return 'no "neededNetworks" with names of networks';
  const isAddress = (each: Partial<LanPart['addresses'][number]>) =>
    typeof each.host === 'string' && /^[a-zA-Z0-9_.:{}-]{1,253}$/.test(each.host) && isPort(each.port);
  if (!isListOf(addresses, isAddress) || addresses?.length !== ports.length)
    return 'no "addresses" with host and port for each port';
  return problemOf(part);
}

function problemOf({ bindPorts, networks, userData }: Partial<WanPart>): string | undefined {
  const isBinding = (each: Partial<WanPart['bindPorts'][number]>) =>
    protocols.some((proto) => proto === each.proto) &&
    isPort(each.container_port) &&
    (each.port === undefined || isPort(each.port)) &&
    (each.host_ip === undefined || isIP(each.host_ip) !== 0);
  if (!isListOf(bindPorts, isBinding)) return 'no "bindPorts" with proto, port and container_port';
  if (!isListOf(networks, ({ name }) => isName(name))) return 'no "networks" with names';
  const texts = Object.values(Object(userData)).every((each) => isListOf(each, (text) => typeof text === 'string'));
  return typeof userData === 'object' && texts ? undefined : 'no "userData" with lists of texts';
}

function isListOf(value: unknown, isFine: (each: never) => boolean): boolean {
  return Array.isArray(value) && value.length <= max && value.every((each) => each !== null && isFine(each as never));
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/.test(value);
}
