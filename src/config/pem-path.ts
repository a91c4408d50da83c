import Joi from 'joi';
import { must } from './messages.ts';

/** Of a file: what is in it, given by mistake, is refused without being shown. */
export const pemPath = must(
  'the path of a PEM file',
  Joi.string()
    .max(4096)
    .pattern(/^(?!.*-----BEGIN)[^\0\n]+$/s),
);
