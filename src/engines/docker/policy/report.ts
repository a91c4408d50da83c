import type { PolicyRule, PolicyRules, PolicyViolation } from '../../../model/policy.ts';

/** More of them help nobody. */
const mostViolations = 20;
const longestShown = 120;

/** Collects what the rules of a policy refuse. */
export class Report {
  readonly rules: PolicyRules;
  readonly violations: PolicyViolation[] = [];

  constructor(rules: PolicyRules) {
    this.rules = rules;
  }

  refuse(rule: PolicyRule, path: string, message: string): void {
    if (this.violations.length < mostViolations) this.violations.push({ rule, path: shown(path), message });
  }
}

/** Looks at one field of a body, in any form that a client can give it. */
export type Check = (report: Report, value: unknown, path: string) => void;

/** A part of what a client sent, fit for a sentence. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const clean = text.replace(/[^\x20-\x7e]/g, '?');
  return clean.length > longestShown ? `${clean.slice(0, longestShown)}...` : clean;
}

/** Undefined: it is no list of texts. An absent list is empty. */
export function textsOf(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
}

/** Undefined: it is no object. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
}

export function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Fields of an object that are none of `known`. Docker reads names in any letter case, so only the exact spelling is known. */
export function refuseUnknown(report: Report, value: object, path: string, known: readonly string[]): void {
  const { docker_fields = [] } = report.rules;
  for (const [key, field] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`;
    if (field === undefined || known.includes(key) || docker_fields.includes(place)) continue;
    report.refuse('docker_fields', place, `no rule of the policy is about the field ${shown(place)}`);
  }
}
