import Joi from 'joi';
import { runContainers } from '../../commands/containers/run-containers.ts';
import { resolveImage } from '../../commands/images/find-image.ts';
import type { RunningContainer } from '../../execution/describe-run.ts';
import { runContainer } from '../../execution/run-container.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { imageOfRaw } from '../docker-create/raw-container.ts';
import { imageConfigSchema, savedReference } from '../image-schema.ts';
import { type Action, action } from './action.ts';
import { engineAnswer, failureAnswer } from './answers.ts';

interface CreateMessage {
  /** The name of a saved image config. */
  readonly template?: string;
  /** Ignored if there is a template. */
  readonly image?: string;
  readonly instances?: number;
}

const atLeastOneOf = '"template" or "image" must be specified';

/** Containers are started, too: Satsuma removes created containers that were not started as remains of a crash. */
export const createContainer: Action = action<CreateMessage>(
  {
    template: savedReference,
    image: Joi.when('template', {
      is: Joi.exist(),
      // biome-ignore lint/suspicious/noThenProperty: Joi's word
      then: Joi.any(),
      otherwise: (imageConfigSchema.extract('name') as Joi.StringSchema)
        .required()
        .messages({ 'any.required': atLeastOneOf }),
    }),
    instances: Joi.number().integer().min(0).max(1000),
  },
  async ({ cluster, scope, underPolicy }, { template, image = '', instances }) => {
    const plain: ImageConfig = { name: image, type: 'label', restart_policy: {} };
    const load = () =>
      template === undefined ? Promise.resolve(plain) : resolveImage(cluster, { from: template }, scope);
    const config = async () => underPolicy({ strategy: 'round-robin', ...(await load()) });
    if (instances === undefined) return await createOne(cluster, config);
    // The original treats 0 as 1.
    return { containers: await createSeveral(cluster, config, instances || 1) };
  },
);

export const createRawContainer: Action = action<{ readonly body: object }>(
  { body: Joi.object().required() },
  ({ cluster, underPolicy }, { body }) => createOne(cluster, async () => underPolicy(imageOfRaw(body))),
);

async function createOne(cluster: Cluster, config: () => Promise<ImageConfig>): Promise<object> {
  try {
    return created(await runContainer(cluster, await config()));
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    return failureAnswer(cluster, error);
  }
}

/** One answer for each requested container. */
async function createSeveral(cluster: Cluster, config: () => Promise<ImageConfig>, count: number): Promise<object[]> {
  try {
    const { containers, errors } = await runContainers(cluster, await config(), { count });
    return [...containers.map((each) => created(each)), ...errors.map((error) => failureAnswer(cluster, error))];
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    return Array(count).fill(failureAnswer(cluster, error));
  }
}

function created({ id, engine }: RunningContainer, warnings: readonly string[] | null = null): object {
  return engineAnswer(engine, 201, { Id: id, Warnings: warnings });
}
