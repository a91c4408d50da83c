import { createRemoteJWKSet, decodeJwt, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { SatsumaError } from '../model/errors.ts';
import type { OidcSettings } from '../model/oidc.ts';
import type { TokenSubject } from '../model/token.ts';
import { type Claims, nameOf, roleOf } from './oidc-roles.ts';

/** Asymmetric algorithms only; `none` and shared secrets prove nothing. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const requestMs = 5_000;
const maxDocumentLength = 64 * 1024;
/** Limits how long keys at an old location are used. */
const keptMs = 60 * 60_000;
const skewSeconds = 30;

/** The limit of OpenID Connect. */
const maxSubjectLength = 255;

/** The user of an ID token, with the role. */
interface Identified {
  readonly name: string;
  readonly role: string;
  readonly subject: TokenSubject;
}

/** The unverified issuer of a token. Undefined: it has none. */
export function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/**
 * Verifies the ID tokens of an OpenID Connect provider with its published keys, which are fetched for the first token,
 * and again for an unknown key, at most twice a minute.
 */
export class IdTokens {
  readonly #settings: OidcSettings;
  readonly #now: () => number;
  #keys: { readonly until: number; readonly get: Promise<JWTVerifyGetKey> } | undefined;

  /** `now`: in milliseconds since 1970. */
  constructor(settings: OidcSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  /** Throws `unauthenticated` for an invalid token, `forbidden` if it has no role, and `oidc_unavailable`. */
  async identify(token: string): Promise<Identified> {
    const claims = await this.#claimsOf(token);
    const role = roleOf(claims, this.#settings);
    const name = nameOf(claims, this.#settings);
    // Required by the standard, as a string.
    const subject = { issuer: this.#settings.issuer, id: String(claims.sub).slice(0, maxSubjectLength) };
    if (role !== undefined) return { name, role, subject };
    throw new SatsumaError('forbidden', `no role of "auth.oidc" fits the ID token of ${name}: ask an admin for one`, {
      details: { verb: null, noun: null, role: null },
    });
  }

  async #claimsOf(token: string): Promise<Claims> {
    const { issuer, audience, clientId } = this.#settings;
    const keys = await this.#getKeys();
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        ...{ issuer, audience, algorithms, clockTolerance: skewSeconds, requiredClaims: ['sub', 'iat', 'exp'] },
        currentDate: new Date(this.#now()),
      });
      // It was issued to another client, which may have passed it on.
      if (payload.azp !== undefined && payload.azp !== clientId && payload.azp !== audience) {
        throw new errors.JWTClaimValidationFailed('unexpected "azp" claim value', payload, 'azp');
      }
      // An access token does not authenticate a user.
      if (protectedHeader.typ?.toLowerCase() === 'at+jwt' || payload.typ === 'Bearer') {
        throw new errors.JWTClaimValidationFailed('unexpected "typ" value', payload, 'typ');
      }
      return payload;
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  #getKeys(): Promise<JWTVerifyGetKey> {
    const now = performance.now();
    if (this.#keys && this.#keys.until > now) return this.#keys.get;
    const get = fetchKeys(this.#settings.issuer);
    this.#keys = { until: now + keptMs, get };
    get.catch(() => {
      if (this.#keys?.get === get) this.#keys = undefined;
    });
    return get;
  }

  #refusal(error: unknown): SatsumaError {
    if (error instanceof errors.JWTExpired) return refused('it has expired');
    if (error instanceof errors.JWTClaimValidationFailed) return refused(`its claim "${error.claim}" is not right`);
    const isOfToken = [
      errors.JWSInvalid,
      errors.JWTInvalid,
      errors.JWSSignatureVerificationFailed,
      errors.JOSEAlgNotAllowed,
    ];
    const isOfKeys = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];
    if ([...isOfToken, ...isOfKeys].some((each) => error instanceof each)) return refused('its signature is not good');
    return unavailable(this.#settings.issuer, error);
  }
}

function refused(why: string): SatsumaError {
  return new SatsumaError('unauthenticated', `the ID token is not valid: ${why}`);
}

function unavailable(issuer: string, cause: unknown): SatsumaError {
  const { message } = cause as Error;
  return new SatsumaError('oidc_unavailable', `the provider ${issuer} cannot be asked: ${message}`, { cause });
}

/** Throws `oidc_unavailable`. */
async function fetchKeys(issuer: string): Promise<JWTVerifyGetKey> {
  try {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(requestMs), redirect: 'error' });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    const text = await answer.text();
    if (text.length > maxDocumentLength) throw new Error('its configuration is too long');
    const { issuer: named, jwks_uri: keys } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (named !== issuer) throw new Error(`it calls itself ${String(named).slice(0, 200)}`);
    const where = new URL(String(keys));
    if (where.protocol !== new URL(issuer).protocol) throw new Error('its keys are not where they should be');
    return createRemoteJWKSet(where, { timeoutDuration: requestMs });
  } catch (error) {
    throw unavailable(issuer, error);
  }
}
