import { SatsumaError } from '../../model/errors.ts';
import type { Identify } from '../access-guard.ts';

/**
 * `X-Service-Key` takes precedence over `X-Access-Token: USER:TOKEN`, which has exactly one colon. Both are Satsuma
 * tokens; a login's token belongs to its account.
 */
export const identifyShipyard: Identify = (control, { headers }) => {
  const { 'x-service-key': serviceKey, 'x-access-token': accessToken } = headers as Readonly<Record<string, unknown>>;
  if (typeof serviceKey === 'string' && serviceKey !== '') {
    const found = control.principalOfToken(serviceKey);
    if (found) return found;
    throw unauthorized();
  }
  const [user, token, ...more] = typeof accessToken === 'string' ? accessToken.split(':') : [];
  const found = token === undefined || more.length > 0 ? undefined : control.principalOfToken(token);
  if (found?.account && found.account.name === user) return found;
  throw unauthorized();
};

function unauthorized(): SatsumaError {
  return new SatsumaError('unauthenticated', 'unauthorized');
}
