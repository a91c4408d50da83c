import type { Readable } from 'node:stream';
import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { openArchive, putArchive, statPath } from '../../../commands/containers/copy-archive.ts';
import type { PathStat, PutArchiveOptions } from '../../../model/path-stat.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { answerTar } from '../../tar-answer.ts';
import { untilGone } from '../../until-gone.ts';
import { explainStop, untilStop } from '../../until-stop.ts';
import { streamedPayload, uploaded } from '../../uploaded.ts';
import { flagSchema } from '../../validation.ts';
import { type ContainerParams, containerParams } from './params.ts';

const route = '/apiv1/container/{container}/archive';

const path = Joi.string()
  .max(4096)
  .pattern(/^[^\0]+$/)
  .required();

/** GET, and HEAD, which Hapi routes to the GET handler. */
export function getArchiveRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<ContainerParams & { Query: { readonly path: string } }>({
    method: 'GET',
    path: route,
    options: {
      description: 'Read a file or a folder of a container as a tar archive',
      plugins: needs('export', 'container'),
      validate: { ...containerParams, query: Joi.object({ path }) },
    },
    handler: async (request, h) => {
      const { params, query } = request;
      if (request.raw.req.method === 'HEAD') {
        const stat = await statPath(cluster, params.container, query.path);
        return h
          .response('')
          .code(200)
          .type('application/x-tar')
          .header(...statHeader(stat));
      }
      let stat: PathStat | undefined;
      const response = await answerTar(request, h, stopping, async (signal) => {
        const archive = await openArchive(cluster, params.container, query.path, signal);
        stat = archive.stat;
        return archive.bytes;
      });
      return stat ? response.header(...statHeader(stat)) : response;
    },
  });
}

export function putArchiveRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  const query = Joi.object({ path, noOverwriteDirNonDir: flagSchema, copyUIDGID: flagSchema });
  server.route<ContainerParams & { Query: PutArchiveOptions }>({
    method: 'PUT',
    path: route,
    options: {
      description: 'Unpack a tar archive in a folder of a container',
      plugins: needs('import', 'container'),
      payload: streamedPayload,
      validate: { ...containerParams, query },
    },
    handler: async ({ params, query: options, payload, raw }) => {
      const signal = AbortSignal.any([untilGone(raw), stopping]);
      const archive = uploaded(payload as Readable);
      await putArchive(cluster, params.container, options, { archive, signal }).catch(
        explainStop(stopping, 'the server is stopping: it is unknown how much was copied'),
      );
      return success({ path: options.path });
    },
  });
}

/** In docker's format. */
function statHeader(stat: PathStat): [name: string, value: string] {
  return ['X-Docker-Container-Path-Stat', Buffer.from(JSON.stringify(stat)).toString('base64')];
}
