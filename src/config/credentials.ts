import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SatsumaError } from '../model/errors.ts';
import type { ContextFile } from './context-file.ts';

/** What a client shows a server, and knows it by. */
export interface Credentials {
  readonly token?: string;
  /** PEM: the authority that the certificate of the server must be of, in place of the public ones. */
  readonly ca?: string;
}

/** Names a file with the authority of the server, where no context does. */
export const authorityVariable = 'SATSUMA_HOST_CA';
export const tokenVariable = 'SATSUMA_TOKEN';

/** A variable goes before what is kept. `name` undefined: the default context, whose tokens are kept by the server's address. */
export function credentialsOf(
  env: NodeJS.ProcessEnv,
  known: ContextFile,
  { name, host }: { readonly name: string | undefined; readonly host: string },
): Credentials {
  const context = name === undefined ? undefined : known.contexts[name];
  const token = env[tokenVariable]?.trim() || (context ? context.token : known.tokens?.[host]);
  const authority = context ? context.ca : env[authorityVariable];
  // It would be part of a header.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new SatsumaError('invalid', 'the token has characters that no token has');
  }
  return { ...(token !== undefined && { token }), ...(authority && { ca: readAuthority(authority) }) };
}

/** The file with a token in place of the one that was kept there; undefined: with none. */
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

/** Throws `invalid` where the file cannot be read, or no certificate is in it. */
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
