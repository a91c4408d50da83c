import { InvalidArgumentError } from 'commander';

/** Docker's filters, in the words of GET /apiv1/containers; `name` is a part of one, and is compared here. */
export interface Filters {
  readonly name?: string;
  readonly state?: string;
  readonly image?: string;
  readonly label?: string;
}

const fields: Readonly<Record<string, (value: string) => Filters>> = {
  name: (name) => ({ name }),
  status: (state) => ({ state }),
  ancestor: (image) => ({ image }),
  label: (label) => ({ label }),
};

/** `--filter`, which may be repeated. */
export function filter(text: string, previous: Filters = {}): Filters {
  const [, key = '', value = ''] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (field) return { ...previous, ...field(value) };
  throw new InvalidArgumentError(`It must be KEY=VALUE, with one of these keys: ${Object.keys(fields).join(', ')}.`);
}
