import Joi from 'joi';
import { type EngineDocuments, listDocuments, listDocumentsOfAll } from '../../commands/containers/list-documents.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type Action, type ActionContext, action } from './action.ts';
import { engineAnswer, failureAnswer, listAnswer, orSilence, silence } from './answers.ts';
import { engineFor, instanceOf } from './instances.ts';

type EngineRecord = EngineDocuments['engine'];

interface ListMessage {
  /** The engine's host. Absent: any engine. */
  readonly hostname?: string;
}

const hostname = Joi.string().max(255);

export const listImages: Action = action<ListMessage>({ hostname }, (context, message) =>
  onOne(context, message, async (engine) => {
    const images = await listDocuments(context.cluster, 'images', engine);
    return { ...engineAnswer(engine, 200, images), 'Response-Code': 200 };
  }),
);

export const listContainers: Action = action<ListMessage & { readonly all?: boolean }>(
  { hostname, all: Joi.boolean() },
  async (context, message) => {
    const { cluster } = context;
    if (message.all) {
      const answers = await listDocumentsOfAll(cluster, 'containers');
      return { containers: answers.map((answer) => each(cluster, answer)) };
    }
    return await onOne(context, message, async (engine) =>
      listAnswer(engine, await listDocuments(cluster, 'containers', engine)),
    );
  },
);

async function onOne(
  context: ActionContext,
  message: ListMessage,
  ask: (engine: EngineRecord) => Promise<object>,
): Promise<object> {
  let engine: EngineRecord | undefined;
  try {
    engine = await engineFor(context, message.hostname);
    return engine ? await ask(engine) : silence;
  } catch (error) {
    return orSilence(context.cluster, error, engine);
  }
}

/** One entry of a list over all engines. For an engine that does not answer, the original reports a timeout. */
function each(cluster: Cluster, answer: EngineDocuments): object {
  const { engine } = answer;
  if ('documents' in answer) return listAnswer(engine, answer.documents);
  const { error } = answer;
  if (!isSatsumaError(error, 'engine_timeout', 'engine_unreachable')) return failureAnswer(cluster, error, engine);
  return { error: 'timeout', dockerInstance: instanceOf(engine), message: error.message };
}
