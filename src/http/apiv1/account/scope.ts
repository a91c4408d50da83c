import Joi from 'joi';
import type { AnsweredScope, ScopeFields } from '../../../api/account.ts';
import { subjectKeys } from '../../../model/constraint.ts';
import { maxScopeLabels, maxScopeProjects, type Scope } from '../../../model/scope.ts';
import { idSchema } from '../../validation.ts';

/**
 * A label that a constraint can match: see `constraintsOf`. Keys that constraints reserve for other subjects are
 * excluded.
 */
const labelSchema = Joi.string()
  .pattern(/^[a-zA-Z0-9_][a-zA-Z0-9_./-]*=[a-zA-Z0-9][a-zA-Z0-9_./-]*$/)
  .max(128)
  .pattern(new RegExp(`^(${subjectKeys.join('|')})=`), { invert: true })
  .messages({
    'string.pattern.base': '{{#label}} must be like zone=eu-1',
    'string.pattern.invert.base': `{{#label}} must have another key than ${subjectKeys.join(', ')}`,
  });

/** The scope of a token, an account or a role. */
export const scopeKeys = {
  projects: Joi.array().items(idSchema).min(1).max(maxScopeProjects).unique(),
  engine_labels: Joi.array().items(labelSchema).min(1).max(maxScopeLabels).unique(),
};

/** Undefined: no scope. */
export function scopeOf({ projects, engine_labels: engineLabels }: ScopeFields): Scope | undefined {
  if (!projects && !engineLabels) return undefined;
  return { ...(projects && { projects }), ...(engineLabels && { engineLabels }) };
}

export function serializeScope(scope: Scope | undefined): AnsweredScope {
  return { projects: scope?.projects ?? null, engine_labels: scope?.engineLabels ?? null };
}
