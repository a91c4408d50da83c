import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { LogLine } from '../../../api/log.ts';
import { readMergedLogs } from '../../../commands/logs/read-merged-logs.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { visibleError } from '../../hide-others.ts';
import { cutOffLine } from '../../json-lines.ts';
import { timeSchema } from '../../point-in-time.ts';
import { readerOf } from '../../reader-of.ts';
import { needs } from '../../route-rules.ts';
import { answerStream } from '../../stream-answer.ts';
import { untilStop } from '../../until-stop.ts';
import { idSchema, strictValidation } from '../../validation.ts';
import { containerSchema } from '../container/params.ts';
import { type LogsQuery, logsQuerySchema } from '../log-text.ts';

interface Query extends LogsQuery {
  readonly container?: readonly string[];
  readonly service?: readonly string[];
  readonly job?: readonly string[];
  readonly engine?: readonly string[];
  readonly label?: readonly string[];
  readonly until?: number;
  readonly format: 'text' | 'json';
}

const several = (item: Joi.Schema) => Joi.array().items(item).single().max(100);

const query = logsQuerySchema.keys({
  container: several(containerSchema),
  service: several(idSchema),
  job: several(idSchema),
  engine: several(idSchema),
  label: several(Joi.string().max(128)),
  until: timeSchema,
  format: Joi.string().valid('text', 'json').default('text'),
});

/** The logs of several containers, merged by time: text with the container's name before each line, or JSON lines. */
export function mergedLogsRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/apiv1/logs',
    options: {
      description: 'Read the logs of several containers, merged by time',
      plugins: needs('logs', 'container'),
      validate: { ...strictValidation, query },
    },
    handler: (request, h) => {
      const { container, service, job, engine, label, until, format, timestamps, ...options } = request.query;
      const selection = { containers: container, services: service, jobs: job, engines: engine, labels: label };
      const { scope } = request.app;
      const isJson = format === 'json';
      return answerStream(request, h, stopping, {
        type: isJson ? 'application/x-ndjson; charset=utf-8' : 'text/plain',
        open: async (signal) => {
          const apart = {
            ...options,
            untilMs: until,
            areStreamsApart: isJson,
            reader: readerOf(request),
            signal,
            shownError: visibleError(request),
          };
          const lines = await readMergedLogs(cluster, { ...selection, scope }, apart);
          return isJson ? jsonOf(lines) : textOf(lines, timestamps);
        },
        ...(isJson && { farewell: cutOffLine }),
      });
    },
  });
}

async function* jsonOf(portions: AsyncIterable<LogLine[]>): AsyncGenerator<Buffer> {
  for await (const lines of portions) yield Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/**
 * As in the logs of a service: an exclamation mark before messages of Satsuma, a plus before the rest of a split line.
 */
async function* textOf(portions: AsyncIterable<LogLine[]>, timestamps: boolean): AsyncGenerator<Buffer> {
  let width = 0;
  for await (const lines of portions) {
    let text = '';
    for (const { container, stream, line, at, part } of lines) {
      width = Math.max(width, container.length);
      const isRest = part === 'middle' || part === 'end';
      const time = timestamps && at !== '' && !isRest ? `${at} ` : '';
      text += `${container.padEnd(width)}  ${stream === 'satsuma' ? '!' : isRest ? '+' : '|'} ${time}${line}\n`;
    }
    yield Buffer.from(text);
  }
}
