import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../../cluster/cluster.ts';
import { createService } from '../../cluster/services/change-service.ts';
import type { ServicesFile } from '../../model/doors.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { idSchema, strictly } from '../validation.ts';
import { type Definition, definitionShape, newService } from './definition.ts';
import { sentenceOf } from './received.ts';
import { definitionSchema } from './schema.ts';

/** The services of the file by name. Throws `invalid` where one of them is not as it must be. */
export function definitionsIn({ path, definitions }: ServicesFile): Map<string, Definition> {
  const checked = Object.entries(definitions).map(([name, definition]) => {
    const wrong = idSchema.label(name).validate(name).error;
    const { value, error = wrong } = definitionSchema(name).required().validate(definition, strictly.options);
    if (error) throw new SatsumaError('invalid', `${path}: service ${name}: ${sentenceOf(error)}`);
    return [name, value] as const;
  });
  return new Map(checked);
}

/**
 * Creates those that are not there yet. One that is stays as it is, be the file another: what was changed meanwhile is
 * not to be lost because a server starts.
 */
export async function createMissing(
  cluster: Cluster,
  definitions: ReadonlyMap<string, Definition>,
  file: string,
): Promise<void> {
  const { logger, mirror } = cluster;
  for (const [name, definition] of definitions) {
    const spec = newService(definition);
    try {
      await createService(cluster, name, spec);
      logger.info({ service: name, file }, 'service created from the services file');
    } catch (error) {
      if (!isSatsumaError(error, 'service_exists')) throw error;
      const there = mirror.services.get(name)?.value.spec.image ?? spec.image;
      if (isDeepStrictEqual(definitionShape(name, there), definitionShape(name, spec.image))) continue;
      logger.warn({ service: name, file }, 'service differs from the services file, and stays as it is');
    }
  }
}
