import type { AccessControl } from '../../access/access-control.ts';
import type { Principal } from '../../access/principal.ts';
import { beyond, type Role } from '../../model/access.ts';
import { SatsumaError } from '../../model/errors.ts';
import { isScopeWithin, joinScopes, type Scope } from '../../model/scope.ts';

/**
 * A caller cannot grant more than it has. `role`: its name, or a role that is not stored yet. `scope`: limits the
 * grantee in addition to the role. Throws `forbidden`.
 */
export function refuseBeyond(control: AccessControl, by: Principal, role: string | Role, scope?: Scope): void {
  const given = typeof role === 'string' ? control.role(role) : role;
  const more = beyond(given, control.role(by.role));
  if (more) {
    const { verb, noun } = more;
    const sentence = `the role ${by.role} may not ${verb} ${noun}, so it cannot grant that permission`;
    throw new SatsumaError('forbidden', sentence, { details: { verb, noun, role: by.role } });
  }
  if (!isScopeWithin(joinScopes(given.scope, scope), control.scopeOf(by))) {
    const sentence = `${by.name} is limited to some projects or engines, and cannot grant access to others`;
    throw new SatsumaError('forbidden', sentence, { details: { verb: null, noun: null, role: by.role } });
  }
  if (given.policy !== control.policyOf(by)) refuseUnderPolicy(control, by, 'grant a role without it');
}

/**
 * Accounts do not expire: a caller with an expiring token could outlive it by creating an account or setting a
 * password. Throws `forbidden`.
 */
export function refuseOutliving(control: AccessControl, by: Principal, what: string): void {
  if (control.endOf(by) === undefined) return;
  const advice = 'use an account, or a token that was made with --expires-in never';
  const sentence = `the token ${by.name} expires, so it cannot ${what}, which would outlive it: ${advice}`;
  throw new SatsumaError('forbidden', sentence, { details: { verb: null, noun: 'account', role: by.role } });
}

/** A caller under a policy cannot change policies. Throws `forbidden`. */
export function refuseUnderPolicy(control: AccessControl, by: Principal, what: string): void {
  const policy = control.policyOf(by);
  if (policy === undefined) return;
  const sentence = `the role ${by.role} is under the policy ${policy}, and may not ${what}`;
  throw new SatsumaError('forbidden', sentence, { details: { policy, role: by.role } });
}
