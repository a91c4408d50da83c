import { isUtf8 } from 'node:buffer';
import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { DetachedAnswer, ExecAnswer, ExecBody, ExecLine, ExecStatus } from '../../../api/exec.ts';
import {
  describeOutput,
  type ExecPart,
  execContainer,
  type OneShotOptions,
  streamExec,
} from '../../../commands/containers/exec-container.ts';
import { isSatsumaError, type SatsumaError } from '../../../model/errors.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { visibleError } from '../../hide-others.ts';
import { needs } from '../../route-rules.ts';
import { leftByClient, outcomeOf } from '../../session-outcome.ts';
import { answerStream } from '../../stream-answer.ts';
import { recordedOwner } from '../../under-policy.ts';
import { untilGone } from '../../until-gone.ts';
import { explainStop, untilStop } from '../../until-stop.ts';
import { flagSchema, jsonPayload } from '../../validation.ts';
import { execKeys } from './exec-schema.ts';
import { type ContainerParams, containerParams } from './params.ts';

const stopSentence = 'the server is stopping; the program may continue';

/** A request may take an hour at most. */
const maxSeconds = 3600;

const payload = Joi.object<ExecBody>({
  ...execKeys,
  stdin: Joi.string()
    .allow('')
    .max(1024 * 1024),
  stdin_base64: Joi.string()
    .base64()
    .allow('')
    .max(1024 * 1024),
  timeout: Joi.number().min(0.1).max(maxSeconds),
  detach: Joi.valid(true),
})
  .oxor('stdin', 'stdin_base64')
  .without('detach', ['stdin', 'stdin_base64', 'timeout'])
  .messages({
    'object.oxor': 'the body must not have both stdin and stdin_base64',
    'object.without': 'a detached program cannot have {{#peer}}',
  })
  .required();

interface ExecRoute extends ContainerParams {
  readonly Payload: ExecBody;
  readonly Query: { readonly stream: boolean };
}

export function execRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<ContainerParams & ExecRoute>({
    method: 'POST',
    path: '/apiv1/container/{container}/exec',
    options: {
      description: 'Run a program in a container',
      plugins: needs('exec', 'container'),
      payload: jsonPayload,
      validate: { ...containerParams, payload, query: Joi.object({ stream: flagSchema.default(false) }) },
    },
    handler: async (request, h) => {
      const { params, payload, query, raw } = request;
      const options = { ...optionsOf(payload), owner: recordedOwner(cluster, request) };
      const note = (status: ExecStatus) => {
        request.app.session = outcomeOf(status);
      };
      if (query.stream) {
        request.app.session = leftByClient;
        return await answerStream(request, h, stopping, {
          type: 'application/x-ndjson',
          open: async (signal) =>
            linesOf(
              await streamExec(cluster, params.container, options, signal),
              stopping,
              visibleError(request),
              note,
            ),
          farewell: (message, code) => {
            note({ code, message });
            return lineOfEnd({ code, message });
          },
          stopSentence,
        });
      }
      const signal = AbortSignal.any([untilGone(raw), stopping]);
      const end = await execContainer(cluster, params.container, options, signal).catch(
        explainStop(stopping, stopSentence),
      );
      note('isDetached' in end ? { detached: true } : { exit_code: end.exitCode });
      if ('isDetached' in end) return success({ detached: true } satisfies DetachedAnswer);
      const { exitCode, ...output } = end;
      return success({ exit_code: exitCode, ...describeOutput(output) } satisfies ExecAnswer);
    },
  });
}

function optionsOf({ stdin, stdin_base64, timeout: timeoutSeconds, ...options }: ExecBody): OneShotOptions {
  const input = stdin_base64 === undefined ? stdin : Buffer.from(stdin_base64, 'base64');
  return { ...options, timeoutSeconds, ...(input === undefined ? {} : { input: Buffer.from(input) }) };
}

/** One line for each chunk of output; the last line has the result. */
async function* linesOf(
  parts: AsyncIterable<ExecPart>,
  stopping: AbortSignal,
  shownError: (error: SatsumaError) => SatsumaError,
  note: (status: ExecStatus) => void,
): AsyncGenerator<Buffer> {
  try {
    for await (const part of parts) {
      const line = lineOf(part);
      if (!('stream' in line)) note(line);
      yield Buffer.from(`${JSON.stringify(line)}\n`);
    }
  } catch (error) {
    // The error is not the engine's: the server is stopping.
    if (!isSatsumaError(error) || stopping.aborted) throw error;
    note(error);
    yield Buffer.from(lineOfEnd(shownError(error)));
  }
}

function lineOfEnd({ code, message }: Extract<ExecStatus, { code: string }>): string {
  return `${JSON.stringify({ code, message } satisfies ExecLine)}\n`;
}

function lineOf(part: ExecPart): ExecLine {
  if ('exitCode' in part) return { exit_code: part.exitCode };
  if ('isDetached' in part) return { detached: true };
  const { stream, bytes } = part;
  return isUtf8(bytes) ? { stream, data: bytes.toString() } : { stream, data_base64: bytes.toString('base64') };
}
