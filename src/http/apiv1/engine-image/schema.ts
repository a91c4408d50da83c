import Joi from 'joi';
import { isImageReference } from '../../../model/image-name.ts';
import { imageName } from '../../image-schema.ts';
import { idSchema } from '../../validation.ts';

/** A name, an id, or a prefix of an id. */
export const imageSchema = Joi.string()
  .max(512)
  .custom((text: string, helpers) => (isImageReference(text) ? text : helpers.error('image.reference')))
  .messages({
    'image.reference': '{{#label}} must be an image name like redis or registry:5000/team/web:1.2, or an id',
  });

/** A new name: without a digest. */
export const tagSchema = imageName.pattern(/@/, { invert: true }).messages({
  'string.pattern.invert.base': '{{#label}} must be a name without a digest, like registry:5000/team/web:1.2',
});

/** The choice of engines. */
export const choiceKeys = {
  engines: Joi.array().items(idSchema).min(1).max(1024),
  labels: Joi.array().items(Joi.string().min(1).max(128)).min(1).max(100),
};

export const choiceMessages = { 'object.oxor': 'the body must not have both engines and labels' };
