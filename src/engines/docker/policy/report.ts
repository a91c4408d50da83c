import type { PolicyRule, PolicyRules, PolicyViolation } from '../../../model/policy.ts';

/** A limit on what is reported. */
const maxViolations = 20;
const maxShownLength = 120;

/** Collects violations of a policy. */
export class Report {
  readonly rules: PolicyRules;
  readonly violations: PolicyViolation[] = [];

  constructor(rules: PolicyRules) {
    this.rules = rules;
  }

  refuse(rule: PolicyRule, path: string, message: string): void {
    if (this.violations.length < maxViolations) this.violations.push({ rule, path: shown(path), message });
  }
}

/** Checks one field of a body, for any value that a client can send. */
export type Check = (report: Report, value: unknown, path: string) => void;

/** A client's value, shortened and sanitized for an error message. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const clean = text.replace(/[^\x20-\x7e]/g, '?');
  return clean.length > maxShownLength ? `${clean.slice(0, maxShownLength)}...` : clean;
}

/** Undefined if it is not a list of strings. An absent list is empty. */
export function textsOf(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
}

/** Undefined if it is not an object. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
}

export function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Refuses fields that are not in `known`. Docker accepts names in any case, so only the exact spelling is known. */
export function refuseUnknown(report: Report, value: object, path: string, known: readonly string[]): void {
  const { docker_fields = [] } = report.rules;
  for (const [key, field] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`;
    if (field === undefined || known.includes(key) || docker_fields.includes(place)) continue;
    report.refuse('docker_fields', place, `no rule of the policy covers the field ${shown(place)}`);
  }
}
