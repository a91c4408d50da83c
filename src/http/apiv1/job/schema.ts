import Joi from 'joi';
import { isTimeZone, readSchedule } from '../../../decisions/jobs/schedule.ts';
import { concurrencyPolicies, type JobSpec } from '../../../model/job.ts';
import { imageRequestSchema, savedReference } from '../../image-schema.ts';
import { idSchema } from '../../validation.ts';

const week = 7 * 86_400;

const timeout = Joi.number().min(1).max(week);

const schedule = Joi.string().max(256).custom(refuseContradictions).messages({
  'schedule.wrong': '{{#label}} is {{#why}}',
  'schedule.never': '{{#label}} never matches a time',
});

const bodyKeys: Record<keyof JobSpec | 'from', Joi.Schema> = {
  image: imageRequestSchema.optional(),
  from: savedReference,
  completions: Joi.number().integer().min(1).max(500),
  parallelism: Joi.number().integer().min(1).max(500),
  retries: Joi.number().integer().min(0).max(20),
  timeout,
  schedule,
  time_zone: Joi.string().max(64).custom(refuseNoZone).messages({
    'zone.unknown': '{{#label}} must be the IANA name of a time zone, like Europe/Berlin',
  }),
  concurrency: Joi.string().valid(...concurrencyPolicies),
  keep: Joi.number().integer().min(1).max(100),
};

const body = Joi.object(bodyKeys).oxor('image', 'from').messages({
  'object.oxor': 'give either "image" or "from", not both',
});

/** The body of POST /apiv1/job. */
export const newJobSchema = body
  .append({ name: idSchema.required() })
  .or('image', 'from')
  .messages({ 'object.missing': '"image" or "from" is required' })
  .required();

/** The body of PUT /apiv1/job/{name}. Absent fields stay unchanged; null removes `schedule` or `timeout`. */
export const jobChangesSchema = body
  .append({ name: idSchema, schedule: schedule.allow(null), timeout: timeout.allow(null) })
  .required();

function refuseContradictions(expression: string, helpers: Joi.CustomHelpers): unknown {
  try {
    const next = readSchedule(expression, 'UTC').after(new Date());
    return next ? expression : helpers.error('schedule.never');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return helpers.error('schedule.wrong', { why: error.message });
  }
}

function refuseNoZone(name: string, helpers: Joi.CustomHelpers): unknown {
  return isTimeZone(name) ? name : helpers.error('zone.unknown');
}
