import Joi from 'joi';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Turns } from '../../cluster/turns.ts';
import type { DebloxSettings } from '../../model/doors.ts';
import { strictly } from '../validation.ts';

/** What every action is given. */
export interface Desk {
  readonly cluster: Cluster;
  readonly settings: DebloxSettings;
  /** Counts the messages that mean any one engine. */
  readonly turns: Turns;
}

export type Action = (desk: Desk, message: object) => Promise<object>;

/** `fields`: what may stand in the message beside its `action`. */
export function action<Message>(
  fields: Joi.PartialSchemaMap<Message>,
  run: (desk: Desk, message: Message) => Promise<object>,
): Action {
  const schema = Joi.object<Message & { readonly action: string }>({ ...fields, action: Joi.string() });
  return async (desk, message) => {
    const { value, error } = schema.validate(message, strictly.options);
    return error ? { error: error.message } : await run(desk, value);
  };
}
