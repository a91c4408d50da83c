/** An object with the field if the value is defined, otherwise an empty object. */
export function optionalField<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V };
}
