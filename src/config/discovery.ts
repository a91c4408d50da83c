import Joi from 'joi';
import type { DiscoverySettings } from '../model/discovery.ts';
import { formatListenAddress, parseListenAddress } from './listen-address.ts';
import { must, unknownSetting } from './messages.ts';

/** With the spelling of the configuration file. */
export interface DiscoveryInFile {
  readonly dns?: string;
  readonly auth?: string;
  readonly domain: string;
  readonly resolvers?: readonly string[];
}

const domainPattern = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** The limit of the C library. */
const maxResolvers = 3;

const address = must(
  'HOST:PORT or [IPV6]:PORT',
  Joi.string().custom((text: string, helpers) =>
    parseListenAddress(text)?.host === undefined ? helpers.error('any.invalid') : text,
  ),
);

const keys = {
  dns: address,
  auth: address,
  resolvers: must(
    'a list of one to three IP addresses',
    Joi.array()
      .items(must('an IP address', Joi.string().ip({ cidr: 'forbidden' })))
      .min(1)
      .max(maxResolvers),
  ),
  domain: must('a domain in lower case, like "satsuma"', Joi.string().pattern(domainPattern)).default('satsuma'),
};

export const discoverySchema = must('an object with "dns", "auth" or "domain"', Joi.object(keys).with('auth', 'dns'))
  .messages({ 'object.unknown': unknownSetting, 'object.with': 'an object that has "dns" where it has "auth"' })
  .default({ domain: 'satsuma' });

/** Candidates for suggestions about an unknown setting. */
export const discoveryWords = Object.keys(keys);

export function discoveryOf({ dns, auth, domain, resolvers }: DiscoveryInFile): DiscoverySettings | undefined {
  const at = addressIn(dns);
  const authAt = addressIn(auth);
  return at && { dns: at, ...(authAt && { auth: authAt }), domain, ...(resolvers && { resolvers }) };
}

function addressIn(text: string | undefined): DiscoverySettings['dns'] | undefined {
  const { host, port } = (text !== undefined && parseListenAddress(text)) || {};
  return host === undefined || port === undefined ? undefined : { host, port };
}

export function describeDiscovery(settings: DiscoverySettings | undefined): object | undefined {
  if (!settings) return undefined;
  const { dns, auth, domain, resolvers } = settings;
  const where = { dns: formatListenAddress(dns), ...(auth && { auth: formatListenAddress(auth) }) };
  return { ...where, domain, ...(resolvers && { resolvers }) };
}
