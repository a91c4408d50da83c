import type { Readable } from 'node:stream';
import type { Plugin } from '@hapi/hapi';
import Joi from 'joi';
import { AccessControl } from '../../../access/access-control.ts';
import { anyone } from '../../../access/principal.ts';
import { refuseUnderPolicy } from '../../../commands/accounts/refuse-beyond.ts';
import { restoreBackup } from '../../../commands/backup/restore-backup.ts';
import { writeBackup } from '../../../commands/backup/write-backup.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { answerStream } from '../../stream-answer.ts';
import { untilStop } from '../../until-stop.ts';
import { streamedPayload, uploaded } from '../../uploaded.ts';
import { flagSchema, strictValidation } from '../../validation.ts';

interface BackupPluginOptions {
  readonly cluster: Cluster;
  /** The version of this program. */
  readonly version: string;
}

export const backupPlugin: Plugin<BackupPluginOptions> = {
  name: 'apiv1-backup',
  register: (server, { cluster, version }) => {
    const stopping = untilStop(server);
    server.route({
      method: 'GET',
      path: '/apiv1/backup',
      options: {
        description: 'Download a backup of the store, with a signed digest at its end',
        plugins: needs('export', 'backup'),
        validate: strictValidation,
      },
      handler: (request, h) => {
        const type = 'application/x-ndjson; charset=utf-8';
        return answerStream(request, h, stopping, { type, open: async () => writeBackup(cluster, version) });
      },
    });
    server.route<{ Query: { readonly dry_run?: boolean } }>({
      method: 'POST',
      path: '/apiv1/restore',
      options: {
        description: 'Restore a backup into an empty store, or only check it',
        plugins: needs('import', 'backup'),
        payload: streamedPayload,
        validate: { query: Joi.object({ dry_run: flagSchema }) },
      },
      handler: async ({ app: { principal = anyone }, payload, query }) => {
        refuseUnderPolicy(new AccessControl(cluster.cache, cluster.clock), principal, 'restore a backup');
        return success(
          await restoreBackup(cluster, uploaded(payload as Readable), { isDryRun: query.dry_run ?? false }),
        );
      },
    });
  },
};
