import { isIP } from 'node:net';
import Joi from 'joi';
import type { DomainBody } from '../../../api/domain.ts';
import type { RouterBody } from '../../../api/router.ts';
import { isInternationalName } from '../../../application/international-name.ts';
import {
  domainAuthSchemes,
  domainPattern,
  domainTlsModes,
  domainUserPattern,
  maxChainLength,
  maxHeaders,
  maxKeyLength,
  maxPasswordLength,
  maxUsers,
} from '../../../model/domain.ts';
import { idSchema } from '../../validation.ts';

export const domainNameSchema = Joi.string().pattern(domainPattern).messages({
  'string.pattern.base': '{{#label}} must be a host name in lower case, like "shop.example.org" or "*.example.org"',
});

/** Of a new one. */
const newDomainName = domainNameSchema
  // What is no host name at all has its own problem.
  .custom((text: string, helpers) =>
    !domainPattern.test(text) || isInternationalName(text) ? text : helpers.error('domain.idn'),
  )
  .messages({ 'domain.idn': '{{#label}} must be a host name: one of its labels stands for no international one' });

/** What a browser sends of a path; Caddy's matchers know `*`, `?` and `[`, and placeholders in braces. */
export const pathSchema = Joi.string()
  .max(500)
  .pattern(/^\/$|^(\/[A-Za-z0-9._~!$&'()+,;=:@%-]+)+$/)
  .messages({ 'string.pattern.base': '{{#label}} must be "/", or like "/api": no slash at its end, and no "*"' });

/** A problem with it must not quote it. */
const password = Joi.string()
  .min(1)
  .max(maxPasswordLength)
  .messages({ '*': '{{#label}} must be a text of 1 to 256 characters' });

/** A problem with a key must not quote it. */
const pem = (bytes: number) =>
  Joi.string()
    .min(1)
    .max(bytes, 'utf8')
    .messages({ '*': `{{#label}} must be PEM of at most ${bytes / 1_024} KiB` });

/** In a URL and in the value of a header, Caddy would replace what stands in braces. */
const redirectUrl = Joi.string()
  .max(2_000)
  .pattern(/^https?:\/\/[\x21-\x7e]+$/)
  .pattern(/^[^{}"<>\\^`|]+$/)
  .custom((text: string, helpers) =>
    URL.canParse(text) && !new URL(text).username ? text : helpers.error('any.invalid'),
  )
  .messages({ '*': '{{#label}} must be a URL like "https://example.org/new", without braces' });

/** What the connection is about is Caddy's, and who came in is Satsuma's. */
const notForUsers = [
  'host',
  'connection',
  'upgrade',
  'transfer-encoding',
  'content-length',
  'te',
  'trailer',
  'keep-alive',
];
const notInRequests = [
  'remote-user',
  'remote_user',
  'authorization',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
];
const headerName = (others: readonly string[]) =>
  Joi.string()
    .pattern(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/)
    .custom((text: string, helpers) => (others.includes(text.toLowerCase()) ? helpers.error('any.invalid') : text))
    .messages({
      'string.pattern.base': '{{#label}} must be the name of a header: letters, digits, "-" and "_"',
      'any.invalid': '{{#label}} is a header that cannot be changed',
    });
const headerValue = Joi.string()
  .max(1_000)
  .pattern(/^[\x20-\x7a\x7c\x7e]*$/)
  .messages({ 'string.pattern.base': '{{#label}} must be printable ASCII without braces' });
const headerChanges = (others: readonly string[]) => {
  const name = headerName([...notForUsers, ...others]);
  return Joi.object({
    set: Joi.object().pattern(name, headerValue.allow('')).max(maxHeaders),
    remove: Joi.array().items(name).max(maxHeaders),
  });
};

export const domainSchema = Joi.object<DomainBody>({
  name: newDomainName.required(),
  service: idSchema,
  port: Joi.number().integer().min(1).max(65_535),
  redirect: redirectUrl,
  permanent: Joi.boolean(),
  keep_path: Joi.boolean(),
  project: Joi.string().max(128),
  auth: Joi.valid(...domainAuthSchemes),
  headers: Joi.object({ request: headerChanges(notInRequests), response: headerChanges([]) }).allow(null),
  path: pathSchema.default('/'),
  tls: Joi.valid(...domainTlsModes),
  certificate: pem(maxChainLength),
  key: pem(maxKeyLength),
  users: Joi.object().pattern(Joi.string().pattern(domainUserPattern), password).max(maxUsers).allow(null),
})
  .xor('service', 'redirect')
  .and('certificate', 'key')
  .without('redirect', 'port')
  .with('permanent', 'redirect')
  .with('keep_path', 'redirect')
  .with('project', 'redirect')
  .required();

const dnsAddress = Joi.string()
  .max(80)
  .custom((text: string, helpers) => {
    const { ipv4, ipv6, port } =
      /^(?:(?<ipv4>[0-9.]+)|\[(?<ipv6>[0-9a-fA-F:.]+)\]):(?<port>[0-9]{1,5})$/.exec(text)?.groups ?? {};
    const isAddress = ipv4 === undefined ? isIP(ipv6 ?? '') === 6 : isIP(ipv4) === 4;
    return isAddress && Number(port) >= 1 && Number(port) <= 65_535 ? text : helpers.error('any.invalid');
  })
  .messages({ 'any.invalid': '{{#label}} must be IP:PORT or [IPV6]:PORT' });

export const routerSchema = Joi.object<RouterBody>({
  labels: Joi.array().items(Joi.string().min(1).max(255)).max(50).required(),
  image: Joi.string().min(1).max(255),
  dns: Joi.array().items(dnsAddress).min(1).max(9),
  auth: Joi.array().items(dnsAddress).max(9),
  email: Joi.string().email({ tlds: false }).max(254),
}).required();
