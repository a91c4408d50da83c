import { quoted } from '../application/problems.ts';
import type { Fields, Value } from '../application/value.ts';
import { subjectKeys } from '../model/constraint.ts';
import { given } from '../model/given.ts';
import type { ImageConfig } from '../model/image-config.ts';

/** `deploy.placement`: what engines must be, in Satsuma's words. */
export function placementOf(fields: Fields | undefined, name: string): Pick<ImageConfig, 'constraints' | 'spread'> {
  if (!fields) return {};
  const constraints =
    fields
      .take('constraints')
      ?.list()
      ?.flatMap((each) => constraintOf(each) ?? []) ?? [];
  const preferences = fields.take('preferences');
  const max = fields.take('max_replicas_per_node');
  const count = max?.whole();
  if (count !== undefined && count > 1)
    max?.fail(`is ${count}, and can be 1 or left out: replicas are spread over the engines in any case`);
  const spread = preferences && spreadOf(preferences);
  fields.finish();
  const all = count === 1 ? [...constraints, `service!=${name}`] : constraints;
  return given({ constraints: all.length > 0 ? all : undefined, spread });
}

const label = /^(?:node|engine)\.labels\.(.+)$/;

function constraintOf(value: Value): string | undefined {
  const text = value.text() ?? '';
  const [, key = '', operator, expected = ''] = /^\s*([^=!\s]+)\s*(==|!=)\s*(.*?)\s*$/.exec(text) ?? [];
  if (operator === undefined || expected === '')
    return value.fail(`must be like node.labels.zone==eu or node.hostname!=web-1, and is ${quoted(text)}`);
  if (/^[~/]|\*/.test(expected))
    return value.fail(`must have a plain value behind ${operator}, and has ${quoted(expected)}`);
  if (key === 'node.hostname' || key === 'node.id') return `engine${operator}${expected}`;
  const [, name] = label.exec(key) ?? [];
  if (name === undefined)
    return value.fail(
      `is about ${quoted(key)}: there are node.labels.KEY, of the engine, and node.hostname, which is its id`,
    );
  if (subjectKeys.includes(name) || !/^[a-zA-Z0-9_][a-zA-Z0-9_./-]{0,127}$/.test(name)) {
    return value.fail(`is about the label ${quoted(name)}, which cannot be asked for: give the engines another one`);
  }
  return `${name}${operator}${expected}`;
}

function spreadOf(value: Value): string | undefined {
  const [first, second] = value.list() ?? [];
  if (second) return second.fail('is one preference too many: replicas are spread over one label');
  const fields = first?.fields();
  const spread = fields?.take('spread');
  fields?.finish();
  const text = spread?.text();
  if (text === undefined) return undefined;
  if (text === 'node.hostname' || text === 'node.id') return 'engine';
  const [, name] = label.exec(text) ?? [];
  return name ?? spread?.fail(`must be node.labels.KEY, of the engine, and is ${quoted(text)}`);
}
