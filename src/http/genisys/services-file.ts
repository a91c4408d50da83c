import { isDeepStrictEqual } from 'node:util';
import { createService } from '../../commands/services/change-service.ts';
import type { ServicesFile } from '../../model/doors.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { check, idSchema, sentenceOf } from '../validation.ts';
import { type Definition, newService, serializeDefinition } from './definition.ts';
import { definitionSchema } from './schema.ts';

/** The services of the file by name. Throws `invalid` if one is invalid. */
export function definitionsIn({ path, definitions }: ServicesFile): Map<string, Definition> {
  const read = Object.entries(definitions).map(([name, definition]) => {
    const [checkedName, checked] = [
      check(idSchema.label(name), name),
      check<Definition>(definitionSchema(name).required(), definition),
    ];
    if ('value' in checked && 'value' in checkedName) return [name, checked.value] as const;
    const problems = [checkedName, checked].flatMap((each) => ('problems' in each ? each.problems : []));
    throw new SatsumaError('invalid', `${path}: service ${name}: ${sentenceOf(problems)}`);
  });
  return new Map(read);
}

/**
 * Creates missing services. An existing one stays unchanged even if it differs, so that a server's start does not undo
 * later changes.
 */
export async function createMissing(
  cluster: Cluster,
  definitions: ReadonlyMap<string, Definition>,
  file: string,
): Promise<void> {
  const { logger, cache } = cluster;
  for (const [name, definition] of definitions) {
    const spec = newService(definition);
    try {
      await createService(cluster, name, spec);
      logger.info({ service: name, file }, 'service created from the services file');
    } catch (error) {
      if (!isSatsumaError(error, 'service_exists')) throw error;
      const there = cache.services.get(name)?.value.spec.image ?? spec.image;
      if (isDeepStrictEqual(serializeDefinition(name, there), serializeDefinition(name, spec.image))) continue;
      logger.warn({ service: name, file }, 'service differs from the services file, and is left unchanged');
    }
  }
}
