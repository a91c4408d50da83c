import { forbidden } from '@hapi/boom';
import type { Request, ResponseObject } from '@hapi/hapi';
import { isTokenText } from '../access/token-text.ts';
import type { Upgrade } from './web-sockets.ts';

type Asked = Pick<Request, 'raw' | 'server'>;

/** `session` has the token of a login; `oidc` what is needed when a provider of OpenID Connect sends the browser back. */
type CookieName = 'session' | 'oidc';

const maxHeaderLength = 16_384;

/**
 * A cookie of the web page. No script can read it, and no other site makes a browser send it. Over TLS its name says that neither a
 * page without TLS nor another host of the same domain has set it.
 */
export function setCookie(
  response: ResponseObject,
  request: Asked,
  name: CookieName,
  { value, seconds }: { readonly value: string; readonly seconds: number },
): void {
  const isSecure = isTls(request) || isOverTls(request);
  const attributes = `Path=/; Max-Age=${Math.max(0, Math.floor(seconds))}; HttpOnly; SameSite=Strict`;
  const text = `${isSecure ? '__Host-' : ''}satsuma-${name}=${value}; ${attributes}${isSecure ? '; Secure' : ''}`;
  response.header('set-cookie', text, { append: true });
}

export function forgetCookie(response: ResponseObject, request: Asked, name: CookieName): void {
  setCookie(response, request, name, { value: '', seconds: 0 });
}

/** Undefined: the request has none. Before a server that speaks TLS itself, only what came over TLS counts. */
export function cookieOf(request: Asked, name: CookieName): string | undefined {
  const { cookie = '' } = request.raw.req.headers;
  const names = [`__Host-satsuma-${name}`, ...(isTls(request) ? [] : [`satsuma-${name}`])];
  const pairs = cookie.slice(0, maxHeaderLength).split(/; */);
  const found = names.flatMap((each) => pairs.filter((pair) => pair.startsWith(`${each}=`)));
  const [first = ''] = found;
  const value = first.slice(first.indexOf('=') + 1);
  return value === '' ? undefined : value;
}

/** The token of a login of the web page. Throws 403 where the request changes something and says of no page of this server. */
export function shownByCookie(request: Request): string | undefined {
  const token = cookieOf(request, 'session');
  if (token === undefined || !isTokenText(token)) return undefined;
  refuseUnknownPage(request);
  return token;
}

/**
 * A browser sends the cookie by itself, so what changes something must come from a page of this server, which the browser says of it.
 * What comes from a page of another one was refused before: see `refuseOtherSites`.
 */
function refuseUnknownPage({ app, method, raw }: Request): void {
  const { upgrade } = app as { readonly upgrade?: Upgrade };
  const isSafe = (method === 'get' || method === 'head') && !upgrade;
  const { origin, 'sec-fetch-site': site } = raw.req.headers;
  if (isSafe || origin !== undefined || site === 'same-origin') return;
  throw forbidden(
    'a request with a cookie must say of which page it is: send Origin, or a token in place of the cookie',
  );
}

function isTls({ server }: Pick<Request, 'server'>): boolean {
  return server.info.protocol === 'https';
}

/** Something before this server speaks TLS with the browser. */
function isOverTls({ raw }: Pick<Request, 'raw'>): boolean {
  return raw.req.headers.origin?.startsWith('https://') === true;
}
