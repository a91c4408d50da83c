import Joi from 'joi';

/**
 * A query's time in milliseconds since 1970, given as seconds since 1970 or as an ISO 8601 date. For
 * `Joi.alternatives`.
 */
export const timeSchemas = [
  Joi.string()
    .pattern(/^\d{1,12}(\.\d{1,9})?$/)
    .custom((seconds: string) => Number(seconds) * 1000),
  Joi.string()
    .isoDate()
    .custom((date: string) => Date.parse(date)),
];

export const timeSchema = Joi.alternatives(...timeSchemas).messages({
  'alternatives.match': '{{#label}} must be a time like 2026-11-21T06:00:00Z, or seconds since 1970',
});
