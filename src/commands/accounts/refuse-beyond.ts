import type { AccessControl } from '../../access/access-control.ts';
import type { Principal } from '../../access/principal.ts';
import { beyond, type Role } from '../../model/access.ts';
import { SatsumaError } from '../../model/errors.ts';
import { isScopeWithin, joinScopes, type Scope } from '../../model/scope.ts';

/**
 * Nobody gives away more than they have. `role`: its name, or one that is not there yet. `scope`: to what whoever gets it is narrowed beside
 * their role. Throws `forbidden`.
 */
export function refuseBeyond(control: AccessControl, by: Principal, role: string | Role, scope?: Scope): void {
  const given = typeof role === 'string' ? control.role(role) : role;
  const more = beyond(given, control.role(by.role));
  if (more) {
    const { verb, noun } = more;
    const sentence = `the role ${by.role} may not ${verb} ${noun}, so it cannot give that away`;
    throw new SatsumaError('forbidden', sentence, { details: { verb, noun, role: by.role } });
  }
  if (!isScopeWithin(joinScopes(given.scope, scope), control.scopeOf(by))) {
    const sentence = `${by.name} is narrowed to some projects or engines, and cannot give away more`;
    throw new SatsumaError('forbidden', sentence, { details: { verb: null, noun: null, role: by.role } });
  }
  if (given.policy !== control.policyOf(by)) refuseUnderPolicy(control, by, 'give away a role without it');
}

/** An account has no end: whoever has one, or the password of another one, is there for longer than a token that expires. Throws `forbidden`. */
export function refuseOutliving(control: AccessControl, by: Principal, what: string): void {
  if (control.endOf(by) === undefined) return;
  const advice = 'use an account, or a token that was made with --expires-in never';
  const sentence = `the token ${by.name} expires, so it cannot ${what}, which would outlive it: ${advice}`;
  throw new SatsumaError('forbidden', sentence, { details: { verb: null, noun: 'account', role: by.role } });
}

/** Whoever is under a policy does not change what it is. Throws `forbidden`. */
export function refuseUnderPolicy(control: AccessControl, by: Principal, what: string): void {
  const policy = control.policyOf(by);
  if (policy === undefined) return;
  const sentence = `the role ${by.role} is under the policy ${policy}, and may not ${what}`;
  throw new SatsumaError('forbidden', sentence, { details: { policy, role: by.role } });
}
