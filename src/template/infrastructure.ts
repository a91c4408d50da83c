import { bytesIn, cpus } from '../application/amounts.ts';
import { type Problems, quoted } from '../application/problems.ts';
import { type Dict, dict } from '../application/tree.ts';
import { type Fields, Value } from '../application/value.ts';
import { maxConstraintCharacters, parseConstraint } from '../model/constraint.ts';
import type { ServiceInfrastructure } from '../model/deployment.ts';
import { didYouMeanHint } from '../model/did-you-mean.ts';
import { isSatsumaError } from '../model/errors.ts';
import { given } from '../model/given.ts';
import { minMemoryMiB, strategyNames } from '../model/image-config.ts';
import { isGlobal, type Template } from './template.ts';

export const infrastructureFormat = 'a file of infrastructure';

/** Which deployment a domain leads to is a matter of infrastructure as well. */
const domainsKey = 'Domains';
const maxReplicas = 10_000;
const labelKey = /^[a-zA-Z0-9_][a-zA-Z0-9_./-]{0,127}$/;

/** Keys of a template, and of Satsuma, that people may look for here. */
const refusedKeys: Readonly<Record<string, string>> = {
  scale: 'say it in replicas',
  image: 'what a service is, is said in the template',
  env: 'what a service is, is said in the template',
  ports: 'what a service is, is said in the template',
};

/**
 * How many replicas the services of a template have, on which engines, and how large they are: by their keys or names in the template.
 * A service that the template does not have is refused.
 */
export function readInfrastructure(
  file: Dict,
  { services }: Pick<Template, 'services'>,
  problems: Problems,
): Readonly<Record<string, ServiceInfrastructure>> {
  const known = [...new Set(services.flatMap(({ key, name }) => [key, name]))];
  const found = new Map<string, ServiceInfrastructure>();
  for (const [key, value] of new Value(file, '', problems).fields()?.all() ?? []) {
    if (key === domainsKey) continue;
    if (isGlobal(key)) {
      value.fail('belongs into the template: here are its services, Domains and Includes');
      continue;
    }
    const service = services.find((each) => each.key === key || each.name === key);
    if (!service) value.fail(`is no service of the template${didYouMeanHint(key, known)}`);
    else if (found.has(service.name))
      value.fail(`is there twice: ${quoted(service.key)} is its key, and ${service.name} its name`);
    else found.set(service.name, value.isNull ? {} : infrastructureOf(value));
  }
  return Object.fromEntries(found);
}

/** The template with the domains of a file of infrastructure. Of a domain that both have, the file counts. */
export function withDomainsOf(template: Dict, file: Dict): Dict {
  const domains = file.entries.get(domainsKey);
  if (domains === undefined) return template;
  const before = template.entries.get(domainsKey);
  const all = before?.kind === 'dict' && domains.kind === 'dict' ? [...before.entries, ...domains.entries] : undefined;
  return dict([...template.entries, [domainsKey, all ? dict(all, domains) : domains]], template);
}

function infrastructureOf(value: Value): ServiceInfrastructure {
  const fields = value.fields();
  if (!fields) return {};
  const size = fields.take('cpus');
  const found = given({
    replicas: replicasIn(fields.take('replicas')),
    constraints: constraintsIn(fields),
    spread: textOf(fields.take('spread'), labelKey, 'must be the key of an engine label, like zone, or engine'),
    strategy: fields.take('strategy')?.oneOf(strategyNames),
    cpus: size && cpus(size),
    memory: memoryIn(fields.take('memory')),
  });
  fields.finish(refusedKeys);
  return found;
}

function replicasIn(value: Value | undefined): number | 'global' | undefined {
  return value?.source === 'global' ? 'global' : value?.whole({ max: maxReplicas });
}

function constraintsIn(fields: Fields): readonly string[] | undefined {
  const value = fields.take('constraints');
  const items = value?.isText ? [value] : value?.list();
  return items?.flatMap((each) => {
    const text = each.text() ?? '';
    if (text.length > maxConstraintCharacters)
      return each.fail(`has more than ${maxConstraintCharacters} characters`) ?? [];
    try {
      return [parseConstraint(text).text];
    } catch (error) {
      if (!isSatsumaError(error, 'invalid')) throw error;
      return each.fail(`is no constraint: ${error.message}`) ?? [];
    }
  });
}

function textOf(value: Value | undefined, pattern: RegExp, sentence: string): string | undefined {
  const text = value?.text();
  return text === undefined || pattern.test(text) ? text : value?.fail(sentence);
}

/** In MiB, as everywhere, unless a unit stands behind it. */
function memoryIn(value: Value | undefined): number | undefined {
  const text = value?.text();
  if (text === undefined) return undefined;
  const memory = Math.ceil((bytesIn(text, 'm') ?? Number.NaN) / 2 ** 20);
  if (memory === 0 || (memory >= minMemoryMiB && memory <= 1_000_000_000)) return memory;
  return value?.fail(`must be a size like 512m or 2g, or a number of MiB from ${minMemoryMiB}, and is ${quoted(text)}`);
}
