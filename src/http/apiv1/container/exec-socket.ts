import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { processProtocol } from '../../../api/process-channels.ts';
import { attachContainer } from '../../../commands/containers/attach-container.ts';
import { openExec } from '../../../commands/containers/exec-container.ts';
import type { ExecOptions } from '../../../model/process-stream.ts';
import { detachKey } from '../../../model/process-stream.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { findContainer } from '../../../state/containers/find-container.ts';
import { requireBesides } from '../../access-guard.ts';
import { success } from '../../envelope.ts';
import { visibleError } from '../../hide-others.ts';
import { serveProcess } from '../../process-socket.ts';
import { needs } from '../../route-rules.ts';
import { recordedOwner } from '../../under-policy.ts';
import { untilStop } from '../../until-stop.ts';
import { flagSchema } from '../../validation.ts';
import { upgradeTo } from '../../web-sockets.ts';
import { execKeys } from './exec-schema.ts';
import { type ContainerParams, containerParams } from './params.ts';

const detachKeys = Joi.string()
  .max(64)
  .pattern(new RegExp(`^${detachKey}(,${detachKey})*$`))
  .messages({ 'string.pattern.base': '{{#label}} must be like ctrl-p,ctrl-q' });
const common = { stdin: flagSchema.default(true), detach_keys: detachKeys };

/** `NAME=VALUE` as a query parameter. */
const variable = Joi.string()
  .max(32_768)
  .pattern(/^[^=\0]+=[^\0]*$/)
  .messages({ 'string.pattern.base': '{{#label}} must be NAME=VALUE' });

/** Without a NUL, which would end a program's argument. */
const word = Joi.string()
  .allow('')
  .max(32_768)
  .pattern(/^[^\0]*$/)
  .messages({ 'string.pattern.base': '{{#label}} must not contain a NUL character' });

const execQuery = Joi.object({
  ...execKeys,
  ...common,
  cmd: Joi.array().items(word).single().min(1).max(1024).required().prefs({ convert: true }),
  env: Joi.array().items(variable).single().max(1024).prefs({ convert: true }),
  tty: flagSchema,
  privileged: flagSchema,
});

interface ExecQuery extends Omit<ExecOptions, 'env'> {
  readonly env?: readonly string[];
}

interface AttachQuery extends Pick<ExecOptions, 'stdin' | 'detach_keys'> {
  readonly start: boolean;
  readonly any_engine: boolean;
}

const attachQuery = Joi.object({
  ...common,
  start: flagSchema.default(false),
  any_engine: flagSchema.default(false),
});

/** Exec and attach over a WebSocket. */
export function execSocketRoutes(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  const { logger } = cluster;
  server.route<ContainerParams & { Query: ExecQuery }>({
    method: 'GET',
    path: '/apiv1/container/{container}/exec/ws',
    options: {
      description: 'Run a program in a container over a WebSocket',
      plugins: { webSocket: true, ...needs('exec', 'container') },
      validate: { ...containerParams, query: execQuery },
    },
    handler: async (request) => {
      const { params, query } = request;
      const { engine, container } = await findContainer(cluster, params.container);
      const { env = [], ...options } = query;
      const asked = { ...options, env: Object.fromEntries(env.map(variableIn)) };
      const owner = recordedOwner(cluster, request);
      upgradeTo(request, processProtocol, (socket, ended) => {
        const open = (signal: AbortSignal) => openExec(cluster, container.id, { ...asked, owner }, signal);
        void serveProcess(socket, { stopping, logger, visibleError: visibleError(request), open, ended });
      });
      return success({ engine: engine.id });
    },
  });
  server.route<ContainerParams & { Query: AttachQuery }>({
    method: 'GET',
    path: '/apiv1/container/{container}/attach/ws',
    options: {
      description: 'Attach to the process of a container over a WebSocket',
      plugins: { webSocket: true, ...needs('attach', 'container') },
      validate: { ...containerParams, query: attachQuery },
    },
    handler: async (request) => {
      const { params, query } = request;
      const { start: isStarted, any_engine: isMoved, ...options } = query;
      if (isStarted) requireBesides(cluster, request, { verb: 'update', noun: 'container' });
      if (isMoved) requireBesides(cluster, request, { verb: 'create', noun: 'container' });
      const { engine, container } = await findContainer(cluster, params.container);
      const owner = recordedOwner(cluster, request);
      upgradeTo(request, processProtocol, (socket, ended) => {
        const asked = { ...options, isStarted, owner };
        void serveProcess(socket, {
          ...{ stopping, logger, visibleError: visibleError(request), ended },
          open: (signal, moved) =>
            attachContainer(cluster, container.id, { ...asked, ...(isMoved && { moved }) }, signal),
        });
      });
      return success({ engine: engine.id });
    },
  });
}

function variableIn(text: string): [string, string] {
  const [name = ''] = text.split('=', 1);
  return [name, text.slice(name.length + 1)];
}
