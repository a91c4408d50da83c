import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { createExec, startCreatedExec } from '../../commands/containers/created-exec.ts';
import { acceptedAnswer } from '../../commands/relay/read-answer.ts';
import { relayToContainer } from '../../commands/relay/relay-to-container.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { type ExecOptions, maxCells } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { findWithin } from '../../state/scopes.ts';
import { requireReach } from '../guard-reach.ts';
import { needs } from '../route-rules.ts';
import { recordedOwner } from '../under-policy.ts';
import { untilGone } from '../until-gone.ts';
import { untilStop } from '../until-stop.ts';
import { jsonPayload, noBody, strictValidation } from '../validation.ts';
import { answerProcess } from './answer-process.ts';
import { detachKeysIn } from './attach.ts';
import { type KnownExec, KnownExecs, noSuchExec } from './known-execs.ts';
import type { OfContainer } from './lifecycle.ts';
import { integerIn, type Query } from './query.ts';

interface ExecBody {
  readonly AttachStdin?: boolean | null;
  readonly Tty?: boolean | null;
  readonly Privileged?: boolean | null;
  readonly Detach?: boolean | null;
  readonly DetachKeys?: string | null;
  readonly User?: string | null;
  readonly WorkingDir?: string | null;
  readonly Env?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
}

interface OfExec {
  readonly Params: { readonly exec: string };
  readonly Query: Query;
}

const flag = Joi.boolean().allow(null);
const text = Joi.string().allow('', null).max(4096);
const words = Joi.array().items(Joi.string().allow('').max(32_768)).max(1024);

const createBody = Joi.object<ExecBody>({
  ...{ AttachStdin: flag, Tty: flag, Privileged: flag, DetachKeys: text, User: text, WorkingDir: text },
  Env: words.allow(null),
  Cmd: words
    .min(1)
    .required()
    .messages({ 'any.required': 'No exec command specified', 'array.min': 'No exec command specified' }),
})
  .unknown()
  .required();
const startBody = Joi.object<ExecBody>({ Detach: flag, Tty: flag }).unknown().allow(null);

export function execRoutes(server: Server, cluster: Cluster): void {
  const execs = new KnownExecs(cluster);
  const stopping = untilStop(server);
  /** As whoever asks may have it. */
  const find = async (request: Request<OfExec>): Promise<KnownExec> => {
    const { app, params, raw } = request;
    const known = await execs.find(params.exec, untilGone(raw));
    const place = { reference: known.container, engine: known.engineId };
    // Of a container of others, not even its id is told.
    if (app.scope)
      await findWithin(cluster, app.scope, place).catch((error: unknown) => {
        throw isSatsumaError(error, 'no_such_container') ? noSuchExec(params.exec) : error;
      });
    return known;
  };
  server.route<OfContainer & { Payload: ExecBody }>({
    method: 'POST',
    path: '/containers/{container}/exec',
    options: {
      plugins: needs('exec', 'container'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: createBody },
    },
    handler: async ({ params, payload }, h) => {
      const { engine, container } = await findContainer(cluster, params.container);
      const options = optionsIn(payload);
      const id = await createExec(cluster, container.id, options);
      const { cmd: command, tty = false, stdin } = options;
      execs.add(id, { engineId: engine.id, container: container.id, command, tty, stdin });
      return h.response({ Id: id }).code(201);
    },
  });
  server.route<OfExec & { Payload: ExecBody | null }>({
    method: 'POST',
    path: '/exec/{exec}/start',
    options: {
      plugins: { hijack: 'tcp', ...needs('exec', 'container') },
      payload: jsonPayload,
      validate: { ...strictValidation, payload: startBody },
    },
    handler: async (request, h) => {
      const { params, payload } = request;
      const { container, command, stdin, tty } = await find(request as unknown as Request<OfExec>);
      await requireReach(cluster, request as unknown as Request, container);
      const detach = payload?.Detach ?? false;
      const owner = recordedOwner(cluster, request);
      const open = (signal: AbortSignal) =>
        startCreatedExec(cluster, container, { exec: params.exec, tty, detach, command, owner }, signal);
      if (detach) {
        (await open(stopping)).destroy();
        return h.response().code(200);
      }
      const requested = { stdin, stdout: true, stderr: true };
      return await answerProcess(request, h, { cluster, stopping, hasTerminal: tty, requested, open });
    },
  });
  server.route<OfExec>({
    method: 'GET',
    path: '/exec/{exec}/json',
    options: { plugins: needs('exec', 'container') },
    handler: async (request) => {
      await find(request);
      return Object(await execs.inspect(request.params.exec, request.app.dockerVersion, untilGone(request.raw)));
    },
  });
  server.route<OfExec>({
    method: 'POST',
    path: '/exec/{exec}/resize',
    options: { plugins: needs('exec', 'container'), payload: noBody },
    handler: async (request, h) => {
      const { engineId } = await find(request);
      const { pool, cache } = cluster;
      const path = `/exec/${request.params.exec}/resize`;
      const asked = { method: 'POST', path, query: sizeIn(request.query) } as const;
      const answer = await pool.client(cache.engine(engineId).value).relay(asked, untilGone(request.raw));
      await drained(answer);
      return h.response().code(200);
    },
  });
  server.route<OfContainer>({
    method: 'POST',
    path: '/containers/{container}/resize',
    options: { plugins: needs('attach', 'container'), payload: noBody },
    handler: async ({ params, query, raw }, h) => {
      const asked = { method: 'POST', path: '/resize', query: sizeIn(query), signal: untilGone(raw) } as const;
      await drained(await relayToContainer(cluster, params.container, asked));
      return h.response().code(200);
    },
  });
}

async function drained(answer: Parameters<typeof acceptedAnswer>[0]): Promise<void> {
  const { bytes } = await acceptedAnswer(answer);
  for await (const _ of bytes);
}

function sizeIn(query: Query): URLSearchParams {
  const [h, w] = ['h', 'w'].map((name) => integerIn(query, name));
  const isSize = (cells: number | undefined) => cells !== undefined && cells >= 0 && cells <= maxCells;
  if (!isSize(h) || !isSize(w))
    throw new SatsumaError('invalid', `h and w must be whole numbers from 0 to ${maxCells}`);
  return new URLSearchParams({ h: String(h), w: String(w) });
}

function optionsIn({ Cmd, Env, User, WorkingDir, DetachKeys, ...flags }: ExecBody): ExecOptions {
  return {
    cmd: Cmd ?? [],
    env: Object.fromEntries((Env ?? []).map(variableIn)),
    ...{ stdin: flags.AttachStdin ?? false, tty: flags.Tty ?? false, privileged: flags.Privileged ?? false },
    ...(User && { user: User }),
    ...(WorkingDir && { working_dir: WorkingDir }),
    detach_keys: detachKeysIn(DetachKeys ?? undefined),
  };
}

function variableIn(text: string): [string, string] {
  const [name = ''] = text.split('=', 1);
  return [name, text.slice(name.length + 1)];
}
