import Joi from 'joi';
import { type ImageConfig, projectOf } from '../../model/image-config.ts';
import { hasProject, type Scope } from '../../model/scope.ts';
import { isImageWithin } from '../../state/scopes.ts';
import { idSchema, strictValidation } from '../validation.ts';

/** `?project=` filters a list by project. */
export const ofProject = { ...strictValidation, query: Joi.object({ project: idSchema }) };

export interface ProjectQuery {
  readonly Query: { readonly project?: string };
}

const label = Joi.string()
  .max(4096)
  .pattern(/^[^=]+(=|$)/)
  .messages({ 'string.pattern.base': '{{#label}} must be NAME, or NAME=VALUE' });

/** The same, and `?label=`: all of these labels must be present. */
export const ofProjectAndLabel = {
  ...strictValidation,
  query: Joi.object({ project: idSchema, label: Joi.array().items(label).max(16).single() }),
};

export interface LabelQuery {
  readonly Query: ProjectQuery['Query'] & { readonly label?: readonly string[] };
}

export function isOfProject(
  image: Pick<ImageConfig, 'project'>,
  { project }: { readonly project?: string | undefined },
  scope?: Scope,
): boolean {
  return hasProject(scope, projectOf(image)) && (project === undefined || projectOf(image) === project);
}

function hasLabels({ container_labels: labels = {} }: ImageConfig, required: readonly string[] = []): boolean {
  return required.every((each) => {
    const [name = ''] = each.split('=', 1);
    if (!Object.hasOwn(labels, name)) return false;
    return name === each || labels[name] === each.slice(name.length + 1);
  });
}

/** Whether an image config matches the filters of a list, and is within the caller's scope. */
export function isAskedFor(query: LabelQuery['Query'], scope: Scope | undefined): (image: ImageConfig) => boolean {
  return (image) => hasLabels(image, query.label) && isOfProject(image, query) && isImageWithin(scope, image);
}
