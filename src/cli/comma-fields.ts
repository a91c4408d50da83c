/**
 * The fields of a text with commas, as Docker reads its `--mount` and `--gpus`: one that begins with a quote may have commas in
 * it. Undefined: a quote has no end.
 */
export function commaFields(text: string): string[] | undefined {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const [, quoted, plain = '', end] = field.exec(text) ?? [];
    if (end === undefined) return undefined;
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '') return fields;
  }
}

/** `KEY=VALUE`; of a key alone the value is undefined. */
export function keyAndValue(field: string): readonly [string, string | undefined] {
  const at = field.indexOf('=');
  return at === -1 ? [field, undefined] : [field.slice(0, at), field.slice(at + 1)];
}
