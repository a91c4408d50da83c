import type { SessionBody } from '../src/api/session.ts';
import { ApiFailure, call } from './api.ts';

const shownBefore = 'shown-before-login';

/** Whether there is a login that can be ended. The cookie itself is shown to no script. */
export async function hasLogin(): Promise<boolean> {
  return (await call('GET', 'apiv1/session')).cookie;
}

export async function logIn(body: SessionBody): Promise<void> {
  await call('POST', 'apiv1/session', body);
}

/** It ends on every server. Throws where no server answers: the login goes on then. */
export async function logOut(): Promise<void> {
  await call('DELETE', 'apiv1/session');
}

/** Providers of OpenID Connect, by the URLs of their issuers. */
export async function issuersOf(): Promise<readonly string[]> {
  try {
    return (await call('GET', 'apiv1/oidc')).issuers;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return [];
    throw error;
  }
}

/** Leaves the page, for that of the provider, which sends the browser back here. */
export async function goToProvider(issuer: string): Promise<void> {
  const { url } = await call('POST', 'apiv1/session/oidc', { issuer, redirect_uri: `${location.origin}/ui` });
  // The provider sends the browser back to the page, and not to what is shown in it.
  sessionStorage.setItem(shownBefore, location.hash);
  location.assign(url);
}

/** Undefined: the provider has not sent the browser here. It is good once, so it is taken out of the address. */
export function takeReply(): string | undefined {
  const { search } = location;
  const fields = new URLSearchParams(search);
  if (!fields.has('state') || !(fields.has('code') || fields.has('error'))) return undefined;
  history.replaceState(null, '', `/ui${sessionStorage.getItem(shownBefore) ?? ''}`);
  return search;
}
