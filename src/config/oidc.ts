import Joi from 'joi';
import type { OidcSettings } from '../model/oidc.ts';
import { parsePattern } from '../model/pattern.ts';
import { isLoopback } from '../runtime/loopback.ts';
import { must } from './messages.ts';

/** With the spelling of the configuration file. */
export interface OidcInFile {
  readonly issuer: string;
  readonly 'client-id': string;
  readonly audience?: string;
  readonly scopes: readonly string[];
  readonly 'name-claim': string;
  readonly roles: OidcSettings['roles'];
  readonly 'token-lifetime': number;
}

const name = Joi.string().max(256);
const pattern = Joi.string()
  .max(1024)
  .custom((text: string) => {
    parsePattern(text);
    return text;
  });
const issuer = Joi.string()
  .uri({ scheme: ['https', 'http'] })
  .max(2048)
  .custom((text: string) => {
    const url = new URL(text);
    const isOpen = url.protocol === 'http:' && !isLoopback(url.hostname);
    if (url.search !== '' || url.hash !== '' || isOpen) throw new Error('no issuer');
    return text;
  });

const oidcKeys = {
  issuer: must('an https:// URL, or an http:// one of this machine', issuer).required(),
  'client-id': must('the id of a client at the provider', name).required(),
  audience: must('what tokens are meant for', name),
  scopes: must('a list of scopes', Joi.array().items(name).max(20)).default(['openid', 'profile', 'email']),
  'name-claim': must('the name of a claim', name).default('email'),
  roles: must(
    'a list of 1 to 100 objects with "claims" (names to values, like "repo:acme/*") and "role"',
    Joi.array()
      .items(
        Joi.object({ claims: Joi.object().pattern(name, pattern).min(1).max(20).required(), role: name.required() }),
      )
      .min(1)
      .max(100),
  ).required(),
  'token-lifetime': must('a number of seconds from 60 to 604800', Joi.number().integer().min(60).max(604_800)).default(
    8 * 3_600,
  ),
};

export const oidcSchema = Joi.object<OidcInFile>(oidcKeys);
export const oidcWords = Object.keys(oidcKeys);

export function oidcOf({ issuer, audience, scopes, roles, ...rest }: OidcInFile): OidcSettings {
  const { 'client-id': clientId, 'name-claim': nameClaim, 'token-lifetime': tokenSeconds } = rest;
  return { issuer, clientId, audience: audience ?? clientId, scopes, nameClaim, roles, tokenSeconds };
}

export function describeOidc({
  issuer,
  clientId,
  audience,
  scopes,
  nameClaim,
  roles,
  tokenSeconds,
}: OidcSettings): OidcInFile {
  return {
    ...{ issuer, 'client-id': clientId, audience, scopes, 'name-claim': nameClaim, roles },
    'token-lifetime': tokenSeconds,
  };
}
