import Joi from 'joi';
import { unknownField } from '../model/docker-needs.ts';
import { dockerFields, hostConfigFields } from '../model/runtime-options.ts';

type Body = Readonly<Record<string, unknown>>;

/** With a value it would be a variable that no answer hides. */
const unsetVariables = Joi.array()
  .items(
    Joi.string()
      .max(1024)
      .pattern(/^[^=\0]+$/),
  )
  .max(1024)
  .messages({
    'string.pattern.base':
      '{{#label}} must be a name alone, which removes the variable: set values in the field environment',
  });

/**
 * A part of Docker's create body. What a field says as well is asked for by that field, which the ledger and the policies
 * read. A name that no Docker knows is refused, because a daemon drops it without a word.
 */
export const dockerSchema = Joi.object({
  Env: unsetVariables,
  HostConfig: Joi.object({ DeviceRequests: Joi.array() }).unknown(),
})
  .unknown()
  .custom((body: Body, helpers) => {
    const [first] = [
      ...fieldsIn(body, dockerFields, ''),
      ...fieldsIn((body.HostConfig ?? {}) as Body, hostConfigFields, 'HostConfig.'),
    ];
    if (first) return helpers.error('docker.field', first);
    const unknown = unknownField(body);
    if (unknown === undefined) return body;
    const { path, nearest } = unknown;
    const hint = nearest === undefined ? '' : `: did you mean ${nearest}?`;
    return helpers.error('docker.unknown', { place: path.slice(0, maxPlaceLength), hint });
  })
  .messages({
    'docker.field': '{{#label}} must not have {{#place}}: use the field {{#field}}',
    'docker.unknown': '{{#label}} must not have {{#place}}, which no Docker knows{{#hint}}',
  });

const maxPlaceLength = 200;

function fieldsIn(body: Body, fields: Readonly<Record<string, string>>, at: string) {
  const known = new Map(Object.entries(fields).map(([key, field]) => [folded(key), field]));
  return Object.keys(body).flatMap((key) => {
    const field = known.get(folded(key));
    return field === undefined ? [] : [{ place: `${at}${key}`, field }];
  });
}

/** Docker takes the names of fields in any letter case, as Go folds it: two letters beyond ASCII are one of ASCII, too. */
function folded(key: string): string {
  return key.toLowerCase().replaceAll('\u017f', 's');
}
