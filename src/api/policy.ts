import type { PolicyRules, PolicyViolation } from '../model/policy.ts';

/** The body of POST /apiv1/policy; without the name, the body of PUT /apiv1/policy/{name}. */
export interface NewPolicyBody {
  readonly name: string;
  readonly rules: PolicyRules;
}

export interface Policy extends NewPolicyBody {
  readonly created_at: string;
  readonly updated_at: string;
}

/** The answer to POST /apiv1/policy/{name}/check. */
export interface PolicyCheck {
  readonly policy: string;
  readonly allowed: boolean;
  readonly violations: readonly PolicyViolation[];
}
