import Joi from 'joi';
import type { DebloxSettings } from '../../model/doors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { PlacementCounter } from '../../state/placement-counter.ts';
import { check, sentenceOf } from '../validation.ts';

/** The context of an action. */
export interface ActionContext {
  readonly cluster: Cluster;
  readonly settings: DebloxSettings;
  /** Rotates messages without a hostname over the engines. */
  readonly placementCounter: PlacementCounter;
  /** The sender's scope. */
  readonly scope: Scope | undefined;
  /** Applies the sender's policy to an image config. Throws `forbidden`. */
  readonly underPolicy: (image: ImageConfig) => ImageConfig;
}

export type Action = (context: ActionContext, message: object) => Promise<object>;

/** Fields that the original passed on to Docker with any message. Most actions ignore them. */
const ofAnyAction = { headers: Joi.any().strip(), body: Joi.any().strip() };

/** `fields`: the fields of the message besides `action`. */
export function action<Message>(
  fields: Joi.PartialSchemaMap<Message>,
  run: (context: ActionContext, message: Message) => Promise<object>,
): Action {
  const schema = Joi.object<Message & { readonly action: string }>({ ...ofAnyAction, ...fields, action: Joi.string() });
  return async (context, message) => {
    const checked = check(schema, message);
    return 'value' in checked ? await run(context, checked.value) : { error: sentenceOf(checked.problems) };
  };
}
