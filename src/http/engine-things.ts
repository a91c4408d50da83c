import Joi from 'joi';
import type { PruneBody, PrunedRows } from '../api/volume.ts';
import type { Pruned } from '../commands/prune-on-engines.ts';
import { labelsSchema } from './engine-schema.ts';
import { pageKeys } from './page.ts';
import { thingName } from './thing-name.ts';
import { idSchema, strictValidation } from './validation.ts';

export const driverName = Joi.string()
  .max(255)
  .pattern(/^[a-zA-Z0-9][a-zA-Z0-9_./:-]*$/);

export const textMap = Joi.object().pattern(/^[^\0=]{1,256}$/, Joi.string().allow('').max(4096));

export const listQuery = {
  ...strictValidation,
  query: Joi.object({ engine: idSchema, name: thingName, ...pageKeys }),
};

export const oneParams = { ...strictValidation, params: Joi.object({ engine: idSchema, name: thingName }) };

export interface OneParams {
  readonly Params: { readonly engine: string; readonly name: string };
}

/** The body of a prune, with optional additional keys. */
export function pruneSchema<T extends PruneBody>(keys: Joi.SchemaMap = {}): Joi.ObjectSchema<T> {
  return Joi.object<T>({
    engines: Joi.array().items(idSchema).min(1).max(1024),
    labels: labelsSchema,
    dry_run: Joi.boolean(),
    ...keys,
  })
    .oxor('engines', 'labels')
    .messages({ 'object.oxor': '{{#label}} must not have both engines and labels' })
    .allow(null);
}

export function serializePruned({ removed, kept }: Pruned<{ readonly name: string }>, isDryRun: boolean): PrunedRows {
  return {
    dry_run: isDryRun,
    removed: removed.map(({ engineId, found: { name } }) => ({ engine: engineId, name })),
    kept: kept.map(({ engineId, found: { name }, reason }) => ({ engine: engineId, name, reason })),
  };
}
