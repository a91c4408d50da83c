import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import Joi from 'joi';
import { answerStream } from '../stream-answer.ts';
import { flagSchema } from '../validation.ts';

export interface LogsQuery {
  readonly tail: number | 'all';
  readonly follow: boolean;
  readonly since?: string;
  readonly timestamps: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

export interface OneLogQuery extends LogsQuery {
  readonly until?: string;
}

/**
 * Docker's default is the whole log, which can be gigabytes. With `until`, the last lines of the whole log may all be
 * later than that.
 */
const defaultTail = ({ until }: { readonly until?: unknown }) => (until === undefined ? 100 : 'all');

const secondsSchema = Joi.alternatives(
  Joi.string().pattern(/^\d{1,12}(\.\d{1,9})?$/),
  Joi.string()
    .isoDate()
    .custom((text: string) => (Date.parse(text) / 1000).toFixed(3)),
).messages({ 'alternatives.match': '{{#label}} must be a time like 2026-11-21T06:00:00Z, or seconds since 1970' });

export const logsQuerySchema = Joi.object({
  tail: Joi.alternatives(Joi.number().integer().min(0).max(1_000_000_000), Joi.valid('all'))
    .default(defaultTail)
    .prefs({ convert: true })
    .messages({ 'alternatives.types': '{{#label}} must be a number of lines, or all' }),
  follow: flagSchema.default(false),
  since: secondsSchema,
  timestamps: flagSchema.default(false),
  stdout: flagSchema.default(true),
  stderr: flagSchema.default(true),
})
  .custom((query: LogsQuery, helpers) => (query.stdout || query.stderr ? query : helpers.error('logs.nothing')))
  .messages({ 'logs.nothing': '"stdout" and "stderr" cannot both be false' });

/** For one container. With `follow`, an engine would end only at the first line after `until`. */
export const oneLogQuerySchema = logsQuerySchema
  .keys({ until: secondsSchema })
  .custom((query: OneLogQuery, helpers) =>
    query.follow && query.until !== undefined ? helpers.error('logs.endless') : query,
  )
  .messages({
    'logs.endless': '"until" cannot be combined with "follow" here: GET /apiv1/logs?container= accepts both',
  });

/** Streams text without an envelope. Errors before the first byte are answered as usual. */
export function answerText(
  request: Pick<Request, 'raw' | 'info'>,
  h: Pick<ResponseToolkit, 'response'>,
  stopping: AbortSignal,
  open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>,
): Promise<ResponseObject> {
  return answerStream(request, h, stopping, { type: 'text/plain', open });
}
