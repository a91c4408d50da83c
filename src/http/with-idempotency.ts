import type { Request, ResponseObject } from '@hapi/hapi';
import Joi from 'joi';
import type { Attempt } from '../execution/idempotency/attempt.ts';
import { runOnce } from '../execution/idempotency/run-once.ts';
import { isSatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import { type Answer, answerOf } from './envelope.ts';
import { visibleError } from './hide-others.ts';

const headerName = 'idempotency-key';

/** For `validate.headers` of an idempotent route. */
export const keyHeader = Joi.object({
  [headerName]: Joi.string()
    .pattern(/^[\x20-\x7e]{1,128}$/)
    .label('Idempotency-Key')
    .messages({
      'string.empty': '{{#label}} must have 1 to 128 characters',
      'string.pattern.base': '{{#label}} must have 1 to 128 characters, all of them printable ASCII',
    }),
}).unknown();

/** Runs a request once per `Idempotency-Key`; without a key, every request runs. `run` gets the current attempt. */
export async function withIdempotency(
  cluster: Cluster,
  {
    app,
    method,
    path,
    query,
    headers,
    payload,
  }: Pick<Request, 'app' | 'method' | 'path' | 'headers'> & {
    readonly query: unknown;
    readonly payload: unknown;
  },
  h: { response(body: object): ResponseObject },
  run: (attempt?: Attempt) => Promise<Answer>,
): Promise<ResponseObject> {
  const key = headers[headerName] as string | undefined;
  const { principal } = app;
  // Stored answers belong to the caller, identified by id, because names may be reused.
  const id = principal?.account?.id ?? principal?.tokenId;
  // And to the caller's scope: an account may have tokens of several scopes.
  const narrowed = app.scope && JSON.stringify([id ?? null, app.scope]);
  const whose = narrowed ?? id;
  const owner = whose === undefined ? {} : { owner: whose };
  const request = { key: key ?? '', ...owner, asked: [method, path, query, payload] };
  const { status, body } =
    key === undefined ? await run() : await runOnce(cluster, request, (attempt) => orRefusal(app, () => run(attempt)));
  return h.response(body).code(status);
}

/** A refusal is stored as the answer. Failures and unfinished requests may be retried. */
async function orRefusal(app: Request['app'], run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (!isSatsumaError(error) || error.code === 'idempotency_running') throw error;
    const answer = answerOf(visibleError({ app })(error));
    if (answer.status >= 500) throw error;
    return answer;
  }
}
