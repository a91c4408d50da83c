import { SatsumaError } from '../../model/errors.ts';
import { imageName } from '../image-schema.ts';
import { check } from '../validation.ts';
import type { Query } from './query.ts';

export interface OfImage {
  readonly Params: { readonly name: string };
  readonly Query: Query;
}

const imageId = /^(sha256:)?[0-9a-f]{4,64}$/;

/** A valid name or ID of an image, which is used in paths. Throws `invalid`. */
export function nameIn(name: string): string {
  const isName = imageId.test(name) || 'value' in check(imageName.required(), name);
  if (isName && /^[\w./:@-]+$/.test(name) && !name.includes('..')) return name;
  throw new SatsumaError('invalid', 'invalid reference format');
}

/** The name with a tag or a digest from another parameter. */
export function withTag(name: string, tag: string | undefined): string {
  if (tag === undefined || tag === '') return name;
  return `${name}${tag.includes(':') ? '@' : ':'}${tag}`;
}
