/** The fields of `Authorization: Digest`, RFC 7616. */
export interface DigestFields {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: 'SHA-256' | 'MD5';
  readonly qop: string;
  readonly nc: string;
  readonly cnonce: string;
}

const longest = 4_096;
const maxFields = 20;
/**
 * `name=token` or `name="text"` with `\` escapes. White space is limited, because unauthenticated clients send this.
 */
const field = /[ \t]{0,8},?[ \t]{0,8}([a-z]{1,20}\*?)[ \t]{0,8}=[ \t]{0,8}(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/iy;

/** Undefined: another scheme, or incomplete. Requires `qop=auth`, which has a request counter. */
export function parseDigest(header: string): DigestFields | undefined {
  if (header.length > longest) return undefined;
  const [scheme] = /^digest[ \t]{1,8}/i.exec(header) ?? [];
  if (scheme === undefined) return undefined;
  const fields = fieldsIn(header.slice(scheme.length));
  const get = (name: string) => fields?.get(name) ?? '';
  const algorithm = (fields?.get('algorithm') ?? 'MD5').toUpperCase();
  if (!fields || (algorithm !== 'SHA-256' && algorithm !== 'MD5') || get('qop') !== 'auth') return undefined;
  const [username, realm, nonce, uri, cnonce] = ['username', 'realm', 'nonce', 'uri', 'cnonce'].map(get);
  if (!username || !realm || !nonce || !uri || !cnonce) return undefined;
  const [nc, response] = [get('nc').toLowerCase(), get('response').toLowerCase()];
  if (!/^[0-9a-f]{8}$/.test(nc) || !/^([0-9a-f]{32}|[0-9a-f]{64})$/.test(response)) return undefined;
  return { username, realm, nonce, uri, response, algorithm, qop: 'auth', nc: get('nc'), cnonce };
}

/** Undefined: invalid, or a duplicate field. */
function fieldsIn(text: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  field.lastIndex = 0;
  let end = 0;
  for (let match = field.exec(text); match; match = field.exec(text)) {
    const [, name = '', quoted, token = ''] = match;
    const key = name.toLowerCase();
    if (fields.has(key) || fields.size >= maxFields) return undefined;
    fields.set(key, quoted === undefined ? token : quoted.replace(/\\(.)/g, '$1'));
    end = field.lastIndex;
  }
  return text.slice(end).trim() === '' ? fields : undefined;
}
