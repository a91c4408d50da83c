import type { Readable } from 'node:stream';
import type { Server } from '@hapi/hapi';
import { openArchive, putArchive, statPath } from '../../commands/containers/copy-archive.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { PathStat } from '../../model/path-stat.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { answerTar } from '../tar-answer.ts';
import { untilGone } from '../until-gone.ts';
import { explainStop, untilStop } from '../until-stop.ts';
import { streamedPayload, uploaded } from '../uploaded.ts';
import type { OfContainer } from './lifecycle.ts';
import { flagIn, type Query, textIn } from './query.ts';

const path = '/containers/{container}/archive';

/** `docker cp`, in both directions. HEAD comes to the handler of GET. */
export function archiveRoutes(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<OfContainer>({
    method: 'GET',
    path,
    options: { plugins: needs('export', 'container') },
    handler: async (request, h) => {
      const { params, query } = request;
      const asked = pathIn(query);
      if (request.raw.req.method === 'HEAD') {
        const stat = await statPath(cluster, params.container, asked);
        return h
          .response('')
          .type('application/x-tar')
          .header(...statHeader(stat));
      }
      let stat: PathStat | undefined;
      const response = await answerTar(request, h, stopping, async (signal) => {
        const archive = await openArchive(cluster, params.container, asked, signal);
        stat = archive.stat;
        return archive.bytes;
      });
      return stat ? response.header(...statHeader(stat)) : response;
    },
  });
  server.route<OfContainer>({
    method: 'PUT',
    path,
    options: { plugins: needs('import', 'container'), payload: streamedPayload },
    handler: async ({ params, query, payload, raw }, h) => {
      const flags = {
        noOverwriteDirNonDir: flagIn(query, 'noOverwriteDirNonDir'),
        copyUIDGID: flagIn(query, 'copyUIDGID'),
      };
      const signal = AbortSignal.any([untilGone(raw), stopping]);
      const archive = uploaded(payload as Readable);
      await putArchive(cluster, params.container, { path: pathIn(query), ...flags }, { archive, signal }).catch(
        explainStop(stopping, 'the server stops: how much was copied is not known'),
      );
      return h.response().code(200);
    },
  });
}

function pathIn(query: Query): string {
  const asked = textIn(query, 'path') ?? '';
  if (asked !== '' && asked.length <= 4096 && !asked.includes('\0')) return asked;
  throw new SatsumaError('invalid', 'path must be the path of a file or a folder');
}

function statHeader(stat: PathStat): [name: string, value: string] {
  return ['X-Docker-Container-Path-Stat', Buffer.from(JSON.stringify(stat)).toString('base64')];
}
