import { isIP } from 'node:net';
import Joi from 'joi';
import type { DomainBody } from '../../../api/domain.ts';
import type { RouterBody } from '../../../api/router.ts';
import { isInternationalName } from '../../../application/international-name.ts';
import { domainPattern, domainTlsModes, domainUserPattern, longestPassword, mostUsers } from '../../../model/domain.ts';
import { idSchema } from '../../validation.ts';

export const domainNameSchema = Joi.string().pattern(domainPattern).messages({
  'string.pattern.base': '{{#label}} must be a host name in lower case, like "shop.example.org" or "*.example.org"',
});

/** Of a new one. */
const newDomainName = domainNameSchema
  .custom((text: string, helpers) => (isInternationalName(text) ? text : helpers.error('domain.idn')))
  .messages({ 'domain.idn': '{{#label}} must be a host name: one of its labels stands for no international one' });

/** What a browser sends of a path; Caddy's matchers know `*`, `?` and `[`, and placeholders in braces. */
export const pathSchema = Joi.string()
  .max(500)
  .pattern(/^\/$|^(\/[A-Za-z0-9._~!$&'()+,;=:@%-]+)+$/)
  .messages({ 'string.pattern.base': '{{#label}} must be "/", or like "/api": no slash at its end, and no "*"' });

/** A problem with it must not quote it. */
const password = Joi.string()
  .min(1)
  .max(longestPassword)
  .messages({ '*': '{{#label}} must be a text of 1 to 256 characters' });

export const domainSchema = Joi.object<DomainBody>({
  name: newDomainName.required(),
  service: idSchema.required(),
  port: Joi.number().integer().min(1).max(65_535),
  path: pathSchema.default('/'),
  tls: Joi.valid(...domainTlsModes),
  users: Joi.object().pattern(Joi.string().pattern(domainUserPattern), password).max(mostUsers).allow(null),
}).required();

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
