import { isIP } from 'node:net';
import Joi from 'joi';
import { hostAndPort } from '../model/host-address.ts';
import { isLoopback as isLoopbackHost } from '../runtime/loopback.ts';
import type { ListenAddress } from './config.ts';
import { must } from './messages.ts';

const form = /^(?:\[(?<ipv6>[0-9a-fA-F:.]+)\]|(?<name>[a-zA-Z0-9.-]*)):(?<port>[0-9]{1,5})$/;

/** Go's formats: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, and `:8080` for all interfaces. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const { ipv6, name, port: digits } = form.exec(text)?.groups ?? {};
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return undefined;
  if (ipv6 !== undefined) return isIP(ipv6) === 6 ? { host: ipv6, port } : undefined;
  return name ? { host: name, port } : { port };
}

export const listenAddressSchema = must(
  'HOST:PORT, [IPV6]:PORT or :PORT',
  Joi.string().custom((text: string, helpers) => (parseListenAddress(text) ? text : helpers.error('any.invalid'))),
);

export function formatListenAddress({ host = '', port }: ListenAddress): string {
  return hostAndPort({ host, port });
}

/** True only if other machines certainly cannot connect. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host !== undefined && isLoopbackHost(host);
}
