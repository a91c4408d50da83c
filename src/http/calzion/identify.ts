import { anyone } from '../../access/principal.ts';
import type { DoorSettings } from '../../model/doors.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Identify } from '../access-guard.ts';

/** The words of the original. */
export const authorizationFailed = 'authorization failed.';

/**
 * `Authorization` is the key alone, without a scheme: a token of Satsuma. Whoever sends none has the role of the door, or may do
 * everything where it has none, as through the other doors.
 */
export function identifyCalzion({ role }: DoorSettings): Identify {
  return (control, { headers }) => {
    const { authorization = '' } = headers as { readonly authorization?: string };
    if (authorization === '') return role === undefined ? anyone : { name: 'door calzion', role };
    const found = control.principalOfToken(authorization);
    if (found) return found;
    throw new SatsumaError('unauthenticated', authorizationFailed);
  };
}
