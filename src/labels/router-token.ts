import { type Installation, signatureLabel } from '../installation/installation.ts';

/** The header with which routers authenticate their password checks. */
export const routerTokenHeader = 'X-Satsuma-Router';
const signed = { 'satsuma.router-token': 'visitors' };

/** Equal on all servers of the installation, because it is signed with its key. */
export function routerToken(installation: Pick<Installation, 'sign'>): string {
  return installation.sign(signed)[signatureLabel] ?? '';
}

export function isRouterToken(installation: Pick<Installation, 'isSignedByUs'>, token: string): boolean {
  return installation.isSignedByUs({ ...signed, [signatureLabel]: token });
}

/** The secret with which routers report the requests of a domain. Letters, digits, `-` and `_`. */
export function requestCode(installation: Pick<Installation, 'sign'>, domain: string): string {
  const [, signature = ''] = installation.sign({ 'satsuma.domain-requests': domain })[signatureLabel]?.split('.') ?? [];
  return signature.slice(0, 22);
}
