import { type Html, html } from './html.ts';
import { type JsonSchema, nameIn } from './json-schema.ts';

/** JSON Schema keywords that limit a value. */
const bounds = ['format', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'];

/** A schema as nested lists. Components are links to their definition. */
export function schemaHtml(schema: JsonSchema): Html {
  const { properties = {}, required = [], items, additionalProperties } = schema;
  const fields = Object.entries(properties).map(([name, field]) => fieldHtml(name, field, required.includes(name)));
  const others = [schema.anyOf, schema.oneOf].flatMap((parts = []) => parts);
  return html`${typeHtml(schema)}${boundsHtml(schema)}${schema.description && html` <em>${schema.description}</em>`}
${fields.length > 0 ? html`<ul>${fields}</ul>` : ''}
${others.length > 0 ? html`<ul>${others.map((part) => html`<li>or ${schemaHtml(part)}</li>`)}</ul>` : ''}
${items && html`<ul><li>each: ${schemaHtml(items)}</li></ul>`}
${typeof additionalProperties === 'object' ? html`<ul><li>each value: ${schemaHtml(additionalProperties)}</li></ul>` : ''}`;
}

function fieldHtml(name: string, field: JsonSchema, isRequired: boolean): Html {
  return html`<li><code>${name}</code>${isRequired ? ' (required)' : ''}: ${schemaHtml(field)}</li>`;
}

function typeHtml(schema: JsonSchema): Html {
  const name = nameIn(schema);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return html`one of <code>${schema.enum.map((each) => JSON.stringify(each)).join(', ')}</code>`;
  const { type = schema.anyOf || schema.oneOf ? 'one of' : 'anything' } = schema;
  return html`${typeof type === 'string' ? type : type.join(' or ')}`;
}

function boundsHtml(schema: JsonSchema): Html {
  const known = bounds.filter((word) => schema[word] !== undefined).map((word) => `${word} ${schema[word]}`);
  const all = [...known, ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`])];
  return html`${all.length > 0 ? html` <small>${all.join(', ')}</small>` : ''}`;
}
