/** An engine label as key and value: `zone=eu-1`. A label without a value, `ssd`, means `ssd=true`. */
export interface EngineLabel {
  readonly key: string;
  readonly value: string;
}

export function parseLabel(label: string): EngineLabel {
  const end = label.indexOf('=');
  return end === -1 ? { key: label, value: 'true' } : { key: label.slice(0, end), value: label.slice(end + 1) };
}

/** All values of a key: an engine may have several labels with one key. */
export function labelValues(labels: readonly string[], key: string): string[] {
  return labels.flatMap((label) => {
    const parsed = parseLabel(label);
    return parsed.key === key ? [parsed.value] : [];
  });
}
