import Joi from 'joi';
import type { DebloxSettings } from '../../model/doors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { PlacementCounter } from '../../state/placement-counter.ts';
import { check, sentenceOf } from '../validation.ts';

/** What every action is given. */
export interface Desk {
  readonly cluster: Cluster;
  readonly settings: DebloxSettings;
  /** Counts the messages that mean any one engine. */
  readonly placementCounter: PlacementCounter;
  /** Of whoever sent the message. */
  readonly scope: Scope | undefined;
  /** An image config as whoever sent the message may run it. Throws `forbidden`. */
  readonly underPolicy: (image: ImageConfig) => ImageConfig;
}

export type Action = (desk: Desk, message: object) => Promise<object>;

/** What the original handed on to Docker with any message: it says nothing to most actions. */
const ofAnyAction = { headers: Joi.any().strip(), body: Joi.any().strip() };

/** `fields`: what may stand in the message beside its `action`. */
export function action<Message>(
  fields: Joi.PartialSchemaMap<Message>,
  run: (desk: Desk, message: Message) => Promise<object>,
): Action {
  const schema = Joi.object<Message & { readonly action: string }>({ ...ofAnyAction, ...fields, action: Joi.string() });
  return async (desk, message) => {
    const checked = check(schema, message);
    return 'value' in checked ? await run(desk, checked.value) : { error: sentenceOf(checked.problems) };
  };
}
