import { stdSerializers } from 'pino';

const hidden = '[hidden]';
const deepest = 8;

// In lower case, without dashes and underscores. Excludes `key`, because claims have keys, and private keys are PEM.
const secretNames = new Set(
  (
    'authorization proxyauthorization cookie setcookie xregistryauth registryauth authconfig auth identitytoken ' +
    'registrytoken accesstoken token apikey secret password passwd passphrase environment env ' +
    'ca cacert cert certificate sslcert sslkey tlscert tlskey tlscacert privatekey keypem pfx pem'
  ).split(' '),
);

/** A copy without fields that are named like secrets, at any depth, also in errors and in JSON within text. */
export function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  return redactObject(fields, 0);
}

/** Removes PEM blocks, tokens and URL credentials from a log line, whatever their origin. */
export function redactLine(line: string): string {
  return line
    .replace(/-----BEGIN [A-Z0-9 ]+-----(?:[^"\\]|\\[^"])*?(-----END [A-Z0-9 ]+-----|(?=\\?"))/g, hidden)
    .replace(/satsuma_[0-9A-Za-z]{49}/g, hidden)
    .replace(/:\/\/[^\s"/\\]*@/g, `://${hidden}@`);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value, depth);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  // Cyclic objects would recurse forever.
  if (depth > deepest) return '[deep]';
  if (ArrayBuffer.isView(value)) return '[bytes]';
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  if (value instanceof Error) return redactObject({ ...stdSerializers.err(value) }, depth);
  if ('toJSON' in value && typeof value.toJSON === 'function') return redactValue(value.toJSON(), depth + 1);
  if (value instanceof Map) return redactObject(Object.fromEntries(value), depth);
  return redactObject(value, depth);
}

function redactObject(value: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(value).map(([name, item]) => {
    const isSecret = secretNames.has(name.toLowerCase().replaceAll(/[-_]/g, ''));
    return [name, isSecret && item !== undefined ? hidden : redactValue(item, depth + 1)];
  });
  return Object.fromEntries(entries);
}

/** A container label contains its whole image config as JSON. */
function redactText(text: string, depth: number): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(redactValue(JSON.parse(text), depth + 1));
  } catch {
    return text;
  }
}
