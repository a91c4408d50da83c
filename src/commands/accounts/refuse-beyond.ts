import type { AccessControl } from '../../access/access-control.ts';
import type { Principal } from '../../access/principal.ts';
import { beyond, type Role } from '../../model/access.ts';
import { SatsumaError } from '../../model/errors.ts';

/** Nobody gives away more than they have. `role`: its name, or one that is not there yet. Throws `forbidden`. */
export function refuseBeyond(control: AccessControl, by: Principal, role: string | Role): void {
  const more = beyond(typeof role === 'string' ? control.role(role) : role, control.role(by.role));
  if (!more) return;
  const { verb, noun } = more;
  const sentence = `the role ${by.role} may not ${verb} ${noun}, so it cannot give that away`;
  throw new SatsumaError('forbidden', sentence, { details: { verb, noun, role: by.role } });
}
