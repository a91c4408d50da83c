import type { Plugin, Server } from '@hapi/hapi';
import Joi from 'joi';
import { type AuditFilter, listAudit } from '../../../commands/audit/list-audit.ts';
import { listRecordings, readRecording } from '../../../commands/audit/recordings.ts';
import { exportAudit, verifyAudit } from '../../../commands/audit/verify-audit.ts';
import { nouns, verbs } from '../../../model/access.ts';
import { auditResults } from '../../../model/audit.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { answerJsonLines } from '../../json-lines.ts';
import { timeSchema } from '../../point-in-time.ts';
import { needs } from '../../route-rules.ts';
import { untilStop } from '../../until-stop.ts';
import { strictValidation } from '../../validation.ts';

const usualLimit = 100;
const maxEntries = 1_000;

const filter = Joi.object({
  since: timeSchema,
  who: Joi.string().max(256),
  verb: Joi.valid(...verbs),
  noun: Joi.valid(...nouns),
  target: Joi.string().max(300),
  result: Joi.valid(...auditResults),
  limit: Joi.number().integer().min(1).max(maxEntries).default(usualLimit),
}).prefs({ convert: true });

export const auditPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-audit',
  register: (server, { cluster }) => {
    const { store } = cluster;
    server.route<{ Query: AuditFilter }>({
      method: 'GET',
      path: '/apiv1/audit',
      options: {
        description: 'List the entries of the audit log, the latest first',
        plugins: needs('read', 'audit'),
        validate: { ...strictValidation, query: filter },
      },
      handler: async ({ query }) => success(await listAudit(store, query)),
    });
    server.route({
      method: 'GET',
      path: '/apiv1/audit/verify',
      options: {
        description: 'Verify that the audit log was not modified',
        plugins: needs('read', 'audit'),
        validate: strictValidation,
      },
      handler: async () => success(await verifyAudit(store)),
    });
    server.route({
      method: 'GET',
      path: '/apiv1/audit/recordings',
      options: {
        description: 'List the recorded sessions, the latest first',
        plugins: needs('read', 'audit'),
        validate: strictValidation,
      },
      handler: async () => success(await listRecordings(cluster)),
    });
    streamedRoutes(server, cluster);
  },
};

function streamedRoutes(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route({
    method: 'GET',
    path: '/apiv1/audit/export',
    options: {
      description: 'Export the whole audit log',
      plugins: needs('export', 'audit'),
      validate: strictValidation,
    },
    handler: (request, h) => answerJsonLines(request, h, stopping, () => exportAudit(cluster.store)),
  });
  server.route<{ Params: { readonly recording: string } }>({
    method: 'GET',
    path: '/apiv1/audit/recording/{recording}',
    options: {
      description: 'Show the output of a recorded session as asciicast v2',
      plugins: needs('reveal', 'audit'),
      validate: { ...strictValidation, params: Joi.object({ recording: Joi.string().guid().lowercase().required() }) },
    },
    handler: (request, h) =>
      answerJsonLines(request, h, stopping, () => readRecording(cluster, request.params.recording)),
  });
}
