import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SatsumaError } from '../model/errors.ts';
import type { ContextFile } from './context-file.ts';

/** A client's token for a server, and the authority for verifying the server. */
export interface Credentials {
  readonly token?: string;
  /** PEM: the authority of the server's certificate, instead of the public ones. */
  readonly ca?: string;
}

/** A file with the server's authority, if no context has one. */
const authorityVariable = 'SATSUMA_HOST_CA';
export const tokenVariable = 'SATSUMA_TOKEN';

/** Variables override stored values. `name` undefined: the default context, whose tokens are stored by address. */
export function credentialsOf(
  env: NodeJS.ProcessEnv,
  known: ContextFile,
  { name, host }: { readonly name: string | undefined; readonly host: string },
): Credentials {
  const context = name === undefined ? undefined : known.contexts[name];
  const token = env[tokenVariable]?.trim() || (context ? context.token : known.tokens?.[host]);
  const authority = context ? context.ca : env[authorityVariable];
  // It is sent in a header.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new SatsumaError('invalid', 'the token contains invalid characters');
  }
  return { ...(token !== undefined && { token }), ...(authority && { ca: readAuthority(authority) }) };
}

/** The file content with this token; undefined: without it. */
export function withToken(
  known: ContextFile,
  { name, host }: { readonly name: string | undefined; readonly host: string },
  token: string | undefined,
): ContextFile {
  const kept = token === undefined ? {} : { token };
  const context = name === undefined ? undefined : known.contexts[name];
  if (name !== undefined && context) {
    const { token: _, ...others } = context;
    return { ...known, contexts: { ...known.contexts, [name]: { ...others, ...kept } } };
  }
  const { [host]: _, ...others } = known.tokens ?? {};
  const tokens = token === undefined ? others : { ...others, [host]: token };
  return { ...known, tokens };
}

/** Throws `invalid` if the file is unreadable or contains no certificate. */
export function checkAuthority(path: string): void {
  const pem = readAuthority(path);
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw new SatsumaError('invalid', `${path} has no certificate in PEM`, { cause });
  }
}

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SatsumaError('invalid', `cannot read ${path}, the authority of the server: ${code}`, { cause });
  }
}
