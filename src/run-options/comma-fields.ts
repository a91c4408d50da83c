/**
 * Splits a text at commas, like Docker for `--mount` and `--gpus`: a quoted field may contain commas. Undefined: a
 * quote is not closed.
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

/** `KEY=VALUE`; the value is undefined for a key alone. */
export function keyAndValue(field: string): readonly [string, string | undefined] {
  const at = field.indexOf('=');
  return at === -1 ? [field, undefined] : [field.slice(0, at), field.slice(at + 1)];
}
