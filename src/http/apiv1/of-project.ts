import Joi from 'joi';
import { type ImageConfig, projectOf } from '../../model/image-config.ts';
import { hasProject, type Scope } from '../../model/scope.ts';
import { idSchema, strictValidation } from '../validation.ts';

/** `?project=`: of a list, what belongs to it. */
export const ofProject = { ...strictValidation, query: Joi.object({ project: idSchema }) };

export interface ProjectQuery {
  readonly Query: { readonly project?: string };
}

export function isOfProject(
  image: Pick<ImageConfig, 'project'>,
  { project }: { readonly project?: string | undefined },
  scope?: Scope,
): boolean {
  return hasProject(scope, projectOf(image)) && (project === undefined || projectOf(image) === project);
}
