import Joi from 'joi';
import { must } from './messages.ts';

/** A file path. PEM text given by mistake is rejected without being shown. */
export const pemPath = must(
  'the path of a PEM file',
  Joi.string()
    .max(4096)
    .pattern(/^(?!.*-----BEGIN)[^\0\n]+$/s),
);
