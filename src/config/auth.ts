import Joi from 'joi';
import { type AuthSettings, authModes, type ServerTlsPaths } from './config.ts';
import { must, unknownSetting } from './messages.ts';
import { describeOidc, type OidcInFile, oidcOf, oidcSchema } from './oidc.ts';
import { pemPath } from './pem-path.ts';

/** With the spelling of the configuration file. */
export interface AuthInFile {
  readonly mode: AuthSettings['mode'];
  readonly 'admin-token-file'?: string;
  readonly oidc?: OidcInFile | readonly OidcInFile[];
}

export interface ServerTlsInFile {
  readonly cert: string;
  readonly key: string;
  readonly 'client-ca'?: string;
}

const authKeys = {
  mode: must(`one of ${authModes.join(', ')}`, Joi.valid(...authModes)).default('open-loopback'),
  'admin-token-file': must(
    'the path of a file',
    Joi.string()
      .max(4096)
      .pattern(/^[^\0\n]+$/),
  ),
  oidc: Joi.when('mode', {
    is: 'required',
    // biome-ignore lint/suspicious/noThenProperty: Joi's word
    then: must(
      'an object with "issuer", "client-id" and "roles", or a list of 1 to 10 of them, each of another issuer',
      Joi.array().items(oidcSchema).single().min(1).max(10).unique('issuer'),
    ).messages({ 'object.unknown': unknownSetting }),
    otherwise: must('left out unless "mode" is "required"', Joi.forbidden()),
  }),
};

const tlsKeys = { cert: pemPath.required(), key: pemPath.required(), 'client-ca': pemPath };

export const authSchema = must('an object with "mode"', Joi.object(authKeys))
  .messages({ 'object.unknown': unknownSetting })
  .default({ mode: 'open-loopback' });

export const serverTlsSchema = must('an object with "cert" and "key"', Joi.object(tlsKeys)).messages({
  'object.unknown': unknownSetting,
});

/** Candidates for suggestions about an unknown setting. */
export const authWords = Object.keys(authKeys);
export const serverTlsWords = Object.keys(tlsKeys);

export function authOf(
  { mode, 'admin-token-file': file, oidc }: AuthInFile,
  pathOf: (path: string) => string,
): AuthSettings {
  return {
    mode,
    ...(file !== undefined && { adminTokenFile: pathOf(file) }),
    ...(oidc && { oidc: [oidc].flat().map(oidcOf) }),
  };
}

export function serverTlsOf(tls: ServerTlsInFile, pathOf: (path: string) => string): ServerTlsPaths {
  const clientCa = tls['client-ca'];
  return {
    cert: pathOf(tls.cert),
    key: pathOf(tls.key),
    ...(clientCa !== undefined && { clientCa: pathOf(clientCa) }),
  };
}

/** Converts to the spelling of the configuration file. */
export function describeAuth({ mode, adminTokenFile, oidc }: AuthSettings): AuthInFile {
  return {
    mode,
    ...(adminTokenFile !== undefined && { 'admin-token-file': adminTokenFile }),
    ...(oidc && { oidc: asGiven(oidc.map(describeOidc)) }),
  };
}

function asGiven(providers: readonly OidcInFile[]): OidcInFile | readonly OidcInFile[] {
  const [first, ...others] = providers;
  return first && others.length === 0 ? first : providers;
}

export function describeServerTls({ cert, key, clientCa }: ServerTlsPaths): ServerTlsInFile {
  return { cert, key, ...(clientCa !== undefined && { 'client-ca': clientCa }) };
}
