import type { Configuration } from 'openid-client';
import { SatsumaError } from '../model/errors.ts';
import type { OidcSettings } from '../model/oidc.ts';

type Library = typeof import('openid-client');

/**
 * State that the browser keeps during the login at the provider: proves that the response belongs to this request and
 * browser.
 */
export interface CodeLogin {
  readonly issuer: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** In milliseconds since 1970. */
  readonly untilMs: number;
}

const requestSeconds = 5;
/** The typical lifetime of authorization codes. */
const loginTimeoutMs = 15 * 60_000;
/** Limits how long the provider's metadata is cached. */
const keptMs = 60 * 60_000;
const maxReasonLength = 200;

/** OpenID Connect's authorization code flow with PKCE (RFC 7636), state and nonce. */
export class CodeLogins {
  readonly #settings: readonly OidcSettings[];
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly until: number; readonly asked: Promise<Configuration> }>();

  constructor(settings: readonly OidcSettings[], now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  /** The authorization URL for the browser. Throws `oidc_unavailable`. */
  async begin(
    settings: OidcSettings,
    redirectUri: string,
  ): Promise<{ readonly url: string; readonly login: CodeLogin }> {
    const library = await import('openid-client');
    const configuration = await this.#configurationOf(library, settings);
    const verifier = library.randomPKCECodeVerifier();
    const [state, nonce] = [library.randomState(), library.randomNonce()];
    const url = library.buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: redirectUri, scope: settings.scopes.join(' '), state, nonce, code_challenge_method: 'S256' },
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
    });
    const untilMs = this.#now() + loginTimeoutMs;
    return { url: url.href, login: { issuer: settings.issuer, redirectUri, state, nonce, verifier, untilMs } };
  }

  /** The ID token. `query`: that of the provider's redirect. Throws `unauthenticated`, `oidc_unavailable`. */
  async finish({ issuer, redirectUri, state, nonce, verifier, untilMs }: CodeLogin, query: string): Promise<string> {
    const settings = this.#settings.find((each) => each.issuer === issuer);
    if (!settings || untilMs < this.#now()) throw refused('it took longer than 15 minutes');
    const library = await import('openid-client');
    const configuration = await this.#configurationOf(library, settings);
    const called = new URL(redirectUri);
    called.search = query;
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
    try {
      const { id_token: token } = await library.authorizationCodeGrant(configuration, called, checks);
      if (token !== undefined) return token;
    } catch (error) {
      if (isOfProvider(library, error)) throw unavailable(issuer, error);
      throw refused(reasonOf(error));
    }
    throw refused('it gave no ID token');
  }

  /** Concurrent callers share one request. */
  #configurationOf(library: Library, { issuer, clientId }: OidcSettings): Promise<Configuration> {
    const now = performance.now();
    const known = this.#known.get(issuer);
    if (known && known.until > now) return known.asked;
    const where = new URL(issuer);
    const execute = where.protocol === 'http:' ? [library.allowInsecureRequests] : [];
    const options = { timeout: requestSeconds, execute };
    const asked = library.discovery(where, clientId, undefined, library.None(), options).catch((error: unknown) => {
      this.#known.delete(issuer);
      throw unavailable(issuer, error);
    });
    this.#known.set(issuer, { until: now + keptMs, asked });
    return asked;
  }
}

/**
 * The provider did not respond, or its response is invalid. Refusals, and responses to another request, are errors of
 * the login instead.
 */
function isOfProvider(library: Library, error: unknown): boolean {
  const { AuthorizationResponseError, ResponseBodyError, ClientError } = library;
  if (error instanceof AuthorizationResponseError) return false;
  if (error instanceof ResponseBodyError) return error.status >= 500;
  return (
    !(error instanceof ClientError) || ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM'].includes(error.code ?? '')
  );
}

function refused(why: string): SatsumaError {
  return new SatsumaError('unauthenticated', `the provider did not log you in: ${why}`);
}

function unavailable(issuer: string, cause: unknown): SatsumaError {
  const { message } = cause as Error;
  return new SatsumaError('oidc_unavailable', `the provider ${issuer} cannot be asked: ${message}`, { cause });
}

/** The provider's error, or else the cause. */
function reasonOf(error: unknown): string {
  const { error_description: description, error: code, message } = error as Readonly<Record<string, unknown>>;
  const reason = [description, code, message].find((each) => typeof each === 'string' && each !== '');
  return String(reason)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, maxReasonLength);
}
