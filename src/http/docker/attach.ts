import type { Server } from '@hapi/hapi';
import { attachContainer } from '../../commands/containers/attach-container.ts';
import { inspectDocument } from '../../commands/containers/inspect-container.ts';
import { SatsumaError } from '../../model/errors.ts';
import { detachKey } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { recordedOwner } from '../under-policy.ts';
import { untilStop } from '../until-stop.ts';
import { noBody } from '../validation.ts';
import { answerProcess } from './answer-process.ts';
import type { OfContainer } from './lifecycle.ts';
import { flagIn, textIn } from './query.ts';

const detachKeys = new RegExp(`^${detachKey}(,${detachKey}){0,15}$`);

/** The streams of a container that runs, or of one that whoever attaches starts then. */
export function attachRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<OfContainer>({
    method: 'POST',
    path: '/containers/{container}/attach',
    options: {
      plugins: { hijack: 'tcp', ...needs('attach', 'container') },
      payload: noBody,
    },
    handler: async (request, h) => {
      const { params, query } = request;
      if (flagIn(query, 'logs'))
        throw new SatsumaError('invalid', 'attach with logs=1 is not served: read /logs first');
      if (!flagIn(query, 'stream')) throw new SatsumaError('invalid', 'attach needs stream=1');
      const keys = detachKeysIn(textIn(query, 'detachKeys'));
      const hasTerminal = hasTerminalIn(await inspectDocument(cluster, params.container));
      const owner = recordedOwner(cluster, request);
      const [stdin, stdout, stderr] = ['stdin', 'stdout', 'stderr'].map((name) => flagIn(query, name));
      const wanted = { stdin: stdin ?? false, stdout: stdout ?? false, stderr: (stderr ?? false) || hasTerminal };
      return await answerProcess(request, h, {
        ...{ cluster, stopping, hasTerminal, wanted },
        open: (signal) =>
          attachContainer(
            cluster,
            params.container,
            { stdin: wanted.stdin, isAwaited: true, owner, ...(keys !== undefined && { detach_keys: keys }) },
            signal,
          ),
      });
    },
  });
}

export function detachKeysIn(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (detachKeys.test(text)) return text;
  throw new SatsumaError('invalid', 'detachKeys must be like ctrl-p,ctrl-q');
}

function hasTerminalIn(document: unknown): boolean {
  const { Config } = Object(document) as { readonly Config?: { readonly Tty?: unknown } };
  return Config?.Tty === true;
}
