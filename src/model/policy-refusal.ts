import { SatsumaError } from './errors.ts';
import type { Policy, PolicyRule, PolicyViolation } from './policy.ts';

/** A refusal by a policy, in the details of a `forbidden` error. */
export interface PolicyRefusal {
  readonly policy: string;
  readonly rule: PolicyRule;
  readonly path: string;
}

export function isPolicyRefusal(details: unknown): details is PolicyRefusal {
  const { policy, rule, path } = Object(details) as Partial<PolicyRefusal>;
  return [policy, rule, path].every((each) => typeof each === 'string');
}

/** Throws `forbidden` for the first violation, if there is one. */
export function refuseViolations({ name }: Pick<Policy, 'name'>, violations: readonly PolicyViolation[]): void {
  const [first] = violations;
  if (!first) return;
  const { rule, path, message } = first;
  const more = violations.length > 1 ? `, and ${violations.length - 1} more` : '';
  const details: PolicyRefusal = { policy: name, rule, path };
  throw new SatsumaError('forbidden', `the policy ${name} refuses ${path} (rule ${rule}): ${message}${more}`, {
    details,
  });
}
