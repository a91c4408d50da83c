import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration } from 'openid-client';
import type { OidcProvider } from '../api/account.ts';
import { isLoopback } from '../runtime/loopback.ts';
import { IncompleteOperation } from './exit-codes.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';

/** How the user authenticates: by a code on any device, or in a browser of this machine. */
export type OidcWay = 'device' | 'browser';

type Library = typeof import('openid-client');
interface Asking {
  readonly library: Library;
  readonly configuration: Configuration;
  readonly scope: string;
  readonly signal: AbortSignal;
  readonly io: Io;
}

const requestSeconds = 10;
/** Typical lifetime of a provider's codes. */
const patienceMs = 15 * 60_000;
const callbackPath = '/callback';

/**
 * Gets an ID token from the provider after the user has logged in there: by the device grant (RFC 8628), or by an
 * authorization code with PKCE and a loopback redirect (RFC 7636, RFC 8252). Throws `NotDone`.
 */
export async function idTokenOf({ issuer, client_id, scopes }: OidcProvider, way: OidcWay, io: Io): Promise<string> {
  const where = new URL(issuer);
  if (where.protocol !== 'https:' && !isLoopback(where.hostname))
    throw new IncompleteOperation(1, `the provider ${issuer} does not use https://`);
  const interrupt = new AbortController();
  const stop = io.onInterrupt?.(() => interrupt.abort(new IncompleteOperation(130, 'not logged in')));
  const signal = AbortSignal.any([interrupt.signal, AbortSignal.timeout(patienceMs)]);
  try {
    // Loaded on demand: few commands need it.
    const library = await import('openid-client');
    const { discovery, None, allowInsecureRequests } = library;
    const execute = where.protocol === 'http:' ? [allowInsecureRequests] : [];
    const configuration = await discovery(where, client_id, undefined, None(), { timeout: requestSeconds, execute });
    const asking = { library, configuration, scope: scopes.join(' '), signal, io };
    const token = await (way === 'device' ? byDevice(asking) : byBrowser(asking));
    if (token === undefined)
      throw new IncompleteOperation(1, `the provider ${issuer} gave no ID token: the scope openid is missing`);
    return token;
  } catch (error) {
    if (interrupt.signal.aborted) throw interrupt.signal.reason;
    if (error instanceof IncompleteOperation) throw error;
    if (signal.aborted) throw new IncompleteOperation(1, 'nobody logged in at the provider within 15 minutes');
    throw new IncompleteOperation(1, `the provider ${issuer} did not log you in: ${reasonOf(error)}`);
  } finally {
    stop?.();
  }
}

async function byDevice({ library, configuration, scope, signal, io }: Asking): Promise<string | undefined> {
  const device = await library.initiateDeviceAuthorization(configuration, { scope });
  const { verification_uri: uri, verification_uri_complete: whole = uri, user_code: code } = device;
  io.stderr(line`Open ${whole} in a browser, on any device, and see that it shows the code ${code}.`);
  return (await library.pollDeviceAuthorizationGrant(configuration, device, undefined, { signal })).id_token;
}

async function byBrowser({ library, configuration, scope, signal, io }: Asking): Promise<string | undefined> {
  const verifier = library.randomPKCECodeVerifier();
  const [state, nonce] = [library.randomState(), library.randomNonce()];
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const callback = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}${callbackPath}`);
    const url = library.buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: callback.href, scope, state, nonce, code_challenge_method: 'S256' },
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
    });
    io.stderr(line`Open ${url.href} in a browser of this machine.`);
    const called = await calledBack(server, callback, { state, signal });
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
    return (await library.authorizationCodeGrant(configuration, called, checks)).id_token;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The URL to which the provider redirected the browser. Requests with another state are ignored. */
async function calledBack(
  server: ReturnType<typeof createServer>,
  callback: URL,
  { state, signal }: { readonly state: string; readonly signal: AbortSignal },
): Promise<URL> {
  for (;;) {
    const [request, response] = (await once(server, 'request', { signal })) as [IncomingMessage, ServerResponse];
    const url = URL.canParse(request.url ?? '', callback.href) ? new URL(request.url ?? '', callback) : undefined;
    const isOurs = url?.pathname === callbackPath && url.searchParams.get('state') === state;
    response.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/plain', connection: 'close' });
    response.end(isOurs ? 'You can close this page and return to the terminal.\n' : 'There is nothing here.\n');
    if (isOurs && url) return url;
  }
}

/** The provider's message, or the error. */
function reasonOf(error: unknown): string {
  const { error_description: description, error: code, message } = error as Readonly<Record<string, unknown>>;
  return [description, code, message].find((each) => typeof each === 'string' && each !== '') as string;
}
