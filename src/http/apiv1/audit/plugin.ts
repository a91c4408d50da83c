import type { Plugin, Server } from '@hapi/hapi';
import Joi from 'joi';
import { type AuditFilter, listAudit } from '../../../commands/audit/list-audit.ts';
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
const mostEntries = 1_000;

const filter = Joi.object({
  since: timeSchema,
  who: Joi.string().max(256),
  verb: Joi.valid(...verbs),
  noun: Joi.valid(...nouns),
  target: Joi.string().max(300),
  result: Joi.valid(...auditResults),
  limit: Joi.number().integer().min(1).max(mostEntries).default(usualLimit),
}).prefs({ convert: true });

export const auditPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-audit',
  register: (server, { cluster: { store } }) => {
    server.route<{ Query: AuditFilter }>({
      method: 'GET',
      path: '/apiv1/audit',
      options: {
        description: 'List what was done and refused, the latest first',
        plugins: needs('read', 'audit'),
        validate: { ...strictValidation, query: filter },
      },
      handler: async ({ query }) => success(await listAudit(store, query)),
    });
    server.route({
      method: 'GET',
      path: '/apiv1/audit/verify',
      options: {
        description: 'Verify that the audit log is what was written',
        plugins: needs('read', 'audit'),
        validate: strictValidation,
      },
      handler: async () => success(await verifyAudit(store)),
    });
    exportRoute(server, store);
  },
};

function exportRoute(server: Server, store: Cluster['store']): void {
  const stopping = untilStop(server);
  server.route({
    method: 'GET',
    path: '/apiv1/audit/export',
    options: {
      description: 'Export the whole audit log',
      plugins: needs('export', 'audit'),
      validate: strictValidation,
    },
    handler: (request, h) => answerJsonLines(request, h, stopping, () => exportAudit(store)),
  });
}
